"""Forms of the pages beside the labeling screen."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from annotations.forms.answers import BIGGEST_ID, LONGEST_COMMENT


class FlagForm(forms.Form):
    """What is wrong with an item."""

    comment = forms.CharField(
        max_length=LONGEST_COMMENT, label=gettext_lazy("What should the lead know?")
    )
    assignment = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    item = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)


class ItemFilterForm(forms.Form):
    """The items browser's filters."""

    STATES = (
        ("", gettext_lazy("Any state")),
        ("open", gettext_lazy("Waiting for annotators")),
        ("done", gettext_lazy("Finished")),
        ("flagged", gettext_lazy("Flagged")),
        ("withdrawn", gettext_lazy("Withdrawn")),
    )

    id = forms.CharField(
        required=False, max_length=255, label=gettext_lazy("External id begins with")
    )
    batch = forms.ChoiceField(required=False, label=gettext_lazy("Arrived with"))
    state = forms.ChoiceField(required=False, choices=STATES, label=gettext_lazy("State"))
    after = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(self, *args: Any, batches: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(batch.pk), batch.name) for batch in batches]
        batch = cast(forms.ChoiceField, self.fields["batch"])
        batch.choices = [("", gettext_lazy("Any import")), *choices]
