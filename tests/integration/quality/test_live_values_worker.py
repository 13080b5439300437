"""Spans that an annotator submits reach the page and REST by the worker's own tasks."""

import time

import pytest
from django.db import transaction
from django.urls import reverse

from labelhub.celery import app
from tests.factories.annotations import answered, open_slots
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count, differences
from tests.integration.quality.values import fill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_submitted_spans_are_on_the_page_and_in_rest_within_five_seconds(
    project, annotator, reviewer, client_of, api_of, live_worker
):
    with transaction.atomic():
        ledger = fill(AnswerLedger(project, "spans"), items=30)
    count(ledger)
    api, client = api_of(reviewer), client_of(reviewer)
    rest = f"/api/v1/projects/{project.pk}/quality/agreement/live/"
    page = reverse("quality:live", args=[project.slug])
    before = api.get(rest).json()["n_labels"]
    open_slots(ledger.items["i000"])
    spans = [{"start": 4, "end": 7, "choice": "cat"}]
    answered(project, annotator, {"spans": spans})
    started = time.monotonic()

    app.send_task("quality.count_live")
    live_worker.wait_until(
        lambda: api.get(rest).json()["n_labels"] == before + 1,
        seconds=20,
        what="the spans in REST",
    )
    text = client.get(page).content.decode()

    assert time.monotonic() - started < 5
    shared = api.get(rest).json()["results"][0]["n_labels"]
    assert f"labels {shared}, annotators 5" in text
    assert differences(ledger) == []
