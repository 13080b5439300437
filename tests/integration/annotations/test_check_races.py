"""Checks while many things happen at once: real threads, each with a connection of its own."""

from collections import Counter
from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.actions.training import mark_gold
from annotations.models import Annotation, Assignment, Label, Purpose, RepeatAnswer
from projects.actions.projects import change_project
from tests.factories.accounts import UserFactory
from tests.factories.annotations import an_answer, answered, leased, open_items
from tests.factories.guidelines import publish_version
from tests.factories.projects import ProjectFactory
from tests.integration.annotations.test_races import submit
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(transactional_db, monkeypatch):
    """Every item that is handed out draws a check, and gold items are asked for as well."""
    monkeypatch.setattr("annotations.actions.check_draw.draw", lambda *_which: 0.0)
    project = ProjectFactory(overlap=2)
    publish_version(project)
    for item in open_items(project, 12, overlap=2):
        mark_gold(
            project=project,
            item=item,
            values={"sentiment": "positive"},
            explanation="",
            rule_number=None,
            by=project.created_by,
            now=timezone.now(),
        )
    change_project(
        project=project,
        by=project.created_by,
        now=timezone.now(),
        gold_rate=50,
        repeat_rate=50,
        repeat_after_items=10,
        repeat_after_days=0,
    )
    project.refresh_from_db()
    return project


@pytest.mark.parametrize("attempt", range(3))
def test_tabs_that_lease_at_once_never_get_an_item_twice_and_never_fail(project, attempt):
    person = UserFactory()

    got = [at_once(*[lambda: leased(project, person, 2) for _ in range(4)]) for _ in range(4)]

    assert all(isinstance(servings, list) for round in got for servings in round), got
    rows = Assignment.objects.filter(annotator=person).values_list("item", flat=True)
    assert max(Counter(rows).values()) == 1
    checks = Assignment.objects.filter(purpose=Purpose.GOLD, reserved_for=person)
    assert checks.values("item").distinct().count() == checks.count() > 0


@pytest.mark.parametrize("attempt", range(3))
def test_repeat_that_is_answered_at_once_in_two_tabs_is_stored_once(project, attempt):
    person = UserFactory()
    open_items(project, 30, overlap=1)
    for _ in range(40):
        assert answered(project, person).is_stored
        waiting = Assignment.objects.filter(purpose=Purpose.REPEAT, state="reserved")
        if waiting.exists():
            break
    serving = next(
        each
        for each in leased(project, person, 20)
        if Assignment.objects.get(pk=each.assignment).purpose == Purpose.REPEAT
    )
    before = RepeatAnswer.objects.count()
    answers = [an_answer(serving.assignment, id=uuid4()) for _ in range(4)]

    got = at_once(*[lambda one=one: submit(project, person, one)[0] for one in answers])

    assert sorted(outcome.status for outcome in got) == [201, 409, 409, 409]
    assert {outcome.code for outcome in got} <= {"stored", "already_answered", "busy"}
    assert RepeatAnswer.objects.count() == before + 1


def test_ledger_stays_whole_when_checks_and_labels_mix(project):
    people = UserFactory.create_batch(3)

    def work(person):
        for _ in range(12):
            held = leased(project, person, 3)
            if not held:
                return
            submit(project, person, *[an_answer(each.assignment) for each in held])

    got = at_once(*[lambda person=person: work(person) for person in people])

    assert got == [None] * 3
    real = Assignment.objects.filter(purpose=Purpose.LABEL, state="done").count()
    gold = Assignment.objects.filter(purpose=Purpose.GOLD, state="done").count()
    assert Annotation.objects.count() == Label.objects.count() == real + gold
    said = Annotation.objects.values_list("item", "source")
    assert len(said) == len(set(said))
    repeats = Assignment.objects.filter(purpose=Purpose.REPEAT, state="done")
    assert RepeatAnswer.objects.count() == repeats.count()
