"""A project in which people have labeled, met gold items and repeats, and took their time."""

import random
import uuid
from datetime import timedelta

from django.utils import timezone

from annotations.actions.training import mark_gold
from annotations.models import (
    Annotation,
    Assignment,
    Batch,
    Item,
    Label,
    Purpose,
    RepeatAnswer,
    Source,
    SourceKind,
)
from guidelines.models import Choice, Question
from quality.actions.people.start import start_people
from tests.factories.annotations import human_source
from tests.factories.guidelines import a_document, publish_version

CHOICES = ("positive", "negative", "mixed")


class Checked:
    """People whose slots hold checks; needs `project`, `version` and `clock`."""

    def slot(self, item, source, purpose):
        return Assignment.objects.create(
            project=self.project,
            item=item,
            slot=Assignment.objects.filter(item=item).count() + 1,
            purpose=purpose,
            state="done",
            reserved_for=source.person,
            annotator=source.person,
            version=self.version,
            position=-1,
            leased_at=self.clock,
            done_at=timezone.now(),
        )

    def repeated(self, pk, original, values):
        """The item of an answer comes again, and is answered so."""
        return RepeatAnswer.objects.create(
            id=pk,
            project=self.project,
            item=original.item,
            person=original.source.person,
            original=original,
            assignment=self.slot(original.item, original.source, Purpose.REPEAT),
            version=self.version,
            kind="answer",
            values=values,
            submitted_at=timezone.now(),
            created_at=timezone.now(),
            active_ms=3000,
            tool="test",
            body_hash="0" * 64,
        )


class People(Checked):
    """Writes what annotators did straight into the tables; deterministic for a seed."""

    def __init__(self, project, *, seed=1, days=10):
        self.project = project
        self.version = publish_version(project, document=a_document(*CHOICES))
        self.question = Question.objects.get(guideline__project=project, key="sentiment")
        self.choices = {
            choice.key: choice for choice in Choice.objects.filter(question=self.question)
        }
        self.begun = timezone.now() - timedelta(days=days)
        self.clock = self.begun
        self.random = random.Random(seed)
        self.batch = Batch.objects.create(
            project=project, name="test", created_by=project.created_by, created_at=self.begun
        )
        self.sources = {}
        self.truth = {}

    def person(self, user):
        if user.pk not in self.sources:
            self.sources[user.pk] = human_source(self.project, user)
        return self.sources[user.pk]

    def imported(self, name):
        return Source.objects.create(
            project=self.project, kind=SourceKind.IMPORT, name=name, created_at=self.begun
        )

    def items(self, count):
        """Items with a hidden truth."""
        made = Item.objects.bulk_create(
            Item(
                project=self.project,
                external_id=f"item-{uuid.uuid4().hex[:10]}",
                payload={"text": f"Text {number}"},
                batch=self.batch,
                created_at=self.begun,
            )
            for number in range(count)
        )
        for item in made:
            self.truth[item.pk] = self.random.choice(CHOICES)
        return made

    def opinion(self, item, accuracy):
        """The truth with this probability, else one of the others."""
        right = self.truth[item.pk]
        if self.random.random() < accuracy:
            return right
        return self.random.choice([each for each in CHOICES if each != right])

    def say(self, item, source, choice, *, seconds=4.0, assignment=None, at=None):
        """One answer; the clock moves on."""
        self.clock += timedelta(seconds=20)
        made = Annotation.objects.create(
            id=uuid.UUID(int=self.random.getrandbits(128), version=4),
            project=self.project,
            item=item,
            source=source,
            version=self.version,
            assignment=assignment,
            kind="answer",
            submitted_at=at or self.clock,
            created_at=at or self.clock,
            active_ms=int(1000 * seconds) if seconds is not None else None,
            tool="test",
            body_hash="0" * 64,
        )
        Label.objects.create(
            annotation=made,
            item=item,
            question=self.question,
            choice=self.choices[choice],
            value={"kind": "choice", "choice": choice},
        )
        return made

    def label(self, items, source, *, accuracy=0.9, seconds=4.0):
        for item in items:
            self.say(item, source, self.opinion(item, accuracy), seconds=seconds)

    def gold(self, count, by):
        """Gold items that nobody is asked to label."""
        made = self.items(count)
        return [
            mark_gold(
                project=self.project,
                item=item,
                values={"sentiment": self.truth[item.pk]},
                explanation="",
                rule_number=None,
                by=by,
                now=self.begun,
            )
            for item in made
        ]

    def check(self, gold, source, *, right=True, at=None):
        """A gold item in the stream."""
        wanted = gold.values["sentiment"]
        said = wanted if right else next(each for each in CHOICES if each != wanted)
        slot = self.slot(gold.item, source, Purpose.GOLD)
        return self.say(gold.item, source, said, assignment=slot, at=at)

    def repeat(self, original, choice):
        """An item that its annotator answers again."""
        value = {"kind": "choice", "choice": choice}
        pk = uuid.UUID(int=self.random.getrandbits(128), version=4)
        return self.repeated(pk, original, {"sentiment": value})

    def run(self, by):
        return start_people(project=self.project, question=self.question, by=by, now=timezone.now())
