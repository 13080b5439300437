"""Forms of the inbox, of gold items and of training."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotations.forms.answers import BIGGEST_ID, LONGEST_COMMENT
from annotations.forms.plain import values_of_form
from annotations.models import FlagDecision


class GapForm(forms.Form):
    """The guideline leaves a case open."""

    comment = forms.CharField(
        max_length=LONGEST_COMMENT,
        label=_("What does the guideline leave open?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerFlagForm(forms.Form):
    """What the guideline makes of a question."""

    decision = forms.ChoiceField(choices=FlagDecision.choices)
    rule_number = forms.IntegerField(required=False, min_value=1, max_value=9999)
    choice = forms.CharField(required=False, max_length=130)
    reply = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        label=_("Reply to who asked"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GoldForm(forms.Form):
    """Beside the answers, which are fields of the questions themselves."""

    explanation = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        label=_("Why this is right"),
        help_text=_("Shown to people in training after their answer."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rule_number = forms.IntegerField(
        required=False, min_value=1, max_value=9999, label=_("The rule that decides it")
    )

    def values(self) -> dict[str, Any]:
        """Answers by question key."""
        return values_of_form(cast(QueryDict, self.data))


class TrainingForm(forms.Form):
    """Which gold item of which attempt was answered."""

    gold = forms.IntegerField(min_value=1, max_value=BIGGEST_ID)
    attempt = forms.IntegerField(min_value=1, max_value=10_000)

    def values(self) -> dict[str, Any]:
        """Answers by question key."""
        return values_of_form(cast(QueryDict, self.data))


class TrainingSettingsForm(forms.Form):
    """How much training a project asks for."""

    items = forms.IntegerField(
        min_value=0,
        max_value=100,
        label=_("Gold items that new annotators answer first"),
        help_text=_("0: no training."),
    )
    pass_mark = forms.IntegerField(
        min_value=1, max_value=100, label=_("Right answers needed, in per cent")
    )
