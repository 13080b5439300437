"""Items with open slots, sources, and answers given through the actions."""

from uuid import uuid4

import factory
from django.db import connection
from django.utils import timezone

from annotations.actions.lease_items import lease_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.answers import ANSWER, SKIP, Answer
from annotations.models import Assignment, Batch, Item, Source, SourceKind
from core.digest import digest
from tests.factories.accounts import UserFactory
from tests.factories.projects import ProjectFactory


class BatchFactory(factory.django.DjangoModelFactory):
    """One arrival of items."""

    class Meta:
        model = Batch

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"messages-{n}.jsonl")
    created_by = factory.SelfAttribute("project.created_by")
    created_at = factory.LazyFunction(timezone.now)


class ItemFactory(factory.django.DjangoModelFactory):
    """A text without slots; `open_slots` gives it some."""

    class Meta:
        model = Item

    project = factory.SubFactory(ProjectFactory)
    external_id = factory.Sequence(lambda n: f"msg-{n:06}")
    payload = factory.LazyAttribute(lambda item: {"text": f"The text of {item.external_id}"})
    batch = factory.LazyAttribute(lambda item: BatchFactory(project=item.project))
    created_at = factory.LazyFunction(timezone.now)


class SourceFactory(factory.django.DjangoModelFactory):
    """An annotator named in an imported file; `human_source` makes a person's."""

    class Meta:
        model = Source

    project = factory.SubFactory(ProjectFactory)
    kind = SourceKind.IMPORT
    name = factory.Sequence(lambda n: f"annotator {n}")
    created_at = factory.LazyFunction(timezone.now)


def human_source(project, person=None):
    person = person or UserFactory()
    return SourceFactory(
        project=project,
        kind=SourceKind.HUMAN,
        name=f"user-{person.pk}",
        person=person,
    )


def next_position():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('annotations_position_seq')")
        return cursor.fetchone()[0]


def open_slots(item, overlap=2, priority=5):
    """The item's slots, which share one position as an import gives it to them."""
    position = next_position()
    return [
        Assignment.objects.create(
            project_id=item.project_id,
            item=item,
            slot=slot,
            priority=priority,
            position=position,
        )
        for slot in range(1, overlap + 1)
    ]


def open_items(project, count, overlap=2, priority=5):
    """Items of one batch with open slots, in the order of the queue."""
    batch = BatchFactory(project=project)
    items = [ItemFactory(project=project, batch=batch) for _ in range(count)]
    for item in items:
        open_slots(item, overlap, priority)
    return items


def an_answer(assignment, values=None, **fields):
    """What a client sends for a leased slot; a skip when `reason` is given."""
    kind = fields.pop("kind", SKIP if fields.get("reason") else ANSWER)
    body = {
        "id": uuid4(),
        "kind": kind,
        "assignment": assignment,
        "version": 1,
        "values": values if values is not None else {"sentiment": "positive"},
        "tool": "test",
        **fields,
    }
    hashed = {name: str(value) for name, value in body.items() if name not in ("id", "tool")}
    return Answer(**{"body_hash": digest(hashed), **body})


def leased(project, by, count=1):
    """Items on the annotator's screen."""
    return lease_items(project=project, by=by, count=count)


def answered(project, by, values=None, **fields):
    """Lease the next item and answer it; the outcome."""
    (serving,) = leased(project, by)[:1]
    answer = an_answer(serving.assignment, values, **fields)
    (outcome,) = submit_annotations(project=project, by=by, answers=[answer], now=timezone.now())
    return outcome
