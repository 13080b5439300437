"""The overview of quality as one answer: how good, how far, what next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from projects.models import Membership, Project
from quality.models import AgreementResult, AgreementRun, CoefficientName, OverviewRun, Scope
from quality.models.overview import FRESH
from quality.queries.agreement.matrices import (
    Cell,
    ConfusionMatrix,
    SourceMatrix,
    confusion_matrix,
    confusion_of,
    source_matrix,
)
from quality.queries.agreement.measures import Measure, measure
from quality.queries.agreement.runs import Slice, runs_of
from quality.queries.charts.bars import HeatCell, HeatMap
from quality.queries.charts.intervals import axis_for, percent
from quality.queries.naming import Vocabulary, vocabulary
from quality.queries.overview.balance import Balance, balance_of
from quality.queries.overview.dashboard import Choosing, chosen_slice, numbers_of
from quality.queries.overview.needs_page import Need, most_urgent, needs_of
from quality.queries.overview.progress import WAITING
from quality.queries.overview.throughput_page import Throughput, View, throughput_of


@dataclass(frozen=True)
class Done:
    """Slots answered of all slots, and when the rest may be done, in words.

    `pace`: slots a day over the whole days that the forecast looks at.
    """

    done: int
    total: int
    percent: float
    pace: float | None
    pace_days: int
    until: str
    between: str


@dataclass(frozen=True)
class OverviewFigures:
    """Everything that was counted, of the chosen version and kind of source."""

    run: OverviewRun
    done: Done
    throughput: Throughput
    balance: Balance
    needs: list[Need]
    next: Need | None


@dataclass(frozen=True)
class Agreeing:
    """Live figures where there are any, the rest of the last agreement run over the slice."""

    run: AgreementRun | None
    alpha: Measure | None
    confusion: ConfusionMatrix
    pairs: HeatMap | None
    n_left_out: int
    is_live: bool


@dataclass(frozen=True)
class OverviewPage:
    """`slice` is None while no question is published, `figures` while nothing was counted."""

    vocabulary: Vocabulary
    choosing: Choosing
    slice: Slice | None
    figures: OverviewFigures | None
    agreeing: Agreeing | None
    waiting: OverviewRun | None
    failed: OverviewRun | None
    is_old: bool


def latest_overviews(project: Project, question_id: int) -> list[OverviewRun]:
    """The newest count, and the newest one with figures when that is another."""
    runs = OverviewRun.objects.filter(project=project, question=question_id)
    newest = runs.select_related("job").order_by("-pk").first()
    if newest is None or newest.computed_at is not None:
        return [newest] if newest else []
    computed = runs.computed().select_related("job").order_by("-pk").first()
    return [newest, computed] if computed else [newest]


def overview_run(project: Project, pk: int) -> OverviewRun:
    """One count; 404 when it is not of this project."""
    run = OverviewRun.objects.filter(project=project, pk=pk).select_related("job").first()
    if run is None:
        raise Http404(_("The project has no such count."))
    return run


def overview_page(
    viewer: Membership, language: str, choosing: Choosing, now: datetime
) -> OverviewPage:
    """From stored counts and stored runs alone; 404 for a question or version that is not there."""
    project = viewer.project
    known = vocabulary(project, language)
    chosen = chosen_slice(project, known, choosing)
    if chosen is None:
        return OverviewPage(known, choosing, None, None, None, None, None, is_old=False)
    runs = latest_overviews(project, chosen.question.id)
    counted = next((run for run in runs if run.computed_at), None)
    newest = runs[0] if runs and not runs[0].computed_at else None
    agreement = runs_of(chosen).computed
    return OverviewPage(
        vocabulary=known,
        choosing=choosing,
        slice=chosen,
        figures=_figures(counted, viewer, chosen, known, choosing, agreement) if counted else None,
        agreeing=_agreeing(agreement, chosen, viewer, choosing),
        waiting=newest if newest and not newest.job.is_finished else None,
        failed=newest if newest and newest.job.is_finished else None,
        is_old=counted is None or counted.is_older_than(FRESH, now),
    )


def _figures(
    run: OverviewRun,
    viewer: Membership,
    chosen: Slice,
    known: Vocabulary,
    choosing: Choosing,
    agreement: AgreementRun | None,
) -> OverviewFigures:
    names, figures = chosen.question, run.figures
    items = reverse("annotations:items", args=[viewer.project.slug])
    view = View(names.key, chosen.version, choosing.kind, items)
    needs = needs_of(viewer, names, figures, agreement, choosing.query)
    return OverviewFigures(
        run=run,
        done=done_of(figures),
        throughput=throughput_of(figures, view, known.versions),
        balance=balance_of(figures, view, names, known.versions),
        needs=needs,
        next=most_urgent(needs),
    )


def done_of(figures: Mapping[str, Any]) -> Done:
    """Progress in slots, with the forecast in words."""
    counted = figures["progress"]
    slots, pace = counted["slots"], counted["pace"]
    done = slots.get("done", 0)
    total = done + sum(slots.get(state, 0) for state in WAITING)
    until, between = _forecast(counted["forecast"], date.fromisoformat(figures["today"]))
    return Done(
        done=done,
        total=total,
        percent=percent(done, total),
        pace=sum(pace) / len(pace) if pace else None,
        pace_days=len(pace),
        until=until,
        between=between,
    )


_WHY_NOT = {
    "too_few_days": _("It needs three whole days of work to tell."),
    "no_work": _("Nothing was answered in the last two weeks."),
}


def _forecast(found: Mapping[str, Any], today: date) -> tuple[str, str]:
    """The middle date and the interval around it, or why there is none."""
    if found["undefined"] == "done":
        return _("Done"), _("Every slot is answered.")
    if found["undefined"]:
        return "–", _WHY_NOT[found["undefined"]]

    until = _day(today, found["days"]) or _("In more than two years")
    low, high = _day(today, found["low"]), _day(today, found["high"])
    if low and high:
        return until, _("95 %% interval: %(low)s to %(high)s") % {"low": low, "high": high}
    if low:
        return until, _("95 %% interval: %(low)s or later, more than two years") % {"low": low}
    return until, _("At the pace of the last two weeks.")


def _day(today: date, ahead: int | None) -> str:
    """Without the year when it is this one; empty beyond the horizon."""
    if ahead is None:
        return ""
    day = today + timedelta(days=ahead)
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")


def _alpha(results: Iterable[AgreementResult], kind: str) -> Measure | None:
    """Alpha over all classes and versions, with both intervals."""
    for each in results:
        if each.coefficient == CoefficientName.ALPHA and each.choice_id is None:
            return measure(each, axis_for([each.value, each.low]), kind)
    return None


def _agreeing(
    run: AgreementRun | None, chosen: Slice, viewer: Membership, choosing: Choosing
) -> Agreeing | None:
    """None where nothing was computed and nothing is followed live."""
    names = chosen.question
    numbers = numbers_of(chosen)
    if run is None and numbers is None:
        return None
    pairs, n_left_out = None, 0
    if run is not None:
        matrix = source_matrix(run, names.kind)
        disputed = reverse("quality:disputed", args=[viewer.project.slug])
        pairs = pair_map(matrix, disputed, choosing.query) if matrix.rows else None
        n_left_out = matrix.n_left_out
    if numbers is not None:
        results = [each for each in numbers.results if each.version_id is None]
        confusion = confusion_of(numbers.confusion, names)
    else:
        overall = AgreementResult.objects.filter(run=run, scope=Scope.OVERALL, version=None)
        results = list(overall.order_by("pk"))
        confusion = confusion_matrix(run, names) if run else confusion_of({}, names)
    return Agreeing(
        run=run,
        alpha=_alpha(results, names.kind),
        confusion=confusion,
        pairs=pairs,
        n_left_out=n_left_out,
        is_live=numbers is not None,
    )


def pair_map(matrix: SourceMatrix, address: str, query: str) -> HeatMap:
    """Who agrees with whom: each cell leads to the items on which the two differ."""

    def heat_cell(row: str, column: str, cell: Cell) -> HeatCell:
        if cell.is_self or not cell.n:
            return HeatCell("", is_self=cell.is_self)
        value = "–" if cell.value is None else number_format(cell.value, 2)
        words = {"first": row, "second": column, "value": value, "n": number_format(cell.n)}
        return HeatCell(
            text=value,
            detail=f"n {number_format(cell.n)}",
            heat=cell.heat,
            url=f"{address}?{cell.link}&{query}",
            label=_("%(first)s and %(second)s: %(value)s on %(n)s items") % words,
        )

    return HeatMap(
        title=_("Who agrees with whom"),
        description="",
        columns=matrix.names,
        rows=[
            (
                name,
                [heat_cell(name, of, cell) for of, cell in zip(matrix.names, cells, strict=True)],
            )
            for name, cells in matrix.rows
        ],
    )
