"""A project in which people have answered a question of any kind, with habits that are known."""

import uuid
from datetime import timedelta

import numpy as np
from django.utils import timezone

from annotations.actions.training import mark_gold
from annotations.models import Annotation, Batch, Item, Label
from annotations.parts import parts_of
from annotations.values import KINDS, About
from core.jobs import run_job
from guidelines.models import Question
from guidelines.queries import served_schema
from quality.actions.people.start import start_people
from quality.models import PersonFigures
from tests.factories.annotations import human_source
from tests.factories.guidelines import publish_version
from tests.factories.people import Checked
from tests.factories.quality import KIND_OPTIONS

TEXT = "the cat sat on a mat and saw two old red birds near the big house by the sea. " * 4
PAYLOAD = {
    "parts": [
        {"key": "t", "kind": "text", "text": TEXT},
        {"key": "i", "kind": "image", "media": 1, "width": 200, "height": 200},
    ]
}
CLASSES = ("cat", "dog", "elk")


class ValuePeople(Checked):
    """Writes what annotators did straight into the tables; deterministic for a seed."""

    def __init__(self, project, kind, *, days=20, seed=1):
        asked = {"key": kind, "kind": kind, "title": kind, "options": KIND_OPTIONS.get(kind, {})}
        if kind not in ("rating", "number", "text", "pairwise"):
            asked["choices"] = [{"key": key, "name": key.capitalize()} for key in CLASSES]
        self.project, self.kind = project, kind
        self.version = publish_version(project, document={"questions": [asked], "rules": []})
        self.question = Question.objects.get(guideline__project=project, key=kind)
        self.begun = self.clock = timezone.now() - timedelta(days=days)
        self.random = np.random.default_rng(seed)
        self.batch = Batch.objects.create(
            project=project, name="test", created_by=project.created_by, created_at=self.begun
        )

    def person(self, user):
        return human_source(self.project, user)

    def items(self, count):
        return Item.objects.bulk_create(
            Item(
                project=self.project,
                external_id=f"item-{uuid.uuid4().hex[:10]}",
                payload=PAYLOAD,
                batch=self.batch,
                created_at=self.begun,
            )
            for _ in range(count)
        )

    def say(self, rows, *, seconds=5.0, assignment=None):
        """Answers (item, source, canonical value), in the order of time."""
        said = []
        for item, source, _value in rows:
            self.clock += timedelta(seconds=20)
            said.append(
                Annotation(
                    id=uuid.UUID(bytes=self.random.bytes(16), version=4),
                    project=self.project,
                    item=item,
                    source=source,
                    version=self.version,
                    assignment=assignment,
                    kind="answer",
                    submitted_at=self.clock,
                    created_at=self.clock,
                    active_ms=int(1000 * seconds),
                    tool="test",
                    body_hash="0" * 64,
                )
            )
        made = Annotation.objects.bulk_create(said)
        Label.objects.bulk_create(
            Label(
                annotation=each,
                item=item,
                question=self.question,
                value=value,
                number=value.get("number"),
            )
            for each, (item, _source, value) in zip(made, rows, strict=True)
        )
        return made

    def canonical(self, value):
        """As it would be stored: in its order, with the words that spans mark."""
        raw = KINDS[self.kind].raw(value)
        if self.kind == "spans":
            raw = [{**span, "quote": TEXT[span["start"] : span["end"]]} for span in raw]
        question = served_schema(self.version.pk).schema.question(self.kind)
        return KINDS[self.kind].parse(raw, question, About(parts_of(PAYLOAD))).value

    def gold(self, item, value, by):
        """A gold item with this canonical answer, marked before anybody answered."""
        return mark_gold(
            project=self.project,
            item=item,
            values={self.kind: KINDS[self.kind].raw(value)},
            explanation="",
            rule_number=None,
            by=by,
            now=self.begun,
        )

    def repeat(self, original, value):
        """The item of an answer comes again, and is answered so."""
        pk = uuid.UUID(bytes=self.random.bytes(16), version=4)
        return self.repeated(pk, original, {self.kind: value})

    def computed(self, by):
        """The figures of everybody, by source."""
        run = start_people(project=self.project, question=self.question, by=by, now=timezone.now())
        run_job(run.job_id)
        run.refresh_from_db()
        assert run.computed_at is not None, run.job.error
        return {row.source_id: row for row in PersonFigures.objects.filter(run=run)}
