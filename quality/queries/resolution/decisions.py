"""Reads of what resolution runs decided: items of a run, and of two runs side by side."""

from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from annotations.parts import text_of
from projects.models import Membership
from quality.models import Resolution, ResolutionRun, Undecided
from quality.queries.adjudication.disputes import blind_items
from quality.queries.answers import Answer, answer, answer_name
from quality.queries.charts.intervals import percent
from quality.queries.naming import QuestionNames

PAGE_SIZE = 25
SHOWN_CHANCE = 0.001  # a smaller one would read as 0.0 %
MOST_CHANCES = 3
# A finished run never changes, so neither does what is counted in it.
KEPT_SECONDS = 24 * 3600
# The kinds of which a handful of answers covers most items, so that counting them says something.
COUNTED_KINDS = frozenset({"choice", "choices", "rating", "pairwise", "ranking"})
MOST_COUNTED = 20


@dataclass(frozen=True)
class Chance:
    """Probability, or share of the votes, of one class or answer."""

    name: str
    color: int | None
    percent: float


@dataclass(frozen=True)
class Decision:
    """One resolved item on a screen. `blind`: the viewer has it open for labeling."""

    row: Resolution
    text: str
    blind: bool
    answer: Answer | None
    chances: list[Chance]


@dataclass(frozen=True)
class DecisionPage:
    """Some decisions and where the next page begins."""

    decisions: list[Decision]
    next_after: str | None


def decision_page(
    run: ResolutionRun,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    undecided: str = "",
    size: int = PAGE_SIZE,
) -> DecisionPage:
    """Items of a run, the least certain first. `after` is "confidence:item" of the last one.

    `undecided`: "all" for undecided items only, or the reason why they are.
    """
    rows = Resolution.objects.filter(run=run).select_related("item")
    if undecided:
        rows = rows.filter(value__isnull=True)
    if undecided in Undecided.values:
        rows = rows.filter(undecided=undecided)
    if after:
        confidence, item = _mark(after)
        rows = rows.filter(
            Q(confidence=confidence, item__gt=item) | Q(confidence__gt=confidence)
        ).filter(confidence__gte=confidence)
    found = list(rows.order_by("confidence", "item")[: size + 1])
    shown = found[:size]
    blind = blind_items(viewer, [row.item_id for row in shown])
    last = shown[-1] if len(found) > size else None
    return DecisionPage(
        [_decision(row, names, row.item_id in blind) for row in shown],
        f"{last.confidence!r}:{last.item_id}" if last else None,
    )


def _mark(after: str) -> tuple[float, int]:
    confidence, _colon, item = after.partition(":")
    try:
        return float(confidence), _checked_id(item)
    except ValueError as error:
        raise ValidationError({"after": _("This page mark is not valid.")}) from error


def _decision(row: Resolution, names: QuestionNames, blind: bool) -> Decision:
    text = text_of(row.item.payload)
    if blind:
        return Decision(row, text, blind, None, [])
    said = None
    if row.value is not None:
        said = answer(row.value, names, row.item.payload, row.posterior)
    return Decision(row, text, blind, said, _chances(row, names))


def _chances(row: Resolution, names: QuestionNames) -> list[Chance]:
    """What stands behind a decision; entries of a list carry their own chance, and words of a text
    are not listed."""
    if names.marks_places or names.kind == "text":
        return []
    known = names.by_key
    found: list[Chance] = []
    for key, chance in sorted(row.posterior.items(), key=lambda entry: (-entry[1], entry[0])):
        if chance < SHOWN_CHANCE or len(found) == MOST_CHANCES:
            break
        if key in known:
            found.append(Chance(known[key].name, known[key].color, 100.0 * chance))
        elif names.kind != "choice":
            found.append(Chance(answer_name(key, names), None, 100.0 * chance))
    return found


@dataclass(frozen=True)
class DecidedShare:
    """How many items one answer was decided for."""

    answer: Answer
    n: int
    percent: float


def decided_counts(run: ResolutionRun, names: QuestionNames) -> list[DecidedShare]:
    """How many items each answer was decided for; derived once, since a run never changes.

    Classes in the order of the guideline; of other kinds the most frequent answers. Nothing for
    kinds whose answers are hardly ever the same.
    """
    if names.kind not in COUNTED_KINDS:
        return []
    key = f"quality:decided:{run.pk}:{run.inputs_digest}"
    counts = cache.get(key)
    if counts is None:
        rows = Resolution.objects.filter(run=run, value__isnull=False).values_list("value")
        ranked = rows.annotate(n=Count("pk")).order_by("-n", "value")
        counts = list(ranked if names.kind == "choice" else ranked[:MOST_COUNTED])
        cache.set(key, counts, KEPT_SECONDS)
    total = run.n_items or 0
    if names.kind == "choice":
        places = {choice.key: place for place, choice in enumerate(names.choices.values())}
        counts = sorted(counts, key=lambda entry: places.get(entry[0]["choice"], len(places)))
    return [DecidedShare(answer(value, names), n, percent(n, total)) for value, n in counts]


def item_mark(after: str | None) -> int:
    """The item after which a page begins; ValidationError for a mark that is none."""
    try:
        return _checked_id(after or "0")
    except ValueError as error:
        raise ValidationError({"after": _("This page mark is not valid.")}) from error


def _checked_id(text: str) -> int:
    """A row id that the database can hold; ValueError for anything else."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number
