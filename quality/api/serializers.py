"""Shapes of REST bodies: agreement runs and resolution runs."""

from typing import Any

from rest_framework import serializers

from annotations.models import SourceKind
from projects.api.base import StrictSerializer
from quality.actions.methods import METHODS
from quality.models import AgreementResult
from quality.queries.measures import withheld


class PageInput(StrictSerializer):
    """`after` is `next_after` of the page before."""

    after = serializers.CharField(required=False, default="")
    size = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)


class AgreementInput(StrictSerializer):
    """Without `question` all questions are computed; without `version` over all versions."""

    question = serializers.CharField(required=False, max_length=60)
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)
    source_kinds = serializers.ListField(
        child=serializers.CharField(max_length=12),
        required=False,
        allow_empty=False,
        help_text=f"Any of {', '.join(SourceKind.values)}; all of them by default.",
    )


class ResolutionInput(AgreementInput):
    """`parameters` of the method that differ from its defaults."""

    question = serializers.CharField(max_length=60)
    method = serializers.CharField(
        max_length=30,
        help_text="; ".join(f"{kind}: {', '.join(methods)}" for kind, methods in METHODS.items()),
    )
    parameters = serializers.DictField(
        required=False,
        default=dict,
        help_text="majority_vote, median, weighted_median: ties (abstain, lowest). dawid_skene,"
        " token_dawid_skene: n_iter, tol, smoothing. offset_mean: n_iter. span_vote,"
        " relation_vote: share. box_fusion, polygon_medoid, point_mean, segment_fusion: overlap,"
        " share. bradley_terry: prior. span_chain: n_iter, prior.",
    )
    seed = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=2**63 - 1,
        help_text="For methods that draw random numbers; none of these does.",
    )


class RunOutput(serializers.Serializer):
    """What a run is about, how far it is, and what it was computed from (null until then)."""

    id = serializers.IntegerField()
    question = serializers.CharField(source="question.key")
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    source_kinds = serializers.ListField(child=serializers.CharField())
    parameters = serializers.DictField()
    job = serializers.UUIDField(source="job_id")
    state = serializers.CharField(
        source="job.state", help_text="queued, running, done, failed or cancelled"
    )
    progress = serializers.IntegerField(source="job.done")
    total = serializers.IntegerField(source="job.total")
    errors = serializers.ListField(  # type: ignore[assignment]
        source="job.error", child=serializers.DictField()
    )
    requested_by = serializers.CharField(source="requested_by.name")
    created_at = serializers.DateTimeField()
    computed_at = serializers.DateTimeField(allow_null=True)
    n_labels = serializers.IntegerField(allow_null=True)
    n_items = serializers.IntegerField(allow_null=True)
    n_sources = serializers.IntegerField(allow_null=True)
    n_annotations = serializers.IntegerField(
        allow_null=True, help_text="Annotations in the project when the labels were read."
    )
    inputs_digest = serializers.CharField(allow_blank=True)


class AgreementRunsOutput(serializers.Serializer):
    """Newest first."""

    results = RunOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class StartedOutput(serializers.Serializer):
    """The runs that will do what was asked for."""

    results = RunOutput(many=True)


class CoefficientOutput(serializers.Serializer):
    """`low`, `high`: 95 % over items; `annotator_low`, `annotator_high`: over annotators."""

    scope = serializers.CharField(help_text="overall, choice, period or round")
    choice = serializers.CharField(source="choice.key", allow_null=True, default=None)
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    period = serializers.DateField(
        allow_null=True, help_text="First day of the week or month of the items' last labels."
    )
    period_end = serializers.DateField(allow_null=True, help_text="Its last day.")
    round = serializers.IntegerField(allow_null=True, help_text="Number of a campaign.")
    coefficient = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    annotator_low = serializers.FloatField(allow_null=True)
    annotator_high = serializers.FloatField(allow_null=True)
    observed = serializers.FloatField(allow_null=True)
    expected = serializers.FloatField(allow_null=True)
    n_items = serializers.IntegerField()
    n_annotators = serializers.IntegerField()
    n_labels = serializers.IntegerField()
    undefined = serializers.CharField(
        allow_blank=True, help_text="Why there is no value; empty when there is one."
    )
    withheld = serializers.SerializerMethodField(
        help_text="Why pages do not show the value: too_few_items (below 30 with two or more"
        " labels) or too_few_annotators (below 3); empty where they do."
    )

    def get_withheld(self, row: AgreementResult) -> str:
        return withheld(row)


class ClassCountOutput(serializers.Serializer):
    """How often a choice was given; `version` null means over all labels of the run."""

    choice = serializers.CharField(source="choice.key")
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    n_labels = serializers.IntegerField()


class ConfusionOutput(serializers.Serializer):
    """Pairs of annotators of the same item: one said a, the other b."""

    a = serializers.CharField(source="choice_a.key")
    b = serializers.CharField(source="choice_b.key")
    count = serializers.IntegerField()


