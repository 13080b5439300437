"""What a question kind must bring. PURE: values in, values out."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

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


class Kind(Protocol):
    """One question kind: its parser, canonical form, distance and summary."""

    name: str

    def parse(self, raw: Any, question: QuestionSpec) -> LabelValue:
        """The canonical value, or `core.problems.Problem` naming the question's key."""
        ...

    def raw(self, value: dict[str, Any]) -> Any:
        """What `parse` was given: a stored answer goes back into its controls."""
        ...

    def distance(self, left: dict[str, Any], right: dict[str, Any]) -> float:
        """0 for equal answers, 1 for answers that share nothing."""
        ...

    def summary(self, value: dict[str, Any], question: QuestionSpec, language: str) -> str:
        """A few words for strips, tables and titles."""
        ...
