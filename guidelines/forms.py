"""Forms of the guideline pages. They say what is missing; the actions say what is wrong."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from guidelines.content import MAX_TITLE
from guidelines.document_fields import document_from_fields, with_keys


class DraftForm(forms.Form):
    """Title and prose; questions and rules are read by `posted_document`."""

    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE)
    prose = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        help_text=_("Markdown: # Heading, **bold**, - list. R7 becomes a link to rule 7."),
        widget=forms.Textarea(attrs={"rows": 16, "class": "code", "spellcheck": "true"}),
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """The note that annotators see beside the new version."""

    change_note = forms.CharField(
        label=_("What changed, in a sentence or two"),
        required=False,
        help_text=_("Annotators read this when the new version reaches them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DiscardForm(forms.Form):
    """The revision that the person has seen."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RebaseForm(DiscardForm):
    """The revision that the person has seen."""


class DecisionsForm(DiscardForm):
    """What the lead decided: fields "class:<target>", "fate:<choice>", "into:<choice>", and the
    quiz. The action says what is wrong with them."""

    quiz = forms.BooleanField(required=False)
    quiz_questions = forms.CharField(required=False)
    quiz_pass_mark = forms.CharField(required=False)

    def decisions(self) -> dict[str, Any]:
        """As `guidelines.changes` reads them; numbers that are none stay as they were typed."""
        data = self.data
        classes = {
            name.removeprefix("class:"): value
            for name, value in data.items()
            if name.startswith("class:")
        }
        fates = {
            name.removeprefix("fate:"): {"how": how, "into": self._into(name)}
            for name, how in data.items()
            if name.startswith("fate:") and how
        }
        quiz = None
        if data.get("quiz"):
            quiz = {
                "questions": _number(data.get("quiz_questions", "")),
                "pass_mark": _number(data.get("quiz_pass_mark", "")),
            }
        return {"classes": classes, "fates": fates, "quiz": quiz}

    def _into(self, name: str) -> list[str]:
        """Where a retired choice goes: nowhere, whatever was ticked before."""
        if self.data.get(name) == "retired":
            return []
        posted = self.data
        found = posted.getlist if isinstance(posted, QueryDict) else posted.get
        return list(found(name.replace("fate:", "into:", 1)) or [])


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text


class CompareForm(forms.Form):
    """Two version numbers."""

    before = forms.IntegerField(label=_("From version"), min_value=1)
    after = forms.IntegerField(label=_("To version"), min_value=1)


class AcknowledgeForm(forms.Form):
    """The version that was on the page."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class QuizForm(AcknowledgeForm):
    """The attempt that was on the page; answers are fields named "q-" and the question's key."""

    attempt = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def answers(self) -> dict[str, str]:
        """Choice key by question key."""
        return {
            name.removeprefix("q-"): str(value)
            for name, value in self.data.items()
            if name.startswith("q-")
        }


def posted_document(data: QueryDict) -> dict[str, Any]:
    """Questions and rules as posted, unchecked; rows without a key get one."""
    return with_keys(document_from_fields(data.lists()))
