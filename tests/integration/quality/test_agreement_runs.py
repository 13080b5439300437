"""Agreement runs against the real database: what is counted, what is stored."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.jobs import run_job
from core.models import AuditEntry, Job
from core.models.job import JobState
from quality.actions.agreement.start import start_agreement
from quality.models import (
    AgreementResult,
    AgreementRun,
    ClassCount,
    ConfusionCell,
    DisputedItem,
    PairAgreement,
)
from quality.queries.agreement.runs import annotations_since, mean_pairwise_kappa
from tests.factories.projects import ProjectFactory
from tests.factories.quality import Ledger, agreement_run, small_ledger

pytestmark = pytest.mark.django_db


def computed(ledger, **options):
    """A run that was started and done by this process in the worker's stead."""
    run = agreement_run(ledger, **options)
    assert run_job(run.job_id) == JobState.DONE
    run.refresh_from_db()
    return run


def value(run, coefficient="krippendorff_alpha", *, version=None, choice=None):
    return AgreementResult.objects.get(
        run=run,
        coefficient=coefficient,
        version=version,
        choice=choice,
    ).value


def test_run_small_ledger_stores_every_kind_of_result(project):
    ledger = small_ledger(project)

    run = computed(ledger)

    assert (run.n_labels, run.n_items, run.n_sources) == (21, 8, 3)
    assert run.n_annotations == 21
    assert len(run.inputs_digest) == 64
    overall = AgreementResult.objects.filter(run=run, scope="overall", version=None)
    assert {each.coefficient for each in overall} == {
        "krippendorff_alpha", "fleiss_kappa", "gwet_ac1", "percent_agreement",
    }  # fmt: skip
    for each in overall:
        assert each.low <= each.value <= each.high
        assert each.n_items == 8
        assert each.n_annotators == 3
        assert each.n_labels == 21
    assert PairAgreement.objects.filter(run=run).count() == 3
    assert dict(
        ClassCount.objects.filter(run=run, version=None).values_list("choice__key", "n_labels"),
    ) == {"positive": 10, "negative": 8, "mixed": 3}


def test_run_small_ledger_counts_pairs_of_classes_by_hand(project):
    run = computed(small_ledger(project))

    cells = {
        tuple(sorted((cell.choice_a.key, cell.choice_b.key))): cell.count
        for cell in ConfusionCell.objects.filter(run=run)
    }

    assert cells == {
        ("positive", "positive"): 3 + 1 + 3,
        ("negative", "negative"): 3 + 1 + 1,
        ("mixed", "mixed"): 1,
        ("negative", "positive"): 2 + 1,
        ("mixed", "negative"): 1,
        ("mixed", "positive"): 1,
    }


def test_run_small_ledger_ranks_the_item_with_three_opinions_first(project):
    run = computed(small_ledger(project))

    disputed = DisputedItem.objects.filter(run=run).order_by("pk")

    assert [row.item.external_id for row in disputed] == ["f", "d"]
    assert disputed[0].counts == {"positive": 1, "negative": 1, "mixed": 1}
    assert disputed[0].entropy == pytest.approx(1)
    assert disputed[0].disagreement == pytest.approx(1)


def test_run_with_revision_and_retraction_counts_only_what_is_current(project):
    ledger = Ledger(project).fill([
        ("a", "Ann", "positive"), ("a", "Ben", "negative"), ("a", "Ann", "negative"),
        ("b", "Ann", "positive"), ("b", "Ben", "positive"), ("b", "Cho", "mixed"),
    ])  # fmt: skip
    ledger.retract("b", "Cho")

    run = computed(ledger)

    assert (run.n_labels, run.n_sources) == (4, 2)
    assert run.n_annotations == 7
    assert value(run) == pytest.approx(1)
    assert not DisputedItem.objects.filter(run=run).exists()


def test_run_with_withdrawn_item_leaves_it_out(project):
    ledger = small_ledger(project)
    ledger.withdraw("f")
    ledger.withdraw("d")

    run = computed(ledger)

    assert run.n_items == 6
    assert value(run) == pytest.approx(1)


def test_run_of_one_source_kind_leaves_the_others_out(project):
    ledger = small_ledger(project)
    ledger.source("Dee", kind="demo")
    ledger.say("a", "Dee", "negative")

    demo = computed(ledger, source_kinds=("demo",))
    both = computed(ledger, source_kinds=("import", "demo"))

    assert (demo.n_labels, both.n_labels) == (1, 22)
    assert demo.source_kinds == ["demo"]


