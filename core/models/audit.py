"""The audit log: who did what, when, to what. Append-only; ids as text, so nothing ties it down."""

from django.db import models


class AuditEntry(models.Model):
    """One act of one person. `scope` is where it happened (`project:12`, `server`)."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=40, help_text="user:<id>, or system")
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    scope = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["scope", "-id"], name="audit_by_scope"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
