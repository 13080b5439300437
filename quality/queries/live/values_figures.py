"""Figures of a live slice of values, in the shape of `quality.queries.live.figures`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.histogram import with_percentiles
from quality.agreement.icc import MOST_ANNOTATORS
from quality.agreement.leave_one_out import annotator_reach
from quality.agreement.number_amounts import ONE
from quality.agreement.value_amounts import UNIT
from quality.agreement.value_statistic import ValueStatistic
from quality.kinds import KIND_QUALITY, KindQuality
from quality.models import CoefficientName
from quality.queries.agreement.bounds import within_bounds
from quality.queries.agreement.measuring import IntervalSettings
from quality.queries.live.figures import figures_row
from quality.queries.live.values_amounts import ALPHA, CLASS
from quality.queries.live.values_estimates import Found, Scoped, ValueEstimates
from quality.queries.live.values_numbers import NumberEstimates
from quality.queries.live.values_sample import Sample
from quality.queries.live.values_sums import SliceSums, range_of

MOST_ANNOTATORS_SHOWN = 1_000

Figures = dict[str, Any]
_ENDS = ("low", "high", "annotator_low", "annotator_high")


@dataclass(frozen=True, eq=False)
class ValueSlice:
    """What figures are made of. `scale`: ids of the choices by key. `apart`: mean distance of two
    answers that both have a class, by its key."""

    question_id: int
    kind_name: str
    sums: SliceSums
    sample: Sample
    scale: Mapping[str, int]
    apart: Mapping[str, float]

    @property
    def kind(self) -> KindQuality:
        """What the statistics of the kind are."""
        return KIND_QUALITY[self.kind_name]

    @cached_property
    def estimates(self) -> ValueEstimates | NumberEstimates:
        """The statistics of the slice."""
        if self.kind_name == "number":
            return NumberEstimates(self.question_id, self.sums, self.sample)
        return ValueEstimates(self.question_id, self.kind_name, self.sums, self.sample, self.apart)


def value_figures(part: ValueSlice, before: Figures | None) -> Figures:
    """The figures without new intervals and annotators: these stay as they were `before`."""
    known = {(row["coefficient"], row["choice"]): row for row in (before or {}).get("results", [])}
    results = []
    for scoped, estimate in _shown(part, part.estimates.whole()).items():
        row = _row(part, scoped, _coefficient(part, scoped, estimate))
        old = known.get((row["coefficient"], row["choice"]))
        if old is not None and row["value"] is not None:
            row |= {end: old[end] for end in _ENDS}
        results.append(row)
    return _counts(part) | {
        "results": results,
        "annotators": (before or {}).get("annotators", []),
    }


def value_figures_with_intervals(part: ValueSlice, settings: IntervalSettings) -> Figures:
    """All figures; what changes without each rater must have been read."""
    whole = _shown(part, part.estimates.whole())
    without = part.estimates.without_each()
    drawn, centre = _drawn(part, settings)
    results = []
    for scoped, estimate in whole.items():
        coefficient = _coefficient(part, scoped, estimate)
        if coefficient.value is not None and scoped in drawn:
            values = coefficient.value + _spread(part, drawn[scoped].value - centre[scoped].value)
            coefficient = with_percentiles(coefficient, values, settings.confidence)
        row = _row(part, scoped, coefficient)
        row["annotator_low"], row["annotator_high"] = _over_annotators(
            scoped[0], coefficient, without[scoped].value, settings.confidence
        )
        results.append(row)
    alpha = without[CoefficientName.ALPHA, ""].value
    return _counts(part) | {"results": results, "annotators": _annotators(part, alpha)}


def _shown(part: ValueSlice, found: Found) -> Found:
    """In the order of the kind, then by class; classes of this scale only."""
    order = {name: place for place, name in enumerate(part.kind.shown)}
    chosen = [scoped for scoped in found if not scoped[1] or scoped[1] in part.scale]
    return {
        scoped: found[scoped]
        for scoped in sorted(chosen, key=lambda each: (each[1], order.get(each[0], 0)))
    }


def _drawn(part: ValueSlice, settings: IntervalSettings) -> tuple[Found, Found]:
    """Statistics of resamples of the sample, and of the sample itself."""
    size = part.sample.items.size
    if not size:
        return {}, {}
    generator = np.random.default_rng(settings.seed)
    often = generator.multinomial(size, np.full(size, 1.0 / size), size=settings.resamples)
    estimates = part.estimates
    return estimates.resampled(often.astype(np.float64)), estimates.resampled(np.ones((1, size)))


def _spread(part: ValueSlice, apart: FloatArray) -> FloatArray:
    """Deviations of resamples as they were if all items were drawn: their spread falls with the
    root of the number of items (Bickel, Goetze and van Zwet, Statistica Sinica 7, 1997)."""
    n_items = max(part.sums.whole.get("items", 0), 1)
    scaled: FloatArray = apart * np.sqrt(min(1.0, part.sample.items.size / n_items))
    return scaled


def _coefficient(part: ValueSlice, scoped: Scoped, found: Estimates) -> Coefficient:
    whole = part.sums.whole
    n_items = whole.get("items", 0)
    undefined = None
    if len(part.sums.raters) < 2:
        undefined = Undefined.FEWER_THAN_TWO_ANNOTATORS
    elif n_items == 0:
        undefined = Undefined.NO_ITEM_WITH_TWO_LABELS
    elif np.isnan(found.value[0]):
        undefined = _reason(part, scoped[0])
    return Coefficient(
        value=None if undefined else float(found.value[0]),
        low=None,
        high=None,
        n_items=n_items,
        n_annotators=part.sums.n_annotators,
        n_labels=whole.get("labels", 0),
        undefined=undefined,
        observed=_number(found.observed[0]) if n_items else None,
        expected=_number(found.expected[0]) if n_items else None,
    )


def _reason(part: ValueSlice, name: CoefficientName) -> Undefined:
    """Why a statistic has no value although there are pairs of answers."""
    statistic = part.kind.shown[name]
    estimates = part.estimates
    if name is CoefficientName.ICC and isinstance(estimates, NumberEstimates):
        if estimates.scale is None:
            return Undefined.ONLY_ONE_CATEGORY
        too_many = len(part.sums.raters) > MOST_ANNOTATORS
        return Undefined.TOO_MANY_ANNOTATORS if too_many else Undefined.CANNOT_SEPARATE
    assert isinstance(statistic, ValueStatistic)
    return statistic.undefined


def _over_annotators(
    name: CoefficientName, coefficient: Coefficient, without: FloatArray, confidence: float
) -> tuple[float | None, float | None]:
    reach = annotator_reach(without, confidence)
    if coefficient.value is None or reach is None:
        return None, None
    return within_bounds(name, coefficient.value - reach, coefficient.value + reach)


def _row(part: ValueSlice, scoped: Scoped, found: Coefficient) -> Figures:
    name, key = scoped
    return figures_row(name, part.scale[key] if key else None, found)


def _counts(part: ValueSlice) -> Figures:
    whole = part.sums.whole
    classes = part.scale if part.kind.elements else {}
    return {
        "n_items": whole.get("all_items", 0),
        "n_labels": whole.get("all_labels", 0),
        "n_annotators": part.sums.n_annotators,
        "n_people": len(part.sums.raters),
        "class_counts": [[pk, whole.get(CLASS + key, 0)] for key, pk in classes.items()],
        "confusion": [],
        "apart_of_classes": dict(part.apart),
    }


def _annotators(part: ValueSlice, alpha: FloatArray) -> list[Figures]:
    """Each rater against all others, by mean similarity, and alpha without them; the busiest."""
    sums = part.sums
    least, most = 0.0, 1.0
    if part.kind_name == "number":
        least, most = range_of(part.question_id, sums.groups) or (0.0, 0.0)
    rows: list[Figures] = []
    for place, rater in enumerate(sums.raters):
        n_pairs, distance = _apart(part, rater)
        far = distance / (n_pairs * (most - least)) if n_pairs and most > least else 0.0
        rows.append(
            {
                "source_id": rater,
                "n_labels": sums.people[rater].get("labels", 0),
                "n_items": sums.people[rater].get("shared", 0),
                "n_pairs": n_pairs,
                "percent": min(1.0, max(0.0, 1.0 - far)) if n_pairs else None,
                "alpha_without": _number(alpha[place]),
            }
        )
    rows.sort(key=lambda row: (-row["n_labels"], row["source_id"]))
    return rows[:MOST_ANNOTATORS_SHOWN]


def _apart(part: ValueSlice, rater: int) -> tuple[int, float]:
    """Pairs of a rater's answers with those of others, and the sum of their distances."""
    without = part.sums.without.get(rater, {})
    # What goes with the rater is twice both.
    if part.kind_name == "number":
        return -without.get("pairs", 0) // 2, -without.get("distance", 0) / (2 * ONE)
    pairs, within = without.get(f"{ALPHA}.pairs", 0), without.get(f"{ALPHA}.within", 0)
    return -pairs // (2 * UNIT), -within / (2 * UNIT)


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
