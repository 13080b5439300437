"""What an annotator sends, and what becomes of it. PURE."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

ANSWER, SKIP, RETRACTION = "answer", "skip", "retraction"

STORED, REPLAYED = 201, 200
INVALID, FORBIDDEN, CONFLICT, GONE = 422, 403, 409, 410


@dataclass(frozen=True)
class Answer:
    """One submission. `id` is made by the client, and is how a replay is recognised.

    `assignment` is needed for the first answer to an item, `supersedes` (the end of one's own line
    of answers) for every later one; `version` is the number of the guideline version on screen.
    """

    id: UUID
    kind: str
    body_hash: str
    assignment: int | None = None
    supersedes: UUID | None = None
    version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    comment: str = ""
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    active_ms: int | None = None
    tool: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one answer: an HTTP status, a stable code, a sentence.

    `head` is the id of the answer that stands now, where that is the reason of a conflict.
    """

    id: str
    status: int
    code: str
    message: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    summary: str = ""
    head: str | None = None
    item: int | None = None

    @property
    def is_stored(self) -> bool:
        return self.status in (STORED, REPLAYED)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "errors": self.errors,
            "summary": self.summary,
            "head": self.head,
        }
