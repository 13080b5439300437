"""Results are kept for ever: the database itself refuses every attack."""

import pytest
from django.db import IntegrityError, connection, transaction

from core.jobs import run_job
from quality.models import AgreementRun, LiveProof, Resolution
from tests.factories.quality import Ledger, agreement_run, resolution_run, small_ledger

pytestmark = pytest.mark.django_db

TABLES = [
    "quality_agreementrun",
    "quality_agreementresult",
    "quality_annotatoragreement",
    "quality_classcount",
    "quality_liveproof",
    "quality_pairagreement",
    "quality_confusioncell",
    "quality_disputeditem",
    "quality_resolutionrun",
    "quality_resolution",
    "quality_sourcereliability",
]


def execute(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.fixture
def results(project):
    ledger = small_ledger(project)
    for run in (agreement_run(ledger), resolution_run(ledger)):
        run_job(run.job_id)
    LiveProof.objects.create(
        project=project, proved_at=ledger.now, is_equal=True, n_items=8, n_labels=21
    )
    return ledger


@pytest.mark.parametrize("table", TABLES)
def test_update_of_a_result_is_refused(results, table):
    with pytest.raises(IntegrityError, match=f"UPDATE on {table} is refused"):
        execute(f"UPDATE {table} SET id = id + 1000000")


@pytest.mark.parametrize("table", TABLES)
def test_delete_of_a_result_is_refused(results, table):
    with pytest.raises(IntegrityError, match=f"DELETE on {table} is refused"):
        execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_truncate_of_results_is_refused(results, table):
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would refuse it before the trigger

    with pytest.raises(IntegrityError, match=r"TRUNCATE on .* is refused"):
        execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", ["quality_agreementrun", "quality_resolutionrun"])
def test_run_before_its_results_can_be_filled_but_not_deleted(project, table):
    ledger = Ledger(project)
    agreement_run(ledger)
    resolution_run(ledger)

    assert execute(f"UPDATE {table} SET n_items = 1") == 1
    with pytest.raises(IntegrityError, match=f"DELETE on {table} is refused"):
        execute(f"DELETE FROM {table}")


def test_second_decision_of_a_run_about_an_item_is_refused(results):
    row = Resolution.objects.first()
    row.pk = None

    with (
        pytest.raises(IntegrityError, match="resolution_once_per_run_and_item"),
        transaction.atomic(),
    ):
        row.save(force_insert=True)


def test_decision_with_a_choice_but_no_value_is_refused(results):
    row = Resolution.objects.filter(choice__isnull=False).first()
    row.pk, row.item, row.value = None, results.item("new"), None

    with pytest.raises(IntegrityError, match="choice_has_a_value"), transaction.atomic():
        row.save(force_insert=True)


def test_coefficient_without_value_and_reason_is_refused(results):
    row = AgreementRun.objects.get().results.get(
        scope="overall",
        version=None,
        coefficient="fleiss_kappa",
    )
    row.pk, row.version, row.value = None, results.publish("other"), None

    with pytest.raises(IntegrityError, match="says_why_not"), transaction.atomic():
        row.save(force_insert=True)
