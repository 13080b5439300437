"""Items, who labels them, what was said."""

from annotations.models.annotation import Annotation, AnnotationKind, SkipReason
from annotations.models.assignment import (
    DEFAULT_PRIORITY,
    RETURNED_PRIORITY,
    Assignment,
    AssignmentState,
)
from annotations.models.draft import Draft
from annotations.models.flag import Flag
from annotations.models.item import Batch, Item
from annotations.models.label import Label
from annotations.models.source import Source, SourceKind

__all__ = [
    "DEFAULT_PRIORITY",
    "RETURNED_PRIORITY",
    "Annotation",
    "AnnotationKind",
    "Assignment",
    "AssignmentState",
    "Batch",
    "Draft",
    "Flag",
    "Item",
    "Label",
    "SkipReason",
    "Source",
    "SourceKind",
]
