"""Live agreement: figures that follow the ledger by integer deltas (ADR 0029).

Everything here is derived from the ledger and can be built anew from it; the stored record stays
the runs. Links to the ledger have no constraint in the database: these rows are written by the
thousand, name only rows that are kept for ever, and a daily recount proves them.
"""

from django.db import models

from annotations.models import Item, Source
from guidelines.models import GuidelineVersion, Question
from projects.models import Project


class TouchedItems(models.Model):
    """Items of a project, by id from `first_item` to `last_item`, whose labels may have changed.

    Written by triggers in the transaction that changes them, so a row is seen when its change is.
    One row for each change, never shared: a change that commits late brings its own.
    """

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    first_item = models.BigIntegerField()
    last_item = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["project", "id"], name="toucheditems_by_project"),)

    def __str__(self) -> str:
        return f"items {self.first_item} to {self.last_item}"


class LiveProject(models.Model):
    """Locked by whoever counts a project: one at a time. `counted_at`: when somebody last did."""

    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"live agreement of project {self.project_id}"


class ItemLabels(models.Model):
    """What was counted of an item for a question: its records (`quality.queries.live.records`).

    `mark`, of ratings only: a hash of the item, in whose order samples are drawn.
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    records = models.BinaryField()
    mark = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "question"], name="itemlabels_once"),
        )
        indexes = (
            models.Index(
                fields=["question", "mark"],
                name="itemlabels_sample",
                condition=models.Q(mark__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"labels of item {self.item_id}"


class LabelPattern(models.Model):
    """How many items of a question have exactly these labels, whoever gave them.

    `cells`: kind of rater, guideline version, code of the answer and how many, packed; `digest` of
    them.
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    digest = models.BinaryField(max_length=16)
    cells = models.BinaryField()
    n_items = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["question", "digest"], name="labelpattern_once"),
        )

    def __str__(self) -> str:
        return f"{self.n_items} items"


class RaterPattern(models.Model):
    """On how many items of a pattern a rater gave the labels in `own`: for leaving them out."""

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    rater = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    pattern = models.ForeignKey(
        LabelPattern,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    own = models.BinaryField()
    n_items = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "rater", "pattern", "own"], name="raterpattern_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.n_items} items of rater {self.rater_id}"


class RaterMeeting(models.Model):
    """How many items two raters both rated, by how else these were rated: for intraclass
    correlation, which asks who met whom. Of ratings only.

    `met`: what counts of the first, of the second, and of all ratings of the item, without what
    they say (`quality.queries.live.meetings`).
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    first = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    second = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    met = models.BinaryField()
    n_items = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "first", "second", "met"], name="ratermeeting_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.n_items} items of raters {self.first_id} and {self.second_id}"


class LiveQuestion(models.Model):
    """How often the counts of a question changed, and which state its figures show."""

    question = models.OneToOneField(
        Question, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    changes = models.BigIntegerField()
    shown = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(
                fields=["project"],
                name="livequestion_outdated",
                condition=models.Q(changes__gt=models.F("shown")),
            ),
        )

    def __str__(self) -> str:
        return f"live agreement on {self.question_id}"


class LiveFigures(models.Model):
    """Figures of one slice: a question, raters of one kind or (empty) all people, and a guideline
    version or all.

    `figures`: what `quality.queries.live.shown.live_numbers` reads, alike for all kinds of
    questions. `digest` of the counts they are of. Intervals take longest and may be older than the
    rest (`intervals_at`).
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, blank=True)
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=32)
    figures = models.JSONField()
    changed_at = models.DateTimeField()
    intervals_at = models.DateTimeField()
    intervals_digest = models.CharField(max_length=32)
    seconds = models.FloatField(help_text="CPU time that the intervals took.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "kind", "version"],
                name="livefigures_once_per_slice",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"figures of {self.question_id}"


class LiveProof(models.Model):
    """A recount of a project from the ledger, compared with what the deltas came to. Append-only.

    `differences` names what differed, at most twenty; then everything was built anew.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    proved_at = models.DateTimeField()
    is_equal = models.BooleanField()
    n_items = models.BigIntegerField()
    n_labels = models.BigIntegerField()
    differences = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["project", "-id"], name="liveproof_latest"),)

    def __str__(self) -> str:
        return f"proof of {self.project_id} at {self.proved_at:%Y-%m-%d %H:%M}"
