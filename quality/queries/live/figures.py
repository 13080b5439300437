"""Figures of a live slice: what the dashboard shows, as one JSON value."""

from typing import Any, NamedTuple

import numpy as np

from quality.agreement.coefficient import Coefficient, FloatArray
from quality.agreement.histogram import PatternHistogram
from quality.agreement.leave_one_out import annotator_reach
from quality.agreement.rater_cases import RaterCases
from quality.models import CoefficientName
from quality.queries.agreement.bounds import within_bounds
from quality.queries.agreement.measuring import IntervalSettings
from quality.queries.live.counts import LiveSlice
from quality.queries.live.icc import Sample
from quality.queries.live.statistics import (
    Scoped,
    cells_of,
    correlation_of,
    distances_of,
    in_order,
    scoped_statistics,
    statistics_of,
)

MOST_CONFUSIONS = 5_000
MOST_ANNOTATORS = 1_000
# Draws times patterns, and times feature values, so that many do not keep a worker busy.
MOST_DRAWN = 20_000_000
MOST_ADDED = 5_000_000_000
FEWEST_RESAMPLES = 200

Figures = dict[str, Any]


class People(NamedTuple):
    """How many gave the labels, where the raters themselves were not read."""

    n_annotators: int
    n_people: int


def with_intervals(
    kind: str, counts: LiveSlice, settings: IntervalSettings, sample: Sample | None = None
) -> Figures:
    """All figures of a slice of a question of this kind; raters must have been read.

    `sample`: items for the intervals of what is no function of patterns.
    """
    people = _people(counts)
    figures = _without_results(kind, counts, people)
    fewer = _affordable(settings, kind, counts)
    results = [
        row for scoped in scoped_statistics(kind, counts) for row in _results(scoped, people, fewer)
    ]
    correlation = correlation_of(kind, counts, _histogram(counts.cases, people))
    if correlation is not None and sample is not None:
        found, without = correlation.with_intervals(sample, settings)
        ends = annotator_ends(CoefficientName.ICC, found, without, settings.confidence)
        results.append(figures_row(CoefficientName.ICC, None, found) | ends)
    return figures | {
        "results": in_order(kind, results),
        "annotators": annotators(kind, counts),
    }


def without_intervals(kind: str, counts: LiveSlice, before: Figures) -> Figures:
    """The figures that need no resampling, nor raters where the kind can do without; the others
    stay as they were `before`."""
    people = People(before["n_annotators"], before["n_people"])
    if counts.raters.size:
        people = _people(counts)
    figures = _without_results(kind, counts, people)
    results = [
        figures_row(name, choice, _histogram(cases, people).value(statistic))
        for choice, cases, statistics in scoped_statistics(kind, counts)
        for name, statistic in statistics.items()
    ]
    correlation = correlation_of(kind, counts, _histogram(counts.cases, people))
    if correlation is not None:
        results.append(figures_row(CoefficientName.ICC, None, correlation.value))
    known = {(each["coefficient"], each["choice"]): each for each in before["results"]}
    for row in results:
        old = known.get((row["coefficient"], row["choice"]))
        if old is not None and row["value"] is not None:
            row |= {end: old[end] for end in _ENDS}
    return figures | {"results": in_order(kind, results), "annotators": before["annotators"]}


def _people(counts: LiveSlice) -> People:
    return People(counts.cases.n_annotators, counts.cases.n_people)


_ENDS = ("low", "high", "annotator_low", "annotator_high")


def _histogram(cases: RaterCases, people: People) -> PatternHistogram:
    return PatternHistogram.from_patterns(
        cases.counts, cases.weights, n_annotators=people.n_annotators, n_people=people.n_people
    )


def _affordable(settings: IntervalSettings, kind: str, counts: LiveSlice) -> IntervalSettings:
    """Fewer resamples where there are many patterns, or many features of each."""
    n_patterns, n_codes = counts.cases.counts.shape
    cells = cells_of(kind, n_patterns, n_codes)
    most = min(MOST_DRAWN // max(1, n_patterns), MOST_ADDED // max(1, cells))
    return settings._replace(resamples=min(settings.resamples, max(FEWEST_RESAMPLES, most)))


def _results(scoped: Scoped, people: People, settings: IntervalSettings) -> list[Figures]:
    statistics = list(scoped.statistics.values())
    histogram = _histogram(scoped.cases, people)
    found = histogram.measure_all(statistics, **settings._asdict())
    without = scoped.cases.without_each(statistics)
    return [
        figures_row(name, scoped.choice, coefficient)
        | annotator_ends(name, coefficient, values, settings.confidence)
        for name, coefficient, values in zip(scoped.statistics, found, without, strict=True)
    ]


def annotator_ends(
    name: CoefficientName, found: Coefficient, without: FloatArray, confidence: float
) -> Figures:
    """Ends of the interval over annotators, cut where the coefficient ends, as in full runs.

    `without`: values without each annotator who gave a label.
    """
    reach = annotator_reach(without, confidence)
    if found.value is None or reach is None:
        return {"annotator_low": None, "annotator_high": None}
    low, high = within_bounds(name, found.value - reach, found.value + reach)
    return {"annotator_low": low, "annotator_high": high}


def figures_row(name: CoefficientName, choice: int | None, found: Coefficient) -> Figures:
    """A coefficient as pages and REST read it; the ends over annotators come later."""
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


def _without_results(kind: str, counts: LiveSlice, people: People) -> Figures:
    cases = counts.cases
    labeled = cases.counts.any(axis=1)
    given = cases.weights @ cases.counts
    has_classes = kind == "choice"
    by_class = zip(counts.choices.tolist(), given.tolist(), strict=True)
    return {
        "n_items": int(cases.weights[labeled].sum()),
        "n_labels": int(given.sum()),
        "n_annotators": people.n_annotators,
        "n_people": people.n_people,
        "class_counts": [[choice, n] for choice, n in by_class] if has_classes else [],
        "confusion": _confusion(counts) if has_classes else [],
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


def annotators(kind: str, counts: LiveSlice) -> list[Figures]:
    """Each annotator against all others, and alpha without them; the busiest where many.

    `percent`: mean similarity of answers to the same item, which for choices are equal or not.
    """
    cases = counts.cases
    (alpha,) = cases.without_each([statistics_of(kind, counts)[CoefficientName.ALPHA]])
    pairs, apart = cases.peers(distances_of(kind, counts))
    labels, shared = cases.labels_of, cases.shared_of
    busiest = np.argsort(-labels, kind="stable")[:MOST_ANNOTATORS]
    return [
        {
            "source_id": int(counts.raters[code]),
            "n_labels": int(labels[code]),
            "n_items": int(shared[code]),
            "n_pairs": int(pairs[code]),
            "percent": _similar(int(pairs[code]), float(apart[code])),
            "alpha_without": _number(alpha, code),
        }
        for code in busiest.tolist()
    ]


def _similar(pairs: int, apart: float) -> float | None:
    return min(1.0, max(0.0, (pairs - apart) / pairs)) if pairs else None


def _number(values: FloatArray, code: int) -> float | None:
    return None if np.isnan(values[code]) else float(values[code])
