"""Who must read what, the quiz about it, and the acknowledgement."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Conflict
from core.models import AuditEntry
from guidelines import queries
from guidelines.actions.acknowledge import acknowledge
from guidelines.actions.answer_quiz import answer_quiz
from guidelines.models import Acknowledgement, QuizAttempt
from guidelines.readers import reading_state
from projects.models import Membership
from tests.factories.guidelines import a_document, publish_version
from tests.factories.projects import ProjectFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def asking(project, version, lead):
    """Version 2: rule 1 breaks, and a quiz asks about its two examples."""
    return publish_version(
        project, by=lead, document=quiz_document(), changes={"quiz": {"questions": 2}}
    )  # fmt: skip


def quiz_document():
    document = a_document()
    rule = document["rules"][0]
    rule["decision"] = {"en": "Choose Negative."}
    rule["examples"] = [{"text": "slow but good", "choice": "sentiment.negative"}]
    rule["counter_examples"] = [{"text": "good", "choice": "sentiment.positive"}]
    return document


def read(version, by):
    return acknowledge(version=version, by=by, now=NOW())


def answer(version, by, *, right=True, **options):
    quiz = queries.reading_due(by, version.guideline.project).quiz
    answers = {each.key: each.right if right else "mixed" for each in quiz.questions}
    return answer_quiz(version=version, by=by, answers=answers, now=NOW(), **options)


def code_of(call, *args, **kwargs):
    with pytest.raises(Conflict) as raised:
        call(*args, **kwargs)
    return raised.value.code


def test_nothing_is_due_before_and_after_a_first_version(project, annotator, lead):
    assert not queries.is_due(annotator, project)
    publish_version(project, by=lead)
    assert not queries.is_due(annotator, project)
    assert queries.reading_due(annotator, project) is None


def test_is_due_is_one_statement(project, asking, annotator, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert queries.is_due(annotator, project)


def test_editorial_version_is_not_due(project, version, lead, annotator):
    publish_version(project, by=lead, title="Other")

    assert not queries.is_due(annotator, project)


def test_who_was_there_before_reads_the_changes_only(project, asking, annotator):
    reading = queries.reading_due(annotator, project)

    assert (reading.version.number, reading.since) == (2, 1)
    assert [each.change.target for each in reading.changes] == ["rule:1"]
    assert [each.change_class for each in reading.changes] == ["breaking"]
    assert {each.field for each in reading.changes[0].change.fields} >= {"decision"}


def test_newcomer_reads_everything(project, asking, outsider):
    Membership.objects.create(
        project=project, user=outsider, roles=["annotator"], joined_at=NOW() + timedelta(days=1)
    )

    reading = queries.reading_due(outsider, project)

    assert (reading.since, reading.changes) == (0, ())
    assert len(reading.quiz.questions) == 2


def test_several_versions_are_read_at_once(project, version, lead, annotator, second_annotator):
    second = publish_version(project, by=lead, prose="Second")
    read(second, second_annotator)
    document = a_document()
    document["rules"][0]["title"] = {"en": "Two things"}
    document["rules"].append({"number": 2, "condition": "Irony", "decision": "As meant"})
    publish_version(project, by=lead, document=document)

    everything = queries.reading_due(annotator, project)
    rest = queries.reading_due(second_annotator, project)

    assert (everything.since, rest.since) == (1, 2)
    assert [each.change.target for each in everything.changes] == ["rule:2", "prose"]
    assert [each.change.target for each in rest.changes] == ["rule:2"]


def test_acknowledged_is_not_due_any_more_and_kept_once(project, version, lead, annotator):
    second = publish_version(project, by=lead, prose="Second")

    first, again = read(second, annotator), read(second, annotator)

    assert first == again
    assert not queries.is_due(annotator, project)
    assert Acknowledgement.objects.count() == 1
    assert AuditEntry.objects.filter(action="guideline.acknowledge").count() == 1
    publish_version(project, by=lead, prose="second!")  # editorial
    assert not queries.is_due(annotator, project)
    publish_version(project, by=lead, prose="Third")
    assert queries.is_due(annotator, project)


def test_acknowledging_an_old_version_is_a_conflict(project, version, lead, annotator):
    second = publish_version(project, by=lead, prose="Second")
    publish_version(project, by=lead, prose="Third")

    assert code_of(read, second, annotator) == "old_version"
    assert queries.is_due(annotator, project)


def test_acknowledging_a_draft_is_a_conflict(draft, annotator):
    assert code_of(read, draft, annotator) == "old_version"


def test_acknowledging_before_the_quiz_is_a_conflict(asking, annotator):
    assert code_of(read, asking, annotator) == "quiz_first"
    assert not Acknowledgement.objects.exists()


def test_quiz_failed_tried_again_and_passed_lets_acknowledge(project, asking, annotator):
    failed = answer(asking, annotator, right=False)
    assert (failed.attempt.passed, failed.attempt.n_right) == (False, 0)
    assert failed.result.wrong_rules == [1]
    assert code_of(read, asking, annotator) == "quiz_first"

    passed = answer(asking, annotator)

    assert (passed.attempt.passed, passed.attempt.n_right) == (True, 2)
    assert passed.attempt.answers[0].keys() == {"rule", "example", "question", "given", "right"}
    assert queries.reading_due(annotator, project).quiz.passed
    assert read(asking, annotator).attempt == passed.attempt
    assert not queries.is_due(annotator, project)


def test_attempt_that_was_answered_already_is_a_conflict(asking, annotator):
    answer(asking, annotator, right=False, attempt=1)

    assert code_of(answer, asking, annotator, attempt=1) == "quiz_moved"
    assert answer(asking, annotator, attempt=2).attempt.passed
    assert QuizAttempt.objects.count() == 2


def test_quiz_passed_or_absent_is_not_answered(project, asking, lead, annotator, second_annotator):
    answer(asking, annotator)
    assert code_of(answer, asking, annotator) == "quiz_passed"
    third = publish_version(project, by=lead, document=a_document())
    nothing = {"by": second_annotator, "answers": {}, "now": NOW()}
    assert code_of(answer_quiz, version=third, **nothing) == "no_quiz"
    assert code_of(answer_quiz, version=asking, **nothing) == "old_version"


def test_quiz_with_answers_missing_is_no_attempt(asking, annotator):
    with pytest.raises(ValidationError) as raised:
        answer_quiz(version=asking, by=annotator, answers={}, now=NOW())

    assert len(raised.value.message_dict) == 2
    assert not QuizAttempt.objects.exists()


def test_questions_stay_the_same_until_they_are_answered(project, asking, annotator):
    def keys():
        return [each.key for each in queries.reading_due(annotator, project).quiz.questions]

    assert keys() == keys()


def test_reading_does_not_grow_with_the_versions(
    project, asking, lead, annotator, django_assert_max_num_queries
):
    for number in range(3):
        publish_version(project, by=lead, prose=f"Text {number}")
    queries.reading_due(annotator, project)

    with django_assert_max_num_queries(8):
        queries.reading_due(annotator, project)


def test_lead_sees_who_has_read_what(
    project, asking, lead, annotator, second_annotator, django_assert_max_num_queries
):
    answer(asking, annotator, right=False)
    answer(asking, annotator)
    read(asking, annotator)

    with django_assert_max_num_queries(2):
        rows = {each.person: each for each in reading_state(project)}

    assert lead not in rows
    assert {annotator, second_annotator} <= set(rows)
    done, waiting = rows[annotator], rows[second_annotator]
    assert (done.acknowledged, done.attempts, done.is_due) == (2, 2, False)
    assert done.passed_at < done.acknowledged_at
    assert (waiting.acknowledged, waiting.attempts, waiting.passed_at) == (None, 0, None)
    assert waiting.is_due


def test_acknowledgements_of_other_projects_do_not_count(asking, annotator):
    other = ProjectFactory()
    publish_version(other)
    read(publish_version(other, prose="Other"), annotator)

    assert queries.is_due(annotator, asking.guideline.project)
    assert queries.reading_due(annotator, asking.guideline.project).since == 1


@pytest.mark.django_db(transaction=True)
def test_same_attempt_from_two_tabs_counts_once(asking, annotator):
    results = at_once(
        lambda: answer(asking, annotator, right=False, attempt=1),
        lambda: answer(asking, annotator, right=False, attempt=1),
    )

    assert [each.code for each in results if isinstance(each, Conflict)] == ["quiz_moved"]
    assert QuizAttempt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_acknowledged_at_once_is_kept_once(project, version, lead, annotator):
    second = publish_version(project, by=lead, prose="Second")

    results = at_once(*[lambda: read(second, annotator)] * 4)

    assert len({each.pk for each in results}) == 1
    assert AuditEntry.objects.filter(action="guideline.acknowledge").count() == 1
