"""Resolution runs against the real database: what is decided, what is stored."""

from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.jobs import JobCancelled, Progress, run_job
from core.models import AuditEntry, Job
from core.models.job import JobState
from quality.actions.agreement.compute import compute_agreement
from quality.actions.resolution.compute import compute_resolution
from quality.aggregation import votes
from quality.aggregation.dawid_skene import DawidSkene
from quality.models import AgreementResult, Resolution, ResolutionRun, SourceReliability
from quality.queries.resolution.doubts import doubts
from tests.factories.quality import (
    AnswerLedger,
    Ledger,
    agreement_run,
    computed_resolution,
    resolution_run,
    small_ledger,
)

pytestmark = pytest.mark.django_db


def computed(ledger, method="majority_vote", **options):
    run = resolution_run(ledger, method, **options)
    assert run_job(run.job_id) == JobState.DONE
    run.refresh_from_db()
    return run


@dataclass
class ImpatientProgress(Progress):
    """Somebody cancels after a number of reports."""

    reports: int = 0

    def report(self, done, total=None, message=None):
        self.reports -= 1
        self.cancelled = self.reports < 0
        super().report(done, total, message)


def decided(run):
    rows = Resolution.objects.filter(run=run).select_related("item", "choice")
    return {row.item.external_id: row.choice and row.choice.key for row in rows}


def test_majority_vote_small_ledger_decides_by_plurality_and_leaves_the_tie(project):
    run = computed(small_ledger(project))

    assert decided(run) == {
        "a": "positive", "b": "negative", "c": "positive", "d": "negative",
        "e": "mixed", "f": None, "g": "negative", "h": "positive",
    }  # fmt: skip
    assert (run.n_items, run.n_labels, run.n_undecided) == (8, 21, 1)
    assert (run.loglik, run.iterations, run.converged) == (None, None, None)
    assert run.priors == {
        "positive": pytest.approx(3 / 7, abs=1e-6),
        "negative": pytest.approx(3 / 7, abs=1e-6),
        "mixed": pytest.approx(1 / 7, abs=1e-6),
    }


def test_majority_vote_stores_value_posterior_and_confidence(project):
    ledger = small_ledger(project)
    run = computed(ledger)

    clear = Resolution.objects.get(run=run, item=ledger.item("d"))
    tie = Resolution.objects.get(run=run, item=ledger.item("f"))

    assert clear.value == {"kind": "choice", "choice": "negative"}
    assert clear.posterior == {"negative": 0.666666667, "positive": 0.333333333}
    assert (clear.confidence, clear.n_labels) == (0.666666667, 3)
    assert clear.question == ledger.question
    assert (tie.choice, tie.value, tie.n_labels) == (None, None, 3)
    assert tie.confidence == pytest.approx(1 / 3)


def test_majority_vote_with_ties_to_the_lowest_decides_every_item(project):
    run = computed(small_ledger(project), parameters={"ties": "lowest"})

    assert run.n_undecided == 0
    assert run.parameters == {"ties": "lowest"}
    assert decided(run)["f"] == "positive"


def test_majority_vote_stores_how_often_each_source_equals_the_decision(project):
    run = computed(small_ledger(project))

    rows = {row.source.name: row for row in SourceReliability.objects.filter(run=run)}

    # Ann labeled seven items, six of them decided, all as she said; item f stays undecided.
    assert {name: (row.accuracy, row.n_labels) for name, row in rows.items()} == {
        "Ann": (1.0, 7), "Ben": (1.0, 7), "Cho": (pytest.approx(5 / 6), 7),
    }  # fmt: skip
    assert rows["Cho"].confusion["negative"] == {"negative": 0.666667, "positive": 0.333333}


def test_dawid_skene_small_ledger_stores_convergence_and_probabilities(project):
    run = computed(small_ledger(project), "dawid_skene")

    assert run.iterations > 1
    assert run.converged is True
    assert run.loglik < 0
    assert run.parameters == DawidSkene().get_params()
    assert sum(run.priors.values()) == pytest.approx(1, abs=1e-5)
    for row in Resolution.objects.filter(run=run):
        assert sum(row.posterior.values()) == pytest.approx(1, abs=1e-5)
        assert row.confidence == max(row.posterior.values())
    for row in SourceReliability.objects.filter(run=run):
        assert 0 <= row.accuracy <= 1


def test_second_method_leaves_the_first_run_as_it_was(project):
    ledger = small_ledger(project)
    first = computed(ledger)
    before = list(Resolution.objects.filter(run=first).order_by("pk").values())

    second = computed(ledger, "dawid_skene")

    assert list(Resolution.objects.filter(run=first).order_by("pk").values()) == before
    assert ResolutionRun.objects.count() == 2
    assert first.inputs_digest == second.inputs_digest


def test_run_again_on_the_same_labels_reproduces_every_figure(project):
    ledger = small_ledger(project)

    first, second = computed(ledger, "dawid_skene"), computed(ledger, "dawid_skene")

    columns = ("item", "choice", "posterior", "confidence")
    assert list(first.resolutions.order_by("item").values_list(*columns)) == list(
        second.resolutions.order_by("item").values_list(*columns),
    )
    assert (first.loglik, first.iterations) == (second.loglik, second.iterations)


