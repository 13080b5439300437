"""Live counts under attack: several who count at once, late commits, death half-way."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from quality.actions.live import counting as live_counting
from quality.actions.live import deltas as live_deltas
from quality.actions.live import proof as live_proof
from quality.actions.live.counting import count_batch, count_project
from quality.actions.live.proof import projects_to_prove, prove_all, prove_project
from quality.models import LabelPattern, LiveProof, LiveQuestion
from tests.factories.quality import Ledger, small_ledger
from tests.integration.quality.live import (
    alpha,
    count,
    count_and_be_cut,
    differences,
    figures,
    waiting,
)
from tests.together import elsewhere, ending

pytestmark = pytest.mark.django_db(transaction=True)


def say(ledger, *what):
    """As the program does: annotation and labels in one transaction."""
    with transaction.atomic():
        ledger.say(*what)


def test_late_commit_is_counted_after_others_have_counted_the_same_item(project, services):
    with transaction.atomic():
        ledger = small_ledger(project)
    ledger.source("Dee")
    count(ledger)
    said, counted = threading.Event(), threading.Event()

    def slow_answer():
        with transaction.atomic():
            ledger.say("a", "Dee", "negative")
            said.set()
            assert counted.wait(timeout=20)

    with elsewhere(slow_answer):
        assert said.wait(timeout=20)
        say(ledger, "a", "Cho", "mixed")  # a note on the same item, counted now
        count(ledger)
        assert figures(ledger)["n_labels"] == 21
        assert not waiting(ledger)
        counted.set()

    assert len(waiting(ledger)) == 1
    count(ledger)
    assert figures(ledger)["n_labels"] == 22
    assert differences(ledger) == []


def test_many_who_count_and_answer_at_once_come_to_the_ledger(project, services):
    with transaction.atomic():
        ledger = small_ledger(project)
    people = [f"Annotator {n}" for n in range(4)]
    for name in people:
        ledger.source(name)
    stop = threading.Event()

    def keep_counting():
        while not stop.is_set():
            count_project(project_id=project.pk, now=timezone.now())

    def keep_answering(name):
        for n, item in enumerate("abcdefgh" * 3):
            say(ledger, item, name, ("positive", "negative", "mixed")[n % 3])

    with (
        elsewhere(keep_counting),
        elsewhere(keep_counting),
        elsewhere(keep_counting),
        ending(stop),
        elsewhere(lambda: keep_answering(people[0])),
        elsewhere(lambda: keep_answering(people[1])),
        elsewhere(lambda: keep_answering(people[2])),
        elsewhere(lambda: keep_answering(people[3])),
    ):
        pass
    count(ledger)

    assert figures(ledger)["n_labels"] == 21 + 4 * 8
    assert differences(ledger) == []


def test_second_who_counts_passes_by(project, services):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    say(ledger, "a", "Cho", "mixed")
    results = []

    with transaction.atomic():
        assert live_counting.hold_project(project.pk)
        with elsewhere(
            lambda: results.append(count_batch(project_id=project.pk, now=timezone.now()))
        ):
            pass

    assert results == [False]
    assert waiting(ledger)
    count(ledger)
    assert differences(ledger) == []


def test_death_half_way_keeps_the_notes_and_changes_nothing(project, services, monkeypatch):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    before = list(LabelPattern.objects.order_by("pk").values_list("pk", "n_items"))
    say(ledger, "f", "Ann", "negative")

    def die(*_arguments):
        raise OperationalError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr(live_deltas, "_store_raters", die)
        with pytest.raises(OperationalError):
            count_project(project_id=project.pk, now=timezone.now())

    assert list(LabelPattern.objects.order_by("pk").values_list("pk", "n_items")) == before
    assert len(waiting(ledger)) == 1
    count(ledger)
    assert differences(ledger) == []


def test_backend_killed_while_it_counts_loses_nothing(project, services):
    with transaction.atomic():
        ledger = small_ledger(project)

    count_and_be_cut(ledger)

    assert not LiveQuestion.objects.exists()
    count(ledger)
    assert differences(ledger) == []


def test_many_items_of_one_statement_become_one_stretch_that_is_counted_in_parts(
    project, services, monkeypatch
):
    ledger = Ledger(project)
    for n in range(300):
        ledger.item(f"i{n:03}")
    ledger.source("Ann")
    ids = [item.pk for item in ledger.items.values()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO annotations_annotation (id, project_id, item_id, source_id, version_id,"
            " kind, reason, comment, submitted_at, created_at, tool, body_hash)"
            " SELECT gen_random_uuid(), %s, item, %s, %s, 'answer', '', '', now(), now(), 't', ''"
            " FROM unnest(%s) AS item",
            [project.pk, ledger.source("Ann").pk, ledger.version.pk, ids],
        )
        cursor.execute(
            "INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, value)"
            " SELECT id, item_id, %s, %s, jsonb_build_object('kind', 'choice', 'choice', %s)"
            " FROM annotations_annotation",
            [ledger.question.pk, ledger.choice("mixed").pk, "mixed"],
        )
    assert waiting(ledger) == [(min(ids), max(ids))]
    monkeypatch.setattr(live_counting, "STRETCH_ITEMS", 70)
    now = timezone.now()

    assert count_batch(project_id=project.pk, now=now)
    assert waiting(ledger) == [(sorted(ids)[70], max(ids))]
    count(ledger)

    assert figures(ledger)["n_items"] == 300
    assert differences(ledger) == []


def test_proof_of_equal_counts_is_stored_and_not_repeated_the_same_day(project, services):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    say(ledger, "z", "Ann", "mixed")  # not counted yet: the proof counts it first
    now = timezone.now()

    prove_all(now=now)

    proof = LiveProof.objects.get()
    assert (proof.is_equal, proof.n_items, proof.n_labels) == (True, 9, 22)
    assert projects_to_prove(now) == []


def test_proof_holds_nobody_up(project, services, monkeypatch):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    recount = live_proof.recount

    def slow_recount(project_id):
        found = recount(project_id)
        with elsewhere(lambda: (say(ledger, "z", "Ann", "mixed"), count(ledger))):
            pass
        return found

    monkeypatch.setattr(live_proof, "recount", slow_recount)
    proof = prove_project(project_id=project.pk, now=timezone.now())

    assert (proof.is_equal, proof.n_labels) == (True, 21)
    assert figures(ledger)["n_labels"] == 22


def test_proof_amid_changes_that_never_end_holds_the_project(project, services, monkeypatch):
    with transaction.atomic():
        ledger = small_ledger(project)
    monkeypatch.setattr(live_proof, "count_project", lambda **_arguments: True)

    proof = prove_project(project_id=project.pk, now=timezone.now())

    assert (proof.is_equal, proof.n_labels) == (True, 21)
    assert not waiting(ledger)


def test_proof_finds_a_lost_label_says_so_and_builds_anew(project, services):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    before = figures(ledger)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM quality_labelpattern WHERE id IN"
            " (SELECT min(id) FROM quality_labelpattern)"
        )
    now = timezone.now()

    proof = prove_project(project_id=project.pk, now=now)

    assert not proof.is_equal
    assert proof.differences[0]["question"] == "sentiment"
    assert {row["ledger"] - row["live"] for row in proof.differences} != {0}
    count(ledger)
    assert differences(ledger) == []
    assert figures(ledger) == before
    assert alpha(ledger)["n_items"] == 8
