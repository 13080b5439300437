"""Resolution of multiplicity: the decided value of each item, and how it was decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Item, Source
from guidelines.models import Choice, Question
from quality.models.cost import CostMatrix
from quality.models.run import Run


class ResolutionMethod(models.TextChoices):
    """How several labels become one."""

    POOL = "pool", _("Calibrated pool")
    MAJORITY_VOTE = "majority_vote", _("Majority vote")
    WAWA = "wawa", _("Vote weighted by agreement (Wawa)")
    DAWID_SKENE = "dawid_skene", _("Dawid-Skene")
    DAWID_SKENE_MAP = "dawid_skene_map", _("Dawid-Skene with a prior")
    ONE_COIN = "one_coin", _("One-coin Dawid-Skene")
    BCC = "bcc", _("Bayesian classifier combination")
    POOLED_BCC = "pooled_bcc", _("Bayesian combination with a pooled prior")
    EBCC = "ebcc", _("Enhanced Bayesian combination")
    GLAD = "glad", _("Skill and difficulty (GLAD)")
    MACE = "mace", _("Competence and guessing (MACE)")
    MEAN_SHARES = "mean_shares", _("Mean of the shares")
    MEDIAN = "median", _("Median")
    WEIGHTED_MEDIAN = "weighted_median", _("Median weighted by annotators' precision")
    MEAN = "mean", _("Mean")
    OFFSET_MEAN = "offset_mean", _("Mean without annotators' offsets")
    CALIBRATED_MEAN = "calibrated_mean", _("Mean without annotators' offsets and scales")
    TEXT_MEDOID = "text_medoid", _("Text nearest to all others")
    ROVER = "rover", _("Vote on words (ROVER)")
    SPAN_VOTE = "span_vote", _("Vote on spans")
    TOKEN_DAWID_SKENE = "token_dawid_skene", _("Dawid-Skene on words")
    SPAN_CHAIN = "span_chain", _("Chain of words")
    RELATION_VOTE = "relation_vote", _("Vote on relations")
    RELATION_MODEL = "relation_model", _("Relations by annotators' hits and false alarms")
    BRADLEY_TERRY = "bradley_terry", _("Majority with Bradley-Terry strengths")
    CROWD_BRADLEY_TERRY = (
        "crowd_bradley_terry",
        _("Bradley-Terry with annotators' reliability (Crowd-BT)"),
    )
    BORDA = "borda", _("Borda: mean place")
    KEMENY = "kemeny", _("Kemeny: fewest contradictions")
    PLACKETT_LUCE = "plackett_luce", _("Plackett-Luce: strengths of the entries")
    BOX_FUSION = "box_fusion", _("Boxes joined by overlap")
    POLYGON_MEDOID = "polygon_medoid", _("Polygons joined by overlap")
    POINT_MEAN = "point_mean", _("Points joined by distance")
    SEGMENT_FUSION = "segment_fusion", _("Segments joined by overlap")
    CALIBRATED_BOXES = "calibrated_boxes", _("Boxes without annotators' margins")
    CALIBRATED_POLYGONS = "calibrated_polygons", _("Polygons weighted by annotators' precision")
    CALIBRATED_POINTS = "calibrated_points", _("Points without annotators' offsets")
    CALIBRATED_SEGMENTS = "calibrated_segments", _("Segments without annotators' margins")
    MEDOID = "medoid", _("Answer nearest to all others, weighted by skill")


class Undecided(models.TextChoices):
    """Why a run left an item undecided."""

    TIE = "tie", _("Tie")
    BELOW_THRESHOLD = "below_threshold", _("Below the threshold")
    NO_LABEL = "no_label", _("No label that fits")


class ResolutionRun(Run):
    """One resolution of a question. Running again, or another method, adds a run.

    `seed` is for methods that draw random numbers; `method_version` changes whenever the same
    labels could come out differently. `loglik`, `iterations` and `converged` stay null for methods
    that do not iterate.

    `as_of`: the run reads the ledger as far as that one did, not as far as it goes now.
    `cost_matrix`: the costs it decides by; `parameters` repeat them. `n_gold`: labeled items with
    a trusted answer that the fit was given, and the digest of these answers. `inputs`: what else
    it was computed from: `scale` (ids of the choices that could be given), `gold` (ids of the gold
    items) and `snapshot` (the database's own name of the moment). `learned`: what a method learned
    besides the classes' shares and the sources: of a pool its members and their weights, whether
    it is calibrated, accuracy on gold with its interval.
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
    as_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    cost_matrix = models.ForeignKey(
        CostMatrix, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    n_gold = models.IntegerField(null=True)
    gold_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the trusted answers it was given."
    )
    inputs = models.JSONField(default=dict)
    learned = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["project", "question", "-id"], name="resolutionrun_latest"),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.pk} on {self.question_id}"


