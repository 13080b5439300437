"""Who or what makes labels. Agreement and aggregation see one rater per source."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project


class SourceKind(models.TextChoices):
    """Where labels come from; kinds are never mixed silently."""

    HUMAN = "human", _("Annotator")
    IMPORT = "import", _("Import")
    DEMO = "demo", _("Demo")
    MIGRATION = "migration", _("Carried over")


class Source(models.Model):
    """A person in this project, one annotator named in an imported file, or a carrying-over.

    The rater is who the label counts for: `on_behalf_of` for a carried-over label (ADR 0019), else
    the source itself.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=SourceKind.choices)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="migrations"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "kind", "name", "version"],
                condition=models.Q(person__isnull=True),
                name="source_unique_in_project",
            ),
            models.UniqueConstraint(
                fields=["project", "person"], name="source_one_per_person_and_project"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="human", person__isnull=False)
                | (~models.Q(kind="human") & models.Q(person__isnull=True)),
                name="source_human_has_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="migration", on_behalf_of__isnull=False)
                | (~models.Q(kind="migration") & models.Q(on_behalf_of__isnull=True)),
                name="source_migration_has_a_rater",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"
