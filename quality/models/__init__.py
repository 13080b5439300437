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
