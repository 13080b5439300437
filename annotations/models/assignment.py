"""Overlap is slots: an item with overlap 3 has three rows here (ADR 0005)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.item import Item
from guidelines.models import GuidelineVersion
from projects.models import Project

# Slots that came back (returned, expired, replacing a skip) are served before new ones. In a lane
# of their own they do not move anybody's cursor past an import that is not committed yet.
RETURNED_PRIORITY = 4
DEFAULT_PRIORITY = 5
# Positions of reserved slots lie below those of all open ones: they are nobody else's, so they
# must not move the cursor of the person who has answered them.
RESERVED_POSITIONS = -(1 << 40)


class AssignmentState(models.TextChoices):
    """Open slots wait, leased ones are on somebody's screen, done ones are answered or skipped.

    A reserved slot waits for one person. A closed slot was opened and is not needed any more.
    """

    OPEN = "open", _("Open")
    RESERVED = "reserved", _("Reserved")
    LEASED = "leased", _("Leased")
    DONE = "done", _("Done")
    CLOSED = "closed", _("Closed")


class Purpose(models.TextChoices):
    """What a slot is for: a label that the project asks for, or a check of the annotator.

    A check stands in the stream like any other item. It is a slot beside those that are asked for:
    answering it closes none of them, and skipping it asks nobody else (ADR 0031).
    """

    LABEL = "label", _("Label")
    GOLD = "gold", _("Gold item")
    REPEAT = "repeat", _("Repeat")


class Assignment(models.Model):
    """One slot of an item for one annotator.

    `position` orders the queue within a priority (0 first). All slots of an item share it when
    they are made; a slot that comes back gets a new, later one. So what is open at or before the
    last position an annotator holds is closed to that annotator, and the search for the next slot
    can start there: it never walks over work that is already theirs.
    `version` is the guideline version that was served. `previous_annotator` let the lease go (gave
    it back, or time did): a late answer is still taken while nobody else has the slot.
    `replaces` is the slot whose annotator skipped, so that somebody else is asked.
    `round` is 0 for the first labeling and n for the n-th campaign of the project; `reserved_for`
    is the person whose label a slot asks for again, `show_previous` whether they see it (ADR 0020).
    In round 0 it is the person whose label helps most, for a short while (ADR 0030), or the person
    of a check, from the start (ADR 0031).
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    slot = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=0, db_default=0)
    purpose = models.CharField(
        max_length=6, choices=Purpose.choices, default=Purpose.LABEL, db_default="label"
    )
    state = models.CharField(
        max_length=8, choices=AssignmentState.choices, default=AssignmentState.OPEN
    )
    priority = models.PositiveSmallIntegerField(default=DEFAULT_PRIORITY)
    position = models.BigIntegerField()
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    previous_annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reserved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    show_previous = models.BooleanField(default=False, db_default=False)
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    leased_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "slot"], name="assignment_slot_unique_in_item"),
            models.UniqueConstraint(
                fields=["item", "annotator", "round"],
                condition=models.Q(annotator__isnull=False) & ~models.Q(purpose="repeat"),
                name="assignment_one_per_item_annotator_and_round",
            ),
            models.UniqueConstraint(
                fields=["item", "reserved_for"],
                condition=~models.Q(purpose="label"),
                name="assignment_one_check_per_item_and_person",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="label") | (models.Q(round=0) & ~models.Q(state="open")),
                name="assignment_check_is_for_one_person",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["open", "closed"], annotator__isnull=True, lease_until__isnull=True
                )
                | models.Q(
                    state="leased",
                    annotator__isnull=False,
                    version__isnull=False,
                    lease_until__isnull=False,
                )
                | models.Q(state="done", annotator__isnull=False, done_at__isnull=False)
                | models.Q(
                    state="reserved",
                    annotator__isnull=True,
                    lease_until__isnull=True,
                    reserved_for__isnull=False,
                ),
                name="assignment_state_matches_its_fields",
            ),
            models.CheckConstraint(
                condition=models.Q(show_previous=False) | models.Q(reserved_for__isnull=False),
                name="assignment_shows_nobody_elses_answer",
            ),
        )
        indexes = (
            models.Index(
                fields=["project", "priority", "position", "item"],
                name="assignment_open_queue",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["project", "annotator", "priority", "position"],
                name="assignment_held",
                condition=models.Q(annotator__isnull=False),
            ),
            models.Index(
                fields=["project", "reserved_for", "priority", "position"],
                name="assignment_reserved",
                condition=models.Q(state="reserved"),
            ),
            models.Index(
                fields=["project", "round"],
                name="assignment_by_round",
                condition=models.Q(round__gt=0),
            ),
            models.Index(
                fields=["project", "purpose", "done_at"],
                name="assignment_checks",
                condition=~models.Q(purpose="label"),
            ),
            models.Index(
                fields=["project", "annotator"],
                name="assignment_on_screen",
                condition=models.Q(state="leased"),
            ),
            models.Index(
                fields=["lease_until"],
                name="assignment_leases",
                condition=models.Q(state="leased"),
            ),
        )

    def __str__(self) -> str:
        return f"slot {self.slot} of item {self.item_id} ({self.state})"
