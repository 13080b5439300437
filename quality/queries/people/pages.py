"""What the pages about annotators show: the list, one person, and their answers row by row."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Pause, Source
from annotations.queries.checks import paused_people
from projects.models import Project
from quality.models import PeopleRun, PersonFigures
from quality.queries.charts.intervals import percent
from quality.queries.naming import QuestionNames, person_or_name
from quality.queries.people.words import Warned, words_of

MOST_PEOPLE = 300


@dataclass(frozen=True)
class Share:
    """A share with its number and its interval, in per cent; `value` None without evidence."""

    right: int
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Near:
    """A mean likeness of `n` pairs of answers and its interval, in per cent."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class PersonRow:
    """One line of the list; the two likenesses are None for single choices."""

    figures: PersonFigures
    source: int
    name: str
    gold: Share
    repeats: Share
    peers: float | None
    warnings: list[Warned]
    is_paused: bool
    gold_near: Near | None = None
    repeats_near: Near | None = None


@dataclass(frozen=True)
class PeoplePage:
    """`run` is the last one with results, `newer` a later one without."""

    run: PeopleRun | None
    newer: PeopleRun | None
    rows: list[PersonRow]
    n_people: int
    paused: list[Pause]
    sources: dict[int, int]

    @property
    def waiting(self) -> PeopleRun | None:
        """A run whose job is not finished."""
        return self.newer if self.newer and not self.newer.job.is_finished else None

    @property
    def failed(self) -> PeopleRun | None:
        """A newer run that did not work out."""
        return self.newer if self.newer and self.newer.job.is_finished else None

    @property
    def paused_sources(self) -> list[tuple[Pause, int | None]]:
        """Who is paused, and where their page is."""
        return [(pause, self.sources.get(pause.person_id)) for pause in self.paused]


def people_runs(project: Project) -> QuerySet[PeopleRun]:
    """All runs of a project with what a list shows."""
    return PeopleRun.objects.filter(project=project).select_related(
        "question", "job", "requested_by"
    )


def people_run(project: Project, pk: int) -> PeopleRun:
    """One run; 404 when it is not of this project."""
    run = people_runs(project).filter(pk=pk).first()
    if run is None:
        raise Http404(_("The project has no such run."))
    return run


def latest_people_run(project: Project, question_id: int) -> PeopleRun | None:
    """The newest run of a question that has its results."""
    runs = people_runs(project).filter(question=question_id, computed_at__isnull=False)
    return runs.order_by("-pk").first()


def people_page(project: Project, names: QuestionNames) -> PeoplePage:
    """Everybody with labels on the question: who has most warnings first, then most labels."""
    runs = people_runs(project).filter(question=names.id)
    newest = runs.order_by("-pk").first()
    run = latest_people_run(project, names.id)
    paused = paused_people(project)
    rows: list[PersonRow] = []
    n_people = 0
    if run is not None:
        found = figures_of(run)
        n_people = found.count()
        held = {pause.person_id for pause in paused}
        ordered = found.defer("details").order_by("-n_warnings", "-n_labels", "pk")[:MOST_PEOPLE]
        rows = [person_row(each, names, held) for each in ordered]
    newer = newest if newest is not None and newest != run else None
    people = [pause.person_id for pause in paused]
    sources = Source.objects.filter(project=project, person__in=people)
    pages = {row.person_id or 0: row.pk for row in sources}
    return PeoplePage(run, newer, rows, n_people, paused, pages)


def figures_of(run: PeopleRun) -> QuerySet[PersonFigures]:
    """The figures of a run with the names of the people."""
    rows = PersonFigures.objects.filter(run=run).select_related("source__person")
    return rows.annotate(source_name=person_or_name("source__"))


def annotator_of(project: Project, pk: int) -> Source:
    """The source of a person or of an imported annotator; 404 when it is not of this project."""
    rows = Source.objects.filter(project=project, pk=pk, on_behalf_of=None)
    source = rows.select_related("person").annotate(shown_name=person_or_name("")).first()
    if source is None:
        raise Http404(_("The project has no such annotator."))
    return source


def person_rows(
    project: Project, figures: Iterable[PersonFigures], names: QuestionNames
) -> list[PersonRow]:
    """Rows of `figures_of` with their words, in their order."""
    held = {pause.person_id for pause in paused_people(project)}
    return [person_row(each, names, held) for each in figures]


def share_of(right: int, n: int, low: float | None = None, high: float | None = None) -> Share:
    """Counts and an interval between 0 and 1 as a share in per cent."""
    return Share(
        right,
        n,
        percent(right, n) if n else None,
        None if low is None else 100 * low,
        None if high is None else 100 * high,
    )


def person_row(figures: PersonFigures, names: QuestionNames, held: set[int]) -> PersonRow:
    return PersonRow(
        figures=figures,
        source=figures.source_id,
        name=figures.source_name,  # type: ignore[attr-defined]
        gold=share_of(figures.gold_right, figures.gold_n, figures.gold_low, figures.gold_high),
        repeats=share_of(figures.self_equal, figures.self_n, figures.self_low, figures.self_high),
        peers=None if figures.peers is None else 100 * figures.peers,
        warnings=words_of(figures, names),
        is_paused=figures.source.person_id in held,
        gold_near=_near(
            figures.gold_similarity,
            figures.gold_similarity_low,
            figures.gold_similarity_high,
            figures.gold_similarity_n,
        ),
        repeats_near=_near(
            figures.self_similarity,
            figures.self_similarity_low,
            figures.self_similarity_high,
            figures.self_n,
        ),
    )


def _near(value: float | None, low: float | None, high: float | None, n: int) -> Near | None:
    if value is None or low is None or high is None:
        return None
    return Near(100 * value, 100 * low, 100 * high, n)
