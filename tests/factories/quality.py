"""A project's ledger as quality sees it: who said what of which item, and runs over it."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotations.models import (
    Annotation,
    AnnotationKind,
    Batch,
    GoldItem,
    Item,
    Label,
    Source,
    SourceKind,
)
from core.jobs import Progress
from guidelines.models import Choice, Question
from quality.actions.agreement.start import start_agreement
from quality.actions.resolution.compute import compute_resolution
from quality.actions.resolution.start import start_resolution
from quality.actions.resolution.start_check import start_check
from quality.actions.resolution.verify import check_resolution
from quality.models import ResolutionRun
from tests.factories.guidelines import a_document, publish_version


class Ledger:
    """Writes annotations of named sources on named items, straight into the tables."""

    def __init__(self, project, *, choices=("positive", "negative", "mixed"), question="sentiment"):
        self.project = project
        self.version = publish_version(project, document=a_document(*choices, question=question))
        self.question = Question.objects.get(guideline__project=project, key=question)
        self.now = timezone.now() - timedelta(hours=1)
        self.batch = Batch.objects.create(
            project=project,
            name="test",
            created_by=project.created_by,
            created_at=self.now,
        )
        self.items = {}
        self.sources = {}
        self.heads = {}

    def publish(self, *choices):
        """The next version of the guideline, with these choices."""
        self.version = publish_version(
            self.project,
            document=a_document(*choices, question=self.question.key),
        )
        return self.version

    def source(self, name, kind=SourceKind.IMPORT, person=None):
        if name not in self.sources:
            self.sources[name] = Source.objects.create(
                project=self.project,
                kind=kind,
                name=name,
                person=person,
                created_at=self.now,
            )
        return self.sources[name]

    def item(self, name):
        if name not in self.items:
            self.items[name] = Item.objects.create(
                project=self.project,
                external_id=str(name),
                payload={"text": f"Text of {name}"},
                batch=self.batch,
                created_at=self.now,
            )
        return self.items[name]

    def say(self, item, source, choice, kind=AnnotationKind.ANSWER):
        """An answer; the second of a source on an item is a revision of the first."""
        where = (item, source)
        annotation = Annotation.objects.create(
            id=uuid.uuid4(),
            project=self.project,
            item=self.item(item),
            source=self.source(source),
            version=self.version,
            kind=kind,
            reason="unclear" if kind == AnnotationKind.SKIP else "",
            supersedes=self.heads.get(where),
            submitted_at=self.now,
            created_at=self.now,
            tool="test",
            body_hash="0" * 64,
        )
        self.heads[where] = annotation
        if kind == AnnotationKind.ANSWER:
            self.label(annotation, choice)
        return annotation

    def label(self, annotation, choice):
        Label.objects.create(
            annotation=annotation,
            item=annotation.item,
            question=self.question,
            choice=self.choice(choice),
            value={"kind": "choice", "choice": choice},
        )

    def carry_over(self, annotation, said):
        """What a migration writes for the rater of `annotation`."""
        source, _made = Source.objects.get_or_create(
            project=self.project,
            kind=SourceKind.MIGRATION,
            name=f"migration-{annotation.source_id}",
            version=f"v{self.version.number}",
            on_behalf_of=annotation.source,
            created_at=self.now,
        )
        row = Annotation.objects.create(
            id=uuid.uuid4(),
            project=self.project,
            item=annotation.item,
            source=source,
            version=self.version,
            kind=AnnotationKind.ANSWER,
            supersedes=annotation,
            submitted_at=self.now,
            created_at=self.now,
            tool="migration",
            body_hash="0" * 64,
        )
        self.label(row, said)
        return row

    def choice(self, key):
        return Choice.objects.get(question=self.question, key=key)

    def retract(self, item, source):
        return self.say(item, source, None, kind=AnnotationKind.RETRACTION)

    def withdraw(self, item):
        Item.objects.filter(pk=self.item(item).pk).update(withdrawn_at=self.now)

    def gold(self, item, value):
        """A trusted answer, as its controls take it."""
        return GoldItem.objects.create(
            project=self.project,
            item=self.item(item),
            version=self.version,
            values={self.question.key: value},
            created_by=self.project.created_by,
            created_at=self.now,
        )

    def fill(self, rows):
        """Many answers at once: (item, source, choice)."""
        for item, source, choice in rows:
            self.say(item, source, choice)
        return self


PAYLOAD = {
    "parts": [
        {"key": "text", "kind": "text", "text": "the cat sat on it all"},
        {"key": "image", "kind": "image", "media": 1, "width": 100, "height": 100},
        {"key": "audio", "kind": "audio", "media": 2, "duration": 60},
        {"key": "a", "kind": "text", "text": "first", "title": "Model A"},
        {"key": "b", "kind": "text", "text": "second", "title": "Model B"},
        {"key": "c", "kind": "text", "text": "third"},
    ]
}
KIND_OPTIONS = {
    "choices": {"least": 0},
    "relations": {"spans": "spans"},
    "pairwise": {"both_bad": True},
    "ranking": {"parts": ["a", "b", "c"]},
    "segments": {"transcript": True},
}


class AnswerLedger(Ledger):
    """Answers of any kind: `say` takes canonical values."""

    def __init__(self, project, kind, *, choices=("cat", "dog", "elk"), payload=None):
        self.project, self.kind, self.payload = project, kind, payload or PAYLOAD
        self.publish(*choices)
        self.question = Question.objects.get(guideline__project=project, key=kind)
        self.now = timezone.now() - timedelta(hours=1)
        self.batch = Batch.objects.create(
            project=project, name="test", created_by=project.created_by, created_at=self.now
        )
        self.items, self.sources, self.heads = {}, {}, {}

    def publish(self, *choices):
        """The next version of the guideline, with these choices where the kind has any."""
        kind = self.kind
        asked = {"key": kind, "kind": kind, "title": kind, "options": KIND_OPTIONS.get(kind, {})}
        if kind not in ("rating", "number", "text", "pairwise", "ranking"):
            asked["choices"] = [{"key": key, "name": key.capitalize()} for key in choices]
        questions = [asked]
        if kind == "relations":
            questions.insert(0, {**asked, "key": "spans", "kind": "spans", "options": {}})
        document = {"questions": questions, "rules": []}
        self.version = publish_version(self.project, document=document)
        return self.version

    def item(self, name):
        if name not in self.items:
            self.items[name] = Item.objects.create(
                project=self.project,
                external_id=str(name),
                payload=self.payload,
                batch=self.batch,
                created_at=self.now,
            )
        return self.items[name]

    def label(self, annotation, value):
        Label.objects.create(
            annotation=annotation,
            item=annotation.item,
            question=self.question,
            value=value,
            number=value.get("number"),
        )


def small_ledger(project):
    """Ann, Ben and Cho on eight items: mostly one mind, two disputes, nobody labeled all."""
    said = {
        "a": "ppp", "b": "nnn", "c": "pp-", "d": "nnp", "e": "m-m", "f": "mnp",
        "g": "-nn", "h": "ppp",
    }  # fmt: skip
    keys = {"p": "positive", "n": "negative", "m": "mixed"}
    return Ledger(project).fill(
        (item, source, keys[letter])
        for item, letters in said.items()
        for source, letter in zip(("Ann", "Ben", "Cho"), letters, strict=True)
        if letter != "-"
    )


def agreement_run(ledger, *, by=None, **options):
    """Asked for, not computed."""
    (run,) = start_agreement(
        project=ledger.project,
        question=ledger.question,
        by=by or ledger.project.created_by,
        now=timezone.now(),
        **options,
    )
    return run


def resolution_run(ledger, method="majority_vote", *, by=None, **options):
    """Asked for, not computed."""
    return start_resolution(
        project=ledger.project,
        question=ledger.question,
        method=method,
        by=by or ledger.project.created_by,
        now=timezone.now(),
        **options,
    )


def computed_resolution(ledger, method="majority_vote", **options):
    """A finished run, computed here and now.

    Not by `run_job`: inside the transaction of a test its heartbeat, which has a connection of its
    own, would not find the job and think it lost.
    """
    run = resolution_run(ledger, method, **options)
    with transaction.atomic():
        compute_resolution(progress=Progress(job_id=run.job_id, attempt=1), now=timezone.now())
    return ResolutionRun.objects.get(pk=run.pk)


def checked_resolution(run):
    """A finished check of a run, done here and now."""
    check = start_check(run=run, by=run.requested_by, now=timezone.now())
    with transaction.atomic():
        check_resolution(progress=Progress(job_id=check.job_id, attempt=1), now=timezone.now())
    check.refresh_from_db()
    return check
