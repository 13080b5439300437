"""A guideline and its versions. A published version is frozen by the database."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project


class Guideline(models.Model):
    """The rules for labeling in one project."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="guideline")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"guideline of {self.project}"


class VersionState(models.TextChoices):
    """A draft can be edited; a published version, and a discarded draft, never change again."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class ChangeClass(models.TextChoices):
    """What a change means for labels made before: nothing, a closer look, or to be made again."""

    EDITORIAL = "editorial", _("Editorial")
    CLARIFYING = "clarifying", _("Clarifying")
    BREAKING = "breaking", _("Breaking")


class GuidelineVersion(models.Model):
    """One version: prose in Markdown, and `document` = {"questions": [...], "rules": [...]}.

    `document` has the shape of `guidelines.label_schema`; `content_hash` is the SHA-256 of the
    canonical JSON of title, prose and document, set at publishing. `revision` counts edits of a
    draft, so that a save over somebody else's is noticed.

    `changes` says what the change against `based_on` means, in the shape of `guidelines.changes`:
    in a draft what the lead has decided so far, in a published version all of it. `change_class`
    is the gravest of them ("" for a first version). `reading_number` is the version, this or an
    earlier one, that people must have acknowledged (or a later one) to label under this one; 0
    when there is none.
    """

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    title = models.CharField(max_length=200)
    prose = models.TextField(blank=True)
    document = models.JSONField(default=dict)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    change_note = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    change_class = models.CharField(max_length=10, choices=ChangeClass.choices, blank=True)
    reading_number = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["guideline", "number"],
                condition=~models.Q(state="discarded"),
                name="version_number_unique_in_guideline",
            ),
            models.UniqueConstraint(
                fields=["guideline"],
                condition=models.Q(state="draft"),
                name="version_one_draft_per_guideline",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["draft", "discarded"],
                    published_at__isnull=True,
                    published_by__isnull=True,
                )
                | models.Q(
                    state="published", published_at__isnull=False, published_by__isnull=False
                ),
                name="version_published_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | ~models.Q(content_hash=""),
                name="version_published_has_hash",
            ),
        )

    def __str__(self) -> str:
        return f"v{self.number} {self.title}"

    @property
    def is_published(self) -> bool:
        return self.state == VersionState.PUBLISHED
