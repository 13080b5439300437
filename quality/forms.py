"""Request text to typed arguments: what to compute."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import SourceKind
from guidelines.models import GuidelineVersion, Question
from quality.actions.resolution.deciding_rules import Deciding
from quality.actions.resolution.methods import METHODS
from quality.actions.resolution.save_costs import DEAREST
from quality.actions.resolution.save_costs import LONGEST_COMMENT as LONGEST_COST_COMMENT
from quality.method_texts import explained
from quality.models import ResolutionMethod
from quality.queries.naming import ChoiceName, QuestionNames, Vocabulary
from quality.queries.overview.dashboard import Choosing
from quality.queries.resolution.recommending import Recommendation

_PARAMETERS = (
    *("ties", "n_iter", "smoothing", "restarts"),
    *("share", "overlap", "presence", "prior", "answers"),
)
FEW_METHODS = 3
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
        label=_("Most iterations"),
        help_text=_("Of methods that learn step by step. Empty: as the method has it."),
        min_value=1,
        max_value=1000,
        required=False,
    )
    smoothing = forms.FloatField(
        label=_("Smoothing"),
        help_text=_(
            "Of Dawid-Skene and one-coin: so many right answers are assumed for everyone"
            " beforehand. Empty: as the method has it."
        ),
        min_value=0,
        max_value=100,
        required=False,
    )
    restarts = forms.IntegerField(
        label=_("Random starts"),
        help_text=_("Of methods that may get stuck; the best of them counts."),
        min_value=1,
        max_value=50,
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
    presence = forms.FloatField(
        label=_("Keep what is at least this probable"),
        help_text=_("0.5 keeps what is rather there than not."),
        min_value=0.01,
        max_value=1,
        required=False,
    )
    prior = forms.FloatField(
        label=_("Strength of the prior"),
        help_text=_(
            "So many even comparisons, or answers of the average annotator, are assumed for"
            " everyone beforehand. Empty: as the method has it."
        ),
        min_value=0,
        max_value=1000,
        required=False,
    )
    answers = forms.FloatField(
        label=_("Answers by which everyone is taken for average"),
        help_text=_("The fewer, the sooner people are judged by their own answers alone."),
        min_value=0.01,
        max_value=1000,
        required=False,
    )

    by_costs = forms.BooleanField(
        label=_("Decide by least expected cost"),
        help_text=_("By the question's cost matrix, instead of taking the most probable class."),
        required=False,
    )
    abstain_below = forms.FloatField(
        label=_("Leave to people below this probability"),
        help_text=_("0.7 leaves items undecided whose most probable class has less than 70 %."),
        min_value=0,
        max_value=1,
        required=False,
    )
    as_of = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1, required=False
    )

    def __init__(
        self,
        *args: Any,
        vocabulary: Vocabulary,
        question: QuestionNames,
        recommendation: Recommendation,
        has_costs: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, vocabulary=vocabulary, **kwargs)
        self.question_kind = question.kind
        self.recommendation = recommendation
        methods = METHODS[question.kind]
        self.fields["question"].widget = forms.HiddenInput()
        self.fields["question"].initial = question.key
        chosen = self.fields["method"]
        chosen.choices = [(name.value, name.label) for name in methods]  # type: ignore[attr-defined]
        chosen.initial = recommendation.method.value
        if question.kind != "choice":
            self.fields["abstain_below"].label = _("Leave to people below this confidence")
            self.fields["abstain_below"].help_text = _(
                "0.7 leaves items undecided of which the method is less sure than that."
            )
        if not has_costs:
            del self.fields["by_costs"]
        self._keep_parameters([each.defaults for each in methods.values()])

    def _keep_parameters(self, defaults: list[Mapping[str, Any]]) -> None:
        """Only the parameters that some method has, filled in where all have the same default."""
        for name in _PARAMETERS:
            known = {each[name] for each in defaults if name in each}
            if not known:
                del self.fields[name]
            elif len(known) == 1 and name != "ties":
                self.fields[name].initial = known.pop()
        if self.question_kind != "choice" and "ties" in self.fields:
            self.fields["ties"].label = _("When votes are even")

    @property
    def settings_of_methods(self) -> list[forms.BoundField]:
        """What hardly anybody has to change: the parameters of methods."""
        return [self[name] for name in _PARAMETERS if name in self.fields]

    @property
    def choices_of_lead(self) -> list[forms.BoundField]:
        """What everybody decides: which labels, which method, and when a person is asked."""
        return [field for field in self if field.name not in _PARAMETERS]

    @property
    def has_wrong_setting(self) -> bool:
        """Whether the settings of methods have to be seen, because one is at fault."""
        return any(field.errors for field in self.settings_of_methods)

    @property
    def explanations(self) -> list[tuple[str, str, bool]]:
        """The methods of this kind of question, what each of them does, and whether that is shown
        at once: where they are few, or for what is recommended."""
        methods = METHODS[self.question_kind]
        few = len(methods) <= FEW_METHODS
        return [
            (
                str(name.label),
                explained(self.question_kind, name),
                few or name in (self.recommendation.method, ResolutionMethod.MAJORITY_VOTE),
            )
            for name in methods
        ]

    def parameters(self) -> dict[str, Any]:
        """The parameters of the chosen method that were filled in."""
        own = METHODS[self.question_kind][ResolutionMethod(self.cleaned_data["method"])].defaults
        given = {name: self.cleaned_data.get(name) for name in _PARAMETERS if name in own}
        return {name: value for name, value in given.items() if value not in (None, "")}

    def deciding(self) -> Deciding:
        """How probabilities become decisions."""
        return Deciding(
            by_costs=bool(self.cleaned_data.get("by_costs")),
            abstain_below=self.cleaned_data.get("abstain_below") or 0.0,
        )


class CostForm(forms.Form):
    """The costs of one question: a field per pair of classes, `cost:<true>:<said>`."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    comment = forms.CharField(
        label=_("Why"),
        help_text=_("Kept with this version of the costs."),
        required=False,
        max_length=LONGEST_COST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, choices: list[ChoiceName], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        for true in choices:
            for said in choices:
                if true.key != said.key:
                    label = _("Truly %(true)s, said %(said)s") % {
                        "true": true.name,
                        "said": said.name,
                    }
                    self.fields[cost_field(true.key, said.key)] = forms.FloatField(
                        label=label, min_value=0, max_value=DEAREST, widget=_cost_input(label)
                    )

    def table(self) -> list[tuple[ChoiceName, list[forms.BoundField | None]]]:
        """A row per true class: a field per class that could be said, None where it is right."""
        return [
            (
                true,
                [
                    None if true.key == said.key else self[cost_field(true.key, said.key)]
                    for said in self.choices
                ],
            )
            for true in self.choices
        ]

    def faults(self) -> list[str]:
        """What is wrong with single costs, for a list above the table."""
        return [
            f"{self.fields[name].label}: {' '.join(map(str, errors))}"
            for name, errors in self.errors.items()
            if name.startswith("cost:")
        ]

    def costs(self) -> dict[str, dict[str, float]]:
        """{true: {said: cost}}, what is right costing nothing."""
        return {
            true.key: {
                said.key: self.cleaned_data.get(cost_field(true.key, said.key), 0.0)
                for said in self.choices
            }
            for true in self.choices
        }


def cost_field(true: str, said: str) -> str:
    """The name of the field for saying one class of an item that is truly the other."""
    return f"cost:{true}:{said}"


def _cost_input(label: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"aria-label": label, "class": "input cost", "step": "any"})
