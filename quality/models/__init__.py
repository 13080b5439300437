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
    RaterPattern,
    TouchedItems,
)
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
    "TouchedItems",
    "Undecided",
    "Verdict",
]
