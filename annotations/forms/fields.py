"""Forms of the pages beside the labeling screen."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from annotations.forms.answers import BIGGEST_ID, LONGEST_COMMENT
from annotations.tickets import slot_of


class FlagForm(forms.Form):
    """What is wrong with an item."""

    comment = forms.CharField(
        max_length=LONGEST_COMMENT, label=gettext_lazy("What should the lead know?")
    )
    assignment = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    item = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def clean_assignment(self) -> int | None:
        """The slot of the ticket."""
        ticket = self.cleaned_data["assignment"]
        return None if ticket is None else slot_of(ticket)


class ItemFilterForm(forms.Form):
    """The items browser's filters."""

    STATES = (
        ("", gettext_lazy("Any state")),
        ("open", gettext_lazy("Waiting for annotators")),
        ("begun", gettext_lazy("Begun, with slots to go")),
        ("done", gettext_lazy("Finished")),
        ("skipped", gettext_lazy("Skipped by somebody")),
        ("flagged", gettext_lazy("Flagged")),
        ("asked", gettext_lazy("With an open question")),
        ("withdrawn", gettext_lazy("Withdrawn")),
    )

    id = forms.CharField(
        required=False, max_length=255, label=gettext_lazy("External id begins with")
    )
    batch = forms.ChoiceField(required=False, label=gettext_lazy("Arrived with"))
    state = forms.ChoiceField(required=False, choices=STATES, label=gettext_lazy("State"))
    after = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    # What links from pictures and tables ask for: hidden, and kept while somebody filters further.
    question = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    choice = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    version = forms.IntegerField(
        required=False, min_value=1, max_value=9999, widget=forms.HiddenInput
    )
    kind = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    source = forms.IntegerField(
        required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput
    )
    since = forms.DateField(required=False, widget=forms.HiddenInput)
    until = forms.DateField(required=False, widget=forms.HiddenInput)

    ANSWER = ("question", "choice", "version", "kind", "source", "since", "until")

    def __init__(self, *args: Any, batches: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(batch.pk), batch.name) for batch in batches]
        batch = cast(forms.ChoiceField, self.fields["batch"])
        batch.choices = [("", gettext_lazy("Any import")), *choices]

    def answer(self) -> dict[str, Any]:
        """What is asked of an answer to the items, by the names of `AnswerFilter`."""
        return {name: self.cleaned_data[name] for name in self.ANSWER}

    def kept(self) -> list[forms.BoundField]:
        """Hidden fields to send along with a further filter: not the mark of a page."""
        return [self[name] for name in self.ANSWER if self.cleaned_data.get(name)]
