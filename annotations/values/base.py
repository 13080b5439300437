"""What a question kind must bring. PURE: values in, values out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from annotations.parts import Part
from guidelines.label_schema import QuestionSpec


@dataclass(frozen=True)
class LabelValue:
    """A parsed answer: canonical JSON with its `kind`, and the columns SQL groups by."""

    value: dict[str, Any]
    choice: str | None = None
    number: float | None = None

    def as_json(self) -> str:
        """The canonical value as JSON text."""
        return json.dumps(self.value, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class About:
    """What an answer is about: the parts of its item, and what was answered before it.

    `values` are the canonical values of earlier questions of the same annotation, by key.
    """

    parts: tuple[Part, ...] = ()
    values: Mapping[str, dict[str, Any]] = field(default_factory=dict)


NOTHING = About()


class Kind(Protocol):
    """One question kind: its parser, canonical form and summary.

    `needs_parts`: an answer cannot be checked without the parts of its item.
    """

    name: str
    needs_parts: bool

    def parse(self, raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
        """The canonical value, or `core.problems.Problem` naming the question's key."""
        ...

    def raw(self, value: dict[str, Any]) -> Any:
        """What `parse` was given: a stored answer goes back into its controls."""
        ...

    def summary(self, value: dict[str, Any], question: QuestionSpec, language: str) -> str:
        """A few words for strips, tables and titles."""
        ...