def test_run_with_revision_retraction_and_withdrawal_uses_what_is_current(project):
    ledger = small_ledger(project)
    ledger.say("f", "Ann", "negative")
    ledger.retract("d", "Cho")
    ledger.withdraw("h")

    run = computed(ledger)

    assert decided(run)["f"] == "negative"
    assert "h" not in decided(run)
    assert Resolution.objects.get(run=run, item=ledger.item("d")).posterior == {"negative": 1.0}


def test_run_of_one_annotator_takes_that_annotators_word(project):
    ledger = Ledger(project).fill([("a", "Ann", "mixed"), ("b", "Ann", "positive")])

    assert decided(computed(ledger)) == {"a": "mixed", "b": "positive"}
    assert set(decided(computed(ledger, "dawid_skene"))) == {"a", "b"}


def test_run_without_labels_fails_with_a_reason_and_stores_nothing(project):
    run = resolution_run(Ledger(project), "dawid_skene")

    assert run_job(run.job_id) == JobState.FAILED

    assert Job.objects.get(pk=run.job_id).error[0]["code"] == "no_labels"
    assert not Resolution.objects.exists()


def test_run_with_a_retired_choice_still_resolves_to_it(project):
    ledger = Ledger(project).fill([("a", "Ann", "mixed"), ("a", "Ben", "mixed")])
    ledger.publish("positive", "negative")

    assert decided(computed(ledger)) == {"a": "mixed"}


@pytest.mark.parametrize(
    ("compute", "ask"),
    [(compute_resolution, resolution_run), (compute_agreement, agreement_run)],
)
@pytest.mark.parametrize("reports", range(2, 7, 2))
def test_run_cancelled_midway_says_so_and_keeps_nothing(project, compute, ask, reports):
    """A cancellation must not look like a fault of the database, which would be tried again."""
    run = ask(small_ledger(project))
    progress = ImpatientProgress(run.job_id, 1, reports=reports)

    with pytest.raises(JobCancelled), transaction.atomic():
        compute(progress=progress, now=timezone.now())

    run.refresh_from_db()
    assert run.computed_at is None
    assert not Resolution.objects.exists()
    assert not AgreementResult.objects.exists()


@pytest.mark.parametrize(
    ("method", "parameters", "message"),
    [
        ("oracle", {}, "There is no method"),
        ("majority_vote", {"ties": "coin"}, "Ties are either"),
        ("majority_vote", {"n_iter": 3}, "has no parameter"),
        ("dawid_skene", {"n_iter": 0}, "from 1 to 1000"),
        ("dawid_skene", {"n_iter": "many"}, "from 1 to 1000"),
        ("dawid_skene", {"smoothing": -1}, "from 0 to 100"),
        ("dawid_skene", {"tol": float("nan")}, "from 0 to 1"),
    ],
)
def test_start_resolution_with_bad_input_is_refused_and_nothing_starts(
    project,
    method,
    parameters,
    message,
):
    ledger = small_ledger(project)

    with pytest.raises(ValidationError, match=message):
        resolution_run(ledger, method, parameters=parameters)

    assert not Job.objects.exists()
    assert not ResolutionRun.objects.exists()


def test_method_of_another_kind_is_refused_with_those_that_fit(project):
    ledger = AnswerLedger(project, "number")
    ledger.say("a", "Ann", {"kind": "number", "number": 1})

    with pytest.raises(
        ValidationError, match="“Calibrated pool” cannot decide answers of the kind"
    ):
        resolution_run(ledger, "pool")

    assert not ResolutionRun.objects.exists()


def test_too_large_tables_fail_with_a_reason_and_store_nothing(project, monkeypatch):
    monkeypatch.setattr(votes, "MOST_CELLS", 10)
    run = resolution_run(small_ledger(project), "dawid_skene")

    assert run_job(run.job_id) == JobState.FAILED

    error = Job.objects.get(pk=run.job_id).error[0]
    assert error["code"] == "not_decidable"
    assert "3 annotators with 3 labels are too many" in error["message"]
    assert not Resolution.objects.exists()


@pytest.mark.parametrize(
    ("said", "method", "titles"),
    [
        (
            [("a", "Ann", "mixed"), ("b", "Ann", "positive")],
            "pool",
            ["Only one annotator", "Not calibrated yet"],
        ),
        (
            [("a", "Ann", "mixed"), ("b", "Ben", "positive"), ("c", "Cho", "mixed")],
            "majority_vote",
            ["No item has two labels"],
        ),
        (
            [(item, person, "mixed") for item in "ab" for person in ("Ann", "Ben")],
            "glad",
            ["Fewer than three annotators", "Only one class", "Its probabilities are too sure"],
        ),
        (
            [(item, person, "mixed") for item in "ab" for person in ("Ann", "Ben", "Cho")],
            "pool",
            ["Few labels per annotator", "Only one class", "Not calibrated yet"],
        ),
    ],
)
def test_run_over_little_says_what_to_keep_in_mind(project, said, method, titles):
    run = computed_resolution(Ledger(project).fill(said), method)

    found = [doubt.title for doubt in doubts(run)]

    assert found == titles


def test_start_resolution_twice_while_waiting_is_one_run(project):
    ledger = small_ledger(project)

    first, second = resolution_run(ledger), resolution_run(ledger)
    other = resolution_run(ledger, "dawid_skene")

    assert first == second
    assert other != first
    assert AuditEntry.objects.filter(action="quality.start_resolution").count() == 2
