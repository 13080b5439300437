"""Guidelines, their versions, the identities of questions and choices, and who has read them."""

from guidelines.models.guideline import ChangeClass, Guideline, GuidelineVersion, VersionState
from guidelines.models.identity import Choice, Question
from guidelines.models.reading import Acknowledgement, QuizAttempt

__all__ = [
    "Acknowledgement",
    "ChangeClass",
    "Choice",
    "Guideline",
    "GuidelineVersion",
    "Question",
    "QuizAttempt",
    "VersionState",
]
