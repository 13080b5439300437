"""Why an item was decided as it was: who said what, what the method made of it, what it cost."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import AnnotationKind, Label
from annotations.parts import text_of
from annotations.queries.blindness import is_blind_on
from annotations.queries.names import Names, names_for
from projects.models import Membership
from quality.models import (
    Adjudication,
    Resolution,
    ResolutionMethod,
    ResolutionRun,
    SourceReliability,
)
from quality.queries.adjudication.case import decision_on
from quality.queries.answers import Answer, answer
from quality.queries.naming import ChoiceName, QuestionNames, person_or_name

# A source that never took one class for another has no finite weight of evidence.
_LEAST_CHANCE = 1e-4


@dataclass(frozen=True)
class Voice:
    """One label, and what the run knows of its source.

    `right`: how often the source says this of items that truly are what was decided; `wrong`: of
    items that are the runner-up. `strength`: natural logarithm of their ratio; positive speaks for
    the decision. None where the run knows no such table. `habits`: what a method for other kinds
    than choice learned of the source. Of a source that is hidden from the viewer there is a letter
    instead of the name, and no figure by which it could be found elsewhere.
    """

    source_id: int | None
    name: str
    answer: Answer
    value: dict[str, Any]
    version: int
    at: datetime
    accuracy: float | None = None
    weight: float | None = None
    right: float | None = None
    wrong: float | None = None
    habits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    strength: float | None = None

    @property
    def evidence(self) -> float | None:
        """The strength, for a viewer who may know whose it is."""
        return None if self.source_id is None else self.strength

    @property
    def percents(self) -> tuple[float | None, float | None]:
        """`right` and `wrong` in percent."""
        both = (self.right, self.wrong)
        return tuple(None if each is None else 100.0 * each for each in both)  # type: ignore[return-value]


@dataclass(frozen=True)
class MemberVote:
    """What one member of a pool decides. `choice` None: undecided."""

    name: str
    weight: float
    choice: ChoiceName | None


@dataclass(frozen=True)
class Candidate:
    """One class, how probable it is, and what saying it is expected to cost."""

    choice: ChoiceName
    chance: float
    cost: float | None = None
    is_decided: bool = False

    @property
    def percent(self) -> float:
        return 100.0 * self.chance


@dataclass(frozen=True)
class Explanation:
    """Everything behind one decision; empty but for the row when `blind`."""

    run: ResolutionRun
    row: Resolution
    text: str
    blind: bool
    names: QuestionNames
    decided: Answer | None = None
    voices: list[Voice] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    members: list[MemberVote] = field(default_factory=list)
    standing: Adjudication | None = None
    standing_answer: Answer | None = None
    names_shown: bool = True

    @property
    def runner_up(self) -> Candidate | None:
        """The most probable class that was not decided."""
        others = [each for each in self.candidates if not each.is_decided]
        return others[0] if others and others[0].chance > 0 else None

    @property
    def has_weights(self) -> bool:
        """Whether a method for other kinds than choice weighs the sources of these answers."""
        weighed = any(voice.weight is not None for voice in self.voices)
        return weighed and self.names.kind != "choice"

    @property
    def has_tables(self) -> bool:
        """Whether anything is known of how the sources take these classes for each other."""
        return any(voice.evidence is not None for voice in self.voices)


def explanation(
    run: ResolutionRun, item_id: int, *, names: QuestionNames, viewer: Membership
) -> Explanation:
    """Why a finished run decided this item so; 404 when it did not decide about it."""
    row = Resolution.objects.filter(run=run, item=item_id).select_related("item", "choice").first()
    if row is None:
        raise Http404(_("The run has no such item."))
    text = text_of(row.item.payload)
    if is_blind_on(viewer, row.item_id):
        return Explanation(run, row, text, blind=True, names=names)
    candidates = _candidates(run, row, names)
    called = names_for(viewer, [row.item_id])
    standing = decision_on(row.item, run.question_id)
    payload = row.item.payload
    return Explanation(
        run=run,
        row=row,
        text=text,
        blind=False,
        names=names,
        decided=None if row.value is None else answer(row.value, names, payload, row.posterior),
        voices=_voices(run, row, names, candidates, called),
        names_shown=called.are_shown(row.item_id),
        candidates=candidates,
        members=_members(run, row, names),
        standing=standing,
        standing_answer=answer(standing.value, names, payload)
        if standing is not None and standing.value is not None
        else None,
    )


def labels_of_then(run: ResolutionRun, item_id: int) -> QuerySet[Label]:
    """The labels of one item that the run counted: current when it read the ledger."""
    made = Q(annotation__source__kind__in=run.source_kinds)
    last = Q(annotation__successor=None)
    if run.latest_annotation_at is not None:
        last |= Q(annotation__successor__created_at__gt=run.latest_annotation_at)
    labels = Label.objects.filter(
        item=item_id,
        question=run.question_id,
        annotation__kind=AnnotationKind.ANSWER,
        annotation__created_at__lte=run.latest_annotation_at,
    )
    if run.version_id is None:
        made |= Q(annotation__source__on_behalf_of__kind__in=run.source_kinds)
        return labels.filter(made, last)
    last |= ~Q(annotation__successor__version=run.version_id)
    return labels.filter(made, last, annotation__version=run.version_id)


def _voices(
    run: ResolutionRun,
    row: Resolution,
    names: QuestionNames,
    candidates: list[Candidate],
    called: Names,
) -> list[Voice]:
    labels = _said(run, row.item_id)
    known = {
        each.source_id: each
        for each in SourceReliability.objects.filter(
            run=run, source__in=[label.rater for label in labels]
        )
    }
    leading, other = _compared(candidates)
    found = []
    for label in labels:
        source = known.get(label.rater)
        said = label.value.get("choice")
        right, wrong = _chance(source, leading, said), _chance(source, other, said)
        voice = Voice(
            source_id=label.rater,
            name=called.rater(row.item_id, label.rater, label.person, label.said_by),
            answer=answer(label.value, names, row.item.payload),
            value=label.value,
            version=label.annotation.version.number,
            at=label.annotation.submitted_at,
            accuracy=source.accuracy if source else None,
            weight=source.weight if source else None,
            right=right,
            wrong=wrong,
            strength=_strength(right, wrong),
            habits=source.habits if source else {},
        )
        is_hidden = called.is_hidden(row.item_id, label.person)
        found.append(_anonymous(voice) if is_hidden else voice)
    return found


def _said(run: ResolutionRun, item_id: int) -> list[Any]:
    """The labels with `rater`, `person` and `said_by`: who they count for, and their name."""
    return list(
        labels_of_then(run, item_id)
        .select_related("annotation__version")
        .annotate(
            said_by=person_or_name("annotation__source__"),
            rater=Coalesce("annotation__source__on_behalf_of", "annotation__source"),
            person=Coalesce(
                "annotation__source__on_behalf_of__person", "annotation__source__person"
            ),
        )
        .order_by("annotation__submitted_at", "pk")
    )


def _anonymous(voice: Voice) -> Voice:
    unknown: dict[str, Any] = {"source_id": None, "accuracy": None, "weight": None, "habits": {}}
    return replace(voice, right=None, wrong=None, **unknown)


def _strength(right: float | None, wrong: float | None) -> float | None:
    if right is None or wrong is None:
        return None
    return math.log(max(right, _LEAST_CHANCE) / max(wrong, _LEAST_CHANCE))


def _chance(source: SourceReliability | None, true: str, said: str | None) -> float | None:
    """How often the source says this of items that are truly that; None without evidence."""
    if source is None or said is None or true not in source.confusion:
        return None
    return float(source.confusion[true].get(said, 0.0))


def _compared(candidates: list[Candidate]) -> tuple[str, str]:
    """Keys of what was decided, or else is most probable, and of the most probable other class."""
    if len(candidates) < 2:
        return "", ""
    leading = next((each for each in candidates if each.is_decided), candidates[0])
    other = next(each for each in candidates if each is not leading)
    return leading.choice.key, other.choice.key


def _candidates(run: ResolutionRun, row: Resolution, names: QuestionNames) -> list[Candidate]:
    """The classes, the most probable first; those that nobody and nothing speaks for are left
    out, unless there are costs by which they could win."""
    if names.kind != "choice":
        return []
    costs = run.parameters.get("costs")
    scale = set(run.inputs.get("scale", names.choices))
    found = [
        Candidate(
            choice=choice,
            chance=row.posterior.get(choice.key, 0.0),
            cost=None if costs is None else _expected(costs, row.posterior, choice.key),
            is_decided=choice.id == row.choice_id,
        )
        for choice in names.choices.values()
        if choice.id in scale and (costs is None or choice.key in costs)
    ]
    return sorted(found, key=lambda each: -each.chance)


def _expected(costs: dict[str, Any], posterior: dict[str, float], said: str) -> float:
    return sum(chance * costs[true][said] for true, chance in posterior.items() if true in costs)


def _members(run: ResolutionRun, row: Resolution, names: QuestionNames) -> list[MemberVote]:
    if row.member_choices is None:
        return []
    return [
        MemberVote(
            name=method_name(member["method"]),
            weight=member["weight"],
            choice=None if said is None else names.choices.get(said),
        )
        for member, said in zip(run.learned.get("members", []), row.member_choices, strict=True)
    ]


def method_name(name: str) -> str:
    """What a method is called on pages."""
    return str(ResolutionMethod(name).label) if name in ResolutionMethod.values else name
