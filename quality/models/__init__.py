"""Agreement runs, resolution runs, and their results."""

from quality.models.adjudication import (
    Adjudication,
    AdjudicationLease,
    NamesShown,
    Order,
    Reason,
    Verdict,
)
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
from quality.models.cost import CostMatrix
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
    ReviewVerdict,
    ReviewWatermark,
)

__all__ = [
    "PRIORITY",
    "Adjudication",
    "AdjudicationLease",
    "AgreementResult",
    "AgreementRun",
    "CheckOutcome",
    "ClassCount",
    "CoefficientName",
    "ConfusionCell",
    "CostMatrix",
    "DisputedItem",
    "NamesShown",
    "Order",
    "PairAgreement",
    "Reason",
    "Resolution",
    "ResolutionCheck",
    "ResolutionMethod",
    "ResolutionRun",
    "Review",
    "ReviewCase",
    "ReviewCause",
    "ReviewVerdict",
    "ReviewWatermark",
    "Scope",
    "SourceReliability",
    "Undecided",
    "Verdict",
]
