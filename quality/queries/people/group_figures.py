"""What a run stores about groups of people: computed from columns, of many people only."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from quality.agreement.bootstrap import bootstrap_interval
from quality.agreement.coefficient import Coefficient
from quality.agreement.distance import PairMean, similarity
from quality.agreement.percent import PercentAgreement
from quality.agreement.value_statistic import with_intervals
from quality.kinds import KIND_QUALITY
from quality.queries.agreement.measuring_values import class_totals
from quality.queries.labels import LabelColumns
from quality.queries.people.groups import large_enough
from quality.queries.values import ValueColumns

RESAMPLES = 1000


@dataclass(frozen=True)
class GroupOf:
    """Who is in which group: option by source, of people who gave it."""

    options: Mapping[int, str]
    n_people: int
    least: int


def group_figures(
    read: LabelColumns | ValueColumns, groups: GroupOf, *, kind: str, seed: int
) -> Iterator[dict[str, Any]]:
    """One row for each group that may be shown; who is in it stays here.

    Agreement: share of equal answers of two people of the group to the same item; of other kinds
    than choice their mean likeness, averaged over items. With its interval over items.
    """
    labels = read.labels if isinstance(read, ValueColumns) else read
    sizes = Counter(groups.options.values())
    for option in sorted(large_enough(dict(sizes), groups.n_people, groups.least)):
        inside = [source for source, chosen in groups.options.items() if chosen == option]
        part = _of_rows(labels, np.isin(labels.sources, np.array(inside, np.int64)))
        if isinstance(read, ValueColumns):
            values = replace(read, labels=part)
            found, shares = _likeness(values, kind, seed), dict(class_totals(values, kind))
        else:
            found, shares = _percent(part, seed), _shares(part)
        yield {
            "option": option,
            "n_people": sizes[option],
            "n_labels": len(part),
            "agreement": found.value,
            "agreement_low": found.low,
            "agreement_high": found.high,
            "n_pairs": _pairs(part),
            "shares": shares,
        }


def _of_rows(labels: LabelColumns, rows: npt.NDArray[np.bool_]) -> LabelColumns:
    return LabelColumns(
        labels.items[rows],
        labels.sources[rows],
        labels.choices[rows],
        labels.versions[rows],
        labels.scale,
        labels.watermark,
    )


def _percent(labels: LabelColumns, seed: int) -> Coefficient:
    return bootstrap_interval(
        labels.table, statistic=PercentAgreement(), resamples=RESAMPLES, seed=seed
    )


def _likeness(values: ValueColumns, kind: str, seed: int) -> Coefficient:
    table = values.table
    statistic = PairMean(similarity(KIND_QUALITY[kind].distance(table)))
    return with_intervals(statistic, table, resamples=RESAMPLES, seed=seed).coefficient


def _pairs(labels: LabelColumns) -> int:
    per_item = np.bincount(labels.table.items, minlength=labels.table.n_items)
    return int((per_item * (per_item - 1) // 2).sum())


def _shares(labels: LabelColumns) -> dict[str, int]:
    found, counts = np.unique(labels.choices, return_counts=True)
    return {
        labels.scale[choice]: n for choice, n in zip(found.tolist(), counts.tolist(), strict=True)
    }
