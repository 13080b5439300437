"""Shapes of REST bodies: resolution runs, their items, comparisons, checks and costs."""

from typing import Any

from rest_framework import serializers

from projects.api.base import StrictSerializer
from quality.actions.resolution.methods import METHODS
from quality.actions.resolution.save_costs import LONGEST_COMMENT
from quality.api.serializers import AgreementInput, PageInput, RunOutput


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
        help_text="; ".join(
            f"{method} of {kind}: {', '.join(each.defaults)}"
            for kind, methods in METHODS.items()
            for method, each in methods.items()
            if each.defaults
        ),
    )
    seed = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=2**63 - 1,
        help_text="For methods that draw random numbers: "
        + ", ".join(
            method
            for methods in METHODS.values()
            for method, each in methods.items()
            if each.is_seeded
        )
        + ".",
    )
    by_costs = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Decide by least expected cost under the question's newest cost matrix.",
    )
    abstain_below = serializers.FloatField(
        required=False,
        default=0.0,
        min_value=0,
        max_value=1,
        help_text="Leave items undecided whose most probable class is less probable than this; of"
        " kinds other than choice, those of less confidence.",
    )
    as_of = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**63 - 1,
        help_text="A finished run: use the labels and gold items that it saw.",
    )


class ResolutionRunOutput(RunOutput):
    """`loglik`, `iterations` and `converged` are null for methods that do not iterate; a
    likelihood is no ground for choosing a method.

    `n_gold`: labeled items with a trusted answer that it was given. `learned`: accuracy on these
    with its interval; of a pool its members, their weights, and whether it is calibrated;
    `n_by_reason`: undecided items by reason.
    """

    method = serializers.CharField()
    method_version = serializers.CharField()
    seed = serializers.IntegerField()
    n_undecided = serializers.IntegerField(allow_null=True)
    loglik = serializers.FloatField(allow_null=True)
    iterations = serializers.IntegerField(allow_null=True)
    converged = serializers.BooleanField(allow_null=True)
    priors = serializers.DictField(child=serializers.FloatField())
    costs = serializers.IntegerField(
        source="cost_matrix.number",
        allow_null=True,
        default=None,
        help_text="Version of the cost matrix it decided by; null for the most probable class.",
    )
    as_of = serializers.IntegerField(source="as_of_id", allow_null=True)
    n_gold = serializers.IntegerField(allow_null=True)
    gold_digest = serializers.CharField(allow_blank=True)
    inputs = serializers.DictField()
    learned = serializers.DictField()


class ResolutionRunsOutput(serializers.Serializer):
    """Newest first."""

    results = ResolutionRunOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class ReliabilityOutput(serializers.Serializer):
    """`confusion`: {true choice: {given choice: probability}}, empty for kinds other than choice.

    `accuracy` is the mean similarity to the decisions then, and `habits` what the method learned of
    the source, measures by what they are about: {"left": {"offset": 2.5, "deviation": 1.2}}.
    """

    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    name = serializers.CharField(source="source_name")
    kind = serializers.CharField(source="source.kind")
    accuracy = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField(
        allow_null=True, help_text="Skill or competence, for methods that weigh whole sources."
    )
    confusion = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))
    habits = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))
    n_labels = serializers.IntegerField()


class ResolutionOutput(serializers.Serializer):
    """A run and what it learned about its sources; its items are under `items/`."""

    run = ResolutionRunOutput()
    sources = ReliabilityOutput(many=True)


