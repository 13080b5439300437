"""Answers on their way into the ledger."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.actions.return_items import return_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.models import Annotation, Assignment, AssignmentState, Draft, Item, Label, Source
from projects.models import ProjectState
from tests.factories.accounts import UserFactory
from tests.factories.annotations import (
    an_answer,
    answered,
    human_source,
    leased,
    open_items,
)
from tests.factories.guidelines import a_document, publish_version
from tests.factories.projects import ProjectFactory


@pytest.fixture
def submit(project, annotator):
    def submit(*answers, by=annotator):
        outcomes = submit_annotations(
            project=project,
            by=by,
            answers=list(answers),
            now=timezone.now(),
        )
        return outcomes[0] if len(outcomes) == 1 else outcomes

    return submit


@pytest.fixture
def slot(project, queue, annotator):
    """The assignment that is on Bob's screen."""
    return leased(project, annotator)[0].assignment


def give_away(assignment, to):
    """The lease ran out, and somebody else was quicker."""
    previous = Assignment.objects.get(pk=assignment).annotator_id
    Assignment.objects.filter(pk=assignment).update(
        annotator=to,
        previous_annotator=previous,
        state="leased",
    )


def test_submit_answer_stores_it_with_its_whole_lineage(slot, submit, project, annotator, version):
    started = timezone.now() - timedelta(seconds=9)
    answer = an_answer(slot, started_at=started, active_ms=900, comment="sure", tool="label-1")

    outcome = submit(answer)

    row = Annotation.objects.get(pk=answer.id)
    label = Label.objects.get(annotation=row)
    held = Assignment.objects.get(pk=slot)
    assert (outcome.status, outcome.code, outcome.summary) == (201, "stored", "Positive")
    assert (row.project, row.version, row.assignment, row.source.person) == (
        project,
        version,
        held,
        annotator,
    )
    assert (row.started_at, row.active_ms, row.comment, row.tool) == (
        started,
        900,
        "sure",
        "label-1",
    )
    assert (label.value, label.choice.key, label.question.key) == (
        {"kind": "choice", "choice": "positive"},
        "positive",
        "sentiment",
    )
    assert held.state == AssignmentState.DONE


def test_submit_two_annotators_have_a_source_each(queue, submit, project, annotator, owner):
    answered(project, annotator)
    answered(project, owner)
    answered(project, annotator)

    assert Source.objects.filter(project=project).count() == 2


def test_submit_same_answer_again_is_stored_once_and_says_the_same(slot, submit):
    answer = an_answer(slot)
    first, again = submit(answer), submit(answer)

    assert (first.status, again.status) == (201, 200)
    assert first.summary == again.summary == "Positive"
    assert Annotation.objects.count() == 1


def test_submit_same_answer_twice_in_one_request_is_stored_once(slot, submit):
    answer = an_answer(slot)

    assert [outcome.status for outcome in submit(answer, answer)] == [201, 200]


def test_submit_same_id_with_another_body_keeps_both(slot, submit, annotator):
    answer = an_answer(slot)
    submit(answer)
    other = an_answer(slot, {"sentiment": "negative"}, id=answer.id)

    outcome = submit(other)
    submit(other)

    assert (outcome.status, outcome.code) == (409, "id_taken")
    assert Label.objects.get().choice.key == "positive"
    kept = Draft.objects.get(annotator=annotator)
    assert (kept.refused_id, kept.values) == (answer.id, {"sentiment": "negative"})


def test_submit_id_of_somebody_else_is_a_conflict_that_shows_nothing(
    slot,
    submit,
    project,
    second_annotator,
):
    answer = an_answer(slot)
    submit(answer)
    theirs = leased(project, second_annotator)[0].assignment

    outcome = submit(an_answer(theirs, id=answer.id), by=second_annotator)

    assert (outcome.status, outcome.code, outcome.summary) == (409, "id_taken", "")


def test_submit_replay_after_the_project_was_closed_is_still_acknowledged(slot, submit, project):
    answer = an_answer(slot)
    submit(answer)
    project.state = ProjectState.CLOSED

    assert submit(answer).status == 200


def test_submit_to_a_closed_project_stores_nothing(slot, submit, project):
    project.state = ProjectState.CLOSED

    outcome = submit(an_answer(slot))

    assert (outcome.status, outcome.code) == (409, "project_closed")
    assert not Annotation.objects.exists()
    assert Assignment.objects.get(pk=slot).state == AssignmentState.LEASED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"sentiment": "wonderful"}, "sentiment"),
        ({"sentiment": 3}, "sentiment"),
        ({}, "sentiment"),
        ({"sentiment": ""}, "sentiment"),
        ({"sentiment": "positive", "mood": "x"}, "mood"),
    ],
)
def test_submit_values_that_do_not_fit_the_schema_store_nothing(slot, submit, values, field):
    outcome = submit(an_answer(slot, values))

    assert (outcome.status, list(outcome.errors)) == (422, [field])
    assert not Annotation.objects.exists()
    assert Assignment.objects.get(pk=slot).state == AssignmentState.LEASED


