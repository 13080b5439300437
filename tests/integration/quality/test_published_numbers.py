"""Published numbers come out of the database as they stand in the literature."""

import pytest

from core.jobs import run_job
from core.models.job import JobState
from quality.models import AgreementResult, PairAgreement
from quality.queries.agreement.runs import mean_pairwise_kappa
from tests.factories.quality import Ledger, agreement_run
from tests.unit.quality.agreement.published import (
    KRIPPENDORFF_2011,
    WIKIPEDIA_COHEN,
    fleiss_1971,
    from_cross_table,
    from_matrix,
)

pytestmark = pytest.mark.django_db


def run_over(project, table):
    """Put a table into the ledger under names of its keys, and measure it there."""
    choices = [f"c{str(key).lower()}" for key in table.label_keys]
    ledger = Ledger(project, choices=choices).fill(
        (f"item {item}", f"annotator {annotator}", choices[label])
        for item, annotator, label in zip(
            table.items.tolist(),
            table.annotators.tolist(),
            table.labels.tolist(),
            strict=True,
        )
    )
    run = agreement_run(ledger)
    assert run_job(run.job_id) == JobState.DONE
    return run


def coefficient(run, name):
    return AgreementResult.objects.get(run=run, coefficient=name, scope="overall", version=None)


def test_krippendorff_2011_alpha_through_the_database_is_0_743(project):
    run = run_over(project, from_matrix(KRIPPENDORFF_2011))

    alpha = coefficient(run, "krippendorff_alpha")

    assert round(alpha.value, 3) == 0.743
    assert (alpha.n_items, alpha.n_annotators, alpha.n_labels) == (11, 4, 40)


def test_fleiss_1971_kappa_through_the_database_is_0_430(project):
    run = run_over(project, fleiss_1971())

    kappa = coefficient(run, "fleiss_kappa")

    assert round(kappa.value, 3) == 0.430
    assert (kappa.n_items, kappa.n_labels) == (30, 180)


def test_cohen_of_two_readers_through_the_database_is_0_40(project):
    run = run_over(project, from_cross_table(WIKIPEDIA_COHEN))

    pair = PairAgreement.objects.get(run=run)

    assert round(pair.kappa, 10) == 0.4
    assert (pair.percent, pair.n_items) == (0.7, 50)
    assert mean_pairwise_kappa(run).value == pytest.approx(0.4)
