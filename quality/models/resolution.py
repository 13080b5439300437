"""Resolution of multiplicity: the decided value of each item, and how it was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Item, Source
from guidelines.models import Choice, Question
from quality.models.run import Run


class ResolutionMethod(models.TextChoices):
    """How several labels become one."""

    MAJORITY_VOTE = "majority_vote", _("Majority vote")
    DAWID_SKENE = "dawid_skene", _("Dawid-Skene")
    MEAN_SHARES = "mean_shares", _("Mean of the shares")
    MEDIAN = "median", _("Median")
    WEIGHTED_MEDIAN = "weighted_median", _("Median weighted by annotators' precision")
    MEAN = "mean", _("Mean")
    OFFSET_MEAN = "offset_mean", _("Mean without annotators' offsets")
    TEXT_MEDOID = "text_medoid", _("Text nearest to all others")
    ROVER = "rover", _("Vote on words (ROVER)")
    SPAN_VOTE = "span_vote", _("Vote on spans")
    TOKEN_DAWID_SKENE = "token_dawid_skene", _("Dawid-Skene on words")
    SPAN_CHAIN = "span_chain", _("Chain of words")
    RELATION_VOTE = "relation_vote", _("Vote on relations")
    BRADLEY_TERRY = "bradley_terry", _("Majority with Bradley-Terry strengths")
    BORDA = "borda", _("Borda: mean place")
    KEMENY = "kemeny", _("Kemeny: fewest contradictions")
    BOX_FUSION = "box_fusion", _("Boxes joined by overlap")
    POLYGON_MEDOID = "polygon_medoid", _("Polygons joined by overlap")
    POINT_MEAN = "point_mean", _("Points joined by distance")
    SEGMENT_FUSION = "segment_fusion", _("Segments joined by overlap")


class ResolutionRun(Run):
    """One resolution of a question. Running again, or another method, adds a run.

    `seed` is for methods that draw random numbers; `method_version` changes whenever the same
    labels could come out differently. `loglik`, `iterations` and `converged` stay null for methods
    that do not iterate.
    """

    method = models.CharField(max_length=30, choices=ResolutionMethod.choices)
    method_version = models.CharField(max_length=20)
    seed = models.BigIntegerField(default=0)
    n_undecided = models.BigIntegerField(null=True)
    loglik = models.FloatField(null=True)
    iterations = models.IntegerField(null=True)
    converged = models.BooleanField(null=True)
    priors = models.JSONField(
        default=dict, help_text="Share of each class, by choice key; strengths by name."
    )

    class Meta:
        indexes = (
            models.Index(fields=["project", "question", "-id"], name="resolutionrun_latest"),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.pk} on {self.question_id}"


class Resolution(models.Model):
    """What a run decided about one item.

    `value` is null where it could not decide; `choice` is set for the kind choice only.
    `posterior`: probability by choice key, entries below one in a million left out; for majority
    vote the shares of the votes; for kinds that mark places, how sure each entry of the decided
    list is, by its place from 1. `confidence`: of the item as a whole, 0 to 1.
    """

    run = models.ForeignKey(
        ResolutionRun, on_delete=models.PROTECT, related_name="resolutions", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    choice = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    value = models.JSONField(null=True)
    posterior = models.JSONField()
    confidence = models.FloatField()
    n_labels = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "item"], name="resolution_once_per_run_and_item"
            ),
            models.CheckConstraint(
                condition=models.Q(choice__isnull=True) | models.Q(value__isnull=False),
                name="resolution_choice_has_a_value",
            ),
        )
        indexes = (
            models.Index(fields=["run", "confidence", "item"], name="resolution_least_certain"),
        )

    def __str__(self) -> str:
        return f"item {self.item_id}: {self.value}"


class SourceReliability(models.Model):
    """What a run learned about one source.

    `accuracy`: chance that the source gives the true choice, under the run's class shares.
    For kinds other than choice: mean similarity of its answers to the decisions, 1 - distance.
    `confusion`: {true choice: {given choice: probability}}, rows without evidence left out; empty
    for other kinds.
    """

    run = models.ForeignKey(
        ResolutionRun, on_delete=models.PROTECT, related_name="reliabilities", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    accuracy = models.FloatField(null=True)
    confusion = models.JSONField()
    n_labels = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "source"], name="sourcereliability_once_per_run"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id}: {self.accuracy}"
