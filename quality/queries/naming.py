"""How questions, choices and sources read on a screen; ids stay, names come from versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Source, SourceKind
from annotations.values import KINDS
from guidelines.label_schema import QuestionSpec, text_in
from guidelines.models import Choice, GuidelineVersion, Question, VersionState
from guidelines.queries import served_schema
from projects.models import Project
from quality.kinds import COMPUTED_KINDS, KIND_QUALITY
from quality.models import ResolutionMethod

# Parameters without a name here are shown by their key, as REST has them.
PARAMETER_NAMES = {
    "n_iter": gettext_lazy("Most iterations"),
    "tol": gettext_lazy("Stops at changes below"),
    "smoothing": gettext_lazy("Smoothing"),
    "restarts": gettext_lazy("Random starts"),
    "total": gettext_lazy("Weight of all members without gold"),
    "pull": gettext_lazy("Pull towards the weights without gold"),
    "share": gettext_lazy("Share of the annotators that keeps a mark"),
    "overlap": gettext_lazy("Least overlap that joins"),
    "prior": gettext_lazy("Strength of the prior"),
}


@dataclass(frozen=True)
class ChoiceName:
    """A choice as its latest version calls it. `retired`: the latest version has it no more."""

    id: int
    key: str
    name: str
    color: int
    retired: bool = False


@dataclass(frozen=True)
class QuestionNames:
    """A question that can be computed, with its choices in the order of the guideline.

    `spec`: the question as its latest version asks it; None when no version does any more.
    """

    id: int
    key: str
    title: str
    choices: dict[int, ChoiceName]
    kind: str = "choice"
    spec: QuestionSpec | None = None
    language: str = "en"

    def summary(self, value: dict[str, Any]) -> str:
        """A canonical answer in a few words."""
        spec = self.spec or QuestionSpec(self.key, self.kind, {}, {}, False, (), {})
        return KINDS[self.kind].summary(value, spec, self.language)

    def raw(self, value: dict[str, Any]) -> Any:
        """A canonical answer as its controls take it."""
        return KINDS[self.kind].raw(value)

    @property
    def default_method(self) -> ResolutionMethod:
        """The simplest sound method for this question: for transcripts the vote on words."""
        if self.kind == "choice":
            return ResolutionMethod.DAWID_SKENE
        if self.kind == "text" and self.spec is not None and self.spec.options.get("transcript"):
            return ResolutionMethod.ROVER
        return KIND_QUALITY[self.kind].default_method

    @property
    def marks_places(self) -> bool:
        """Whether an answer is a list of marked places."""
        return KIND_QUALITY[self.kind].marks_places if self.kind in KIND_QUALITY else False

    @property
    def pairs(self) -> bool:
        """Whether an answer compares two parts."""
        return self.kind == "pairwise"

    @property
    def by_key(self) -> dict[str, ChoiceName]:
        """The same choices by their keys."""
        return {choice.key: choice for choice in self.choices.values()}


@dataclass(frozen=True)
class Vocabulary:
    """What a project's quality pages can be about."""

    questions: list[QuestionNames]
    versions: list[GuidelineVersion]
    kinds: list[str]

    @property
    def kind_names(self) -> list[tuple[str, str]]:
        """Kinds with their names, for a select box."""
        return [(kind, str(SourceKind(kind).label)) for kind in self.kinds]

    def question(self, key: str | None) -> QuestionNames | None:
        """The question of this key; the first when none is named; 404 for an unknown one."""
        if not key:
            return self.questions[0] if self.questions else None
        for question in self.questions:
            if question.key == key:
                return question
        raise Http404(_("The project has no such question."))

    def version(self, number: str | None) -> GuidelineVersion | None:
        """The published version of this number; None for all versions; 404 for an unknown one."""
        if not number:
            return None
        for version in self.versions:
            if str(version.number) == number:
                return version
        raise Http404(_("The project has no such guideline version."))


def vocabulary(project: Project, language: str) -> Vocabulary:
    """Questions that can be computed, published versions (newest first), kinds of sources."""
    versions = list(
        GuidelineVersion.objects.filter(guideline__project=project, state=VersionState.PUBLISHED)
        .only("id", "number", "title", "published_at", "changes", "based_on")
        .order_by("-number")
    )
    questions = Question.objects.filter(
        guideline__project=project, kind__in=COMPUTED_KINDS
    ).order_by("pk")
    choices: dict[int, list[Choice]] = {}
    for choice in Choice.objects.filter(question__guideline__project=project).order_by("pk"):
        choices.setdefault(choice.question_id, []).append(choice)
    named = [
        _names(question, choices.get(question.pk, []), versions, language) for question in questions
    ]
    return Vocabulary(named, versions, kinds_in_use(project))


def kinds_in_use(project: Project) -> list[str]:
    """Kinds of sources that the project has, in the order of the enumeration."""
    found = set(Source.objects.filter(project=project).values_list("kind", flat=True).distinct())
    return [kind for kind in SourceKind.values if kind in found]


def source_names(source_ids: Iterable[int]) -> dict[int, str]:
    """Names of sources by id."""
    return dict(Source.objects.filter(pk__in=set(source_ids)).values_list("pk", person_or_name("")))


def person_or_name(path: str) -> Coalesce:
    """The name of a source at `path` ("source__"): the person's own, else the one it was given.

    A carrying-over has the name of its rater.
    """
    rater = f"{path}on_behalf_of__"
    return Coalesce(f"{path}person__name", f"{rater}person__name", f"{rater}name", f"{path}name")


def _names(
    question: Question, choices: list[Choice], versions: list[GuidelineVersion], language: str
) -> QuestionNames:
    specs = [
        spec
        for version in versions
        if (spec := served_schema(version.pk).schema.question(question.key)) is not None
    ]
    ids = {choice.key: choice.pk for choice in choices}
    named: dict[int, ChoiceName] = {}
    for age, spec in enumerate(specs):
        _add_choices(named, ids, spec, language, retired=age > 0)
    for key, pk in ids.items():
        named.setdefault(pk, ChoiceName(pk, key, key, 9, retired=True))
    title = text_in(specs[0].titles, language) if specs else ""
    latest = specs[0] if specs else None
    return QuestionNames(
        question.pk, question.key, title or question.key, named, question.kind, latest, language
    )


def _add_choices(
    named: dict[int, ChoiceName],
    ids: dict[str, int],
    spec: QuestionSpec,
    language: str,
    *,
    retired: bool,
) -> None:
    """Choices that no later version has named yet."""
    for choice in spec.choices:
        pk = ids.get(choice.key)
        if pk is not None and pk not in named:
            name = text_in(choice.names, language) or choice.key
            named[pk] = ChoiceName(pk, choice.key, name, choice.color, retired)
