"""Reads of resolution runs: lists, one run, and what it learned about its sources."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from projects.models import Project
from quality.models import ResolutionRun, SourceReliability
from quality.queries.agreement.matrices import Cell, reliability_matrix
from quality.queries.naming import ChoiceName, QuestionNames, person_or_name

MOST_SOURCES = 50


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


def resolution_runs(project: Project) -> QuerySet[ResolutionRun]:
    """All runs of a project with what a list shows."""
    return ResolutionRun.objects.filter(project=project).select_related(
        "question", "version", "job", "requested_by", "cost_matrix", "as_of"
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