def test_run_over_two_versions_measures_each_and_a_run_of_one_equals_its_slice(project):
    ledger = Ledger(project).fill([
        ("a", "Ann", "positive"), ("a", "Ben", "negative"),
        ("b", "Ann", "negative"), ("b", "Ben", "negative"),
    ])  # fmt: skip
    first = ledger.version
    second = ledger.publish("positive", "negative", "mixed", "unclear")
    ledger.fill([
        ("c", "Ann", "unclear"), ("c", "Ben", "unclear"),
        ("d", "Ann", "positive"), ("d", "Ben", "positive"),
    ])  # fmt: skip

    run = computed(ledger)
    of_first = computed(ledger, version=first)

    assert value(run, version=second) == pytest.approx(1)
    assert value(run, version=first) == pytest.approx(value(of_first))
    assert of_first.n_labels == 4
    assert not AgreementResult.objects.filter(run=of_first, version__isnull=False).exists()


def test_run_of_one_annotator_says_why_there_is_no_coefficient(project):
    ledger = Ledger(project).fill([("a", "Ann", "positive"), ("b", "Ann", "negative")])

    run = computed(ledger)

    reasons = set(AgreementResult.objects.filter(run=run).values_list("value", "undefined"))
    assert reasons == {(None, "fewer_than_two_annotators")}
    assert not PairAgreement.objects.filter(run=run).exists()


def test_run_of_one_class_says_why_there_is_no_alpha(project):
    ledger = Ledger(project).fill(
        (item, source, "positive") for item in "abc" for source in ("Ann", "Ben")
    )

    run = computed(ledger)

    alpha = AgreementResult.objects.get(
        run=run,
        coefficient="krippendorff_alpha",
        scope="overall",
        version=None,
    )
    assert (alpha.value, alpha.undefined) == (None, "only_one_category")
    assert value(run, "percent_agreement") == 1
    assert mean_pairwise_kappa(run).value is None


def test_run_without_labels_fails_with_a_reason_and_stores_nothing(project):
    run = agreement_run(Ledger(project))

    assert run_job(run.job_id) == JobState.FAILED

    job = Job.objects.get(pk=run.job_id)
    assert job.error[0]["code"] == "no_labels"
    run.refresh_from_db()
    assert run.computed_at is None
    assert not AgreementResult.objects.exists()


def test_run_twice_on_the_same_labels_gives_the_same_figures(project):
    ledger = small_ledger(project)

    first, second = computed(ledger), computed(ledger)

    columns = ("scope", "choice", "version", "coefficient", "value", "low", "high")
    assert list(first.results.order_by("pk").values_list(*columns)) == list(
        second.results.order_by("pk").values_list(*columns),
    )
    assert first.inputs_digest == second.inputs_digest
    assert first.pk != second.pk


def test_annotations_since_counts_what_came_after_whatever_its_time(project):
    ledger = small_ledger(project)
    run = computed(ledger)
    assert annotations_since(run) == 0

    ledger.now = ledger.now.replace(year=2020)  # a long import that is stored late
    ledger.say("z", "Ann", "mixed")
    ledger.retract("a", "Ann")

    assert annotations_since(run) == 2


def test_start_agreement_twice_while_waiting_is_one_run(project):
    ledger = small_ledger(project)

    first, second = agreement_run(ledger), agreement_run(ledger)
    other = agreement_run(ledger, version=ledger.version)

    assert first == second
    assert other != first
    assert Job.objects.filter(kind="quality.agreement").count() == 2
    assert AuditEntry.objects.filter(action="quality.start_agreement").count() == 2


def test_start_agreement_without_question_starts_all_of_the_project(project, owner):
    small_ledger(project)

    runs = start_agreement(project=project, by=owner, now=timezone.now())

    assert [run.question.key for run in runs] == ["sentiment"]


def test_start_agreement_without_guideline_is_refused(project, owner):
    with pytest.raises(ValidationError, match="no published question"):
        start_agreement(project=project, by=owner, now=timezone.now())

    assert not Job.objects.exists()


def test_start_agreement_with_foreign_question_is_refused(project, owner):
    ledger = small_ledger(project)

    with pytest.raises(ValidationError, match="not part of the project"):
        start_agreement(
            project=ProjectFactory(created_by=owner),
            question=ledger.question,
            by=owner,
            now=timezone.now(),
        )

    assert not AgreementRun.objects.exists()


def test_start_agreement_with_unknown_kind_of_source_is_refused(project):
    ledger = small_ledger(project)

    with pytest.raises(ValidationError, match="no kind of source"):
        agreement_run(ledger, source_kinds=("oracle",))
