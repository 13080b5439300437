"""What agreement and resolution mean for each question kind, but for `choice`, which has its own
path over integer codes: one line per kind, and a test that finds what is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from quality.aggregation.base import ValueAggregator
from quality.aggregation.skilled_medoid import SkilledMedoid
from quality.agreement import boxes, numbers, polygons, ranking, sets, shares, spans, text
from quality.agreement.coefficient import ItemStatistic
from quality.agreement.distance import (
    Distance,
    DistanceAlpha,
    PairMean,
    PairRatio,
    equality,
    similarity,
)
from quality.agreement.fleiss import FleissKappa
from quality.agreement.gwet import GwetAC1
from quality.agreement.icc import IccForm, IntraclassCorrelation
from quality.agreement.krippendorff import KrippendorffAlpha, Level
from quality.agreement.marked import MarkedAlpha
from quality.agreement.percent import PercentAgreement
from quality.agreement.table import ReliabilityTable
from quality.agreement.value_statistic import ValueStatistic
from quality.agreement.values import Value, ValueTable
from quality.agreement.weights import Weights
from quality.kind_methods import METHODS_OF_KIND
from quality.models import CoefficientName, ResolutionMethod

Statistics = Mapping[CoefficientName, ItemStatistic | ValueStatistic]
Name = CoefficientName
# Of distances that take long: 200 different answers are compared exactly, of more a sample. It puts
# the expected distance within about 0.003.
_FEWER_PAIRS = 20_000


@dataclass(frozen=True)
class KindQuality:
    """How answers of one kind are compared and resolved.

    `distance`: of two answers in [0, 1], given the table for the range of numbers. `shown`: the
    coefficients, the leading one first. `codes`: for coefficients over codes, the answers as such.
    `methods`: how several answers become one; the first is the default. `elements`: the name of
    the list whose entries carry a class, for figures by class.
    """

    distance: Callable[[ValueTable], Distance]
    shown: Statistics
    methods: Mapping[ResolutionMethod, Callable[..., ValueAggregator]] = field(default_factory=dict)
    codes: Callable[[ValueTable], ReliabilityTable] | None = None
    elements: str = ""
    by_class: Statistics = field(default_factory=dict)

    @property
    def marks_places(self) -> bool:
        """Whether answers are lists of marked places."""
        return self.elements not in ("", "choices", "shares")

    @property
    def default_method(self) -> ResolutionMethod:
        """The simplest sound method."""
        return next(iter(self.methods))


def _fixed(distance: Distance) -> Callable[[ValueTable], Distance]:
    return lambda _table: distance


def _on_scale(table: ValueTable) -> Distance:
    """Difference of numbers as a share of the range that was answered."""
    found = numbers.numbers_of(table)
    least, most = (float(found.min()), float(found.max())) if found.size else (0.0, 0.0)
    return partial(numbers.scaled_difference, least=least, most=most)


def coded(table: ValueTable, name: str) -> ReliabilityTable:
    """The answers as codes of one field of theirs, in ascending order."""
    return table.coded_by([value[name] for value in table.values])


def classes_in(kind: "KindQuality", value: Value) -> list[str]:
    """The classes that an answer names, as often as it names them; of a soft choice the first."""
    if kind.elements == "choices":
        return list(value["choices"])
    if kind.elements == "shares":
        most = max(value["shares"].values(), default=0.0)
        return sorted(key for key, share in value["shares"].items() if share == most)[:1]
    return [each["choice"] for each in value[kind.elements] if each["choice"]]


def only_class(kind: "KindQuality", table: ValueTable, choice: str) -> ValueTable:
    """The same answers with nothing but one class in them."""

    def restricted(value: Value) -> Value:
        kept = [
            each
            for each in value[kind.elements]
            if (each if kind.elements == "choices" else each["choice"]) == choice
        ]
        return {**value, kind.elements: kept}

    return ValueTable(table.codes, tuple(restricted(value) for value in table.values))


def _marked(
    name: str,
    distance: Distance,
    f1: Callable[[Value, Value], tuple[float, float]],
    more: Statistics,
    *,
    leading: CoefficientName = Name.MATCHED_F1,
) -> KindQuality:
    """A kind whose answers are lists of marked places with a class each."""
    alpha = DistanceAlpha(distance, _FEWER_PAIRS)
    return KindQuality(
        distance=_fixed(distance),
        shown={Name.ALPHA: alpha, leading: PairRatio(f1), **more},
        by_class={Name.ALPHA: alpha, leading: PairRatio(f1)},
        elements=name,
    )


_KINDS: dict[str, KindQuality] = {
    "choices": KindQuality(
        distance=_fixed(sets.choices_distance),
        shown={
            Name.ALPHA: DistanceAlpha(sets.choices_distance),
            Name.JACCARD: PairMean(sets.choices_similarity),
            Name.PERCENT: PairMean(equality(sets.choices_distance)),
        },
        by_class={
            Name.ALPHA: DistanceAlpha(sets.choices_distance),
            Name.PERCENT: PairMean(equality(sets.choices_distance)),
        },
        elements="choices",
    ),
    "soft_choice": KindQuality(
        distance=_fixed(shares.shares_distance),
        shown={
            Name.ALPHA: DistanceAlpha(shares.shares_distance),
            Name.COMMON_SHARE: PairMean(similarity(shares.shares_distance)),
        },
        elements="shares",
    ),
    "rating": KindQuality(
        distance=_on_scale,
        shown={
            Name.ALPHA: KrippendorffAlpha(Level.ORDINAL),
            Name.AC2: GwetAC1(Weights.QUADRATIC),
            Name.ICC: IntraclassCorrelation(IccForm.RANDOM_MEAN),
            Name.PERCENT: PercentAgreement(),
            Name.MEAN_DIFFERENCE: PairMean(numbers.absolute_difference),
        },
        codes=partial(coded, name="number"),
    ),
    "number": KindQuality(
        distance=_on_scale,
        shown={
            Name.ALPHA: numbers.IntervalAlpha(),
            Name.ICC: IntraclassCorrelation(IccForm.RANDOM_MEAN),
            Name.PERCENT: PairMean(equality(numbers.absolute_difference)),
            Name.MEAN_DIFFERENCE: PairMean(numbers.absolute_difference),
        },
    ),
    "text": KindQuality(
        distance=_fixed(text.text_distance),
        shown={
            Name.ALPHA: DistanceAlpha(text.text_distance, _FEWER_PAIRS),
            Name.CHARACTERS: PairMean(similarity(text.text_distance)),
            Name.WORDS: PairMean(similarity(text.text_word_distance)),
            Name.PERCENT: PairMean(equality(text.text_distance)),
        },
    ),
    "spans": _marked(
        "spans",
        spans.spans_distance,
        spans.spans_exact,
        {Name.RELAXED_F1: PairRatio(spans.spans_relaxed), Name.MARKED_ALPHA: MarkedAlpha()},
        leading=Name.EXACT_F1,
    ),
    "relations": _marked(
        "relations",
        spans.relations_distance,
        spans.relations_exact,
        {Name.RELAXED_F1: PairRatio(spans.relations_relaxed)},
        leading=Name.EXACT_F1,
    ),
    "pairwise": KindQuality(
        distance=_fixed(lambda one, other: float(one["winner"] != other["winner"])),
        shown={
            Name.ALPHA: KrippendorffAlpha(),
            Name.FLEISS: FleissKappa(),
            Name.AC1: GwetAC1(),
            Name.PERCENT: PercentAgreement(),
        },
        codes=partial(coded, name="winner"),
    ),
    "ranking": KindQuality(
        distance=_fixed(ranking.ranking_distance),
        shown={
            Name.ALPHA: DistanceAlpha(ranking.ranking_distance),
            Name.KENDALL_W: ranking.MeanKendallW(),
            Name.KENDALL_TAU: PairMean(similarity(ranking.ranking_distance)),
            Name.PERCENT: PairMean(equality(ranking.ranking_distance)),
        },
    ),
    "boxes": _marked(
        "boxes",
        boxes.boxes_distance,
        boxes.boxes_f1,
        {Name.MEAN_IOU: PairRatio(boxes.boxes_mean_iou)},
    ),
    "polygons": _marked(
        "polygons",
        polygons.polygons_distance,
        polygons.polygons_f1,
        {Name.MEAN_IOU: PairRatio(polygons.polygons_mean_iou)},
    ),
    "points": _marked("points", boxes.points_distance, boxes.points_f1, {}),
    "segments": _marked(
        "segments",
        boxes.segments_distance,
        boxes.segments_f1,
        {Name.MEAN_IOU: PairRatio(boxes.segments_mean_iou)},
    ),
}


def _with_methods(name: str, kind: KindQuality) -> KindQuality:
    """Its own methods, and the medoid: whatever has a distance has one."""
    medoid = {ResolutionMethod.MEDOID: partial(SkilledMedoid, distance_of=kind.distance)}
    return replace(kind, methods={**METHODS_OF_KIND[name], **medoid})


KIND_QUALITY = {name: _with_methods(name, kind) for name, kind in _KINDS.items()}
# The kinds of questions that agreement and resolution can be computed for.
COMPUTED_KINDS = frozenset({"choice", *KIND_QUALITY})
