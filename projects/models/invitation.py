"""An invitation by link; there is no open sign-up."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from projects.models.project import Project
from projects.roles import Role


class Invitation(models.Model):
    """Whoever opens the link may join the project once. Only the link's digest is stored."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(blank=True, help_text="If given, only this address may accept.")
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | models.Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="invitation_not_both_accepted_and_revoked",
            ),
            models.CheckConstraint(
                condition=models.Q(roles__len__gt=0), name="invitation_has_a_role"
            ),
        )

    def __str__(self) -> str:
        return f"invitation to {self.project}"

    def is_open(self, now: datetime) -> bool:
        """Neither accepted nor revoked nor expired."""
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at
