"""Agreement runs, resolution runs and counts, and their results."""

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
from quality.models.overview import OverviewRun
from quality.models.resolution import (
    Resolution,
    ResolutionMethod,
    ResolutionRun,
    SourceReliability,
)

__all__ = [
    "Adjudication",
    "AgreementResult",
    "AgreementRun",
    "ClassCount",
    "CoefficientName",
    "ConfusionCell",
    "DisputedItem",
    "OverviewRun",
    "PairAgreement",
    "Reason",
    "Resolution",
    "ResolutionMethod",
    "ResolutionRun",
    "Scope",
    "SourceReliability",
    "Verdict",
]
