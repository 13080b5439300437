"""A label that an annotator submits becomes a figure by the worker's own tasks."""

import time

import pytest
from django.db import transaction

from core.schedule import BEAT_SCHEDULE
from labelhub.celery import app
from quality.models import LiveFigures, LiveProof
from tests.factories.annotations import answered, open_slots
from tests.factories.quality import small_ledger
from tests.integration.quality.live import count, differences, figures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_what_beat_rings_are_tasks_that_the_worker_knows():
    app.loader.import_default_modules()

    assert {str(entry["task"]) for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_submitted_label_is_in_the_figures_within_five_seconds(project, annotator, live_worker):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    open_slots(ledger.items["a"])
    answered(project, annotator, {"sentiment": "mixed"})
    started = time.monotonic()

    app.send_task("quality.count_live")
    live_worker.wait_until(
        lambda: figures(ledger)["n_labels"] == 22, seconds=20, what="the label in the figures"
    )

    assert time.monotonic() - started < 5
    assert differences(ledger) == []


def test_proof_is_made_by_the_worker(project, live_worker):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)

    app.send_task("quality.prove_live")
    live_worker.wait_until(lambda: LiveProof.objects.exists(), what="the proof")

    assert LiveProof.objects.get().is_equal
    assert LiveFigures.objects.exists()