def test_submit_unknown_choice_names_the_question_and_what_is_allowed(slot, submit):
    outcome = submit(an_answer(slot, {"sentiment": "wonderful"}))

    assert "“sentiment”" in outcome.message
    assert "positive, negative, mixed" in outcome.message


def test_submit_one_bad_answer_does_not_sink_the_others(project, queue, submit, annotator):
    first, second, third = (each.assignment for each in leased(project, annotator, 3))

    outcomes = submit(an_answer(first), an_answer(second, {"sentiment": "no"}), an_answer(third))

    assert [outcome.status for outcome in outcomes] == [201, 422, 201]


def test_submit_answer_and_its_change_in_one_request_are_one_line(slot, submit):
    first = an_answer(slot)
    second = an_answer(slot, {"sentiment": "mixed"}, supersedes=first.id)

    outcomes = submit(first, second)

    assert [outcome.status for outcome in outcomes] == [201, 201]
    assert Annotation.objects.current().get().pk == second.id


def test_submit_second_first_answer_from_another_tab_is_a_conflict_with_the_head(slot, submit):
    first = an_answer(slot)
    submit(first)

    outcome = submit(an_answer(slot, {"sentiment": "negative"}))

    assert (outcome.status, outcome.code, outcome.head) == (
        409,
        "already_answered",
        str(first.id),
    )
    assert Draft.objects.get().values == {"sentiment": "negative"}


def test_submit_revision_of_a_superseded_answer_is_a_conflict_with_the_head(slot, submit):
    first = an_answer(slot)
    second = an_answer(slot, {"sentiment": "mixed"}, supersedes=first.id)
    submit(first)
    submit(second)

    outcome = submit(an_answer(slot, {"sentiment": "negative"}, supersedes=first.id))

    assert (outcome.status, outcome.code, outcome.head) == (409, "superseded", str(second.id))


def test_submit_revision_of_somebody_elses_answer_is_not_valid(
    slot,
    submit,
    project,
    second_annotator,
):
    first = an_answer(slot)
    submit(first)

    outcome = submit(an_answer(None, supersedes=first.id), by=second_annotator)

    assert (outcome.status, list(outcome.errors)) == (422, ["supersedes"])


def test_submit_revision_is_made_under_the_version_on_the_screen(slot, submit, project):
    first = an_answer(slot)
    submit(first)
    newer = publish_version(project)

    outcome = submit(an_answer(slot, supersedes=first.id, version=newer.number))

    assert outcome.status == 201
    assert Annotation.objects.current().get().version == newer


@pytest.mark.parametrize("number", [7, 2])
def test_submit_under_a_version_that_was_never_published_is_not_valid(
    slot,
    submit,
    project,
    number,
):
    outcome = submit(an_answer(slot, version=number))

    assert (outcome.status, list(outcome.errors)) == (422, ["version"])


def test_submit_under_another_version_than_the_served_one_is_a_conflict(slot, submit, project):
    publish_version(project)

    outcome = submit(an_answer(slot, version=2))

    assert (outcome.status, outcome.code) == (409, "version_changed")


def test_submit_choice_that_only_a_later_version_has_is_not_valid(slot, submit, project):
    publish_version(project, document=a_document("positive", "ironic"))

    outcome = submit(an_answer(slot, {"sentiment": "ironic"}))

    assert (outcome.status, list(outcome.errors)) == (422, ["sentiment"])


def test_submit_after_the_lease_ran_out_is_stored_while_the_slot_is_theirs(slot, submit):
    Assignment.objects.filter(pk=slot).update(lease_until=timezone.now() - timedelta(hours=1))

    assert submit(an_answer(slot)).status == 201


def test_submit_after_the_slot_was_released_takes_it_back(slot, submit, project, annotator):
    return_items(project=project, by=annotator)

    assert submit(an_answer(slot)).status == 201
    assert Assignment.objects.get(pk=slot).annotator == annotator


def test_submit_after_the_slot_went_away_takes_another_open_one_of_the_item(
    slot,
    submit,
    annotator,
    second_annotator,
):
    give_away(slot, second_annotator)

    assert submit(an_answer(slot)).status == 201
    row = Annotation.objects.get()
    assert (row.assignment.annotator, row.assignment_id != slot) == (annotator, True)
    assert Assignment.objects.get(pk=slot).annotator == second_annotator


def test_submit_when_no_slot_is_left_is_gone_and_kept_as_draft(
    project,
    version,
    submit,
    annotator,
    second_annotator,
):
    open_items(project, 1, overlap=1)
    slot = leased(project, annotator)[0].assignment
    give_away(slot, second_annotator)

    outcome = submit(an_answer(slot, comment="my words"))

    assert (outcome.status, outcome.code) == (410, "lease_lost")
    kept = Draft.objects.get(annotator=annotator)
    assert (kept.values, kept.comment) == ({"sentiment": "positive"}, "my words")
    assert not Annotation.objects.exists()


