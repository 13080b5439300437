"""Request text to typed arguments: how many labels items should get."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from quality.actions.routing.policy import LARGEST_BUDGET, RoutingPlan, check_routing_plan
from quality.models.routing import HIGHEST_TARGET, LEAST_TARGET, MOST_LABELS

PERCENT = Decimal(100)


class RoutingForm(forms.Form):
    """A policy of adaptive overlap."""

    percent = forms.DecimalField(
        label=_("Confidence that is enough, in per cent"),
        help_text=_(
            "From 50 to 99.9. Calibrated: of the items at 90 per cent, about 9 of 10 are right."
        ),
        min_value=PERCENT * Decimal(str(LEAST_TARGET)),
        max_value=PERCENT * Decimal(str(HIGHEST_TARGET)),
        max_digits=4,
        decimal_places=1,
        initial=Decimal(90),
    )
    least = forms.IntegerField(
        label=_("Fewest labels of an item"),
        help_text=_("Every item gets so many, however sure its first label looks."),
        min_value=1,
        max_value=MOST_LABELS,
        initial=2,
    )
    most = forms.IntegerField(
        label=_("Most labels of an item"),
        help_text=_("An item that is still unsure then is for adjudication."),
        min_value=1,
        max_value=MOST_LABELS,
        initial=5,
    )
    budget = forms.IntegerField(
        label=_("Budget of labels"),
        help_text=_(
            "At most so many slots are opened beyond those that wait already. Empty: no limit."
        ),
        min_value=1,
        max_value=LARGEST_BUDGET,
        required=False,
    )
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """What the numbers may be together is the action's to say."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check_routing_plan(self.plan())
            except ValidationError as refused:
                self.refuse(refused.error_dict)
        return data

    def plan(self) -> RoutingPlan:
        """What was asked for; call it when the form is valid."""
        data: dict[str, Any] = self.cleaned_data
        return RoutingPlan(
            target=float(Decimal(data["percent"]) / PERCENT),
            least=data["least"],
            most=data["most"],
            budget=data["budget"],
        )

    def refuse(self, problems: Mapping[str, list[Any]]) -> None:
        """Show what an action refused beside the field it is about."""
        for name, errors in problems.items():
            known = {"target": "percent"}.get(name, name)
            self.add_error(known if known in self.fields else None, errors)
