"""What is computed from the counts of a slice: the statistics of its kind, over patterns."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from quality.agreement.coefficient import FloatArray, ItemStatistic
from quality.agreement.histogram import PatternHistogram
from quality.agreement.icc import IntraclassCorrelation
from quality.agreement.krippendorff import KrippendorffAlpha, Level
from quality.agreement.mean_difference import MeanDifference, differences
from quality.agreement.rater_cases import RaterCases
from quality.kinds import KIND_QUALITY
from quality.models import CoefficientName
from quality.queries.agreement.measuring import PER_CHOICE, STATISTICS
from quality.queries.live.codes import numbers_of_codes
from quality.queries.live.counts import LiveSlice
from quality.queries.live.icc import LiveCorrelation


class Scoped(NamedTuple):
    """Statistics of all classes together (`choice` None), or of one class against all others."""

    choice: int | None
    cases: RaterCases
    statistics: Mapping[CoefficientName, ItemStatistic]


def scoped_statistics(kind: str, counts: LiveSlice) -> list[Scoped]:
    """Those of the kind over everything and, for choices, over each class that was given."""
    overall = Scoped(None, counts.cases, statistics_of(kind, counts))
    if kind != "choice":
        return [overall]
    of_class = {name: STATISTICS[name] for name in PER_CHOICE}
    given = np.flatnonzero(counts.cases.weights @ counts.cases.counts)
    return [
        overall,
        *(
            Scoped(int(counts.choices[code]), counts.cases.of_class(code), of_class)
            for code in given.tolist()
        ),
    ]


def statistics_of(kind: str, counts: LiveSlice) -> dict[CoefficientName, ItemStatistic]:
    """What the kind shows, as far as it is a function of count patterns.

    Means over pairs of numbers are such functions, too, once there is a code for each number.
    """
    if kind == "choice":
        return STATISTICS
    found: dict[CoefficientName, ItemStatistic] = {}
    for name, statistic in KIND_QUALITY[kind].shown.items():
        if isinstance(statistic, ItemStatistic):
            found[name] = statistic
        elif name is CoefficientName.MEAN_DIFFERENCE:
            found[name] = MeanDifference(tuple(numbers_of_codes(counts.choices).tolist()))
    return found


def correlation_of(
    kind: str, counts: LiveSlice, histogram: PatternHistogram
) -> LiveCorrelation | None:
    """Intraclass correlation where the kind shows it: no function of patterns alone."""
    statistic = None if kind == "choice" else KIND_QUALITY[kind].shown.get(CoefficientName.ICC)
    if not isinstance(statistic, IntraclassCorrelation):
        return None
    return LiveCorrelation(statistic, counts, histogram)


def in_order(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of results in the order in which the kind shows them."""
    if kind == "choice":
        return rows
    names = list(KIND_QUALITY[kind].shown)
    return sorted(rows, key=lambda row: names.index(row["coefficient"]))


def cells_of(kind: str, n_patterns: int, n_codes: int) -> int:
    """Feature values that the statistics of a kind need: ordinal alpha keeps a matrix of codes."""
    is_ordinal = kind != "choice" and any(
        isinstance(each, KrippendorffAlpha) and Level(each.level) is Level.ORDINAL
        for each in KIND_QUALITY[kind].shown.values()
    )
    return n_patterns * n_codes * (n_codes if is_ordinal else 1)


def distances_of(kind: str, counts: LiveSlice) -> FloatArray:
    """Distance of every two answers of the slice in [0, 1], as in full runs: (K, K)."""
    if kind != "rating":
        return 1.0 - np.eye(counts.choices.size)
    numbers = numbers_of_codes(counts.choices)
    span = float(np.ptp(numbers)) if numbers.size else 0.0
    return differences(tuple(numbers.tolist())) / (span or 1.0)
