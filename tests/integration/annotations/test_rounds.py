"""Asked again: slots of a campaign, answers that were carried over, and who may be served."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from annotations.actions.lease_items import lease
from annotations.actions.release_expired_leases import release_expired_leases
from annotations.actions.return_items import return_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.models import (
    RESERVED_POSITIONS,
    Annotation,
    Assignment,
    Label,
    Source,
    SourceKind,
    TrainingResult,
)
from annotations.queries.history import last_answers, previous_answers
from annotations.queries.serving import reopened
from guidelines.actions.acknowledge import acknowledge
from tests.factories.annotations import an_answer, answered, leased, next_position, open_items
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db


def submit(project, by, answer):
    (outcome,) = submit_annotations(project=project, by=by, answers=[answer], now=timezone.now())
    return outcome


def reserve(item, person, *, round=1, **fields):
    """A slot of a campaign that asks the same person again."""
    last = max(Assignment.objects.filter(item=item).values_list("slot", flat=True))
    return Assignment.objects.create(
        project_id=item.project_id,
        item=item,
        slot=last + 1,
        round=round,
        state="reserved",
        reserved_for=person,
        priority=3,
        position=RESERVED_POSITIONS + next_position(),
        **fields,
    )


def carry_over(annotation, version, choice="negative"):
    """What a migration writes: the same rater, another source."""
    source, _made = Source.objects.get_or_create(
        project_id=annotation.project_id,
        kind=SourceKind.MIGRATION,
        name=f"migration-{annotation.source_id}",
        version=f"v{version.number}",
        on_behalf_of_id=annotation.source_id,
        defaults={"created_at": timezone.now()},
    )
    row = Annotation.objects.create(
        id=uuid4(),
        project_id=annotation.project_id,
        item_id=annotation.item_id,
        source=source,
        version=version,
        kind="answer",
        supersedes=annotation,
        submitted_at=timezone.now(),
        created_at=timezone.now(),
        tool="migration",
        body_hash="-",
    )
    old = annotation.labels.get()
    Label.objects.create(
        annotation=row,
        item_id=row.item_id,
        question=old.question,
        choice=old.question.choices.get(key=choice),
        value={"kind": "choice", "choice": choice},
    )
    return row


@pytest.fixture
def first(project, queue, annotator):
    """The annotator's answer to the first item, under version 1."""
    assert answered(project, annotator).status == 201
    return Annotation.objects.get()


@pytest.fixture
def second_version(project, version, lead):
    """An editorial one: nobody has to read it."""
    return publish_version(project, by=lead)


def test_reserved_slot_is_handed_out_first_and_to_its_person_only(
    project, first, second_version, annotator, second_annotator
):
    slot = reserve(first.item, annotator)

    others = leased(project, second_annotator, 5)
    mine = leased(project, annotator, 2)

    assert slot.pk not in [serving.assignment for serving in others]
    assert (mine[0].assignment, mine[0].round) == (slot.pk, 1)
    assert mine[0].version_id == second_version.pk
    assert mine[1].round == 0


def test_answer_to_a_reserved_slot_supersedes_the_last_one(
    project, first, second_version, annotator
):
    slot = reserve(first.item, annotator)
    (serving,) = leased(project, annotator)
    answer = an_answer(serving.assignment, {"sentiment": "mixed"}, version=2)

    outcome = submit(project, annotator, answer)

    assert outcome.status == 201
    again = Annotation.objects.get(supersedes=first)
    assert (again.assignment_id, again.version_id) == (slot.pk, second_version.pk)
    slot.refresh_from_db()
    assert (slot.state, slot.annotator_id) == ("done", annotator.pk)
    assert submit(project, annotator, answer).status == 200
    twice = an_answer(serving.assignment, {"sentiment": "positive"}, version=2)
    assert submit(project, annotator, twice).code == "already_answered"
    assert Annotation.objects.count() == 2


def test_answer_of_the_first_round_is_never_superseded_by_another_of_it(project, first, annotator):
    twice = an_answer(first.assignment_id, {"sentiment": "mixed"})

    assert submit(project, annotator, twice).code == "already_answered"


def test_reserved_slots_do_not_move_the_cursor_of_the_queue(
    project, first, second_version, annotator, queue
):
    reserve(first.item, annotator)
    again = leased(project, annotator)[0]
    submit(project, annotator, an_answer(again.assignment, version=2))

    assert leased(project, annotator)[0].item_id == queue[1].pk


@pytest.mark.parametrize("ending", ["returned", "expired"])
def test_reserved_slot_that_comes_back_waits_for_the_same_person(
    project, first, second_version, annotator, second_annotator, ending
):
    slot = reserve(first.item, annotator)
    leased(project, annotator)
    if ending == "returned":
        assert return_items(project=project, by=annotator) == 1
    else:
        Assignment.objects.filter(pk=slot.pk).update(
            lease_until=F("lease_until") - timezone.timedelta(days=1)
        )
        assert release_expired_leases(project=project) == 1

    slot.refresh_from_db()
    assert (slot.state, slot.annotator_id, slot.reserved_for_id) == ("reserved", None, annotator.pk)
    assert slot.position < 0
    assert leased(project, annotator)[0].assignment == slot.pk