def test_submit_to_a_slot_one_never_held_is_gone(slot, submit, second_annotator):
    assert submit(an_answer(slot), by=second_annotator).status == 410
    assert not Annotation.objects.exists()


def test_submit_to_an_assignment_of_another_project_is_not_valid(slot, submit, owner):
    other = publish_other_project(owner)

    outcome = submit(an_answer(other))

    assert (outcome.status, list(outcome.errors)) == (422, ["assignment"])


def publish_other_project(owner):
    project = ProjectFactory(created_by=owner)
    publish_version(project)
    open_items(project, 1)
    return leased(project, owner)[0].assignment


def test_submit_for_a_withdrawn_item_is_gone(slot, submit, queue):
    Item.objects.filter(pk=queue[0].pk).update(withdrawn_at=timezone.now())

    outcome = submit(an_answer(slot))

    assert (outcome.status, outcome.code) == (410, "item_withdrawn")


def test_submit_skip_opens_a_slot_for_somebody_else(slot, submit, queue, project):
    outcome = submit(an_answer(slot, {}, reason="unclear"))

    replacement = Assignment.objects.get(replaces=slot)
    assert outcome.status == 201
    assert (replacement.state, replacement.item_id, replacement.slot) == ("open", queue[0].pk, 3)
    assert Annotation.objects.get().reason == "unclear"


@pytest.mark.parametrize("reason", ["", "bored"])
def test_submit_skip_without_a_known_reason_is_not_valid(slot, submit, reason):
    outcome = submit(an_answer(slot, {}, kind="skip", reason=reason))

    assert (outcome.status, list(outcome.errors)) == (422, ["reason"])


def test_submit_skips_open_at_most_overlap_more_slots(project, version, submit):
    project.overlap = 2
    (item,) = open_items(project, 1, overlap=2)
    for _round in range(6):
        person = UserFactory()
        for serving in leased(project, person):
            submit(an_answer(serving.assignment, {}, reason="unclear"), by=person)

    assert Assignment.objects.filter(item=item).count() == 4
    assert Annotation.objects.filter(item=item, kind="skip").count() == 4


def test_submit_answer_after_a_skip_closes_the_replacement(slot, submit):
    skip = an_answer(slot, {}, reason="unclear")
    submit(skip)

    outcome = submit(an_answer(slot, supersedes=skip.id))

    assert outcome.status == 201
    assert Assignment.objects.get(replaces=slot).state == AssignmentState.CLOSED


def test_submit_answer_after_a_skip_leaves_a_replacement_on_a_screen_alone(
    slot,
    submit,
    project,
    second_annotator,
):
    skip = an_answer(slot, {}, reason="unclear")
    submit(skip)
    (served,) = leased(project, second_annotator)

    submit(an_answer(slot, supersedes=skip.id))

    replacement = Assignment.objects.get(replaces=slot)
    assert (replacement.pk, replacement.state) == (served.assignment, AssignmentState.LEASED)


def test_submit_retraction_ends_the_line_and_asks_somebody_else(slot, submit):
    first = an_answer(slot)
    submit(first)

    outcome = submit(an_answer(None, {}, kind="retraction", supersedes=first.id))

    assert outcome.status == 201
    assert Annotation.objects.current().get().kind == "retraction"
    assert Assignment.objects.filter(replaces=slot, state="open").exists()


def test_submit_retraction_of_nothing_is_not_valid(slot, submit):
    outcome = submit(an_answer(slot, {}, kind="retraction"))

    assert (outcome.status, list(outcome.errors)) == (422, ["kind"])


def test_submit_clears_the_draft(slot, submit, annotator):
    Draft.objects.create(assignment_id=slot, annotator=annotator, saved_at=timezone.now())

    submit(an_answer(slot))

    assert not Draft.objects.exists()


@pytest.mark.parametrize("minutes", [-600, 60])
def test_submit_impossible_device_time_is_replaced_by_the_servers(slot, submit, minutes):
    said = timezone.now() + timedelta(minutes=minutes)
    submit(an_answer(slot, submitted_at=said))

    row = Annotation.objects.get()
    assert row.submitted_at == row.created_at


def test_submit_possible_device_time_is_kept(slot, submit):
    Assignment.objects.filter(pk=slot).update(leased_at=timezone.now() - timedelta(hours=1))
    said = timezone.now() - timedelta(minutes=30)
    submit(an_answer(slot, submitted_at=said))

    assert Annotation.objects.get().submitted_at == said


def test_submit_existing_source_of_the_person_is_used(project, queue, annotator):
    source = human_source(project, annotator)
    answered(project, annotator)

    assert Annotation.objects.get().source == source


def test_submit_retry_after_conflict_with_a_new_id_stands(slot, submit):
    first = an_answer(slot)
    submit(first)
    submit(an_answer(slot, {"sentiment": "negative"}, id=first.id))

    outcome = submit(an_answer(slot, {"sentiment": "negative"}, id=uuid4(), supersedes=first.id))

    assert outcome.status == 201
