"""Dawid-Skene: equal to a plain EM, better than the majority, and stable where EM is fragile."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.majority_vote import MajorityVote
from quality.agreement.table import ReliabilityTable
from tests.unit.quality.tables import LABELS, rows, table_of


def plain_em(table, steps, smoothing):
    """Dawid and Skene (1979), equations 2.3 to 2.5, one label at a time, without logarithms."""
    n_labels = table.n_labels
    triples = list(
        zip(table.items.tolist(), table.annotators.tolist(), table.labels.tolist(), strict=True),
    )
    posterior = np.zeros((table.n_items, n_labels))
    for item, _annotator, label in triples:
        posterior[item, label] += 1
    posterior /= posterior.sum(axis=1, keepdims=True)
    for _ in range(steps):
        priors = posterior.mean(axis=0)
        confusions = np.tile(smoothing * np.eye(n_labels) + 1e-10, (table.n_annotators, 1, 1))
        for item, annotator, label in triples:
            confusions[annotator, :, label] += posterior[item]
        confusions /= confusions.sum(axis=2, keepdims=True)
        joint = np.tile(priors, (table.n_items, 1))
        for item, annotator, label in triples:
            joint[item] *= confusions[annotator, :, label]
        evidence = joint.sum(axis=1, keepdims=True)
        posterior = joint / evidence
    return posterior, priors, confusions, float(np.log(evidence).sum())


def crowd(n_items=300, *, seed=0, skills=(0.9, 0.8, 0.75, 0.25, 0.25, 0.25)):
    """Six annotators of whom half guess, and the truth."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, len(LABELS), n_items)
    sample = []
    for annotator, skill in enumerate(skills):
        right = generator.random(n_items) < skill
        guess = (truth + generator.integers(1, len(LABELS), n_items)) % len(LABELS)
        said = np.where(right, truth, guess)
        sample += [(item, annotator, LABELS[label]) for item, label in enumerate(said)]
    return table_of(sample), truth


@pytest.mark.parametrize("smoothing", [0, 0.03, 1.0])
@given(sample=rows(), steps=st.integers(1, 8))
def test_model_equals_plain_em(smoothing, sample, steps):
    table = table_of(sample)
    assume((table.counts.sum(axis=1) > 1).any())  # without overlap every label stays
    model = DawidSkene(n_iter=steps, tol=0, smoothing=smoothing).fit(table)
    posterior, priors, confusions, loglik = plain_em(table, model.n_iter_, smoothing)
    assert model.probas_ == pytest.approx(posterior, abs=1e-9)
    assert model.priors_ == pytest.approx(priors, abs=1e-9)
    assert model.confusions_ == pytest.approx(confusions, abs=1e-9)
    assert model.loglik_ == pytest.approx(loglik, abs=1e-8)


@given(rows())
def test_objective_never_falls_without_smoothing(sample):
    table = table_of(sample)
    logliks = [
        DawidSkene(n_iter=steps, tol=0, smoothing=0).fit(table).loglik_ for steps in range(1, 7)
    ]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(logliks))


@given(rows(), st.sampled_from([0, 0.03, 1.0]))
def test_probabilities_are_distributions(sample, smoothing):
    model = DawidSkene(smoothing=smoothing).fit(table_of(sample))
    assert model.probas_.sum(axis=1) == pytest.approx(1.0)
    assert model.confusions_.sum(axis=2) == pytest.approx(1.0)
    assert model.priors_.sum() == pytest.approx(1.0)
    assert np.isfinite(model.loglik_)
    decided = model.labels_ >= 0
    assert (model.labels_[decided] == model.probas_[decided].argmax(axis=1)).all()


@given(rows(), st.randoms())
def test_model_of_shuffled_rows_is_the_same_bit_for_bit(sample, random):
    model = DawidSkene().fit(table_of(sample))
    random.shuffle(sample)
    other = DawidSkene().fit(table_of(sample))
    assert np.array_equal(model.probas_, other.probas_)
    assert np.array_equal(model.confusions_, other.confusions_)
    assert model.loglik_ == other.loglik_


def test_model_of_renamed_annotators_and_labels_is_the_renamed_model():
    table, _truth = crowd()
    people = np.array([3, 5, 0, 1, 4, 2])
    labels = np.array([2, 0, 3, 1])
    renamed = ReliabilityTable(
        table.items,
        people[table.annotators],
        labels[table.labels],
        table.n_items,
        6,
        4,
    )
    model, other = DawidSkene().fit(table), DawidSkene().fit(renamed)
    assert other.probas_[:, labels] == pytest.approx(model.probas_, abs=1e-9)
    assert np.array_equal(other.labels_, labels[model.labels_])
    moved = other.confusions_[people][:, labels][:, :, labels]
    assert moved == pytest.approx(model.confusions_, abs=1e-9)


def test_model_finds_more_of_the_truth_than_the_majority_where_skills_differ():
    table, truth = crowd()
    majority = MajorityVote(ties="lowest").fit(table).labels_ == truth
    model = DawidSkene().fit(table)
    assert model.converged_
    assert (model.labels_ == truth).mean() > majority.mean() + 0.1


def test_confusions_show_the_skill_of_every_annotator():
    table, _truth = crowd(n_items=3000)
    skill = DawidSkene().fit(table).confusions_.diagonal(axis1=1, axis2=2).mean(axis=1)
    assert skill == pytest.approx([0.9, 0.8, 0.75, 0.25, 0.25, 0.25], abs=0.06)


