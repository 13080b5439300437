"""What the pages about annotators show: the list, one person, and their answers row by row."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Pause, Source
from annotations.queries.checks import latest_pauses, paused_people
from projects.models import Project
from quality.models import PeopleRun, PersonFigures, ResolutionRun, SourceReliability
from quality.queries.charts import percent
from quality.queries.naming import ChoiceName, QuestionNames, person_or_name
from quality.queries.people_charts import Line, drift_line, pace_line
from quality.queries.people_words import Warned, words_of

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
class PersonRow:
    """One line of the list."""

    figures: PersonFigures
    source: int
    name: str
    gold: Share
    repeats: Share
    peers: float | None
    warnings: list[Warned]
    is_paused: bool


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
    runs = people_runs(project).filter(question=question_id)
    return runs.computed().order_by("-pk").first()


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
        rows = [_row(each, names, held) for each in ordered]
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


@dataclass(frozen=True)
class ClassShare:
    """How often one class was recognised in gold items."""

    choice: ChoiceName
    share: Share


@dataclass(frozen=True)
class Confusion:
    """Rows: the right class; columns: what the person gave. Cells hold a count or a share."""

    choices: list[ChoiceName]
    rows: list[tuple[ChoiceName, list[dict[str, Any]]]]
    note: str = ""


@dataclass(frozen=True)
class PersonPage:
    """One annotator: every figure is None where nothing stands behind it."""

    source: Source
    name: str
    run: PeopleRun | None
    row: PersonRow | None
    classes: list[ClassShare]
    gold: Confusion | None
    consensus: Confusion | None
    consensus_run: ResolutionRun | None
    pace: Line | None
    drift: Line | None
    bursts: list[dict[str, Any]]
    copying: list[dict[str, Any]]
    pauses: list[Pause]

    @property
    def pause(self) -> Pause | None:
        """The decision that holds, if the person is paused."""
        latest = self.pauses[0] if self.pauses else None
        return latest if latest is not None and latest.state == "paused" else None


def person_page(project: Project, source: Source, names: QuestionNames) -> PersonPage:
    """What the last run knows about the person, and what the last resolution thinks of them."""
    run = latest_people_run(project, names.id)
    figures = figures_of(run).filter(source=source).first() if run is not None else None
    held = set(latest_pauses(project).filter(state="paused").values_list("person", flat=True))
    row = _row(figures, names, held) if figures is not None else None
    details = figures.details if figures is not None else {}
    reliability = _reliability(project, source, names)
    pauses = Pause.objects.filter(project=project, person=source.person_id or 0)
    return PersonPage(
        source=source,
        name=getattr(source, "shown_name", source.name),
        run=run,
        row=row,
        classes=_classes(details, names),
        gold=_gold_confusion(details, names),
        consensus=_consensus(reliability, names),
        consensus_run=reliability.run if reliability is not None else None,
        pace=pace_line(details.get("pace", [])),
        drift=drift_line(details.get("drift") or {}),
        bursts=[_burst(each, names) for each in details.get("bursts", [])],
        copying=_named_copies(details.get("copying", [])),
        pauses=list(pauses.select_related("by").order_by("-pk")[:20]),
    )


def share_of(right: int, n: int, low: float | None = None, high: float | None = None) -> Share:
    """Counts and an interval between 0 and 1 as a share in per cent."""
    return Share(
        right,
        n,
        percent(right, n) if n else None,
        None if low is None else 100 * low,
        None if high is None else 100 * high,
    )


def _row(figures: PersonFigures, names: QuestionNames, held: set[int]) -> PersonRow:
    return PersonRow(
        figures=figures,
        source=figures.source_id,
        name=figures.source_name,  # type: ignore[attr-defined]
        gold=share_of(figures.gold_right, figures.gold_n, figures.gold_low, figures.gold_high),
        repeats=share_of(figures.self_equal, figures.self_n, figures.self_low, figures.self_high),
        peers=None if figures.peers is None else 100 * figures.peers,
        warnings=words_of(figures, names),
        is_paused=figures.source.person_id in held,
    )


def _classes(details: dict[str, Any], names: QuestionNames) -> list[ClassShare]:
    found = {each["choice"]: each for each in details.get("classes", [])}
    return [
        ClassShare(choice, share_of(each["right"], each["n"], each["low"], each["high"]))
        for choice in names.choices.values()
        if (each := found.get(choice.key))
    ]


def _gold_confusion(details: dict[str, Any], names: QuestionNames) -> Confusion | None:
    counts = details.get("gold_confusion") or {}
    used = {*counts, *(given for row in counts.values() for given in row)}
    choices = [choice for choice in names.choices.values() if choice.key in used]
    if not counts:
        return None
    most = max((n for row in counts.values() for n in row.values()), default=1)
    rows = [
        (true, [_count(counts[true.key].get(said.key, 0), most, true == said) for said in choices])
        for true in choices
        if true.key in counts
    ]
    return Confusion(choices, rows)


def _count(n: int, most: int, is_self: bool) -> dict[str, Any]:
    return {"text": str(n) if n else "–", "heat": int(9 * n / most), "is_self": is_self}


def _reliability(
    project: Project, source: Source, names: QuestionNames
) -> SourceReliability | None:
    runs = ResolutionRun.objects.filter(project=project, question=names.id).computed()
    newest = runs.order_by("-pk").first()
    if newest is None:
        return None
    found = SourceReliability.objects.filter(run=newest, source=source)
    return found.select_related("run").first()


def _consensus(found: SourceReliability | None, names: QuestionNames) -> Confusion | None:
    if found is None or not found.confusion:
        return None
    choices = [choice for choice in names.choices.values() if found.run.priors.get(choice.key)]
    rows = [
        (
            true,
            [
                _chance(found.confusion[true.key].get(said.key, 0.0), true == said)
                for said in choices
            ],
        )
        for true in choices
        if true.key in found.confusion
    ]
    return Confusion(choices, rows)


def _chance(share: float, is_self: bool) -> dict[str, Any]:
    return {"text": f"{100 * share:.0f}%", "heat": int(9 * share), "is_self": is_self}


def _burst(burst: dict[str, Any], names: QuestionNames) -> dict[str, Any]:
    return {**burst, "choice": names.by_key.get(burst.get("choice", ""))}


def _named_copies(copies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [each["source"] for each in copies]
    rows = Source.objects.filter(pk__in=ids).values_list("pk", person_or_name(""))
    named = dict(rows)
    return [{**each, "name": named.get(each["source"], "")} for each in copies]
