"""Guidelines, their versions, and the permanent identities of questions and choices."""

from guidelines.models.guideline import Guideline, GuidelineVersion, VersionState
from guidelines.models.identity import Choice, Question

__all__ = ["Choice", "Guideline", "GuidelineVersion", "Question", "VersionState"]