class ResolvedItemOutput(serializers.Serializer):
    """`value` null: undecided, or `blind`: you may still be asked about the item.

    `value`: the canonical answer of the question's kind; `choice`: its key, for a choice only;
    `undecided`: tie, below_threshold or no_label. `posterior`: by class or answer, or by place in a
    list from 1. `entropy` is to the base of the number of classes; of answers whose parts are
    decided each by itself, the mean of the parts, to the base 2, and `margin` that of the least
    sure part. `estimate`: a number before rounding, `deviation` its standard error.
    `expected_cost` is of choices only.
    """

    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    n_labels = serializers.IntegerField()
    blind = serializers.BooleanField(default=False)
    choice = serializers.CharField(source="choice.key", allow_null=True, default=None)
    value = serializers.DictField(allow_null=True)
    posterior = serializers.DictField(child=serializers.FloatField(), allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    undecided = serializers.CharField(allow_blank=True, allow_null=True)
    entropy = serializers.FloatField(allow_null=True)
    margin = serializers.FloatField(allow_null=True)
    expected_cost = serializers.FloatField(allow_null=True)
    estimate = serializers.FloatField(allow_null=True)
    deviation = serializers.FloatField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What would tell something of the answers is null while the caller is blind."""
        shown: dict[str, Any] = super().to_representation(instance)
        if instance.item_id not in self.context["blind"]:
            return shown | {"blind": False}
        open_to_all = {"item", "external_id", "n_labels"}
        hidden = {name: shown[name] if name in open_to_all else None for name in shown}
        return hidden | {"blind": True}


class ResolvedItemsOutput(serializers.Serializer):
    """In the order of item ids."""

    results = ResolvedItemOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class VoiceOutput(serializers.Serializer):
    """One label behind a decision.

    `right`: how often the source says this of items that are the leading class, as the run has
    estimated it; `wrong`: of items that are the class that came second; `evidence`: natural
    logarithm of their ratio, positive for the leading class. `habits`: what a method for other
    kinds than choice learned of the source. Of a source that is hidden from the caller `name` is a
    letter of the item, and its figures are null.
    """

    source = serializers.IntegerField(source="source_id", allow_null=True)  # type: ignore[assignment]
    name = serializers.CharField()
    value = serializers.DictField()
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField(source="at")
    accuracy = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField(allow_null=True)
    right = serializers.FloatField(allow_null=True)
    wrong = serializers.FloatField(allow_null=True)
    evidence = serializers.FloatField(allow_null=True)
    habits = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))


class CandidateOutput(serializers.Serializer):
    """One class: its probability, and what saying it is expected to cost."""

    choice = serializers.CharField(source="choice.key")
    probability = serializers.FloatField(source="chance")
    expected_cost = serializers.FloatField(source="cost", allow_null=True)
    is_decided = serializers.BooleanField()


class MemberVoteOutput(serializers.Serializer):
    """What a member of a pool would have decided; null: undecided."""

    method = serializers.CharField(source="name")
    weight = serializers.FloatField()
    choice = serializers.CharField(source="choice.key", allow_null=True, default=None)


class ItemWhyOutput(serializers.Serializer):
    """Why a run decided an item so. `why`: whole sentences, in the caller's language."""

    decision = ResolvedItemOutput(source="row")
    why = serializers.ListField(child=serializers.CharField())
    labels = VoiceOutput(many=True, source="voices")
    classes = CandidateOutput(many=True, source="candidates")
    members = MemberVoteOutput(many=True)
    adjudication = serializers.IntegerField(
        source="standing.pk",
        allow_null=True,
        default=None,
        help_text="A person's decision that outranks this one.",
    )


class ComparisonInput(PageInput):
    """`from`, `to`: only items that went so: a choice key, or undecided; for questions without
    single choices undecided or decided."""

    to = serializers.CharField(required=False, default="", max_length=60)

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language."""
        source = serializers.CharField(required=False, default="", max_length=60)
        return {**super().get_fields(), "from": source}


class FlowOutput(serializers.Serializer):
    """How many items went from one decision to the other; null: undecided."""

    to = serializers.CharField(source="after", allow_null=True)
    n = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language."""
        source = serializers.CharField(source="before", allow_null=True)
        return {"from": source, **super().get_fields()}


class DifferenceOutput(serializers.Serializer):
    """An item that was decided differently; without answers when `blind`."""

    item = serializers.IntegerField(source="item.pk")
    external_id = serializers.CharField(source="item.external_id")
    blind = serializers.BooleanField()
    first = serializers.DictField(source="first_value", allow_null=True)
    second = serializers.DictField(source="second_value", allow_null=True)
    first_confidence = serializers.FloatField(allow_null=True)
    second_confidence = serializers.FloatField(allow_null=True)


class ComparisonOutput(serializers.Serializer):
    """What the second run would change; `results`: a page of the items, by id.

    `state`: missing when nobody has asked for the comparison, else queued, running, done, failed or
    cancelled; until done there are no figures.
    """

    state = serializers.CharField()
    same_inputs = serializers.SerializerMethodField()
    n_common = serializers.IntegerField(source="comparison.n_common", default=None)
    n_different = serializers.IntegerField(source="comparison.n_different", default=None)
    n_only_first = serializers.IntegerField(source="comparison.n_only_first", default=None)
    n_only_second = serializers.IntegerField(source="comparison.n_only_second", default=None)
    flows = FlowOutput(source="comparison.flows", many=True, default=list)
    results = DifferenceOutput(source="differences", many=True)
    next_after = serializers.CharField(source="page.next_after", allow_null=True)

    def get_same_inputs(self, page: Any) -> bool:
        """Both runs were computed from the same labels."""
        return bool(page.first.inputs_digest == page.second.inputs_digest)


class ComparisonStartedOutput(serializers.Serializer):
    """A comparison that was asked for."""

    first = serializers.IntegerField(source="first_id")
    second = serializers.IntegerField(source="second_id")
    state = serializers.CharField(source="job.state")
    progress = serializers.IntegerField(source="job.done")
    total = serializers.IntegerField(source="job.total")


class AgainInput(StrictSerializer):
    """`labels`: those until now, or those that the run saw."""

    labels = serializers.ChoiceField(choices=["now", "then"], default="then")


class CheckOutput(serializers.Serializer):
    """A run computed anew and compared. `outcome`, empty until `state` is done: same,
    other_results, other_inputs or other_program."""

    id = serializers.IntegerField()
    run = serializers.IntegerField(source="run_id")
    state = serializers.CharField(source="job.state")
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    n_different = serializers.IntegerField(allow_null=True)
    inputs_digest = serializers.CharField(allow_blank=True)
    detail = serializers.DictField()


class ResolutionChecksOutput(serializers.Serializer):
    """Newest first."""

    results = CheckOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class CostsInput(StrictSerializer):
    """The whole table. `based_on`: number of the version it was made from, 0 for the first."""

    costs = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField()),
        help_text="{true choice key: {said choice key: cost}}, all of them.",
    )
    based_on = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT
    )


class CostsOutput(serializers.Serializer):
    """One version of a question's costs."""

    number = serializers.IntegerField()
    costs = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))
    comment = serializers.CharField()
    created_by = serializers.CharField(source="created_by.name")
    created_at = serializers.DateTimeField()


class CostsListOutput(serializers.Serializer):
    """Newest first; `plain`: what counts while there is none, 1 for every mistake."""

    results = CostsOutput(many=True)
    plain = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))
