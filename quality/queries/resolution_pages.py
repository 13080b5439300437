"""The pages about resolution runs, each as one answer."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from core.pages import Page, keyset_page
from projects.models import Membership, Project
from quality.models import ResolutionMethod, ResolutionRun
from quality.queries.agreement import annotations_since
from quality.queries.decisions import (
    Comparison,
    DecidedShare,
    DecisionPage,
    Difference,
    compare,
    decided_counts,
    decision_page,
    differences,
)
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.resolutions import (
    SourceConfusion,
    SourceRow,
    computed_rivals,
    resolution_run,
    resolution_runs,
    source_confusion,
    source_rows,
)

RUNS_PER_PAGE = 25
MOST_STRENGTHS = 50


@dataclass(frozen=True)
class RunList:
    """Runs, newest first; `titles` of the questions by id."""

    page: Page[ResolutionRun]
    titles: dict[int, str]

    @property
    def can_start(self) -> bool:
        return bool(self.titles)


@dataclass(frozen=True)
class RunDetail:
    """One run; the parts below `rivals` are None until it is computed."""

    run: ResolutionRun
    names: QuestionNames
    rivals: list[ResolutionRun]
    since: int
    undecided_only: bool
    sources: list[SourceRow]
    confusion: SourceConfusion | None
    decided: list[DecidedShare]
    decisions: DecisionPage | None

    @property
    def key(self) -> str:
        """The number of the run in an address, the same in every language."""
        return str(self.run.pk)

    @property
    def strengths(self) -> list[tuple[str, float]]:
        """Bradley-Terry strengths in percent, the strongest first."""
        if self.run.method != ResolutionMethod.BRADLEY_TERRY:
            return []
        ranked = sorted(self.run.priors.items(), key=lambda entry: (-entry[1], entry[0]))
        return [(name, 100.0 * share) for name, share in ranked[:MOST_STRENGTHS]]


@dataclass(frozen=True)
class RunComparison:
    """Two runs of one question side by side."""

    first: ResolutionRun
    second: ResolutionRun
    names: QuestionNames
    comparison: Comparison
    differences: list[Difference]
    page: DecisionPage

    @property
    def query(self) -> str:
        """Both runs in an address, the same in every language."""
        return f"run={self.first.pk}&other={self.second.pk}"


def list_page(project: Project, language: str, *, after: str | None) -> RunList:
    """A page of runs."""
    page = keyset_page(resolution_runs(project), after=after, size=RUNS_PER_PAGE, newest_first=True)
    titles = {each.id: each.title for each in vocabulary(project, language).questions}
    return RunList(page, titles)


def detail_page(
    project: Project,
    pk: int,
    *,
    viewer: Membership,
    language: str,
    after: str | None,
    undecided_only: bool,
    source_id: int | None,
) -> RunDetail:
    """A run and a page of its items; 404 when it is not of this project."""
    run = resolution_run(project, pk)
    names = _names(run, language)
    if run.computed_at is None:
        return RunDetail(run, names, [], 0, undecided_only, [], None, [], None)
    return RunDetail(
        run=run,
        names=names,
        rivals=list(computed_rivals(run)[:10]),
        since=annotations_since(run),
        undecided_only=undecided_only,
        sources=source_rows(run),
        confusion=source_confusion(run, names, source_id) if source_id is not None else None,
        decided=decided_counts(run, names),
        decisions=decision_page(
            run, names=names, viewer=viewer, after=after, undecided_only=undecided_only
        ),
    )


def comparison_page(
    project: Project, pk: int, other: int, *, viewer: Membership, language: str, after: str | None
) -> RunComparison:
    """Two finished runs of one question; 404 for any other pair."""
    first, second = resolution_run(project, pk), resolution_run(project, other)
    if (
        first.question_id != second.question_id
        or first.computed_at is None
        or second.computed_at is None
    ):
        raise Http404(_("These two runs cannot be compared."))
    names = _names(first, language)
    rows, next_after = differences(first, second, names=names, viewer=viewer, after=after)
    return RunComparison(
        first, second, names, compare(first, second), rows, DecisionPage([], next_after)
    )


def _names(run: ResolutionRun, language: str) -> QuestionNames:
    question = vocabulary(run.project, language).question(run.question.key)
    if question is None:
        raise Http404(_("The project has no such question."))
    return question
