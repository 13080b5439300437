"""Agreement runs, resolution runs, and their results."""

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

__all__ = [
    "AgreementResult",
    "AgreementRun",
    "ClassCount",
    "CoefficientName",
    "ConfusionCell",
    "DisputedItem",
    "PairAgreement",
    "Resolution",
    "ResolutionMethod",
    "ResolutionRun",
    "Scope",
    "SourceReliability",
]
