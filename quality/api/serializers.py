"""Shapes of REST bodies: agreement runs, and what all runs have in common."""

from rest_framework import serializers

from annotations.models import SourceKind
from projects.api.base import StrictSerializer
from quality.models import AgreementResult
from quality.queries.agreement.measures import withheld


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
