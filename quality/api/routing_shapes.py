"""Shapes of REST bodies: studies, policies, steps and slots of adaptive overlap."""

from rest_framework import serializers

from projects.api.base import StrictSerializer
from quality.actions.routing.policy import LARGEST_BUDGET, RoutingPlan
from quality.api.serializers import PageInput, RunOutput
from quality.models import RoutingReason, SlotChange
from quality.models.routing import MOST_LABELS


class StudyInput(StrictSerializer):
    """`seed`: for the sample and the orders in which labels are revealed again."""

    question = serializers.CharField(max_length=60)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1)


class PlanInput(StrictSerializer):
    """An item has enough at a confidence of `target` and `least` labels, or at `most` labels."""

    target = serializers.FloatField(help_text="From 0.5 to 0.999.")
    least = serializers.IntegerField(default=2, help_text=f"From 1 to {MOST_LABELS}.")
    most = serializers.IntegerField(default=5, help_text=f"From least to {MOST_LABELS}.")
    budget = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        max_value=LARGEST_BUDGET,
        help_text="Slots that may be opened in all; null for any number.",
    )

    @staticmethod
    def plan(given: dict[str, object]) -> RoutingPlan:
        """The plan among validated arguments."""
        names = ("target", "least", "most", "budget")
        return RoutingPlan(**{name: given[name] for name in names})  # type: ignore[arg-type]


class PolicyInput(PlanInput):
    """A plan for a question; `replaces` is the number of the policy it takes over from."""

    question = serializers.CharField(max_length=60)
    replaces = serializers.IntegerField(required=False, allow_null=True, default=None)


class EndInput(StrictSerializer):
    """`restores`: slots of the fixed overlap that were held back wait again."""

    restores = serializers.BooleanField(default=False)


class SlotsInput(PageInput):
    """Of one item, when it is named by its id."""

    item = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ExpectationOutput(serializers.Serializer):
    """Labels until every item has enough or the budget is used up, with the range of 90 %."""

    n_items = serializers.IntegerField()
    n_wanted = serializers.IntegerField(help_text="Items that need at least one more label.")
    labels = serializers.IntegerField()
    labels_low = serializers.IntegerField()
    labels_high = serializers.IntegerField()
    reached = serializers.IntegerField(help_text="Items at the target in the end.")
    fixed_labels = serializers.IntegerField(help_text="What `most` for every item would take.")
    n_closing = serializers.IntegerField(help_text="Waiting slots that are closed at once.")
    budget = serializers.IntegerField(allow_null=True)
    is_cut = serializers.BooleanField(help_text="The budget may end before that.")
    hours = serializers.FloatField(allow_null=True, help_text="Null: nobody's time was measured.")
    hours_low = serializers.FloatField(allow_null=True)
    hours_high = serializers.FloatField(allow_null=True)
    n_timed = serializers.IntegerField()


class StudyOutput(RunOutput):
    """`standing`: histogram of confidence in hundredths, [labels, items], waiting slots.

    `replay`: accuracy by labels per item of both rules, or `refused`. `pace`: time per answer.
    """

    standing = serializers.DictField()
    replay = serializers.DictField()
    pace = serializers.DictField()


class StudiesOutput(serializers.Serializer):
    """Newest first."""

    results = StudyOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class PolicyOutput(serializers.Serializer):
    """A policy; `expected` is what was spelled out before it started."""

    id = serializers.IntegerField()
    question = serializers.CharField(source="question.key")
    number = serializers.IntegerField()
    state = serializers.CharField(help_text="running, paused or ended")
    moved_at = serializers.DateTimeField(help_text="When it came into this state.")
    target = serializers.FloatField()
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    budget = serializers.IntegerField(allow_null=True)
    study = serializers.IntegerField(source="study_id")
    expected = serializers.DictField()
    started_by = serializers.CharField(source="started_by.name")
    started_at = serializers.DateTimeField()


class PoliciesOutput(serializers.Serializer):
    """Newest first."""

    results = PolicyOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class StepOutput(RunOutput):
    """`outcome`: why no more slots were opened; `forecast`: as `expected` of a policy."""

    policy = serializers.IntegerField(source="policy_id")
    number = serializers.IntegerField()
    outcome = serializers.CharField(allow_blank=True)
    standing = serializers.DictField()
    forecast = serializers.DictField()
    room = serializers.IntegerField(allow_null=True)
    n_candidates = serializers.IntegerField(allow_null=True)
    n_opened = serializers.IntegerField(allow_null=True)
    n_reserved = serializers.IntegerField(allow_null=True)
    n_closed = serializers.IntegerField(allow_null=True)
    n_left_open = serializers.IntegerField(allow_null=True)
    n_used = serializers.IntegerField(allow_null=True)


class StepsOutput(serializers.Serializer):
    """Newest first."""

    results = StepOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class SlotOutput(serializers.Serializer):
    """Why a slot was opened or closed. `confidence`, `margin`, `gain` are null while `blind`."""

    id = serializers.IntegerField()
    step = serializers.IntegerField(source="step.number")
    at = serializers.DateTimeField(source="step.computed_at")
    assignment = serializers.IntegerField(source="assignment_id")
    assignment_state = serializers.CharField(source="assignment.state")
    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    change = serializers.CharField(help_text=", ".join(SlotChange.values))
    reason = serializers.CharField(help_text=", ".join(RoutingReason.values))
    place = serializers.IntegerField(help_text="1 is the smallest margin of its step.")
    priority = serializers.IntegerField()
    probability = serializers.FloatField(
        help_text="With which the item was chosen: 1, the choice is by rank."
    )
    n_labels = serializers.IntegerField()
    reserved_for = serializers.CharField(source="reserved_for.name", allow_null=True, default=None)
    blind = serializers.SerializerMethodField()
    confidence = serializers.SerializerMethodField()
    margin = serializers.SerializerMethodField()
    gain = serializers.SerializerMethodField()

    def get_blind(self, row: object) -> bool:
        return row.item_id in self.context["blind"]  # type: ignore[attr-defined]

    def get_confidence(self, row: object) -> float | None:
        return self._unless_blind(row, "confidence")

    def get_margin(self, row: object) -> float | None:
        return self._unless_blind(row, "margin")

    def get_gain(self, row: object) -> float | None:
        return self._unless_blind(row, "gain")

    def _unless_blind(self, row: object, name: str) -> float | None:
        value: float | None = None if self.get_blind(row) else getattr(row, name)
        return value


class SlotsOutput(serializers.Serializer):
    """Newest first."""

    results = SlotOutput(many=True)
    next_after = serializers.CharField(allow_null=True)
