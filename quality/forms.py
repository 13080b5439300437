"""Request text to typed arguments: what to compute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import SourceKind
from guidelines.models import GuidelineVersion, Question
from quality.actions.methods import METHODS
from quality.models import ResolutionMethod
from quality.queries.dashboard import Choosing
from quality.queries.naming import Vocabulary

_DEFAULTS = METHODS[ResolutionMethod.DAWID_SKENE].defaults
_TIES = [
    ("abstain", _("Leave the item undecided")),
    ("lowest", _("Take the choice that comes first")),
]


class SliceForm(forms.Form):
    """A question, a guideline version or all of them, a kind of source or all people."""

    question = forms.ModelChoiceField(
        Question.objects.none(), to_field_name="key", label=_("Question"), empty_label=None
    )
    version = forms.ModelChoiceField(
        GuidelineVersion.objects.none(),
        to_field_name="number",
        label=_("Guideline version"),
        empty_label=_("All versions"),
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Labels by"),
        choices=[("", _("All people")), *SourceKind.choices],
        required=False,
    )

    def __init__(self, *args: Any, vocabulary: Vocabulary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {question.id: question.title for question in vocabulary.questions}
        questions = self.fields["question"]
        questions.queryset = Question.objects.filter(pk__in=titles)  # type: ignore[attr-defined]
        questions.label_from_instance = lambda row: titles[row.pk]  # type: ignore[attr-defined]
        versions = self.fields["version"]
        versions.queryset = GuidelineVersion.objects.filter(  # type: ignore[attr-defined]
            pk__in=[version.pk for version in vocabulary.versions]
        ).order_by("-number")
        versions.label_from_instance = lambda row: f"v{row.number} · {row.title}"  # type: ignore[attr-defined]

    def source_kinds(self) -> tuple[str, ...] | None:
        """The chosen kind alone; None for all people."""
        kind = self.cleaned_data["kind"]
        return (kind,) if kind else None

    def choosing(self) -> Choosing:
        """The same choice as words of an address."""
        version = self.cleaned_data["version"]
        return Choosing(
            question=self.cleaned_data["question"].key,
            version=str(version.number) if version else "",
            kind=self.cleaned_data["kind"],
        )


class ResolutionForm(SliceForm):
    """A resolution: the slice, the method and its parameters."""

    method = forms.ChoiceField(
        label=_("Method"),
        choices=ResolutionMethod.choices,
        widget=forms.RadioSelect,
        initial=ResolutionMethod.DAWID_SKENE,
    )
    ties = forms.ChoiceField(
        label=_("Majority vote: when votes are even"), choices=_TIES, required=False
    )
    n_iter = forms.IntegerField(
        label=_("Dawid-Skene: most iterations"),
        min_value=1,
        max_value=1000,
        required=False,
        initial=_DEFAULTS["n_iter"],
    )
    smoothing = forms.FloatField(
        label=_("Dawid-Skene: smoothing"),
        help_text=_(
            "Added to every cell of each annotator's confusion matrix; 0 is plain maximum"
            " likelihood."
        ),
        min_value=0,
        max_value=100,
        required=False,
        initial=_DEFAULTS["smoothing"],
    )

    def parameters(self) -> dict[str, Any]:
        """The parameters of the chosen method that were filled in."""
        own = {
            ResolutionMethod.MAJORITY_VOTE: ("ties",),
            ResolutionMethod.DAWID_SKENE: ("n_iter", "smoothing"),
        }[ResolutionMethod(self.cleaned_data["method"])]
        given = {name: self.cleaned_data[name] for name in own}
        return {name: value for name, value in given.items() if value not in (None, "")}
