"""Agreement runs, resolution runs, and their results."""

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

__all__ = [
    "Adjudication",
    "AgreementResult",
    "AgreementRun",
    "AnnotatorAgreement",
    "CheckOutcome",
    "ClassCount",
    "CoefficientName",
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
    "PairAgreement",
    "PeopleRun",
    "PersonFigures",
    "RaterPattern",
    "Reason",
    "Resolution",
    "ResolutionCheck",
    "ResolutionMethod",
    "ResolutionRun",
    "Scope",
    "SourceReliability",
    "TouchedItems",
    "Undecided",
    "Verdict",
]