class Resolution(models.Model):
    """What a run decided about one item.

    `value` is null where it could not decide, and `undecided` says why then (empty in runs of
    earlier programs); `choice` is set for the kind choice only.
    `posterior`: probability by choice key, entries below one in a million left out; for majority
    vote the shares of the votes; for kinds that mark places, how sure each entry of the decided
    list is, by its place from 1. `confidence`: of the item as a whole, 0 to 1; of a choice the
    probability of what was decided, or of the most probable class where nothing was.

    `entropy` of the posterior, to the base of the number of classes; `margin`, the probability of
    the most probable class less that of the next. Of answers whose parts are decided each by
    itself (several choices, marked places, pairs of a ranking, words): the mean entropy of the
    parts, to the base 2, and |2 p - 1| of the least sure one; null where nothing of that is known.
    `estimate`: of methods that compute a number, what it was before rounding, and `deviation`, its
    standard error. For the kind choice besides: `expected_cost` of the cheapest class under the
    run's cost matrix; `member_choices`, what each member of a pool would have decided, in the
    order of the run's `learned` members, null where a member is undecided.
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
    undecided = models.CharField(max_length=16, choices=Undecided.choices, blank=True)
    entropy = models.FloatField(null=True)
    margin = models.FloatField(null=True)
    expected_cost = models.FloatField(null=True)
    member_choices = ArrayField(models.BigIntegerField(null=True), null=True)
    estimate = models.FloatField(null=True)
    deviation = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "item"], name="resolution_once_per_run_and_item"
            ),
            models.CheckConstraint(
                condition=models.Q(undecided="") | models.Q(value__isnull=True),
                name="resolution_undecided_has_no_value",
            ),
            models.CheckConstraint(
                condition=models.Q(choice__isnull=True) | models.Q(value__isnull=False),
                name="resolution_choice_has_a_value",
            ),
        )
        indexes = (
            models.Index(fields=["run", "confidence", "item"], name="resolution_least_certain"),
            models.Index(
                fields=["run", "undecided", "item"],
                name="resolution_undecided",
                condition=models.Q(value__isnull=True),
            ),
            models.Index(
                fields=["run", "-expected_cost", "item"],
                name="resolution_by_cost",
                condition=models.Q(expected_cost__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"item {self.item_id}: {self.value}"


class SourceReliability(models.Model):
    """What a run learned about one source.

    `weight`: its skill or competence, by which a method weighs the votes of whole sources; null
    for methods that do not.
    `accuracy`: chance that the source gives the true choice, under the run's class shares.
    For kinds other than choice: mean similarity of its answers to the decisions, 1 - distance.
    `confusion`: {true choice: {given choice: probability}}, rows without evidence left out; empty
    for other kinds. `habits`: what a method for other kinds learned of it, measures by what they
    are about: {"left": {"offset": 2.5, "deviation": 1.2}}.
    """

    run = models.ForeignKey(
        ResolutionRun, on_delete=models.PROTECT, related_name="reliabilities", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    accuracy = models.FloatField(null=True)
    confusion = models.JSONField()
    n_labels = models.BigIntegerField()
    weight = models.FloatField(null=True)
    habits = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "source"], name="sourcereliability_once_per_run"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id}: {self.accuracy}"
