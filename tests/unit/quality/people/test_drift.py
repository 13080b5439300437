"""Drift: false alarms as often as asked, and power to see who lets up."""

import numpy as np
import pytest

from quality.people.alerts import Reason
from quality.people.consensus import log_fit
from quality.people.drift import drift
from tests.unit.quality.agreement.naive import labels_by_item
from tests.unit.quality.people.crowds import crowd


def fit_of(generator, *, n=200, worse_from=None):
    """Log fits of somebody who agrees with 80 % of the others' answers, or 50 % from then on."""
    share = np.full(n, 0.8)
    if worse_from is not None:
        share[worse_from:] = 0.5
    return np.where(generator.random(n) < share, np.log(0.8), np.log(0.1))


def test_drift_of_steady_people_is_alarmed_as_rarely_as_asked():
    generator = np.random.default_rng(1)
    blocks = np.arange(200) // 10
    alarms = [
        drift(fit_of(generator), blocks, false_alarms=0.1, shuffles=200, seed=seed).drifted
        for seed in range(200)
    ]
    assert 0.04 < np.mean(alarms) < 0.16


def test_drift_of_people_who_let_up_is_seen_and_dated():
    generator = np.random.default_rng(2)
    blocks = np.arange(200) // 10
    found = [
        drift(fit_of(generator, worse_from=120), blocks, shuffles=200, seed=seed)
        for seed in range(50)
    ]
    assert np.mean([each.drifted for each in found]) > 0.8
    assert abs(np.median([each.turn for each in found]) - 11) <= 1
    alert = next(each for each in found if each.drifted).alert(7)
    assert (alert.reason, alert.annotators) == (Reason.DRIFT, (7,))
    assert alert.numbers["before"] > alert.numbers["after"]


def test_drift_in_a_crowd_is_seen_against_the_consensus_of_the_others():
    table, _truth = crowd(3, items=1000)
    generator = np.random.default_rng(4)
    rows = np.flatnonzero(table.annotators == 5)
    labels = table.labels.copy()
    late = rows[rows.size // 2 :]
    labels[late] = generator.integers(0, 4, late.size)
    worse = type(table)(table.items, table.annotators, labels, 1000, 20, 4)
    blocks = np.arange(rows.size) // 25
    assert drift(log_fit(worse)[rows], blocks, seed=1).drifted
    assert not drift(log_fit(table)[rows], blocks, seed=1).drifted


def test_drift_of_the_same_seed_is_the_same():
    fit = fit_of(np.random.default_rng(5))
    one, other = (drift(fit, np.arange(200) // 20, seed=9) for _time in range(2))
    assert (one.threshold, one.p_value) == (other.threshold, other.p_value)
    assert one.cusum[-1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("fit", "blocks"),
    [
        (np.zeros(30), np.arange(30)),
        (np.arange(30.0), np.zeros(30, int)),
        (np.arange(5.0), np.arange(5)),
        (np.full(50, np.nan), np.arange(50)),
    ],
)
def test_drift_of_too_little_is_none(fit, blocks):
    assert drift(fit, blocks, seed=1) is None


def test_drift_of_blocks_out_of_order_is_refused():
    with pytest.raises(ValueError, match="must not fall"):
        drift(np.arange(30.0), np.arange(30)[::-1], seed=1)
    with pytest.raises(ValueError, match="same length"):
        drift(np.arange(30.0), np.arange(29), seed=1)
    with pytest.raises(ValueError, match="false_alarms must be"):
        drift(np.arange(30.0), np.arange(30), false_alarms=0.0, seed=1)


def test_fit_is_the_smoothed_share_of_the_others_who_said_the_same():
    table, _truth = crowd(6, items=40)
    fit = log_fit(table, smoothing=2.0)
    rows = list(
        zip(table.items.tolist(), table.annotators.tolist(), table.labels.tolist(), strict=True)
    )
    overall = [sum(label == each for *_ia, each in rows) / len(rows) for label in range(4)]
    said = labels_by_item(rows)
    for (item, _person, label), value in zip(rows, fit.tolist(), strict=True):
        same, others = said[item].count(label) - 1, len(said[item]) - 1
        assert np.exp(value) == pytest.approx((same + 2 * overall[label]) / (others + 2))


def test_fit_of_a_lone_label_is_unknown():
    table, _truth = crowd(7, items=5, per_item=1)
    assert np.isnan(log_fit(table)).all()
    with pytest.raises(ValueError, match="smoothing must be"):
        log_fit(table, smoothing=0.0)
