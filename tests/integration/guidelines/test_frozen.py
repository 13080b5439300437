"""Attacks on what the database must keep, by plain SQL."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from guidelines.models import (
    Acknowledgement,
    Choice,
    GuidelineVersion,
    Question,
    QuizAttempt,
    VersionState,
)
from tests.factories.guidelines import DraftFactory, GuidelineFactory, publish_version

pytestmark = pytest.mark.django_db


def attack(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE waits for nothing pending
        cursor.execute(sql, params)
        return cursor.rowcount


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE guidelines_guidelineversion SET prose = 'other'",
        "UPDATE guidelines_guidelineversion SET state = 'draft', published_at = NULL,"
        " published_by_id = NULL",
        "UPDATE guidelines_guidelineversion SET number = 99",
        "UPDATE guidelines_guidelineversion SET changes = '{}', change_class = 'editorial'",
        "UPDATE guidelines_guidelineversion SET reading_number = 0",
        "DELETE FROM guidelines_guidelineversion",
        "TRUNCATE guidelines_guidelineversion CASCADE",
        "UPDATE guidelines_question SET kind = 'spans'",
        "DELETE FROM guidelines_question",
        "TRUNCATE guidelines_question CASCADE",
        "UPDATE guidelines_choice SET key = 'other'",
        "DELETE FROM guidelines_choice",
        "TRUNCATE guidelines_choice CASCADE",
        "UPDATE guidelines_guideline SET created_at = now()",
        "DELETE FROM guidelines_guideline",
        "TRUNCATE guidelines_guideline CASCADE",
    ],
)
def test_rewriting_history_is_refused_by_the_database(version, sql):
    with pytest.raises(DatabaseError, match="refused"):
        attack(sql)

    assert GuidelineVersion.objects.get(pk=version.pk).prose == version.prose
    assert Choice.objects.count() == 3


@pytest.mark.parametrize("table", ["guidelines_quizattempt", "guidelines_acknowledgement"])
@pytest.mark.parametrize(
    "sql",
    ["UPDATE {} SET person_id = person_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_rewriting_who_read_what_is_refused_by_the_database(version, annotator, table, sql):
    attempt = QuizAttempt.objects.create(
        version=version, person=annotator, answers=[], n_right=0, pass_mark=100, passed=False,
        created_at=timezone.now(),
    )  # fmt: skip
    Acknowledgement.objects.create(
        version=version, person=annotator, attempt=attempt, created_at=timezone.now()
    )

    with pytest.raises(DatabaseError, match="refused"):
        attack(sql.format(table))

    assert Acknowledgement.objects.get().attempt == attempt


def test_discarded_draft_does_not_change_again():
    draft = DraftFactory(state=VersionState.DISCARDED)

    with pytest.raises(DatabaseError, match="refused"):
        attack("UPDATE guidelines_guidelineversion SET state = 'draft' WHERE id = %s", draft.pk)


def test_draft_may_change_and_go():
    draft = DraftFactory()

    assert attack("UPDATE guidelines_guidelineversion SET prose = 'x' WHERE id = %s", draft.pk) == 1
    assert attack("DELETE FROM guidelines_guidelineversion WHERE id = %s", draft.pk) == 1


def test_two_drafts_of_a_guideline_are_refused():
    first = DraftFactory()

    with pytest.raises(IntegrityError, match="version_one_draft_per_guideline"):
        DraftFactory(guideline=first.guideline, number=2)


def test_same_number_twice_is_refused(version):
    with pytest.raises(IntegrityError, match="version_number_unique_in_guideline"):
        DraftFactory(guideline=version.guideline, number=1)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": VersionState.PUBLISHED, "content_hash": "a"}, "has_who_and_when"),
        ({"published_at": timezone.now()}, "has_who_and_when"),
    ],
)
def test_published_names_who_and_when(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        DraftFactory(**fields)


def test_published_without_hash_is_refused(lead):
    with pytest.raises(IntegrityError, match="version_published_has_hash"):
        DraftFactory(state=VersionState.PUBLISHED, published_at=timezone.now(), published_by=lead)


def test_identities_are_unique(version):
    question = Question.objects.get()

    with pytest.raises(IntegrityError, match="question_key_unique"), transaction.atomic():
        Question.objects.create(guideline=version.guideline, key="sentiment", kind="choice")
    with pytest.raises(IntegrityError, match="choice_key_unique"), transaction.atomic():
        Choice.objects.create(question=question, key="mixed")


def test_second_guideline_of_a_project_is_refused(version):
    with pytest.raises(IntegrityError):
        GuidelineFactory(project=version.guideline.project)


def test_version_of_another_project_keeps_its_own_identities(project, version):
    other = publish_version(GuidelineFactory().project)

    assert Question.objects.filter(key="sentiment").count() == 2
    assert other.content_hash == version.content_hash
