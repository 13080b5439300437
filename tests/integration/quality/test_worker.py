"""A real worker computes what was asked for over REST."""

import pytest

from core.models import Job
from core.models.job import JobState
from quality.models import AgreementResult, AgreementRun, Resolution, ResolutionRun
from tests.factories.quality import Ledger, small_ledger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_runs_started_over_rest_are_done_by_the_worker(project, api_of, lead, live_worker):
    small_ledger(project)
    api = api_of(lead)
    root = f"/api/v1/projects/{project.pk}/quality"

    api.post(f"{root}/agreement/", {}, format="json")
    for method in ("majority_vote", "dawid_skene"):
        api.post(f"{root}/resolutions/", {"question": "sentiment", "method": method}, format="json")
    live_worker.wait_until(
        lambda: Job.objects.filter(state=JobState.DONE).count() == 3,
        what="three jobs",
    )

    run = AgreementRun.objects.get()
    assert AgreementResult.objects.filter(run=run).exists()
    assert run.computed_at is not None
    assert Resolution.objects.filter(run__in=ResolutionRun.objects.all()).count() == 16


def test_run_over_nothing_ends_failed_with_its_reason(project, api_of, lead, live_worker):
    Ledger(project)
    api = api_of(lead)
    root = f"/api/v1/projects/{project.pk}/quality"

    (run,) = api.post(f"{root}/agreement/", {}, format="json").json()["results"]
    live_worker.wait_until(
        lambda: Job.objects.filter(state=JobState.FAILED).exists(),
        what="the failure",
    )

    answer = api.get(f"{root}/agreement/{run['id']}/").json()["run"]
    assert answer["state"] == "failed"
    assert answer["errors"][0]["code"] == "no_labels"
