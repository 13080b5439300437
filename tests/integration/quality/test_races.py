"""Two requests at once do one work."""

import pytest

from core.models import Job
from quality.models import AgreementRun, ResolutionRun
from tests.factories.quality import agreement_run, resolution_run, small_ledger
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("ask", "model"), [(agreement_run, AgreementRun), (resolution_run, ResolutionRun)]
)
def test_the_same_run_asked_for_by_many_at_once_is_one_run(project, services, ask, model):
    ledger = small_ledger(project)

    runs = at_once(*[lambda: ask(ledger).pk] * 6)

    assert len(runs) == 6
    assert set(runs) == {model.objects.get().pk}
    assert Job.objects.count() == 1
