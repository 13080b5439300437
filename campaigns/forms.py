"""Request text to typed arguments: what a campaign does."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.actions.start_campaign import LAST_PRIORITY, MOST_OVERLAP, Plan
from campaigns.models import Who

PERCENT = Decimal(100)


class ShareForm(forms.Form):
    """The share alone, as the person types it."""

    percent = forms.DecimalField(
        min_value=Decimal("0.01"), max_value=PERCENT, max_digits=5, decimal_places=2
    )

    def share(self) -> Decimal:
        """From 0 to 1."""
        return Decimal(self.cleaned_data["percent"]) / PERCENT


class CampaignForm(forms.Form):
    """A campaign of the current version."""

    name = forms.CharField(label=_("Name"), max_length=120)
    percent = forms.DecimalField(
        label=_("Share of the touched labels, in per cent"),
        help_text=_(
            "The same share of every class is drawn at random. 100 asks for all of them again."
        ),
        min_value=Decimal("0.01"),
        max_value=PERCENT,
        max_digits=5,
        decimal_places=2,
        initial=PERCENT,
    )
    who = forms.ChoiceField(
        label=_("Who labels again"),
        choices=Who.choices,
        widget=forms.RadioSelect,
        initial=Who.SAME,
        help_text=_(
            "The same person shows whether the rule changed their mind; other people show whether"
            " the rule can be followed. Labels of people who do not label here any more go to"
            " others."
        ),
    )
    shows_previous = forms.BooleanField(
        label=_("Show people their own old label"),
        help_text=_("Faster, but the old label may win too easily. Only with the same person."),
        required=False,
    )
    overlap = forms.IntegerField(
        label=_("Other people per item"),
        help_text=_("Only with other people. Agreement needs at least 2."),
        min_value=1,
        max_value=MOST_OVERLAP,
        initial=1,
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        help_text=_("0 is handed out first; new items have 5."),
        min_value=0,
        max_value=LAST_PRIORITY,
        initial=4,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        help_text=_("The same seed draws the same labels."),
        min_value=0,
        max_value=2**63 - 1,
        initial=1,
    )
    despite_running = forms.BooleanField(
        label=_("Start although another campaign asks for some of these labels"), required=False
    )

    def leave_out_confirmation(self) -> None:
        """Nobody confirms what was not asked: the box is there once a campaign is in the way."""
        asked = self.is_bound and (
            "despite_running" in self.errors or self.data.get("despite_running")
        )
        if not asked:
            del self.fields["despite_running"]

    def plan(self) -> Plan:
        """What was asked for."""
        data: dict[str, Any] = self.cleaned_data
        return Plan(
            name=data["name"],
            share=Decimal(data["percent"]) / PERCENT,
            who=data["who"],
            shows_previous=data["shows_previous"],
            overlap=data["overlap"],
            priority=data["priority"],
            seed=data["seed"],
        )

    def refuse(self, problems: dict[str, list[Any]]) -> None:
        """Show what an action refused beside the field it is about."""
        for name, errors in problems.items():
            known = {"share": "percent"}.get(name, name)
            self.add_error(known if known in self.fields else None, errors)
