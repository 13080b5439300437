"""Agreement of annotators on one question: coefficients, pairs, confusion, disputed items."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Item, Source
from guidelines.models import Choice, GuidelineVersion
from quality.models.run import Run


class AgreementRun(Run):
    """One computation of agreement. `parameters`: resamples, confidence and seed of intervals."""

    class Meta:
        indexes = (models.Index(fields=["project", "question", "-id"], name="agreementrun_latest"),)

    def __str__(self) -> str:
        return f"agreement {self.pk} on {self.question_id}"


class Scope(models.TextChoices):
    """What a coefficient speaks of."""

    OVERALL = "overall", _("All classes")
    CHOICE = "choice", _("One class against all others")
    PERIOD = "period", _("Items of a week or month")
    ROUND = "round", _("Answers of a campaign")


class CoefficientName(models.TextChoices):
    """Coefficients under their published names."""

    ALPHA = "krippendorff_alpha", _("Krippendorff's alpha")
    FLEISS = "fleiss_kappa", _("Fleiss' kappa")
    AC1 = "gwet_ac1", _("Gwet's AC1")
    PERCENT = "percent_agreement", _("Percent agreement")
    JACCARD = "mean_jaccard", _("Mean Jaccard similarity")
    COMMON_SHARE = "common_share", _("Common share")
    MEAN_DIFFERENCE = "mean_difference", _("Mean absolute difference")
    CHARACTERS = "character_similarity", _("Similarity of characters")
    WORDS = "word_similarity", _("Similarity of words")
    EXACT_F1 = "exact_f1", _("Exact F1")
    RELAXED_F1 = "relaxed_f1", _("Relaxed F1")
    MARKED_ALPHA = "marked_alpha", _("Alpha of marked characters")
    MATCHED_F1 = "matched_f1", _("F1 of matches")
    MEAN_IOU = "mean_iou", _("Mean IoU of matches")
    KENDALL_TAU = "kendall_similarity", _("Equally ordered pairs")
    KENDALL_W = "kendall_w", _("Kendall's W")


class AgreementResult(models.Model):
    """One coefficient with its two intervals, or the reason why it is undefined.

    `low` and `high`: over items (bootstrap). `annotator_low` and `annotator_high`: over annotators
    (leave one out). `version` is set on the slices of a run over all versions. `period` and
    `period_end` (its last day): items whose last label was given then. `round`: what was answered
    in a campaign (ADR 0020).
    """

    run = models.ForeignKey(
        AgreementRun, on_delete=models.PROTECT, related_name="results", db_index=False
    )
    scope = models.CharField(max_length=10, choices=Scope.choices)
    choice = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    period = models.DateField(null=True)
    period_end = models.DateField(null=True)
    round = models.PositiveSmallIntegerField(null=True)
    coefficient = models.CharField(max_length=30, choices=CoefficientName.choices)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    annotator_low = models.FloatField(null=True)
    annotator_high = models.FloatField(null=True)
    observed = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    n_items = models.BigIntegerField()
    n_annotators = models.IntegerField()
    n_labels = models.BigIntegerField()
    undefined = models.CharField(max_length=60, blank=True, help_text="Code of the reason.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=[
                    "run",
                    "scope",
                    "choice",
                    "version",
                    "period",
                    "round",
                    "coefficient",
                ],
                name="agreementresult_once_per_run",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, undefined="")
                | (models.Q(value__isnull=True) & ~models.Q(undefined="")),
                name="agreementresult_has_a_value_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=models.Q(scope="choice", choice__isnull=False)
                | (~models.Q(scope="choice") & models.Q(choice__isnull=True)),
                name="agreementresult_scope_matches_choice",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    scope="period", period__isnull=False, period_end__gte=models.F("period")
                )
                | (
                    ~models.Q(scope="period")
                    & models.Q(period__isnull=True, period_end__isnull=True)
                ),
                name="agreementresult_scope_matches_period",
            ),
            models.CheckConstraint(
                condition=models.Q(scope="round", round__isnull=False)
                | (~models.Q(scope="round") & models.Q(round__isnull=True)),
                name="agreementresult_scope_matches_round",
            ),
        )

    def __str__(self) -> str:
        return f"{self.coefficient} {self.value}"


class ClassCount(models.Model):
    """How often a choice was given; `version` is set on the slices of a run over all versions."""

    run = models.ForeignKey(
        AgreementRun, on_delete=models.PROTECT, related_name="class_counts", db_index=False
    )
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    n_labels = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "choice", "version"],
                name="classcount_once_per_run",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.choice_id}: {self.n_labels}"


class PairAgreement(models.Model):
    """Two sources on the items that both labeled.

    For a choice: Cohen's kappa and the share of equal answers. For other kinds `percent` is the
    mean similarity of their answers, 1 - distance, and there is no kappa.
    """

    run = models.ForeignKey(
        AgreementRun, on_delete=models.PROTECT, related_name="pairs", db_index=False
    )
    source_a = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    source_b = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    kappa = models.FloatField(
        null=True, help_text="Null: both gave one and the same choice only, or not a choice."
    )
    percent = models.FloatField()
    n_items = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "source_a", "source_b"], name="pairagreement_once_per_run"
            ),
            models.CheckConstraint(
                condition=models.Q(source_a__lt=models.F("source_b")),
                name="pairagreement_lower_id_first",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_a_id} and {self.source_b_id}: {self.kappa}"


class AnnotatorAgreement(models.Model):
    """One source against all others, and what agreement were without it.

    `n_items`: items that others labeled as well. `percent`: share of the `n_pairs` pairs with
    their answers that are equal (for kinds other than choice, their mean similarity).
    `alpha_without` null: undefined then.
    """

    run = models.ForeignKey(
        AgreementRun, on_delete=models.PROTECT, related_name="annotators", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    n_labels = models.BigIntegerField()
    n_items = models.BigIntegerField()
    n_pairs = models.BigIntegerField()
    percent = models.FloatField(null=True)
    alpha_without = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "source"], name="annotatoragreement_once_per_run"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id}: {self.percent}"


class ConfusionCell(models.Model):
    """Pairs of annotators of the same item of whom one said a and the other b."""

    run = models.ForeignKey(
        AgreementRun, on_delete=models.PROTECT, related_name="confusion", db_index=False
    )
    choice_a = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+", db_index=False)
    choice_b = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+", db_index=False)
    count = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "choice_a", "choice_b"], name="confusioncell_once_per_run"
            ),
            models.CheckConstraint(
                condition=models.Q(choice_a__lte=models.F("choice_b")),
                name="confusioncell_lower_id_first",
            ),
        )

    def __str__(self) -> str:
        return f"{self.choice_a_id} and {self.choice_b_id}: {self.count}"


class DisputedItem(models.Model):
    """An item on which annotators disagree. Ids ascend from the most disputed to the least.

    `counts`: how many said what, by choice key. `entropy` of those shares, to the base of the
    number of choices; `disagreement`: share of the pairs of annotators that differ.
    Kept are the 500 most disputed, and of each frequent pair of classes its 20 most disputed.
    For kinds other than choice, `disagreement` is the mean distance of two answers, `counts` has
    the classes of several choices only, and `entropy` is that of equal answers.
    """

    run = models.ForeignKey(
        AgreementRun, on_delete=models.PROTECT, related_name="disputed", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    entropy = models.FloatField()
    disagreement = models.FloatField()
    counts = models.JSONField()
    n_labels = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "item"], name="disputeditem_once_per_run"),
        )
        indexes = (models.Index(fields=["run", "id"], name="disputeditem_ranked"),)

    def __str__(self) -> str:
        return f"item {self.item_id}: {self.counts}"
