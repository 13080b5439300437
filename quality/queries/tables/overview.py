"""The tables behind the pictures of the overview, from its last count."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from guidelines.models import GuidelineVersion
from quality.models import OverviewRun
from quality.models.run import PEOPLE
from quality.queries.agreement.runs import Slice, runs_of
from quality.queries.naming import source_names
from quality.queries.overview.needs_page import needs_of
from quality.queries.overview.page import latest_overviews
from quality.queries.overview.progress import WAITING
from quality.queries.overview.throughput import ALL_VERSIONS
from quality.queries.tables.measured import slice_of
from quality.queries.tables.registry import Asked, Reader, Table, columns, register, whole

FILTERS = ("question", "version", "kind")


def _counted(asked: Asked) -> tuple[Slice, OverviewRun | None]:
    chosen = slice_of(asked)
    runs = latest_overviews(asked.viewer.project, chosen.question.id)
    return chosen, next((run for run in runs if run.computed_at), None)


def _pk(chosen: Slice) -> int:
    return chosen.version.pk if chosen.version else ALL_VERSIONS


def _time(asked: Asked, what: str) -> Reader:
    """All people as one ("people") and every kind by itself, or the kind that was asked for."""
    chosen, run = _counted(asked)
    kind = asked.one("kind")
    number = chosen.version.number if chosen.version else None
    rows: list[list[Any]] = run.figures["answers"][what] if run else []
    return whole(
        (at, number, by or "people", n, sources)
        for at, version, by, n, sources in rows
        if version == _pk(chosen) and (not kind or by == kind)
    )


def _days(asked: Asked) -> Reader:
    return _time(asked, "days")


def _weeks(asked: Asked) -> Reader:
    return _time(asked, "weeks")


def _annotators(asked: Asked) -> Reader:
    chosen, run = _counted(asked)
    rows = run.figures["answers"]["sources"] if run else []
    wanted = [row for row in rows if _pk(chosen) in (ALL_VERSIONS, row[1]) and _fits(asked, row[2])]
    names = source_names({row[0] for row in wanted})
    versions = _numbers(asked)
    return whole(
        (source, names.get(source), versions.get(version), kind, n)
        for source, version, kind, n in wanted
    )


def _fits(asked: Asked, kind: str) -> bool:
    return kind == asked.one("kind") if asked.one("kind") else kind in PEOPLE


def _numbers(asked: Asked) -> dict[int, int | None]:
    rows = GuidelineVersion.objects.filter(guideline__project=asked.viewer.project)
    return dict(rows.values_list("pk", "number"))


def _balance(asked: Asked) -> Reader:
    chosen, run = _counted(asked)
    choices, versions = chosen.question.choices, _numbers(asked)
    rows = run.figures["answers"]["classes"] if run else []
    return whole(
        (week, versions.get(version), kind, choices[choice].key, choices[choice].name, n)
        for week, version, kind, choice, n in rows
        if choice in choices and _pk(chosen) in (ALL_VERSIONS, version) and _fits(asked, kind)
    )


def _needs(asked: Asked) -> Reader:
    chosen, run = _counted(asked)
    if run is None:
        return whole(())
    needs = needs_of(asked.viewer, chosen.question, run.figures, runs_of(chosen).computed, "")
    return whole((need.key, need.name, need.n, need.detail) for need in needs)


def _progress(asked: Asked) -> Reader:
    _chosen, run = _counted(asked)
    if run is None:
        return whole(())
    counted, today = run.figures["progress"], date.fromisoformat(run.figures["today"])
    slots, pace, found = counted["slots"], counted["pace"], counted["forecast"]

    def day(ahead: int | None) -> str | None:
        return None if ahead is None else (today + timedelta(days=ahead)).isoformat()

    return whole(
        [
            (
                run.computed_at,
                slots.get("done", 0),
                sum(slots.get(state, 0) for state in WAITING),
                sum(pace) / len(pace) if pace else None,
                len(pace),
                day(found["days"]),
                day(found["low"]),
                day(found["high"]),
                found["undefined"],
            )
        ]
    )


_VERSION = {"version": gettext_lazy("Version"), "kind": gettext_lazy("Labels by")}
_TIME = {
    **_VERSION,
    "answers": gettext_lazy("Answers"),
    "sources": gettext_lazy("People"),
}

register(
    Table(
        "throughput_days",
        gettext_lazy("Answers by day"),
        columns(day=gettext_lazy("Day"), **_TIME),
        _days,
        FILTERS,
    ),
    Table(
        "throughput_weeks",
        gettext_lazy("Answers by week"),
        columns(week=gettext_lazy("Week from"), **_TIME),
        _weeks,
        FILTERS,
    ),
    Table(
        "throughput_annotators",
        gettext_lazy("Who answered in the last 4 weeks"),
        columns(
            source=gettext_lazy("Source"),
            source_name=gettext_lazy("Name"),
            **_VERSION,
            answers=gettext_lazy("Answers"),
        ),
        _annotators,
        FILTERS,
    ),
    Table(
        "balance",
        gettext_lazy("Class balance"),
        columns(
            week=gettext_lazy("Week from"),
            **_VERSION,
            choice=gettext_lazy("Class"),
            choice_name=gettext_lazy("Name of the class"),
            n_labels=gettext_lazy("Labels"),
        ),
        _balance,
        FILTERS,
    ),
    Table(
        "needs",
        gettext_lazy("Needs work"),
        columns(
            need=gettext_lazy("What"),
            name=gettext_lazy("Name"),
            n=gettext_lazy("How many"),
            detail=gettext_lazy("Detail"),
        ),
        _needs,
        FILTERS,
    ),
    Table(
        "progress",
        gettext_lazy("Progress and forecast"),
        columns(
            counted_at=gettext_lazy("Counted"),
            done=gettext_lazy("Answered slots"),
            waiting=gettext_lazy("Waiting slots"),
            pace=gettext_lazy("Slots a day"),
            days=gettext_lazy("Days seen"),
            until=gettext_lazy("All answered by"),
            low=gettext_lazy("At the earliest, 95 % interval"),
            high=gettext_lazy("At the latest, 95 % interval"),
            undefined=gettext_lazy("Undefined because"),
        ),
        _progress,
        FILTERS,
    ),
)
