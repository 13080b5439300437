"""Flip rates against published numbers, and what must hold for any sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.flips import flip_rate, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (score method).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_gives_the_published_limits(successes, n, low, high):
    assert wilson_interval(successes / n, n) == pytest.approx((low, high), abs=5e-5)


def test_flip_rate_of_equal_probabilities_is_the_share_with_wilsons_interval():
    rate = flip_rate([1] * 81 + [0] * 182, [0.25] * 263)

    assert (rate.flips, rate.answered, rate.n_effective) == (81, 263, 263)
    assert rate.value == pytest.approx(81 / 263)
    assert (rate.low, rate.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_flip_rate_weighs_by_the_inverse_probability():
    # Two of 4 drawn with 1/2 flipped, none of 2 drawn with 1: (2*2) / (4*2 + 2*1).
    rate = flip_rate([1, 1, 0, 0, 0, 0], [0.5, 0.5, 0.5, 0.5, 1.0, 1.0])

    assert rate.value == pytest.approx(0.4)
    assert rate.n_effective == pytest.approx(10**2 / (4 * 4 + 2))


def test_flip_rate_of_nothing_has_no_value():
    rate = flip_rate([], [])

    assert (rate.answered, rate.value, rate.low, rate.high) == (0, None, None, None)


@pytest.mark.parametrize(
    ("flips", "probabilities"),
    [([1], [0.0]), ([1], [1.5]), ([2], [0.5]), ([-0.1], [0.5]), ([1, 0], [0.5]), ([[1]], [[1]])],
)
def test_flip_rate_of_impossible_input_is_refused(flips, probabilities):
    with pytest.raises(ValueError, match=r"lie from 0|one probability"):
        flip_rate(flips, probabilities)


@pytest.mark.parametrize(
    ("share", "n", "confidence"), [(1.1, 5, 0.95), (0.5, 0, 0.95), (0.5, 5, 1)]
)
def test_wilson_interval_of_impossible_input_is_refused(share, n, confidence):
    with pytest.raises(ValueError, match="share from 0 to 1"):
        wilson_interval(share, n, confidence=confidence)


SAMPLES = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0.001, 1)),
    min_size=1,
    max_size=50,
)


@given(sample=SAMPLES)
def test_flip_rate_lies_within_its_interval_and_its_interval_within_0_and_1(sample):
    flips, probabilities = zip(*sample, strict=True)
    rate = flip_rate(flips, probabilities)

    assert 0 <= rate.low <= rate.value + 1e-12
    assert rate.value - 1e-12 <= rate.high <= 1
    assert 1 - 1e-9 <= rate.n_effective <= len(sample) + 1e-9


@given(sample=SAMPLES)
def test_flip_rate_does_not_depend_on_the_order(sample):
    forward = flip_rate(*zip(*sample, strict=True))
    backward = flip_rate(*zip(*reversed(sample), strict=True))

    assert forward.value == pytest.approx(backward.value)
    assert forward.n_effective == pytest.approx(backward.n_effective)


def test_flip_rate_recovers_the_share_of_a_population_from_unequal_strata():
    generator = np.random.default_rng(7)
    large, small = generator.random(100_000) < 0.1, generator.random(1_000) < 0.9
    truth = (large.sum() + small.sum()) / 101_000
    sampled = generator.permutation(large)[:2_000], small
    rate = flip_rate(
        np.concatenate(sampled).astype(float),
        np.array([0.02] * 2_000 + [1.0] * 1_000),
    )

    assert rate.low < truth < rate.high
    assert np.concatenate(sampled).mean() > rate.high
