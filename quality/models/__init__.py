"""Agreement runs, resolution runs and counts, and their results."""

from quality.models.adjudication import Adjudication, Reason, Verdict
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
    "AnnotatorAgreement",
    "ClassCount",
    "CoefficientName",
    "ConfusionCell",
    "DisputedItem",
    "ItemLabels",
    "LabelPattern",
    "LiveFigures",
    "LiveProject",
    "LiveProof",
    "LiveQuestion",
    "OverviewRun",
    "PairAgreement",
    "RaterPattern",
    "Reason",
    "Resolution",
    "ResolutionMethod",
    "ResolutionRun",
    "Scope",
    "SourceReliability",
    "TouchedItems",
    "Verdict",
]
