"""Request text to typed arguments: what to compute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import SourceKind
from guidelines.models import GuidelineVersion, Question
from quality.actions.methods import METHODS
from quality.method_texts import explained
from quality.models import ResolutionMethod
from quality.queries.dashboard import Choosing
from quality.queries.naming import QuestionNames, Vocabulary

_PARAMETERS = ("ties", "n_iter", "smoothing", "share", "overlap", "prior")
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
    """A resolution of one question: the slice, a method of its kind and the method's parameters."""

    method = forms.ChoiceField(label=_("Method"), widget=forms.RadioSelect)
    ties = forms.ChoiceField(
        label=_("Majority vote: when votes are even"), choices=_TIES, required=False
    )
    n_iter = forms.IntegerField(
        label=_("Dawid-Skene: most iterations"), min_value=1, max_value=1000, required=False
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
    )
    share = forms.FloatField(
        label=_("Keep what this share of the annotators marked"),
        help_text=_("0.5 keeps what every second annotator of the item marked."),
        min_value=0.01,
        max_value=1,
        required=False,
    )
    overlap = forms.FloatField(
        label=_("Join what overlaps at least this much"),
        help_text=_("Intersection over union: 1 is the same place, 0.5 the usual measure."),
        min_value=0.01,
        max_value=1,
        required=False,
    )
    prior = forms.FloatField(
        label=_("Bradley-Terry: strength of the prior"),
        help_text=_("So many even comparisons are assumed for everyone beforehand."),
        min_value=0,
        max_value=1000,
        required=False,
    )

    def __init__(
        self, *args: Any, vocabulary: Vocabulary, question: QuestionNames, **kwargs: Any
    ) -> None:
        super().__init__(*args, vocabulary=vocabulary, **kwargs)
        self.question_kind = question.kind
        methods = METHODS[question.kind]
        self.fields["question"].widget = forms.HiddenInput()
        self.fields["question"].initial = question.key
        chosen = self.fields["method"]
        chosen.choices = [(name.value, name.label) for name in methods]  # type: ignore[attr-defined]
        chosen.initial = question.default_method.value
        known = {name: value for each in methods.values() for name, value in each.defaults.items()}
        for name in _PARAMETERS:
            if name not in known:
                del self.fields[name]
            elif name != "ties":
                self.fields[name].initial = known[name]
        if question.kind != "choice" and "ties" in known:
            self.fields["ties"].label = _("When votes are even")

    @property
    def explanations(self) -> list[tuple[str, str]]:
        """The methods of this kind of question, and what each of them does."""
        return [
            (str(name.label), explained(self.question_kind, name))
            for name in METHODS[self.question_kind]
        ]

    def parameters(self) -> dict[str, Any]:
        """The parameters of the chosen method that were filled in."""
        own = METHODS[self.question_kind][ResolutionMethod(self.cleaned_data["method"])].defaults
        given = {name: self.cleaned_data.get(name) for name in _PARAMETERS if name in own}
        return {name: value for name, value in given.items() if value not in (None, "")}
