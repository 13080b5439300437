"""Models without a domain word."""

from core.models.audit import AuditEntry
from core.models.job import Job

__all__ = ["AuditEntry", "Job"]
