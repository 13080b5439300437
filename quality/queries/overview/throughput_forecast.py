"""When the work is done, from the pace of the last days, with an interval. Numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FEWEST_DAYS = 3
RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 1
# Nobody plans further than two years from two weeks of work.
HORIZON = 730
_CHUNK = 250


@dataclass(frozen=True)
class Forecast:
    """Days from today until the last slot is answered; None is beyond the horizon.

    `undefined` says why there is none: "done", "too_few_days", "no_work".
    """

    days: int | None = None
    low: int | None = None
    high: int | None = None
    undefined: str = ""


def forecast(
    daily: Sequence[int], remaining: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Forecast:
    """Two bootstraps in one: which days we happened to see, and which days will come.

    `daily`: slots answered on each of the last whole days, days without work included;
    `remaining`: slots still to be answered. Each of the resamples draws a fortnight like the one
    seen (Efron 1979), then days from it until the work is done. Median and percentile interval.
    """
    if remaining <= 0:
        return Forecast(0, 0, 0, "done")
    if len(daily) < FEWEST_DAYS:
        return Forecast(undefined="too_few_days")
    if sum(daily) == 0:
        return Forecast(undefined="no_work")
    generator = np.random.default_rng(seed)
    seen = np.asarray(daily, np.int64)
    needed = np.concatenate(
        [
            _days_needed(seen, remaining, min(_CHUNK, resamples - start), generator)
            for start in range(0, resamples, _CHUNK)
        ]
    )
    # An end of the interval that lies between two days is told as the later one.
    tail = (1 - CONFIDENCE) / 2
    days, low, high = (
        int(each)
        for each in np.quantile(needed, [0.5, tail, 1 - tail], method="higher").astype(np.int64)
    )
    return Forecast(_within(days), _within(low), _within(high))


def _days_needed(
    seen: npt.NDArray[np.int64],
    remaining: int,
    resamples: int,
    generator: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Days of each resample, HORIZON + 1 where it does not come to an end."""
    fortnights = generator.choice(seen, (resamples, seen.size))
    # Twice the days that the slowest of them needs on average, within the horizon.
    slowest = max(float(fortnights.mean(axis=1).min()), 1e-9)
    ahead = int(min(HORIZON, 2 * remaining / slowest + 2 * seen.size))
    places = generator.integers(0, seen.size, (resamples, ahead))
    done = np.take_along_axis(fortnights, places, axis=1).cumsum(axis=1)
    days = (done < remaining).sum(axis=1) + 1
    return np.where(days > ahead, HORIZON + 1, days)


def _within(days: int) -> int | None:
    return days if days <= HORIZON else None
