"""A person points at an item, and what became of it. Append-only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.annotation import Annotation
from annotations.models.item import Item
from guidelines.models import GuidelineVersion
from projects.models import Project


class FlagKind(models.TextChoices):
    """Annotators ask; who reviews says that the guideline leaves a case open, remarks on an item,
    or sends an answer back to who gave it."""

    ASK = "ask", _("Question")
    GAP = "gap", _("Guideline gap")
    NOTE = "note", _("Comment")
    BACK = "back", _("Sent back")


# What a rule or an example of the guideline can answer.
GUIDELINE_KINDS = (FlagKind.ASK, FlagKind.GAP)


class Flag(models.Model):
    """The beginning of a thread about an item, with the guideline version it was made under.

    `project` repeats the item's (a trigger checks it), so that a project's flags are one index.
    `asked`: whom it is meant for, if anybody by name. `annotation`: the answer that was sent back.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="flags")
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=4, choices=FlagKind.choices, default=FlagKind.ASK, db_default="ask"
    )
    comment = models.TextField()
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    annotation = models.ForeignKey(
        Annotation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(comment=""), name="flag_says_something"),
            models.CheckConstraint(
                condition=models.Q(kind="back", annotation__isnull=False, asked__isnull=False)
                | (~models.Q(kind="back") & models.Q(annotation__isnull=True)),
                name="flag_sent_back_names_the_answer",
            ),
            models.UniqueConstraint(fields=["annotation"], name="flag_sends_an_answer_back_once"),
        )
        indexes = (
            models.Index(fields=["project", "id"], name="flag_by_project"),
            models.Index(fields=["project", "kind", "id"], name="flag_by_kind"),
        )

    def __str__(self) -> str:
        return self.comment[:60]


class OpenThread(models.Model):
    """A thread that waits for somebody. The database keeps these rows (migration 0010), whatever
    makes a thread open or closes it; nothing else writes them."""

    thread = models.OneToOneField(
        Flag, on_delete=models.PROTECT, primary_key=True, related_name="open"
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=4, choices=FlagKind.choices)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        indexes = (
            models.Index(fields=["project", "thread"], name="openthread_by_project"),
            models.Index(fields=["project", "kind", "thread"], name="openthread_by_kind"),
            models.Index(
                fields=["project", "asked", "kind"],
                name="openthread_by_asked",
                condition=models.Q(asked__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"thread {self.thread_id} is open"


class FlagDecision(models.TextChoices):
    """What the guideline made of a question."""

    RULE_ADDED = "rule_added", _("A new rule")
    RULE_CHANGED = "rule_changed", _("A changed rule")
    EXAMPLE_ADDED = "example_added", _("A new example")
    NO_CHANGE = "no_change", _("No change")


class FlagAnswer(models.Model):
    """The lead's answer: which rule of which version says it now, and a reply to who asked.

    `version` is the draft that the answer was written into, and stays when it is published. While
    that draft is discarded the answer does not count: the question is open again.
    """

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="answers")
    decision = models.CharField(max_length=13, choices=FlagDecision.choices)
    rule_number = models.PositiveIntegerField(null=True)
    reply = models.TextField(blank=True)
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    decision="no_change", rule_number__isnull=True, version__isnull=True
                )
                | (
                    ~models.Q(decision="no_change")
                    & models.Q(rule_number__isnull=False, version__isnull=False)
                ),
                name="flag_answer_names_its_rule",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="no_change") | ~models.Q(reply=""),
                name="flag_answer_without_change_has_a_reply",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision} {self.rule_number or ''}".strip()
