"""When the work is done: known answers, the interval, and why there may be none."""

import numpy as np
import pytest

from quality.queries.overview.throughput_forecast import HORIZON, Forecast, forecast


def test_forecast_of_a_steady_pace_is_exact():
    assert forecast([10] * 14, 100) == Forecast(10, 10, 10)
    assert forecast([10] * 14, 101) == Forecast(11, 11, 11)


def test_forecast_of_an_uneven_pace_has_the_mean_inside_a_real_interval():
    found = forecast([0, 0, 30, 5, 12, 40, 3, 0, 0, 25, 10, 8, 33, 2], 1200)

    assert found.low < 1200 / 12 < found.high
    assert found.low < found.days < found.high


def test_forecast_covers_what_comes_as_often_as_it_says():

    generator = np.random.default_rng(7)
    inside = 0
    for _world in range(200):
        days = generator.poisson(20, 14)
        needed = int(np.argmax(generator.poisson(20, 200).cumsum() >= 400)) + 1
        found = forecast(days.tolist(), 400, resamples=300)
        inside += found.low <= needed <= found.high

    assert 180 <= inside <= 200


@pytest.mark.parametrize(
    ("daily", "remaining", "reason"),
    [
        ([5] * 14, 0, "done"),
        ([], 0, "done"),
        ([5, 5], 10, "too_few_days"),
        ([], 10, "too_few_days"),
        ([0] * 14, 10, "no_work"),
    ],
)
def test_forecast_that_cannot_be_made_says_why(daily, remaining, reason):
    assert forecast(daily, remaining).undefined == reason


def test_forecast_beyond_the_horizon_is_open():
    assert forecast([1] * 14, HORIZON + 1) == Forecast(None, None, None)
    assert forecast([1] * 14, HORIZON).days == HORIZON


def test_forecast_with_rare_work_may_be_open_at_the_far_end_only():
    found = forecast([0] * 13 + [10], 400)

    assert found.low is not None
    assert found.high is None


def test_forecast_is_the_same_each_time():
    daily = [3, 9, 0, 4, 8, 1, 0]

    assert forecast(daily, 90) == forecast(daily, 90)
