"""Reads of resolution runs: lists, one run, its items, two runs side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Item
from projects.models import Membership, Project
from quality.models import Resolution, ResolutionRun, SourceReliability
from quality.queries.charts import percent
from quality.queries.disputes import blind_items, item_text
from quality.queries.matrices import Cell, reliability_matrix
from quality.queries.naming import ChoiceName, QuestionNames, person_or_name

PAGE_SIZE = 25
MOST_SOURCES = 50
SHOWN_CHANCE = 0.001  # a smaller one would read as 0.0 %
# Two finished runs never change, so neither does what they have in common.
COMPARISON_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Chance:
    """Probability of one class."""

    choice: ChoiceName
    percent: float


@dataclass(frozen=True)
class Decision:
    """One resolved item on a screen. `blind`: the viewer has it open for labeling."""

    row: Resolution
    text: str
    blind: bool
    choice: ChoiceName | None
    chances: list[Chance]


@dataclass(frozen=True)
class DecisionPage:
    """Some decisions and where the next page begins."""

    decisions: list[Decision]
    next_after: str | None


@dataclass(frozen=True)
class SourceRow:
    """What a run learned about one source."""

    reliability: SourceReliability
    name: str
    percent: float | None


@dataclass(frozen=True)
class SourceConfusion:
    """Rows: the true class; columns: what the source gave."""

    name: str
    choices: list[ChoiceName]
    rows: list[tuple[ChoiceName, list[Cell]]]


@dataclass(frozen=True)
class Difference:
    """An item that two runs decided differently."""

    item: Item
    text: str
    blind: bool
    first: ChoiceName | None
    second: ChoiceName | None
    first_confidence: float
    second_confidence: float


@dataclass(frozen=True)
class Comparison:
    """How two runs relate: items in both, and how many of them were decided differently."""

    n_common: int
    n_different: int

    @property
    def percent_equal(self) -> float:
        return percent(self.n_common - self.n_different, self.n_common)


def resolution_runs(project: Project) -> QuerySet[ResolutionRun]:
    """All runs of a project with what a list shows."""
    return ResolutionRun.objects.filter(project=project).select_related(
        "question", "version", "job", "requested_by"
    )


def resolution_run(project: Project, pk: int) -> ResolutionRun:
    """One run; 404 when it is not of this project."""
    run = resolution_runs(project).filter(pk=pk).first()
    if run is None:
        raise Http404(_("The project has no such resolution run."))
    return run


def computed_rivals(run: ResolutionRun) -> QuerySet[ResolutionRun]:
    """Other finished runs of the same question, to compare with; newest first."""
    return (
        resolution_runs(run.project)
        .filter(question=run.question_id, computed_at__isnull=False)
        .exclude(pk=run.pk)
        .order_by("-pk")
    )


def decision_page(
    run: ResolutionRun,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    undecided_only: bool = False,
    size: int = PAGE_SIZE,
) -> DecisionPage:
    """Items of a run, the least certain first. `after` is "confidence:item" of the last one."""
    rows = Resolution.objects.filter(run=run).select_related("item")
    if undecided_only:
        rows = rows.filter(choice__isnull=True)
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
    known = names.by_key
    chances = [
        Chance(known[key], 100.0 * chance)
        for key, chance in sorted(row.posterior.items(), key=lambda entry: (-entry[1], entry[0]))
        if key in known and chance >= SHOWN_CHANCE and not blind
    ]
    choice = None if blind or row.choice_id is None else names.choices.get(row.choice_id)
    return Decision(row, item_text(row.item.payload), blind, choice, chances)


def source_rows(run: ResolutionRun) -> list[SourceRow]:
    """Sources of a run, the least reliable first; those without an estimate last."""
    rows = (
        SourceReliability.objects.filter(run=run)
        .annotate(source_name=person_or_name("source__"))
        .defer("confusion")
        .order_by("accuracy", "pk")[:MOST_SOURCES]
    )
    return [
        SourceRow(row, row.source_name, None if row.accuracy is None else 100.0 * row.accuracy)
        for row in rows
    ]


def source_confusion(run: ResolutionRun, names: QuestionNames, source_id: int) -> SourceConfusion:
    """How one source labels each true class; 404 when the run knows no such source."""
    row = (
        SourceReliability.objects.filter(run=run, source=source_id)
        .annotate(source_name=person_or_name("source__"))
        .first()
    )
    if row is None:
        raise Http404(_("The run knows no such source."))
    choices = [choice for choice in names.choices.values() if run.priors.get(choice.key)]
    return SourceConfusion(row.source_name, choices, reliability_matrix(row, choices))


def decided_counts(run: ResolutionRun, names: QuestionNames) -> list[tuple[ChoiceName, int, float]]:
    """How many items each class was decided for; derived once, since a run never changes."""
    key = f"quality:decided:{run.pk}:{run.inputs_digest}"
    counts = cache.get(key)
    if counts is None:
        counts = dict(
            Resolution.objects.filter(run=run, choice__isnull=False)
            .values_list("choice_id")
            .annotate(n=Count("pk"))
            .order_by("choice_id")
        )
        cache.set(key, counts, COMPARISON_SECONDS)
    total = run.n_items or 0
    return [
        (choice, counts[choice.id], percent(counts[choice.id], total))
        for choice in names.choices.values()
        if choice.id in counts
    ]


_DIFFERENT = """
  FROM quality_resolution one
  JOIN quality_resolution other ON other.run_id = %s AND other.item_id = one.item_id
 WHERE one.run_id = %s
"""


def compare(first: ResolutionRun, second: ResolutionRun) -> Comparison:
    """Items in both runs, and those decided differently (undecided is a decision of its own)."""
    key = f"quality:compared:{first.pk}:{second.pk}:{first.inputs_digest}:{second.inputs_digest}"
    found = cache.get(key)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*),"
                " count(*) FILTER (WHERE one.choice_id IS DISTINCT FROM other.choice_id)"
                + _DIFFERENT,
                [second.pk, first.pk],
            )
            found = cursor.fetchone()
        cache.set(key, found, COMPARISON_SECONDS)
    return Comparison(*found)


def differences(
    first: ResolutionRun,
    second: ResolutionRun,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    size: int = PAGE_SIZE,
) -> tuple[list[Difference], str | None]:
    """Items decided differently, in the order of their ids, and where the next page begins."""
    rows = list(_different_rows(first, second, item_mark(after), size + 1))
    shown = rows[:size]
    items = Item.objects.in_bulk([row[0] for row in shown])
    blind = blind_items(viewer, items)
    differing = [
        Difference(
            item=items[item],
            text=item_text(items[item].payload),
            blind=item in blind,
            first=None if item in blind else names.choices.get(one),
            second=None if item in blind else names.choices.get(other),
            first_confidence=one_confidence,
            second_confidence=other_confidence,
        )
        for item, one, one_confidence, other, other_confidence in shown
    ]
    return differing, str(shown[-1][0]) if len(rows) > size else None


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


def _different_rows(
    first: ResolutionRun, second: ResolutionRun, after: int, size: int
) -> Iterator[tuple[int, int, float, int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.item_id, one.choice_id, one.confidence, other.choice_id, other.confidence"
            + _DIFFERENT
            + " AND one.item_id > %s AND one.choice_id IS DISTINCT FROM other.choice_id"
            " ORDER BY one.item_id LIMIT %s",
            [second.pk, first.pk, after, size],
        )
        yield from cursor.fetchall()
