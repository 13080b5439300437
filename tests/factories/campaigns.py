"""A ledger under two versions: refund is split, hello and greeting become one, other stays."""

from decimal import Decimal
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from annotations.models import Annotation, AnnotationKind, Assignment, Label, Source
from campaigns.actions.start_campaign import Plan, start_campaign
from campaigns.actions.start_carry_over import start_carry_over
from campaigns.actions.start_impact import start_impact
from campaigns.actions.start_report import start_report
from core.jobs import run_job
from core.models.job import JobState
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.save_draft import save_draft
from tests.factories.annotations import human_source
from tests.factories.guidelines import a_document
from tests.factories.quality import Ledger

OLD = ("refund", "hello", "greeting", "other")
NEW = ("exchange", "money_back", "greeting", "other")
CHANGES = {
    "classes": {},
    "fates": {
        "intent.refund": {"how": "split", "into": ["intent.exchange", "intent.money_back"]},
        "intent.hello": {"how": "merged", "into": ["intent.greeting"]},
    },
    "quiz": None,
}


def a_ledger(project):
    """Version 1 is published; nobody has said anything."""
    return Ledger(project, choices=OLD, question="intent")


def person_in(ledger, person):
    """The person's source under their name, for `ledger.say(item, name, choice)`."""
    ledger.sources[person.name] = human_source(ledger.project, person)
    return person.name


def draft_split(project, *, changes=None, document=None):
    """The draft of version 2, with the lead's decisions."""
    now = timezone.now()
    by = project.created_by
    draft = open_draft(project=project, by=by, now=now)
    return save_draft(
        version=draft,
        title=draft.title,
        prose=draft.prose,
        document=document or a_document(*NEW, question="intent"),
        changes=CHANGES if changes is None else changes,
        expected_revision=draft.revision,
        by=by,
        now=now,
    )


def publish_split(ledger, **options):
    """Version 2, published."""
    draft = draft_split(ledger.project, **options)
    ledger.version = publish(
        version=draft,
        change_note="",
        expected_revision=draft.revision,
        by=ledger.project.created_by,
        now=timezone.now(),
    )
    return ledger.version


def a_plan(**options):
    return Plan(**{"name": "Split of refund", "share": Decimal(1), **options})


def a_campaign(ledger, *, by=None, despite_running=False, **options):
    """Asked for, not prepared."""
    return start_campaign(
        project=ledger.project,
        version=ledger.version,
        plan=a_plan(**options),
        despite_running=despite_running,
        by=by or ledger.project.created_by,
        now=timezone.now(),
    )


def done(work):
    """Its job is run by this process in the worker's stead."""
    state = run_job(work.job_id)
    work.job.refresh_from_db()
    assert state == JobState.DONE, (state, work.job.state, work.job.attempt, work.job.error)
    work.refresh_from_db()
    return work


def a_prepared_campaign(ledger, **options):
    return done(a_campaign(ledger, **options))


def an_impact(version, by=None):
    return done(start_impact(version=version, by=by or version.created_by, now=timezone.now()))


def a_carry_over(ledger):
    return done(
        start_carry_over(
            project=ledger.project,
            version=ledger.version,
            by=ledger.project.created_by,
            now=timezone.now(),
        ),
    )


def a_report(campaign):
    return done(
        start_report(campaign=campaign, by=campaign.created_by, now=timezone.now()),
    )


def answer_slot(ledger, slot, choice, *, by=None, kind=AnnotationKind.ANSWER, active_ms=30_000):
    """What a person says in a slot, straight into the tables; supersedes their head if any."""
    person = by or slot.reserved_for
    source = Source.objects.get(project=ledger.project, person=person)
    head = (
        Annotation.objects.current()
        .filter(Q(source=source) | Q(source__on_behalf_of=source), item_id=slot.item_id)
        .first()
    )
    Assignment.objects.filter(pk=slot.pk).update(
        state="done", annotator=person, version=ledger.version, done_at=timezone.now(),
    )  # fmt: skip
    annotation = Annotation.objects.create(
        id=uuid4(),
        project=ledger.project,
        item_id=slot.item_id,
        source=source,
        version=ledger.version,
        assignment_id=slot.pk,
        kind=kind,
        reason="unclear" if kind == AnnotationKind.SKIP else "",
        supersedes=head,
        submitted_at=timezone.now(),
        created_at=timezone.now(),
        active_ms=active_ms,
        tool="test",
        body_hash="0" * 64,
    )
    if kind == AnnotationKind.ANSWER:
        Label.objects.create(
            annotation=annotation,
            item_id=slot.item_id,
            question=ledger.question,
            choice=ledger.choice(choice),
            value={"kind": "choice", "choice": choice},
        )
    return annotation
