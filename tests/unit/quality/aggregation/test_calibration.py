"""Calibration measures against numbers worked out by hand, and published intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.aggregation.calibration import (
    expected_calibration_error,
    log_loss,
    proportion,
    temperature,
    tempered,
)

ROWS = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.5, 0.5]])


def test_log_loss_is_the_mean_surprise_of_known_items():
    truth = np.array([0, 1, 1, -1])
    assert log_loss(ROWS, truth) == pytest.approx(-np.log(0.9 * 0.2 * 0.6) / 3)
    impossible = log_loss(np.array([[1.0, 0.0]]), np.array([1]))
    assert impossible == pytest.approx(12 * np.log(10))


def test_calibration_error_is_the_gap_per_bin_weighted_by_items():
    # Bins .9-1, .8-.9, .6-.7 and .5-.6, an item each: gaps .1, .8, .4 and .5.
    truth = np.array([0, 1, 1, 0])
    assert expected_calibration_error(ROWS, truth) == pytest.approx((0.1 + 0.8 + 0.4 + 0.5) / 4)
    # One bin: 3 of 4 right, mean probability .7.
    assert expected_calibration_error(ROWS, truth, bins=1) == pytest.approx(0.05)
    certain = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert expected_calibration_error(certain, np.array([0, 1])) == 0


def test_probabilities_that_hold_have_no_calibration_error():
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.5, 1.0, 200_000)
    rows = np.column_stack([sure, 1 - sure])
    truth = (generator.random(sure.size) > sure).astype(np.int64)
    assert expected_calibration_error(rows, truth) < 0.005
    assert temperature(rows, truth) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("exponent", [0.3, 1.0, 2.5])
def test_temperature_finds_the_exponent_that_undoes_another(exponent):
    generator = np.random.default_rng(1)
    true = generator.dirichlet(np.ones(3), 20_000)
    truth = (generator.random((20_000, 1)) > true.cumsum(axis=1)).sum(axis=1)
    stated = tempered(true, 1 / exponent)
    assert temperature(stated, truth) == pytest.approx(exponent, rel=0.05)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=5), st.floats(0.1, 5))
def test_tempered_rows_are_distributions_in_the_same_order(row, exponent):
    rows = np.array([row]) + 1e-3
    rows /= rows.sum()
    changed = tempered(rows, exponent)
    assert changed.sum() == pytest.approx(1.0)
    order = np.argsort(rows[0])
    assert (np.diff(changed[0][order]) >= -1e-12).all()


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_proportion_has_the_published_interval(right, n, low, high):
    share = proportion(right, n)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)
    assert share.value == right / n


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(ValueError, match="No item"):
        log_loss(ROWS, np.full(4, -1))
    with pytest.raises(ValueError, match="not among"):
        expected_calibration_error(ROWS, np.array([0, 1, 2, 0]))
    with pytest.raises(ValueError, match="one true label"):
        log_loss(ROWS, np.array([0, 1]))
    with pytest.raises(ValueError, match="bins"):
        expected_calibration_error(ROWS, np.zeros(4, np.int64), bins=0)
    with pytest.raises(ValueError, match="exponent"):
        tempered(ROWS, 0)
    with pytest.raises(ValueError, match="not a share"):
        proportion(0, 0)
