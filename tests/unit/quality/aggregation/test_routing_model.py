"""What policies decide and choose by."""

import numpy as np
import pytest

from quality.aggregation.pool import Pool
from quality.aggregation.routing import margins
from quality.aggregation.routing_model import calibrated, look
from tests.unit.quality.aggregation.crowds import crowd, table


def agreeing(few=2, many=8):
    """Items of which a few or many people say the same, and some on which they differ; nobody is
    better than anybody else."""
    rows = []
    for item in range(90):
        n = many if item % 2 else few
        for place in range(n):
            person = (item * 3 + place) % 20
            said = item // 3 % 2
            rows.append((item, person, 1 - said if item % 9 == 0 and place == 0 else said))
    return table(*np.array(rows).T, n_labels=2)


def test_two_labels_that_agree_come_before_eight_that_do():
    fitted = calibrated(agreeing())

    margin = margins(fitted.order)
    agreed = np.arange(90) % 9 != 0
    few = margin[agreed & (np.arange(90) % 2 == 0)]
    many = margin[agreed & (np.arange(90) % 2 == 1)]
    assert few.max() < many.min()


def test_enough_is_decided_by_the_calibrated_pool():
    votes, truth = crowd(200)
    gold = np.where(np.arange(200) < 40, truth, -1)

    for known in (None, gold):
        fitted = calibrated(votes, gold=known)
        assert np.array_equal(fitted.posterior, Pool().fit(votes, gold=known).probas_)
        assert fitted.order.sum(axis=1) == pytest.approx(1.0)
    assert fitted.n_gold == 40


def test_order_has_no_part_of_the_weighed_votes():
    votes, _truth = crowd(120)
    pool = Pool().fit(votes)
    # As many logs as members but the first, which is the vote.
    names = [name for name in pool.members_ if name != "wawa"]
    weights = np.array([pool.weights_[list(pool.members_).index(name)] for name in names])
    weights *= 0.45 / weights.sum()
    logs = sum(
        weight * np.log(np.maximum(pool.members_[name].probas_, 1e-4))
        for name, weight in zip(names, weights, strict=True)
    )
    expected = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)

    assert calibrated(votes).order == pytest.approx(expected)
    assert look(votes).margin == pytest.approx(margins(expected))


def test_order_without_any_weight_left_hears_the_other_members_alike(monkeypatch):
    votes, truth = crowd(120)

    def votes_alone(_logs, _truth, first, _pull):
        return np.where(np.arange(first.size) == 0, 0.3, 0.0)

    monkeypatch.setattr("quality.aggregation.pool.fitted_weights", votes_alone)
    fitted = calibrated(votes, gold=truth)

    assert fitted.weight == pytest.approx(0.3)
    assert np.isfinite(fitted.order).all()
    assert (fitted.order.argmax(axis=1) == truth).mean() > 0.7