class PairOutput(serializers.Serializer):
    """Two sources on the items that both labeled; no kappa for kinds other than choice."""

    a = serializers.CharField(source="source_a_name")
    b = serializers.CharField(source="source_b_name")
    source_a = serializers.IntegerField(source="source_a_id")
    source_b = serializers.IntegerField(source="source_b_id")
    kappa = serializers.FloatField(allow_null=True)
    percent = serializers.FloatField(
        help_text="Share of equal answers; of kinds other than choice mean similarity, 0 to 1."
    )
    n_items = serializers.IntegerField()


class PairsOutput(serializers.Serializer):
    """All pairs of a run."""

    results = PairOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class AnnotatorOutput(serializers.Serializer):
    """One source against all others: equal answers among `n_pairs` pairs, alpha without it."""

    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    name = serializers.CharField()
    n_labels = serializers.IntegerField()
    n_items = serializers.IntegerField(help_text="Items that others labeled as well.")
    n_pairs = serializers.IntegerField()
    percent = serializers.FloatField(
        allow_null=True, help_text="0 to 100; of kinds other than choice, mean similarity."
    )
    alpha_without = serializers.FloatField(allow_null=True)
    change = serializers.FloatField(
        allow_null=True,
        help_text="Alpha without the source less alpha with it; null where alpha is withheld.",
    )


class AgreementOutput(serializers.Serializer):
    """A run with its figures; with more than 1000 pairs, read the rest from `pairs/`."""

    run = RunOutput()
    results = CoefficientOutput(many=True)
    class_counts = ClassCountOutput(many=True)
    confusion = ConfusionOutput(many=True)
    annotators = AnnotatorOutput(many=True)
    pairs = PairOutput(many=True)
    more_pairs = serializers.BooleanField()


class DisputedOutput(serializers.Serializer):
    """`blind`: you may still be asked about the item, so no answers.

    `disagreement`: mean distance of two answers; `counts`: by choice key, empty for kinds without.
    """

    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    n_labels = serializers.IntegerField()
    blind = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()
    entropy = serializers.SerializerMethodField()
    disagreement = serializers.SerializerMethodField()

    def get_blind(self, row: object) -> bool:
        return row.item_id in self.context["blind"]  # type: ignore[attr-defined]

    def get_counts(self, row: object) -> dict[str, int] | None:
        return None if self.get_blind(row) else row.counts  # type: ignore[attr-defined]

    def get_entropy(self, row: object) -> float | None:
        return None if self.get_blind(row) else row.entropy  # type: ignore[attr-defined]

    def get_disagreement(self, row: object) -> float | None:
        return None if self.get_blind(row) else row.disagreement  # type: ignore[attr-defined]


class DisputedPageOutput(serializers.Serializer):
    """Most disputed first."""

    results = DisputedOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class ResolutionRunOutput(RunOutput):
    """`loglik`, `iterations` and `converged` are null for methods that do not iterate."""

    method = serializers.CharField()
    method_version = serializers.CharField()
    seed = serializers.IntegerField()
    n_undecided = serializers.IntegerField(allow_null=True)
    loglik = serializers.FloatField(allow_null=True)
    iterations = serializers.IntegerField(allow_null=True)
    converged = serializers.BooleanField(allow_null=True)
    priors = serializers.DictField(child=serializers.FloatField())


class ResolutionRunsOutput(serializers.Serializer):
    """Newest first."""

    results = ResolutionRunOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class ReliabilityOutput(serializers.Serializer):
    """`confusion`: {true choice: {given choice: probability}}, empty for kinds other than choice.

    `accuracy` is the mean similarity to the decisions then.
    """

    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    name = serializers.CharField(source="source_name")
    kind = serializers.CharField(source="source.kind")
    accuracy = serializers.FloatField(allow_null=True)
    confusion = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))
    n_labels = serializers.IntegerField()


class ResolutionOutput(serializers.Serializer):
    """A run and what it learned about its sources; its items are under `items/`."""

    run = ResolutionRunOutput()
    sources = ReliabilityOutput(many=True)


class ResolvedItemOutput(serializers.Serializer):
    """`value` null: undecided, or `blind`: you may still be asked about the item.

    `value`: the canonical answer of the question's kind; `choice`: its key, for a choice only.
    """

    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    n_labels = serializers.IntegerField()
    blind = serializers.SerializerMethodField()
    choice = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()
    posterior = serializers.SerializerMethodField()
    confidence = serializers.SerializerMethodField()

    def get_blind(self, row: object) -> bool:
        return row.item_id in self.context["blind"]  # type: ignore[attr-defined]

    def get_choice(self, row: object) -> str | None:
        shown = row.choice_id and not self.get_blind(row)  # type: ignore[attr-defined]
        return row.choice.key if shown else None  # type: ignore[attr-defined]

    def get_value(self, row: object) -> dict[str, Any] | None:
        return None if self.get_blind(row) else row.value  # type: ignore[attr-defined]

    def get_posterior(self, row: object) -> dict[str, float] | None:
        return None if self.get_blind(row) else row.posterior  # type: ignore[attr-defined]

    def get_confidence(self, row: object) -> float | None:
        return None if self.get_blind(row) else row.confidence  # type: ignore[attr-defined]


class ResolvedItemsOutput(serializers.Serializer):
    """In the order of item ids."""

    results = ResolvedItemOutput(many=True)
    next_after = serializers.CharField(allow_null=True)
