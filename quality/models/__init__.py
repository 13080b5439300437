"""Agreement runs, resolution runs, and their results."""

from quality.models.adjudication import Adjudication, Reason, Verdict
from quality.models.agreement import (
    AgreementResult,
    AgreementRun,
    ClassCount,
    CoefficientName,
    ConfusionCell,
    DisputedItem,
    PairAgreement,
    Scope,
)
from quality.models.resolution import (
    Resolution,
    ResolutionMethod,
    ResolutionRun,
    SourceReliability,
)
from quality.models.routing import (
    RoutedSlot,
    RoutingMove,
    RoutingOutcome,
    RoutingPolicy,
    RoutingReason,
    RoutingState,
    RoutingStep,
    RoutingStudy,
    SlotChange,
)

__all__ = [
    "Adjudication",
    "AgreementResult",
    "AgreementRun",
    "ClassCount",
    "CoefficientName",
    "ConfusionCell",
    "DisputedItem",
    "PairAgreement",
    "Reason",
    "Resolution",
    "ResolutionMethod",
    "ResolutionRun",
    "RoutedSlot",
    "RoutingMove",
    "RoutingOutcome",
    "RoutingPolicy",
    "RoutingReason",
    "RoutingState",
    "RoutingStep",
    "RoutingStudy",
    "Scope",
    "SlotChange",
    "SourceReliability",
    "Verdict",
]
