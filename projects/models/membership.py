"""Who works in a project, in which roles."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from projects.models.project import Project
from projects.roles import Permission, Role, permissions_of


class Membership(models.Model):
    """A person in a project. Leaving sets `left_at`; the row stays, so that history reads."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "user"], name="membership_one_per_person_and_project"
            ),
            models.CheckConstraint(
                condition=models.Q(roles__len__gt=0), name="membership_has_a_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.project}"

    @property
    def permissions(self) -> frozenset[Permission]:
        """Nothing once the person has left."""
        return frozenset() if self.left_at else permissions_of(self.roles)
