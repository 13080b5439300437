"""Figures of a live slice: what the dashboard shows, as one JSON value."""

from typing import Any, NamedTuple

import numpy as np

from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic
from quality.agreement.histogram import PatternHistogram
from quality.agreement.rater_cases import RaterCases, over_annotators
from quality.models import CoefficientName
from quality.queries.live_counts import LiveSlice
from quality.queries.measuring import PER_CHOICE, STATISTICS, IntervalSettings

MOST_CONFUSIONS = 5_000
MOST_ANNOTATORS = 1_000
# Draws times patterns, so that many patterns do not keep a worker busy.
MOST_DRAWN = 20_000_000
FEWEST_RESAMPLES = 200

Figures = dict[str, Any]


class People(NamedTuple):
    """How many gave the labels, where the raters themselves were not read."""

    n_annotators: int
    n_people: int


def with_intervals(counts: LiveSlice, settings: IntervalSettings) -> Figures:
    """All figures of a slice; raters must have been read."""
    people = People(counts.cases.n_annotators, counts.cases.n_people)
    figures = _without_results(counts, people)
    figures["results"] = [
        row
        for choice, of_class, names in _by_scope(counts)
        for row in _results(of_class, names, people, settings, choice)
    ]
    figures["annotators"] = annotators(counts)
    return figures


def without_intervals(counts: LiveSlice, before: Figures) -> Figures:
    """The figures that need no raters and no resampling; the others stay as they were `before`."""
    people = People(before["n_annotators"], before["n_people"])
    figures = _without_results(counts, people)
    known = {(each["coefficient"], each["choice"]): each for each in before["results"]}
    results = []
    for choice, cases, names in _by_scope(counts):
        histogram = _histogram(cases, people)
        for name in names:
            row = _row(name, choice, histogram.value(STATISTICS[name]))
            old = known.get((row["coefficient"], choice))
            if old is not None and row["value"] is not None:
                row |= {end: old[end] for end in _ENDS}
            results.append(row)
    return figures | {"results": results, "annotators": before["annotators"]}


_ENDS = ("low", "high", "annotator_low", "annotator_high")


def _by_scope(
    counts: LiveSlice,
) -> list[tuple[int | None, RaterCases, tuple[CoefficientName, ...]]]:
    by_class = [
        (int(counts.choices[code]), counts.cases.of_class(code), PER_CHOICE)
        for code in _given(counts)
    ]
    return [(None, counts.cases, tuple(STATISTICS)), *by_class]


def _given(counts: LiveSlice) -> list[int]:
    """Codes of the choices that anybody gave."""
    found: list[int] = np.flatnonzero(counts.cases.weights @ counts.cases.counts).tolist()
    return found


def _histogram(cases: RaterCases, people: People) -> PatternHistogram:
    return PatternHistogram.from_patterns(
        cases.counts, cases.weights, n_annotators=people.n_annotators, n_people=people.n_people
    )


def _results(
    cases: RaterCases,
    names: tuple[CoefficientName, ...],
    people: People,
    settings: IntervalSettings,
    choice: int | None,
) -> list[Figures]:
    statistics: list[ItemStatistic] = [STATISTICS[name] for name in names]
    histogram = _histogram(cases, people)
    resamples = min(settings.resamples, MOST_DRAWN // max(1, histogram.weights.size))
    found = histogram.measure_all(
        statistics,
        confidence=settings.confidence,
        resamples=max(FEWEST_RESAMPLES, resamples),
        seed=settings.seed,
    )
    without = cases.without_each(statistics)
    rows = []
    for name, coefficient, values in zip(names, found, without, strict=True):
        low, high = over_annotators(coefficient, values, confidence=settings.confidence)
        if low is not None:
            low = max(0.0 if name is CoefficientName.PERCENT else -1.0, low)
        row = _row(name, choice, coefficient)
        rows.append(row | {"annotator_low": low, "annotator_high": high})
    return rows


def _row(name: CoefficientName, choice: int | None, found: Coefficient) -> Figures:
    return {
        "coefficient": name.value,
        "choice": choice,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "annotator_low": None,
        "annotator_high": None,
        "observed": found.observed,
        "expected": found.expected,
        "n_items": found.n_items,
        "n_annotators": found.n_annotators,
        "n_labels": found.n_labels,
        "undefined": str(found.undefined or ""),
    }


def _without_results(counts: LiveSlice, people: People) -> Figures:
    cases = counts.cases
    labeled = cases.counts.any(axis=1)
    given = cases.weights @ cases.counts
    return {
        "n_items": int(cases.weights[labeled].sum()),
        "n_labels": int(given.sum()),
        "n_annotators": people.n_annotators,
        "n_people": people.n_people,
        "class_counts": [
            [choice, n] for choice, n in zip(counts.choices.tolist(), given.tolist(), strict=True)
        ],
        "confusion": _confusion(counts),
    }


def _confusion(counts: LiveSlice) -> list[list[int]]:
    """Lower choice id, higher, pairs of annotators; the most frequent where there are many."""
    vectors, weights = counts.cases.counts.astype(np.float64), counts.cases.weights
    pairs = (vectors.T @ (weights[:, np.newaxis] * vectors)).astype(np.int64)
    diagonal = np.arange(len(pairs))
    pairs[diagonal, diagonal] = (pairs[diagonal, diagonal] - weights @ counts.cases.counts) // 2
    first, second = np.nonzero(np.triu(pairs))
    often = pairs[first, second]
    kept = np.sort(np.argsort(-often, kind="stable")[:MOST_CONFUSIONS])
    ids = counts.choices
    columns = (ids[first[kept]].tolist(), ids[second[kept]].tolist(), often[kept].tolist())
    return [list(row) for row in zip(*columns, strict=True)]


def annotators(counts: LiveSlice) -> list[Figures]:
    """Each annotator against all others, and alpha without them; the busiest where many."""
    cases = counts.cases
    (alpha,) = cases.without_each([STATISTICS[CoefficientName.ALPHA]])
    pairs, same = cases.peers()
    labels, shared = cases.labels_of, cases.shared_of
    busiest = np.argsort(-labels, kind="stable")[:MOST_ANNOTATORS]
    return [
        {
            "source_id": int(counts.raters[code]),
            "n_labels": int(labels[code]),
            "n_items": int(shared[code]),
            "n_pairs": int(pairs[code]),
            "percent": int(same[code]) / int(pairs[code]) if pairs[code] else None,
            "alpha_without": _number(alpha, code),
        }
        for code in busiest.tolist()
    ]


def _number(values: FloatArray, code: int) -> float | None:
    return None if np.isnan(values[code]) else float(values[code])
