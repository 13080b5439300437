"""Writing the audit log; called by actions, inside their transaction."""

from datetime import datetime
from typing import Any, Protocol

from core.models import AuditEntry


class Actor(Protocol):
    """Whoever acts: a user row."""

    pk: Any

    def get_full_name(self) -> str: ...


def record(
    *,
    action: str,
    by: Actor | None,
    now: datetime,
    scope: str = "server",
    subject: str = "",
    **detail: Any,
) -> AuditEntry:
    """One line in the audit log; `by=None` is the program itself."""
    return AuditEntry.objects.create(
        at=now,
        actor=f"user:{by.pk}" if by else "system",
        actor_name=by.get_full_name() if by else "labelhub",
        action=action,
        scope=scope,
        subject=subject,
        detail=detail,
    )
