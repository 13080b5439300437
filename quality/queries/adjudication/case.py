"""An item that is to be decided, who said what about it, and what was decided so far."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from annotations.models import Annotation, AnnotationKind, Item, Label
from annotations.parts import text_of
from annotations.queries.names import names_for
from core.pages import Page, keyset_page
from guidelines.label_schema import text_in
from guidelines.queries import served_schema
from projects.models import Membership, Project
from quality.agreement.values import ValueTable
from quality.kind_methods import READ_ITEMS
from quality.kinds import KIND_QUALITY
from quality.models import Adjudication, AdjudicationLease, Verdict
from quality.queries.answers import Answer, answer
from quality.queries.naming import QuestionNames, person_or_name

PAGE_SIZE = 50
MOST_COLUMNS = 12


# A rule is cited by its number, as the guideline writes it.
_CITED = re.compile(r"\bR(\d{1,4})\b")
LONGEST_GAP = 1_900


@dataclass(frozen=True)
class CitedRule:
    """A rule that an annotator named in a comment, as their version has it."""

    number: int
    title: str


@dataclass(frozen=True)
class Voice:
    """One annotator's answer: under which version, when, how long it took (seconds), and what they
    said about it, with the rules they cite."""

    name: str
    version: int
    at: datetime
    comment: str
    seconds: float | None = None
    rules: list[CitedRule] = field(default_factory=list)


@dataclass(frozen=True)
class Column:
    """One distinct answer, and who gave it. `annotation` is whose answer is adopted."""

    number: int
    annotation: str
    raw: Any
    answer: Answer
    voices: list[Voice] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """An item to be decided. `merged`: what the default method makes of the answers, raw."""

    item: Item
    columns: list[Column]
    merged: Any
    head: Adjudication | None
    names_shown: bool
    holder: str

    @property
    def standing(self) -> Adjudication | None:
        """The decision that holds, if one does."""
        is_undone = self.head is None or self.head.verdict == Verdict.REOPENED
        return None if is_undone else self.head


def case(viewer: Membership, item: Item, names: QuestionNames) -> Case:
    """The item with its answers side by side, equal ones together, the most frequent first.

    Names are letters until the viewer has asked for them (`show_names`), whoever that is.
    """
    called = names_for(viewer, [item.pk], judging=True)
    labels = (
        Label.objects.filter(
            item=item,
            question=names.id,
            annotation__kind=AnnotationKind.ANSWER,
            annotation__successor=None,
        )
        .select_related("annotation__version")
        .annotate(
            said_by=person_or_name("annotation__source__"),
            rater=Coalesce("annotation__source__on_behalf_of", "annotation__source"),
        )
        .order_by("annotation__submitted_at", "pk")
    )
    found: dict[str, Column] = {}
    values = []
    for place, label in enumerate(labels):
        values.append((item.pk, place, label.value))
        key = json.dumps(_without_side(label.value), sort_keys=True)
        if key not in found:
            raw = names.raw(label.value)
            shown = answer(label.value, names, item.payload)
            found[key] = Column(0, str(label.annotation_id), raw, shown)
        name = label.said_by if called.are_shown(item.pk) else called.letter(item.pk, label.rater)
        found[key].voices.append(_voice(label.annotation, name, names.language))
    columns = sorted(found.values(), key=lambda column: -len(column.voices))[:MOST_COLUMNS]
    return Case(
        item=item,
        columns=[
            Column(number, each.annotation, each.raw, each.answer, each.voices)
            for number, each in enumerate(columns, start=1)
        ],
        merged=_merged(names, values),
        head=_last_row(item, names.id),
        names_shown=called.are_shown(item.pk),
        holder=holder(viewer, item.pk, names.id),
    )


def _voice(made: Annotation, name: str, language: str) -> Voice:
    schema = served_schema(made.version_id).schema
    cited = dict.fromkeys(int(number) for number in _CITED.findall(made.comment))
    rules = [
        CitedRule(number, text_in(rule.titles, language))
        for number in cited
        if (rule := schema.rule(number)) is not None
    ]
    seconds = None if made.active_ms is None else made.active_ms / 1000
    return Voice(name, made.version.number, made.submitted_at, made.comment, seconds, rules)


def holder(viewer: Membership, item_id: int, question_id: int) -> str:
    """Who else has the item on the screen; empty when nobody has."""
    leases = AdjudicationLease.objects.filter(
        item=item_id, question=question_id, until__gt=Now()
    ).exclude(person=viewer.user_id)
    return leases.values_list("person__name", flat=True).first() or ""


def gap_words(found: Case, names: QuestionNames) -> str:
    """The beginning of a question about the guideline: the item, and the answers it got."""
    said = ", ".join(f"{each.answer.text} × {len(each.voices)}" for each in found.columns)
    words = _("%(question)s – item %(id)s: “%(text)s”. Answers: %(answers)s.") % {
        "question": names.title,
        "id": found.item.external_id,
        "text": text_of(found.item.payload)[:800],
        "answers": said[:800] or "–",
    }
    return f"{words[:LONGEST_GAP]}\n\n"


def last_decision(viewer: Membership, pk: int) -> Adjudication | None:
    """The viewer's own decision of this id while it holds, so that it can be undone."""
    rows = Adjudication.objects.standing().filter(project=viewer.project, by=viewer.user_id, pk=pk)
    return rows.filter(review=None).select_related("item", "question").first()


def decision_on(item: Item, question_id: int) -> Adjudication | None:
    """The decision that stands."""
    decisions = Adjudication.objects.standing().filter(item=item, question=question_id)
    return decisions.select_related("by", "version", "choice").first()


def _last_row(item: Item, question_id: int) -> Adjudication | None:
    """What the next decision supersedes: the last decision, or that it was undone."""
    rows = Adjudication.objects.filter(item=item, question=question_id, successor=None)
    return rows.select_related("by", "version", "choice").first()


def standing_decisions(project: Project) -> QuerySet[Adjudication]:
    """Those that no second thought has superseded, and that nobody undid."""
    rows = Adjudication.objects.standing().filter(project=project)
    return rows.select_related("item", "by", "version", "question")


def decisions_page(
    project: Project, question_id: int, after: str | None, *, reason: str = ""
) -> Page[Adjudication]:
    """Standing decisions about a question, newest first; those with one reason."""
    rows = standing_decisions(project).filter(question=question_id)
    if reason:
        rows = rows.filter(reason=reason)
    return keyset_page(rows, after=after, size=PAGE_SIZE, newest_first=True)


def _without_side(value: dict[str, Any]) -> dict[str, Any]:
    """Which side stood on the left does not make another answer."""
    return {name: each for name, each in value.items() if name != "left"}


def _merged(names: QuestionNames, values: list[tuple[int, int, dict[str, Any]]]) -> Any:
    """Marks of all annotators joined by the default method of the kind; None for other kinds."""
    if not names.marks_places or len(values) < 2:
        return None
    known = KIND_QUALITY[names.kind]
    method = next(each for each in known.methods if each not in READ_ITEMS)
    decided = known.methods[method]().fit(ValueTable.from_rows(values)).labels_[0]
    return None if decided is None else names.raw(decided)
