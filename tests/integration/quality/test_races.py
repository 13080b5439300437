"""Two requests at once do one work."""

import threading

import pytest
from django.db import connection

from core.models import Job
from quality.models import AgreementRun, ResolutionRun
from tests.factories.quality import agreement_run, resolution_run, small_ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("ask", "model"), [(agreement_run, AgreementRun), (resolution_run, ResolutionRun)]
)
def test_the_same_run_asked_for_by_many_at_once_is_one_run(project, services, ask, model):
    ledger = small_ledger(project)
    barrier = threading.Barrier(6)
    runs = []

    def start():
        barrier.wait()
        try:
            runs.append(ask(ledger).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(runs) == 6
    assert set(runs) == {model.objects.get().pk}
    assert Job.objects.count() == 1
