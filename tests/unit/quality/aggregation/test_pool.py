"""The pool: known weights without gold, better ones with it, and honest words about both."""

import numpy as np
import pytest

from quality.aggregation.calibration import (
    expected_calibration_error,
    log_loss,
    proportion,
)
from quality.aggregation.pool import Pool, fitted_weights
from tests.unit.quality.aggregation.crowds import crowd, softmax, table

MEMBERS = ["wawa", "dawid_skene_map", "pooled_bcc", "ebcc", "glad"]


def hard_crowd(n_items=1500, *, seed=0):
    """People who stumble over the same items, so that models are surer than they are right."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, n_items)
    hard = generator.random(n_items) < 0.2
    lure = (truth + 1) % 3
    items, people = np.repeat(np.arange(n_items), 8), np.tile(np.arange(8), n_items)
    right = generator.random(items.size) < np.where(hard[items], 0.3, 0.9)
    labels = np.where(right, truth[items], lure[items])
    return table(items, people, labels, n_labels=3), truth


def some(truth, n, *, seed=1):
    gold = np.full(truth.size, -1)
    chosen = np.random.default_rng(seed).choice(truth.size, n, replace=False)
    gold[chosen] = truth[chosen]
    return gold


@pytest.fixture(scope="module")
def hard():
    votes, truth = hard_crowd()
    gold = some(truth, 100)
    return votes, truth, gold, Pool().fit(votes), Pool().fit(votes, gold=gold)


def test_pool_without_gold_has_the_weights_it_came_with(hard):
    votes, _truth, _gold, pool, _fitted = hard
    assert list(pool.members_) == MEMBERS
    assert pool.weights_ == pytest.approx(0.45 * np.array([2, 1, 1, 2, 2]) / 8)
    assert (pool.n_gold_, pool.is_calibrated_, pool.gold_accuracy_) == (0, False, None)
    rows = np.stack([np.log(np.maximum(m.probas_, 1e-4)) for m in pool.members_.values()])
    assert pool.probas_ == pytest.approx(softmax(np.tensordot(pool.weights_, rows, 1)))
    for row, member in zip(pool.member_labels_, pool.members_.values(), strict=True):
        assert np.array_equal(row, member.labels_)
    assert pool.member_labels_.shape == (5, votes.n_items)
    assert pool.get_params() == {"total": 0.45, "pull": 10.0, "seed": 0}


def test_pool_is_less_sure_than_its_members_and_nearer_to_the_truth(hard):
    _votes, truth, _gold, pool, _fitted = hard
    losses = [log_loss(member.probas_, truth) for member in pool.members_.values()]
    # Wawa is a vote: no model, and never as sure.
    gaps = [expected_calibration_error(pool.members_[name].probas_, truth) for name in MEMBERS[1:]]
    assert log_loss(pool.probas_, truth) < min(losses)
    assert expected_calibration_error(pool.probas_, truth) < min(gaps)


def test_pool_with_gold_is_calibrated_on_the_other_items(hard):
    _votes, truth, gold, pool, fitted = hard
    others = np.where(gold < 0, truth, -1)
    assert fitted.is_calibrated_
    assert fitted.n_gold_ == 100
    assert (fitted.weights_ >= 0).all()
    assert not np.allclose(fitted.weights_, pool.weights_, atol=1e-3)
    assert log_loss(fitted.probas_, others) < log_loss(pool.probas_, others)
    assert expected_calibration_error(fitted.probas_, others) < 0.06


def test_gold_accuracy_is_that_of_items_not_used_for_their_own_weights(hard):
    _votes, _truth, gold, pool, fitted = hard
    known = np.flatnonzero(gold >= 0)
    rows = [np.log(np.maximum(m.probas_[known], 1e-4)) for m in pool.members_.values()]
    logs, right = np.stack(rows), 0
    for place, item in enumerate(known):
        others = np.arange(known.size) % 10 != place % 10
        weights = fitted_weights(logs[:, others], gold[known][others], pool.weights_, 10.0)
        right += np.tensordot(weights, logs[:, place], 1).argmax() == gold[item]
    assert fitted.gold_accuracy_ == proportion(right, 100)


def test_a_handful_of_gold_is_counted_but_nothing_is_fitted_to_it(hard):
    _votes, truth, _gold, pool, _fitted = hard
    few = Pool().fit(hard[0], gold=some(truth, 5))
    assert (few.n_gold_, few.is_calibrated_) == (5, False)
    assert np.array_equal(few.weights_, pool.weights_)
    chosen = some(truth, 5) >= 0
    assert few.gold_accuracy_.right == (pool.labels_[chosen] == truth[chosen]).sum()


def test_twenty_gold_items_are_enough_and_nineteen_are_not(hard):
    votes, truth, *_rest = hard
    assert Pool().fit(votes, gold=some(truth, 20)).is_calibrated_
    assert not Pool().fit(votes, gold=some(truth, 19)).is_calibrated_


def test_gold_on_items_without_a_label_does_not_count():
    votes, truth = crowd(60)
    longer = table(votes.items, votes.annotators, votes.labels, n_labels=4, n_items=100)
    gold = np.concatenate([np.full(60, -1), np.zeros(40, np.int64)])
    pool = Pool().fit(longer, gold=gold)
    assert (pool.n_gold_, pool.is_calibrated_, pool.gold_accuracy_) == (0, False, None)
    gold[:30] = truth[:30]
    assert Pool().fit(longer, gold=gold).n_gold_ == 30


@pytest.mark.parametrize(
    "gold", [np.zeros(3, np.int64), np.full(60, 4), np.full(60, -2), np.zeros((60, 1), np.int64)]
)
def test_gold_that_does_not_fit_the_table_is_refused(gold):
    votes, _truth = crowd(60)
    with pytest.raises(ValueError, match="gold must"):
        Pool().fit(votes, gold=gold)


def random_logs(*, seed=0, n=40):
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, n)
    # The first member knows, the second guesses, the third is mostly wrong.
    lean = np.array([3.0, 0.0, -2.0])[:, None, None] * np.eye(3)[truth]
    rows = lean + generator.normal(size=(3, n, 3))
    return np.log(np.stack([softmax(member) for member in rows])), truth


def test_weights_are_the_best_there_are_and_never_negative():
    logs, truth = random_logs()
    first, pull = np.full(3, 0.15), 5.0

    def loss(weights):
        rows = softmax(np.tensordot(weights, logs, 1))
        fit = -np.log(rows[np.arange(truth.size), truth]).sum()
        return fit + pull * ((weights - first) ** 2).sum()

    best = fitted_weights(logs, truth, first, pull)
    assert (best >= 0).all()
    assert best[0] > first[0]
    generator = np.random.default_rng(2)
    for change in generator.normal(scale=0.02, size=(200, 3)):
        assert loss(np.maximum(best + change, 0)) >= loss(best) - 1e-6


def test_pull_decides_between_gold_and_the_first_weights():
    logs, truth = random_logs()
    first = np.full(3, 0.15)
    apart = [
        np.abs(fitted_weights(logs, truth, first, pull) - first).sum()
        for pull in (0.1, 10.0, 1000.0)
    ]
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < apart[0] / 10


def test_member_that_gold_shows_wrong_loses_its_weight():
    logs, truth = random_logs(n=400)
    weights = fitted_weights(logs, truth, np.full(3, 0.15), 10.0)
    assert weights[2] == 0.0
    assert weights[0] > 0.5
