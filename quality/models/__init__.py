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
)

__all__ = [
    "Adjudication",
    "AgreementResult",
    "AgreementRun",
    "ClassCount",
    "CoefficientName",
    "ConfusionCell",
    "Consent",
    "DisputedItem",
    "GroupAnswer",
    "GroupFigures",
    "GroupQuestion",
    "PairAgreement",
    "PeopleRun",
    "PersonFigures",
    "Reason",
    "Resolution",
    "ResolutionMethod",
    "ResolutionRun",
    "Scope",
    "SourceReliability",
    "Verdict",
]
