"""Agreement on the same items before and after, and whether the difference is real. PURE, numpy."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from quality.agreement.bootstrap import bootstrap_interval
from quality.agreement.coefficient import Coefficient
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.table import ReliabilityTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Below it a coefficient says little; the quality pages warn at the same number.
FEWEST_ITEMS = 30
# Resampled pattern counts held in memory at once.
_CELLS = 4_000_000


class Verdict(StrEnum):
    """Did the new version help?"""

    HELPED = "helped"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"
    TOO_FEW_RATERS = "too_few_raters"
    TOO_FEW_ITEMS = "too_few_items"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Comparison:
    """Alpha of both versions over the items that have two labels under each of them.

    `difference` is after - before; `low` and `high` are its paired interval, None when there is
    none. `n_items` counts the common items.
    """

    before: Coefficient
    after: Coefficient
    n_items: int
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def compare_agreement(
    before: ReliabilityTable,
    after: ReliabilityTable,
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 1,
) -> Comparison:
    """Krippendorff's alpha (nominal) before and after, and a bootstrap of the difference.

    Both tables must code the same items and the same choices. Only items with at least two labels
    in both tables count. Items are drawn with replacement, each with its labels of both versions
    (a paired percentile bootstrap, Efron & Tibshirani 1993, chapter 8), so what makes an item hard
    under both cancels out. Equal tables and seeds give equal intervals.
    Raises ValueError for tables over different items or choices.
    """
    if before.n_items != after.n_items or before.n_labels != after.n_labels:
        raise ValueError("Both tables must code the same items and the same choices.")
    common = (before.counts.sum(axis=1) >= 2) & (after.counts.sum(axis=1) >= 2)
    settings = {"confidence": confidence, "resamples": resamples, "seed": seed}
    alphas = [
        bootstrap_interval(_only(table, common), statistic=KrippendorffAlpha(), **settings)  # type: ignore[arg-type]
        for table in (before, after)
    ]
    first, second = (each.value for each in alphas)
    difference = low = high = None
    if first is not None and second is not None:
        difference = second - first
        low, high = _interval(
            before.counts[common], after.counts[common], confidence, resamples, seed
        )
    return Comparison(
        before=alphas[0],
        after=alphas[1],
        n_items=int(common.sum()),
        difference=difference,
        low=low,
        high=high,
        verdict=_verdict(int(common.sum()), low, high),
    )


def _only(table: ReliabilityTable, items: npt.NDArray[np.bool_]) -> ReliabilityTable:
    kept = items[table.items]
    return ReliabilityTable(
        items=table.items[kept],
        annotators=table.annotators[kept],
        labels=table.labels[kept],
        n_items=table.n_items,
        n_annotators=table.n_annotators,
        n_labels=table.n_labels,
    )


def _interval(
    before: IntArray, after: IntArray, confidence: float, resamples: int, seed: int
) -> tuple[float | None, float | None]:
    """Percentiles of the resampled difference; none where most resamples have no alpha."""
    width = before.shape[1]
    patterns, weights = np.unique(np.hstack([before, after]), axis=0, return_counts=True)
    statistic = KrippendorffAlpha()
    generator = np.random.default_rng(seed)
    n_items = int(weights.sum())
    step = max(1, _CELLS // weights.size)
    found = []
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = generator.multinomial(n_items, weights / n_items, size=size)
        sides = [
            statistic.evaluate(statistic.weighted_sums(counts, drawn), width).value
            for counts in (patterns[:, :width], patterns[:, width:])
        ]
        found.append(sides[1] - sides[0])
    differences = np.concatenate(found)
    defined = differences[~np.isnan(differences)]
    if 2 * defined.size < resamples:
        return None, None
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return float(low), float(high)


def _verdict(n_items: int, low: float | None, high: float | None) -> Verdict:
    if n_items == 0:
        return Verdict.TOO_FEW_RATERS
    if n_items < FEWEST_ITEMS:
        return Verdict.TOO_FEW_ITEMS
    if low is None or high is None:
        return Verdict.UNDEFINED
    if low > 0:
        return Verdict.HELPED
    return Verdict.WORSE if high < 0 else Verdict.NO_DIFFERENCE
