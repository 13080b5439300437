"""Live sums of values under attack: several who count at once, death half-way, bulk imports."""

import threading
import uuid

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from annotations.models import Annotation, Label
from quality.actions.live import values_deltas as live_values_deltas
from quality.actions.live.counting import count_batch, count_project
from quality.actions.live.proof import prove_project
from quality.models import ItemValues, SumPart, ValueSum
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count, count_and_be_cut, differences, figures, waiting
from tests.integration.quality.test_live_races import say
from tests.integration.quality.values import fill, pool
from tests.together import elsewhere, ending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ledger(project, services):
    with transaction.atomic():
        ledger = fill(AnswerLedger(project, "spans"), items=6)
        for n in range(3):
            ledger.source(f"Annotator {n}")
    return ledger


def sums():
    return sorted(ValueSum.objects.values_list("part", "slices", "rater", "name", "amount"))


def test_many_who_count_and_answer_at_once_come_to_the_ledger(ledger):
    known = figures_of(ledger)
    stop = threading.Event()

    def keep_counting():
        while not stop.is_set():
            count_project(project_id=ledger.project.pk, now=timezone.now())

    def keep_answering(name):
        for n in range(12):
            say(ledger, f"i00{n % 6}", name, pool("spans")[n % 5])

    with (
        elsewhere(keep_counting),
        elsewhere(keep_counting),
        ending(stop),
        elsewhere(lambda: keep_answering("Annotator 0")),
        elsewhere(lambda: keep_answering("Annotator 1")),
        elsewhere(lambda: keep_answering("Annotator 2")),
    ):
        pass
    count(ledger)

    assert figures(ledger)["n_labels"] == known + 3 * 6
    assert differences(ledger) == []


def figures_of(ledger):
    count(ledger)
    return figures(ledger)["n_labels"]


def test_death_half_way_keeps_the_notes_and_changes_nothing(ledger, monkeypatch):
    count(ledger)
    before = sums()
    say(ledger, "i000", "Annotator 0", pool("spans")[0])

    def die(*_arguments):
        raise OperationalError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr(live_values_deltas, "_mark_changed", die)
        with pytest.raises(OperationalError):
            count_project(project_id=ledger.project.pk, now=timezone.now())

    assert sums() == before
    assert len(waiting(ledger)) == 1
    count(ledger)
    assert sums() != before
    assert differences(ledger) == []


def test_backend_killed_while_it_counts_loses_nothing(ledger):
    count_and_be_cut(ledger)

    assert not ValueSum.objects.exists()
    count(ledger)
    assert differences(ledger) == []


def test_import_in_one_statement_is_counted_stretch_by_stretch(ledger, monkeypatch):
    count(ledger)
    source, value = ledger.source("Importer"), pool("spans")[3]
    items = [ledger.item(f"new {n:02}").pk for n in range(50)]
    with transaction.atomic():
        made = Annotation.objects.bulk_create(
            Annotation(
                id=uuid.uuid4(),
                project=ledger.project, item_id=item, source=source, version=ledger.version,
                kind="answer", submitted_at=ledger.now, created_at=ledger.now, tool="import",
                body_hash="0" * 64,
            )
            for item in [*items, *(ledger.item(f"i00{n}").pk for n in range(6))]
        )  # fmt: skip
        Label.objects.bulk_create(
            Label(annotation=each, item_id=each.item_id, question=ledger.question, value=value)
            for each in made
        )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM quality_toucheditems")
        cursor.execute(
            "INSERT INTO quality_toucheditems (project_id, first_item, last_item)"
            " SELECT project_id, min(id), max(id) FROM annotations_item GROUP BY project_id"
        )
    monkeypatch.setattr(live_values_deltas, "MOST_ITEMS", 20)

    assert count_batch(project_id=ledger.project.pk, now=timezone.now())
    assert waiting(ledger)
    assert ItemValues.objects.filter(item__in=items).count() < 50
    count(ledger)

    assert ItemValues.objects.filter(item__in=items).count() == 50
    assert differences(ledger) == []


def test_proof_finds_a_lost_sum_says_so_and_builds_anew(ledger):
    count(ledger)
    before = sums(), figures(ledger)
    with transaction.atomic():
        ValueSum.objects.filter(part=SumPart.WHOLE, name="exact_f1.sum").delete()

    proof = prove_project(project_id=ledger.project.pk, now=timezone.now())

    assert not proof.is_equal
    assert {row["name"] for row in proof.differences} == {"exact_f1.sum"}
    count(ledger)
    assert differences(ledger) == []
    assert (sums(), figures(ledger)) == before
    assert prove_project(project_id=ledger.project.pk, now=timezone.now()).is_equal
