"""One labeling effort: items, people, one guideline."""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectState(models.TextChoices):
    """Open projects take labels; closed ones are read and exported; retired ones are hidden."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    RETIRED = "retired", _("Retired")


class Layout(models.TextChoices):
    """How the parts of an item stand on the labeling screen."""

    STACKED = "stacked", _("One below the other")
    SIDE_BY_SIDE = "side_by_side", _("Side by side")


class ReviewMode(models.TextChoices):
    """Which answers a reviewer looks at, one by one, besides what is disputed."""

    OFF = "off", _("No review")
    SAMPLE = "sample", _("A share of each annotator's answers")
    COMPLETE = "complete", _("All answers of an item, once everybody asked has answered")


def draw_seed() -> int:
    """Where a project's sample of answers to be reviewed begins: nobody can tell beforehand."""
    return secrets.randbelow(1 << 62)


class Project(models.Model):
    """`overlap` is the annotators per item, `lease_minutes` how long one may hold an item.

    New annotators answer `training_items` gold items first (0: no training) and need
    `training_pass_mark` per cent of them right.

    Checks in the stream (ADR 0031): `gold_rate` and `repeat_rate` are per cent of the items that a
    person is served, 0 for none. A repeat is an item that they answered at least
    `repeat_after_items` answers and `repeat_after_days` days ago. With a `pause_mark` above 0, a
    person whose share of right checks is surely below it (per cent), after at least `pause_after`
    checks, gets no new items. People see figures of their own checks in blocks of
    `coaching_after`, and figures of groups only of at least `group_size` people.

    Of each annotator's answers `review_share` per cent are reviewed, and the first
    `review_newcomers` of everybody.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ProjectState.choices, default=ProjectState.OPEN)
    overlap = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    lease_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    no_device_storage = models.BooleanField(
        default=False, help_text="Answers and items are never kept on the annotator's device."
    )
    training_items = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(100)]
    )
    training_pass_mark = models.PositiveSmallIntegerField(
        default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    gold_rate = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(50)]
    )
    repeat_rate = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(50)]
    )
    repeat_after_items = models.PositiveSmallIntegerField(
        default=50, db_default=50, validators=[MinValueValidator(10), MaxValueValidator(5000)]
    )
    repeat_after_days = models.PositiveSmallIntegerField(
        default=1, db_default=1, validators=[MaxValueValidator(365)]
    )
    pause_mark = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(100)]
    )
    pause_after = models.PositiveSmallIntegerField(
        default=20, db_default=20, validators=[MinValueValidator(10), MaxValueValidator(1000)]
    )
    coaching_after = models.PositiveSmallIntegerField(
        default=10, db_default=10, validators=[MinValueValidator(5), MaxValueValidator(1000)]
    )
    group_size = models.PositiveSmallIntegerField(
        default=5, db_default=5, validators=[MinValueValidator(5), MaxValueValidator(1000)]
    )
    layout = models.CharField(max_length=20, choices=Layout.choices, default=Layout.STACKED)
    review = models.CharField(
        max_length=8, choices=ReviewMode.choices, default=ReviewMode.OFF, db_default="off"
    )
    review_share = models.PositiveSmallIntegerField(
        default=20, db_default=20, validators=[MaxValueValidator(100)]
    )
    review_newcomers = models.PositiveSmallIntegerField(
        default=20, db_default=20, validators=[MaxValueValidator(1000)]
    )
    review_seed = models.BigIntegerField(default=draw_seed, editable=False)
    is_demo = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(overlap__gte=1, overlap__lte=50),
                name="project_overlap_between_1_and_50",
            ),
            models.CheckConstraint(
                condition=models.Q(lease_minutes__gte=1, lease_minutes__lte=1440),
                name="project_lease_between_a_minute_and_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    training_items__lte=100, training_pass_mark__gte=1, training_pass_mark__lte=100
                ),
                name="project_training_within_100",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    gold_rate__lte=50,
                    repeat_rate__lte=50,
                    repeat_after_items__gte=10,
                    pause_mark__lte=100,
                    pause_after__gte=10,
                    coaching_after__gte=5,
                    group_size__gte=5,
                ),
                name="project_checks_within_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(review_share__lte=100, review_newcomers__lte=1000),
                name="project_review_within_bounds",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """Its name in the audit log."""
        return f"project:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == ProjectState.OPEN