def test_model_learns_that_an_annotator_swaps_two_labels():
    truth = "ab" * 100
    sample = [(item, who, label) for item, label in enumerate(truth) for who in range(3)]
    sample += [(item, 9, "ba"["ab".index(label)]) for item, label in enumerate(truth)]
    model = DawidSkene().fit(table_of(sample))
    assert model.confusions_[3, 0, 1] > 0.99
    assert model.confusions_[3, 1, 0] > 0.99


@pytest.mark.parametrize("smoothing", [0, 0.03])
def test_thousands_of_labels_on_one_item_stay_finite(smoothing):
    generator = np.random.default_rng(4)
    sample = [(0, who, LABELS[generator.integers(0, 4)]) for who in range(2000)]
    sample += [(1 + who % 50, who, LABELS[who % 2]) for who in range(2000)]
    model = DawidSkene(smoothing=smoothing).fit(table_of(sample))
    assert np.isfinite(model.probas_).all()
    assert model.probas_.sum(axis=1) == pytest.approx(1.0)
    assert np.isfinite(model.loglik_)


def test_symmetric_dispute_is_undecided():
    sample = [(0, "ann", "a"), (0, "bob", "b"), (1, "ann", "b"), (1, "bob", "a")]
    model = DawidSkene().fit(ReliabilityTable.from_rows(sample))
    assert model.labels_.tolist() == [-1, -1]
    assert model.probas_ == pytest.approx(0.5)


def test_item_without_a_label_is_undecided_and_changes_nothing():
    table, _truth = crowd(n_items=50)
    wider = ReliabilityTable(table.items + 1, table.annotators, table.labels, 52, 6, 4)
    model, other = DawidSkene().fit(table), DawidSkene().fit(wider)
    assert other.labels_[[0, 51]].tolist() == [-1, -1]
    assert np.array_equal(other.labels_[1:51], model.labels_)
    assert np.array_equal(other.probas_[0], other.priors_)
    assert other.loglik_ == model.loglik_


def test_annotator_without_labels_has_the_prior_as_confusions():
    table, _truth = crowd(n_items=50)
    wider = ReliabilityTable(table.items, table.annotators, table.labels, 50, 7, 4)
    assert DawidSkene().fit(wider).confusions_[6] == pytest.approx(np.eye(4), abs=1e-6)
    assert DawidSkene(smoothing=0).fit(wider).confusions_[6] == pytest.approx(0.25)


def test_single_class_is_certain():
    sample = [(item, who, "a") for item in range(3) for who in range(2)]
    model = DawidSkene().fit(ReliabilityTable.from_rows(sample))
    assert model.labels_.tolist() == [0, 0, 0]
    assert model.probas_.tolist() == [[1.0], [1.0], [1.0]]
    assert model.loglik_ == 0.0


@given(st.lists(st.sampled_from(LABELS), min_size=1, max_size=60), st.integers(1, 4))
def test_items_with_a_single_label_keep_it(labels, people):
    sample = [(item, item % people, label) for item, label in enumerate(labels)]
    model = DawidSkene().fit(table_of(sample))
    assert [LABELS[code] for code in model.labels_] == labels


@pytest.mark.parametrize("n_items", [0, 2])
def test_table_without_labels_is_fitted(n_items):
    empty = np.zeros(0, np.int64)
    for n_labels in (0, 3):
        model = DawidSkene().fit(ReliabilityTable(empty, empty, empty, n_items, 1, n_labels))
        assert model.labels_.tolist() == [-1] * n_items
        assert model.probas_.shape == (n_items, n_labels)


def test_converged_model_stops_early_and_a_short_run_says_so():
    table, _truth = crowd()
    assert DawidSkene().fit(table).n_iter_ < 100
    short = DawidSkene(n_iter=2).fit(table)
    assert (short.n_iter_, short.converged_) == (2, False)


@pytest.mark.parametrize("smoothing", [0.03, 20.0])
def test_converged_model_is_where_a_long_run_ends(smoothing):
    table, _truth = crowd(n_items=60, skills=(0.8, 0.6, 0.5, 0.4))
    model = DawidSkene(n_iter=2000, tol=1e-12, smoothing=smoothing).fit(table)
    posterior, _priors, _confusions, _loglik = plain_em(table, 600, smoothing)
    assert model.converged_
    assert model.probas_ == pytest.approx(posterior, abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"n_iter": 0}, "n_iter must be at least 1"),
        ({"tol": -1.0}, "tol must not be negative"),
        ({"tol": float("nan")}, "tol must not be negative"),
        ({"smoothing": -0.1}, "smoothing must be 0 or more"),
        ({"smoothing": float("inf")}, "smoothing must be 0 or more"),
    ],
)
def test_unsuitable_parameters_are_refused_when_fitting(arguments, complaint):
    model = DawidSkene(**arguments)
    with pytest.raises(ValueError, match=complaint):
        model.fit(table_of([(0, 0, "a")]))


def test_parameters_are_given_back_after_fitting():
    table, _truth = crowd(n_items=20)
    assert DawidSkene(n_iter=5).fit(table).get_params() == {
        "n_iter": 5,
        "tol": 1e-6,
        "smoothing": 0.03,
    }


def test_fitting_again_forgets_the_first_table():
    first, _truth = crowd(n_items=20)
    second, _truth = crowd(n_items=30, seed=5)
    model = DawidSkene().fit(first).fit(second)
    assert np.array_equal(model.probas_, DawidSkene().fit(second).probas_)
