"""The registry of question kinds. PURE: one module per kind, one line here."""

from annotations.values import choice
from annotations.values.base import Kind, LabelValue

KINDS: dict[str, Kind] = {choice.name: choice}

__all__ = ["KINDS", "Kind", "LabelValue"]
