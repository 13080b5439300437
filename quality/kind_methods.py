"""How several answers of a kind become one: the methods of every kind but `choice`, the simplest
sound one first. The medoid, which every kind has, is added where distances are: `quality.kinds`."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from quality.aggregation.base import ValueAggregator
from quality.aggregation.binary_relevance import ClassDawidSkene, ClassVote
from quality.aggregation.bradley_terry import BradleyTerry, PairwiseVote
from quality.aggregation.calibrated_mean import CalibratedNumber, CalibratedRating
from quality.aggregation.crowd_bradley_terry import CrowdBradleyTerry
from quality.aggregation.element_vote import RelationVote, SpanVote
from quality.aggregation.marked_places import (
    BoxFusion,
    PointMean,
    PolygonMedoid,
    SegmentFusion,
)
from quality.aggregation.mean_shares import MeanShares
from quality.aggregation.medoid import TextMedoid
from quality.aggregation.numbers import MeanNumber, MeanRating, Median, OffsetMean, WeightedMedian
from quality.aggregation.place_models import (
    CalibratedBoxes,
    CalibratedPoints,
    CalibratedPolygons,
    CalibratedSegments,
)
from quality.aggregation.plackett_luce import PlackettLuce
from quality.aggregation.ranking import Borda, Kemeny
from quality.aggregation.relation_model import RelationModel
from quality.aggregation.rover import Rover
from quality.aggregation.span_chain import SpanChain
from quality.aggregation.token_dawid_skene import TokenDawidSkene
from quality.models import ResolutionMethod as Method

Methods = Mapping[Method, Callable[..., ValueAggregator]]


class ItemFact(StrEnum):
    """What a method has to know of the item itself, by part.

    `TEXTS`: the words; `TITLES`: what parts are called; `SIZES`: "width height" of pictures in
    pixels, the duration of recordings in seconds.
    """

    TEXTS = "texts"
    TITLES = "titles"
    SIZES = "sizes"


METHODS_OF_KIND: Mapping[str, Methods] = {
    "choices": {Method.MAJORITY_VOTE: ClassVote, Method.DAWID_SKENE: ClassDawidSkene},
    "soft_choice": {Method.MEAN_SHARES: MeanShares},
    "rating": {
        Method.MEAN: MeanRating,
        Method.CALIBRATED_MEAN: CalibratedRating,
        Method.MEDIAN: Median,
        Method.WEIGHTED_MEDIAN: WeightedMedian,
    },
    "number": {
        Method.MEAN: MeanNumber,
        Method.OFFSET_MEAN: OffsetMean,
        Method.CALIBRATED_MEAN: CalibratedNumber,
    },
    "text": {Method.TEXT_MEDOID: TextMedoid, Method.ROVER: Rover},
    "spans": {
        Method.SPAN_VOTE: SpanVote,
        Method.TOKEN_DAWID_SKENE: TokenDawidSkene,
        Method.SPAN_CHAIN: SpanChain,
    },
    "relations": {Method.RELATION_VOTE: RelationVote, Method.RELATION_MODEL: RelationModel},
    "pairwise": {
        Method.MAJORITY_VOTE: PairwiseVote,
        Method.BRADLEY_TERRY: BradleyTerry,
        Method.CROWD_BRADLEY_TERRY: CrowdBradleyTerry,
    },
    "ranking": {
        Method.KEMENY: Kemeny,
        Method.BORDA: Borda,
        Method.PLACKETT_LUCE: PlackettLuce,
    },
    "boxes": {Method.BOX_FUSION: BoxFusion, Method.CALIBRATED_BOXES: CalibratedBoxes},
    "polygons": {
        Method.POLYGON_MEDOID: PolygonMedoid,
        Method.CALIBRATED_POLYGONS: CalibratedPolygons,
    },
    "points": {Method.POINT_MEAN: PointMean, Method.CALIBRATED_POINTS: CalibratedPoints},
    "segments": {
        Method.SEGMENT_FUSION: SegmentFusion,
        Method.CALIBRATED_SEGMENTS: CalibratedSegments,
    },
}
# Methods that read the items, which takes a second pass over the database.
READ_ITEMS: Mapping[Method, ItemFact] = {
    Method.TOKEN_DAWID_SKENE: ItemFact.TEXTS,
    Method.SPAN_CHAIN: ItemFact.TEXTS,
    Method.BRADLEY_TERRY: ItemFact.TITLES,
    Method.CROWD_BRADLEY_TERRY: ItemFact.TITLES,
    Method.CALIBRATED_BOXES: ItemFact.SIZES,
    Method.CALIBRATED_POINTS: ItemFact.SIZES,
    Method.CALIBRATED_SEGMENTS: ItemFact.SIZES,
}
