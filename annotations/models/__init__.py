"""Items, who labels them, what was said."""

from annotations.models.annotation import Annotation, AnnotationKind, SkipReason
from annotations.models.assignment import (
    DEFAULT_PRIORITY,
    RESERVED_POSITIONS,
    RETURNED_PRIORITY,
    Assignment,
    AssignmentState,
    Purpose,
)
from annotations.models.check import Pause, PauseState, RepeatAnswer
from annotations.models.comment import Comment, CommentKind, ThreadRead
from annotations.models.draft import Draft
from annotations.models.flag import (
    GUIDELINE_KINDS,
    Flag,
    FlagAnswer,
    FlagDecision,
    FlagKind,
    OpenThread,
)
from annotations.models.item import Batch, Item
from annotations.models.item_media import ItemMedia
from annotations.models.label import Label
from annotations.models.names import NamesShown
from annotations.models.source import Source, SourceKind
from annotations.models.training import GoldItem, TrainingAnswer, TrainingResult

__all__ = [
    "DEFAULT_PRIORITY",
    "GUIDELINE_KINDS",
    "RESERVED_POSITIONS",
    "RETURNED_PRIORITY",
    "Annotation",
    "AnnotationKind",
    "Assignment",
    "AssignmentState",
    "Batch",
    "Comment",
    "CommentKind",
    "Draft",
    "Flag",
    "FlagAnswer",
    "FlagDecision",
    "FlagKind",
    "GoldItem",
    "Item",
    "ItemMedia",
    "Label",
    "NamesShown",
    "OpenThread",
    "Pause",
    "PauseState",
    "Purpose",
    "RepeatAnswer",
    "SkipReason",
    "Source",
    "SourceKind",
    "ThreadRead",
    "TrainingAnswer",
    "TrainingResult",
]
