"""Forms of threads: which ones are listed, and what is said in one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.actions.comment import LONGEST_TEXT
from annotations.forms.answers import BIGGEST_ID
from annotations.models import CommentKind, FlagKind
from annotations.queries.comments import ThreadFilter


class ThreadFilterForm(forms.Form):
    """What the list shows."""

    STATES = (("open", _("Open")), ("closed", _("Resolved")), ("all", _("All")))
    WHOSE = (
        ("", _("Everybody's")),
        ("unread", _("Not read yet")),
        ("mine", _("Begun by me")),
        ("asked", _("I am asked")),
    )

    state = forms.ChoiceField(required=False, choices=STATES, label=_("State"))
    whose = forms.ChoiceField(required=False, choices=WHOSE, label=_("Whose"))
    kind = forms.ChoiceField(
        required=False, choices=[("", _("Any kind")), *FlagKind.choices], label=_("Kind")
    )
    item = forms.IntegerField(
        required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput
    )

    def wanted(self) -> ThreadFilter:
        """Open ones unless something else is asked for."""
        given = self.cleaned_data
        state = given["state"] or ("all" if given["whose"] or given["item"] else "open")
        return ThreadFilter(
            state="" if state == "all" else state,
            mine=given["whose"] == "mine",
            asked=given["whose"] == "asked",
            unread=given["whose"] == "unread",
            kind=given["kind"],
            item=given["item"],
        )


class ThreadForm(forms.Form):
    """The beginning of a thread."""

    text = forms.CharField(
        max_length=LONGEST_TEXT, label=_("Comment"), widget=forms.Textarea(attrs={"rows": 2})
    )
    asked = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)


class CommentForm(ThreadForm):
    """One more entry; the button that was pressed names its kind."""

    text = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        label=_("Reply"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kind = forms.ChoiceField(choices=CommentKind.choices)
    internal = forms.BooleanField(required=False)
