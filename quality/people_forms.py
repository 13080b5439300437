"""Request text to typed arguments: checks, pauses, groups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.actions.check_pause import LONGEST_REASON
from projects.models import Project
from quality.actions.people.groups import LONGEST_NAME, MOST_OPTIONS

LONGEST_EXPLANATION = 5000


class ChecksForm(forms.Form):
    """All settings of checks; their bounds are those of the project's columns."""

    gold_rate = forms.IntegerField(
        label=_("Gold items, per cent of what people are served"),
        min_value=0,
        max_value=50,
        help_text=_("5 is a good start. 0: none. Nobody can tell them from other items."),
    )
    repeat_rate = forms.IntegerField(
        label=_("Repeats, per cent of what people are served"),
        min_value=0,
        max_value=50,
        help_text=_(
            "An item that the person has answered comes again, to see whether they agree with"
            " themselves. The second answer is kept apart and changes no label."
        ),
    )
    repeat_after_items = forms.IntegerField(
        label=_("Repeat after so many answers"), min_value=10, max_value=5000
    )
    repeat_after_days = forms.IntegerField(
        label=_("Repeat after so many days"), min_value=0, max_value=365
    )
    pause_mark = forms.IntegerField(
        label=_("Pause below this per cent of right checks"),
        min_value=0,
        max_value=100,
        help_text=_(
            "0: never. A person gets no new items when even the upper end of the interval is below."
            " Their answers stay, and you can let them go on at any time."
        ),
    )
    pause_after = forms.IntegerField(
        label=_("Judge after so many checks"), min_value=10, max_value=1000
    )
    coaching_after = forms.IntegerField(
        label=_("Show people their checks in blocks of"),
        min_value=5,
        max_value=1000,
        help_text=_("Figures move only when a block is full, so no item gives itself away."),
    )
    group_size = forms.IntegerField(
        label=_("Show groups of at least so many people"), min_value=5, max_value=1000
    )


class PauseForm(forms.Form):
    """Why; the person reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person sees it. Say what to look at, not what somebody is like."),
    )


class ResumeForm(forms.Form):
    """A note for the record, if there is something to say."""

    reason = forms.CharField(label=_("Note"), max_length=LONGEST_REASON, required=False)


class PromoteForm(forms.Form):
    """The explanation and the rule of a gold item; both come prefilled from the decision."""

    explanation = forms.CharField(required=False, max_length=LONGEST_EXPLANATION)
    rule_number = forms.IntegerField(required=False, min_value=1, max_value=9999)


class GroupQuestionForm(forms.Form):
    """What is asked, what for, and the answers one can give."""

    text = forms.CharField(
        label=_("Question"),
        max_length=300,
        help_text=_("Ask only what you will use. Answering is always optional."),
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("People read this before they answer."),
    )
    options = forms.CharField(
        label=_("Answers, one in each line"),
        max_length=MOST_OPTIONS * (LONGEST_NAME + 1),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def lines(self) -> list[str]:
        """The answers as names."""
        return str(self.cleaned_data["options"]).splitlines()


def initial_checks(project: Project) -> dict[str, Any]:
    """The settings as they are."""
    return {name: getattr(project, name) for name in ChecksForm.base_fields}
