"""What a run stores about each person and each group, computed from columns: no requests here.

`Evidence` is all that is read; `measured` turns it into rows of `PersonFigures`, `group_figures`
into rows of `GroupFigures`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from quality.agreement.bootstrap import bootstrap_interval
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.percent import PercentAgreement
from quality.agreement.policy import enough_data
from quality.agreement.table import ReliabilityTable
from quality.queries.labels import IdArray, LabelColumns
from quality.queries.people_groups import large_enough
from quality.queries.people_signals import LEAST_SELF, Marks, Signals, signals_of
from quality.queries.people_times import Times

RESAMPLES = 1000


@dataclass(frozen=True)
class GoldSaid:
    """One answer to a gold item on the question of the run; keys are choices, for a choice."""

    source: int
    wanted: str
    given: str
    is_right: bool


@dataclass(frozen=True)
class Evidence:
    """All that a run knows. `labels` hold codes of answers where the kind is not a choice.

    `peers`: (share, number) by source, for kinds whose answers are compared by a distance;
    `repeats`: whether each repeated item was answered alike, with both answers, by source.
    """

    labels: LabelColumns
    times: Times
    gold: Sequence[GoldSaid]
    repeats: Mapping[int, Sequence[tuple[str, str]]]
    is_choice: bool
    peers: Mapping[int, tuple[float, int]] = field(default_factory=dict)


def measured(evidence: Evidence, marks: Marks) -> Iterator[dict[str, Any]]:
    """One row of columns for each person, in the order of their source ids."""
    labels = evidence.labels
    peers = evidence.peers or (_peers(labels) if evidence.is_choice else {})
    alpha, without = _alpha(labels) if evidence.is_choice else (None, {})
    signals = signals_of(evidence.labels, evidence.times, evidence.is_choice, marks)
    gold: dict[int, list[GoldSaid]] = defaultdict(list)
    for said in evidence.gold:
        gold[said.source].append(said)
    counts = np.bincount(np.searchsorted(labels.source_ids, labels.sources))
    for source, n_labels in zip(labels.source_ids.tolist(), counts.tolist(), strict=True):
        share, n_pairs = peers.get(source, (None, 0))
        yield _person(
            source,
            signals,
            gold[source],
            evidence.repeats.get(source, ()),
            marks,
            n_labels=n_labels,
            peers=share,
            peers_n=n_pairs,
            alpha=alpha if source in without else None,
            alpha_without=without.get(source),
        )


def _person(
    source: int,
    signals: Signals,
    gold: Sequence[GoldSaid],
    repeats: Sequence[tuple[str, str]],
    marks: Marks,
    **known: Any,
) -> dict[str, Any]:
    columns, details, warnings = signals.person(source)
    right = sum(said.is_right for said in gold)
    equal, n_repeats, kappa = signals.repeats(repeats)
    gold_low, gold_high = signals.interval(right, len(gold))
    self_low, self_high = signals.interval(equal, n_repeats)
    if len(gold) >= marks.fewest_checks and 100 * (gold_high or 0.0) < marks.gold_mark:
        warnings.insert(
            0,
            {
                "code": "gold",
                "right": right,
                "n": len(gold),
                "high": gold_high,
                "mark": marks.gold_mark,
            },
        )
    if n_repeats >= marks.fewest_checks and (self_high or 0.0) < LEAST_SELF:
        warnings.append({"code": "self", "equal": equal, "n": n_repeats, "high": self_high})
    return {
        "source_id": source,
        "gold_right": right,
        "gold_n": len(gold),
        "gold_low": gold_low,
        "gold_high": gold_high,
        "self_equal": equal,
        "self_n": n_repeats,
        "self_low": self_low,
        "self_high": self_high,
        "n_warnings": len(warnings),
        "warnings": warnings,
        "details": {**details, "self_kappa": kappa, **_gold_details(gold, signals)},
        **columns,
        **known,
    }


def _gold_details(gold: Sequence[GoldSaid], signals: Signals) -> dict[str, Any]:
    """Right answers by class, and what was said instead; only where answers are choices."""
    if not any(said.wanted for said in gold):
        return {}
    by_class = Counter(said.wanted for said in gold)
    right = Counter(said.wanted for said in gold if said.is_right)
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    for said in gold:
        confusion[said.wanted][said.given] += 1
    classes = []
    for key, n in sorted(by_class.items()):
        low, high = signals.interval(right[key], n)
        classes.append({"choice": key, "right": right[key], "n": n, "low": low, "high": high})
    return {
        "classes": classes,
        "gold_confusion": {key: dict(row) for key, row in sorted(confusion.items())},
    }


def _peers(labels: LabelColumns) -> dict[int, tuple[float, int]]:
    """Share of equal answers among pairs with anybody else on the same item, and their number."""
    table = labels.table
    per_item = np.bincount(table.items, minlength=table.n_items)[table.items]
    cells, place, sizes = np.unique(
        table.items * table.n_labels + table.labels, return_inverse=True, return_counts=True
    )
    del cells
    same = np.bincount(table.annotators, sizes[place] - 1.0, table.n_annotators)
    pairs = np.bincount(table.annotators, per_item - 1.0, table.n_annotators)
    return {
        source: (same[code] / pairs[code], int(pairs[code]))
        for code, source in enumerate(labels.source_ids.tolist())
        if pairs[code]
    }


def _alpha(labels: LabelColumns) -> tuple[float | None, dict[int, float]]:
    """Nominal alpha of all, and without each person; nothing where there is too little data."""
    found = leave_one_annotator_out(labels.table, statistic=KrippendorffAlpha())
    whole = found.coefficient
    if whole.value is None or enough_data(whole.n_items, whole.n_annotators) is not None:
        return None, {}
    values = zip(labels.source_ids.tolist(), found.without.tolist(), strict=True)
    return whole.value, {source: value for source, value in values if not np.isnan(value)}


@dataclass(frozen=True)
class GroupOf:
    """Who is in which group: option by source, of people who gave it."""

    options: Mapping[int, str]
    n_people: int
    least: int


def group_figures(
    labels: LabelColumns, groups: GroupOf, *, is_choice: bool, seed: int
) -> Iterator[dict[str, Any]]:
    """One row for each group that may be shown; who is in it stays here."""
    sizes = Counter(groups.options.values())
    for option in sorted(large_enough(dict(sizes), groups.n_people, groups.least)):
        inside = [source for source, chosen in groups.options.items() if chosen == option]
        rows = np.isin(labels.sources, np.array(inside, np.int64))
        yield {
            "option": option,
            "n_people": sizes[option],
            "n_labels": int(rows.sum()),
            **_agreement(_table(labels, rows), seed),
            "shares": _shares(labels, rows) if is_choice else {},
        }


def _table(labels: LabelColumns, rows: npt.NDArray[np.bool_]) -> ReliabilityTable:
    return LabelColumns(
        labels.items[rows],
        labels.sources[rows],
        labels.choices[rows],
        labels.versions[rows],
        labels.scale,
        labels.watermark,
    ).table


def _agreement(table: ReliabilityTable, seed: int) -> dict[str, Any]:
    """Percent agreement with its interval over items, and the number of pairs behind it."""
    per_item = np.bincount(table.items, minlength=table.n_items)
    found = bootstrap_interval(table, statistic=PercentAgreement(), resamples=RESAMPLES, seed=seed)
    return {
        "agreement": found.value,
        "agreement_low": found.low,
        "agreement_high": found.high,
        "n_pairs": int((per_item * (per_item - 1) // 2).sum()),
    }


def _shares(labels: LabelColumns, rows: npt.NDArray[np.bool_]) -> dict[str, int]:
    found, counts = _counted(labels.choices[rows])
    return {
        labels.scale[choice]: n for choice, n in zip(found.tolist(), counts.tolist(), strict=True)
    }


def _counted(values: IdArray) -> tuple[IdArray, IdArray]:
    found, counts = np.unique(values, return_counts=True)
    return found, counts
