"""Agreement runs, resolution runs and counts, and their results."""

from quality.models.adjudication import (
    Adjudication,
    AdjudicationLease,
    Order,
    Reason,
    Verdict,
)
from quality.models.agreement import (
    AgreementResult,
    AgreementRun,
    AnnotatorAgreement,
    ClassCount,
    CoefficientName,
    ConfusionCell,
    DisputedItem,
    PairAgreement,
    Scope,
)
from quality.models.comparison import ComparedItem, RunComparison
from quality.models.cost import CostMatrix
from quality.models.live import (
    ItemLabels,
    LabelPattern,
    LiveFigures,
    LiveProject,
    LiveProof,
    LiveQuestion,
    RaterMeeting,
    RaterPattern,
    TouchedItems,
)
from quality.models.live_values import ItemValues, SumPart, ValueSum
from quality.models.overview import OverviewRun
from quality.models.people import (
    Consent,
    GroupAnswer,
    GroupFigures,
    GroupQuestion,
    PeopleRun,
    PersonFigures,
)
from quality.models.resolution import (
    Resolution,
    ResolutionMethod,
    ResolutionRun,
    SourceReliability,
    Undecided,
)
from quality.models.resolution_check import CheckOutcome, ResolutionCheck
from quality.models.review import (
    PRIORITY,
    Review,
    ReviewCase,
    ReviewCause,
    ReviewTally,
    ReviewVerdict,
    ReviewWatermark,
)
from quality.models.routing import RoutingMove, RoutingPolicy, RoutingState
from quality.models.routing_step import (
    RoutedSlot,
    RoutingOutcome,
    RoutingReason,
    RoutingStep,
    SlotChange,
)
from quality.models.routing_study import RoutingStudy

__all__ = [
    "PRIORITY",
    "Adjudication",
    "AdjudicationLease",
    "AgreementResult",
    "AgreementRun",
    "AnnotatorAgreement",
    "CheckOutcome",
    "ClassCount",
    "CoefficientName",
    "ComparedItem",
    "ConfusionCell",
    "Consent",
    "CostMatrix",
    "DisputedItem",
    "GroupAnswer",
    "GroupFigures",
    "GroupQuestion",
    "ItemLabels",
    "ItemValues",
    "LabelPattern",
    "LiveFigures",
    "LiveProject",
    "LiveProof",
    "LiveQuestion",
    "Order",
    "OverviewRun",
    "PairAgreement",
    "PeopleRun",
    "PersonFigures",
    "RaterMeeting",
    "RaterPattern",
    "Reason",
    "Resolution",
    "ResolutionCheck",
    "ResolutionMethod",
    "ResolutionRun",
    "Review",
    "ReviewCase",
    "ReviewCause",
    "ReviewTally",
    "ReviewVerdict",
    "ReviewWatermark",
    "RoutedSlot",
    "RoutingMove",
    "RoutingOutcome",
    "RoutingPolicy",
    "RoutingReason",
    "RoutingState",
    "RoutingStep",
    "RoutingStudy",
    "RunComparison",
    "Scope",
    "SlotChange",
    "SourceReliability",
    "SumPart",
    "TouchedItems",
    "Undecided",
    "ValueSum",
    "Verdict",
]