def test_lost_slot_of_a_campaign_is_not_replaced_by_one_of_the_first_round(
    project, queue, first, second_version, annotator, second_annotator
):
    slot = reserve(first.item, annotator)
    leased(project, annotator)
    Assignment.objects.filter(pk=slot.pk).update(
        state="closed", annotator=None, lease_until=None, previous_annotator=annotator
    )

    outcome = submit(project, annotator, an_answer(slot.pk, version=2))

    assert outcome.status in (409, 410)
    assert Annotation.objects.count() == 1


def test_skip_in_a_campaign_asks_somebody_else_in_the_same_round(
    project, first, second_version, annotator
):
    reserve(first.item, annotator)
    (serving,) = leased(project, annotator)

    assert submit(
        project, annotator, an_answer(serving.assignment, {}, reason="unclear", version=2)
    ).status == 201  # fmt: skip

    skipped = Annotation.objects.get(supersedes=first)
    replacement = Assignment.objects.get(replaces=serving.assignment)
    assert skipped.kind == "skip"
    assert (replacement.round, replacement.state, replacement.reserved_for) == (1, "open", None)


def test_carried_over_answer_can_be_changed_by_its_rater_only(
    project, first, second_version, annotator, second_annotator
):
    row = carry_over(first, second_version)
    shown = last_answers(project, annotator, "en")
    assert [entry.annotation for entry in shown] == [str(row.pk)]
    assert reopened(project, annotator, first.pk).supersedes == str(row.pk)

    change = an_answer(None, {"sentiment": "mixed"}, supersedes=row.pk, version=2)
    assert submit(project, second_annotator, change).status == 422
    assert submit(project, annotator, change).status == 201

    assert Annotation.objects.get(supersedes=row).source == first.source


def test_database_refuses_a_line_across_raters(project, first, second_version, second_annotator):
    answered(project, second_annotator, version=2)
    other = Annotation.objects.exclude(pk=first.pk).get()
    row = carry_over(first, second_version)
    with pytest.raises(IntegrityError, match="another item or source"), transaction.atomic():
        Annotation.objects.create(
            id=uuid4(),
            project=project,
            item=first.item,
            source=other.source,
            version=second_version,
            kind="answer",
            supersedes=row,
            submitted_at=timezone.now(),
            created_at=timezone.now(),
            tool="attack",
            body_hash="-",
        )


def test_database_refuses_a_carried_over_label_without_the_one_it_carries(
    project, first, second_version
):
    source = carry_over(first, second_version).source
    with pytest.raises(IntegrityError, match="supersedes the label"), transaction.atomic():
        Annotation.objects.create(
            id=uuid4(),
            project=project,
            item=open_items(project, 1)[0],
            source=source,
            version=second_version,
            kind="answer",
            submitted_at=timezone.now(),
            created_at=timezone.now(),
            tool="attack",
            body_hash="-",
        )


def test_database_refuses_a_source_that_stands_for_a_carrying_over(project, first, second_version):
    migration = carry_over(first, second_version).source
    with pytest.raises(IntegrityError, match="no rater"), transaction.atomic():
        Source.objects.create(
            project=project,
            kind=SourceKind.MIGRATION,
            name="again",
            version="v3",
            on_behalf_of=migration,
            created_at=timezone.now(),
        )


def test_database_refuses_to_show_an_answer_to_somebody_else(project, queue):
    with pytest.raises(IntegrityError, match="shows_nobody_elses"), transaction.atomic():
        Assignment.objects.filter(item=queue[0]).update(show_previous=True)


def test_previous_answers_are_ones_own_and_named_by_their_version(
    project, first, second_version, annotator, second_annotator
):
    answered(project, second_annotator, {"sentiment": "negative"})

    found = previous_answers(project, annotator, [first.item_id], "en")

    assert {item: (each.summary, each.version) for item, each in found.items()} == {
        first.item_id: ("Positive", 1),
    }


def breaking(project, lead):
    document = a_document()
    document["rules"][0]["decision"] = {"en": "Choose Negative."}
    return publish_version(project, by=lead, document=document)


def test_nothing_new_is_leased_before_the_changes_are_read(project, queue, annotator, lead):
    (held,) = leased(project, annotator)
    newer = breaking(project, lead)

    waiting = lease(project=project, by=annotator, count=5)

    assert ([each.assignment for each in waiting.servings], waiting.gate) == (
        [held.assignment],
        "reading",
    )
    assert waiting.servings[0].version_id == held.version_id
    assert submit(project, annotator, an_answer(held.assignment)).status == 201
    acknowledge(version=newer, by=annotator, now=timezone.now())
    admitted = lease(project=project, by=annotator, count=1)
    assert (admitted.gate, admitted.servings[0].version_id) == ("", newer.pk)


def test_nothing_is_leased_before_training_is_passed(project, queue, annotator):
    project.training_items = 3
    project.save()

    assert lease(project=project, by=annotator, count=1).gate == "training"
    result = {"project": project, "person": annotator, "n_items": 3, "created_at": timezone.now()}
    TrainingResult.objects.create(attempt=1, n_right=1, passed=False, **result)
    assert lease(project=project, by=annotator, count=1).gate == "training"
    TrainingResult.objects.create(attempt=2, n_right=3, passed=True, **result)
    assert lease(project=project, by=annotator, count=1).servings


def test_lease_looks_at_reserved_slots_by_their_index(project, first, annotator):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM annotations_assignment WHERE project_id = %s"
            " AND reserved_for_id = %s AND state = 'reserved' ORDER BY priority, position LIMIT 5",
            [project.pk, annotator.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "assignment_reserved" in plan
    assert "Sort" not in plan
