"""What the page about one annotator shows."""

from dataclasses import dataclass
from typing import Any

from annotations.models import Pause, Source
from annotations.queries.checks import latest_pauses
from projects.models import Project
from quality.models import PeopleRun, ResolutionRun, SourceReliability
from quality.queries.charts.intervals import heat
from quality.queries.naming import ChoiceName, QuestionNames, person_or_name
from quality.queries.people.charts import Line, drift_line, moment, pace_line
from quality.queries.people.pages import (
    PersonRow,
    Share,
    figures_of,
    latest_people_run,
    person_row,
    share_of,
)
from quality.queries.people.words import chance_in_words, said_in


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
    def shares_answers(self) -> bool:
        """Whether pairs are told by answers that nobody else gave, and not by mistakes."""
        return any(pair["alone"] is not None for pair in self.copying)

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
    row = person_row(figures, names, held) if figures is not None else None
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


def consensus_of(
    project: Project, source: Source, names: QuestionNames
) -> dict[str, dict[str, float]]:
    """{decided class: {given class: probability}} of the last resolution run, empty without."""
    found = _reliability(project, source, names)
    return found.confusion if found is not None else {}


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
    return {"text": str(n) if n else "–", "heat": heat(n, most), "is_self": is_self}


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
    return {"text": f"{100 * share:.0f}%", "heat": heat(share, 1.0), "is_self": is_self}


def _burst(burst: dict[str, Any], names: QuestionNames) -> dict[str, Any]:
    return {
        **burst,
        "choice": names.by_key.get(burst.get("choice", "")),
        "said": said_in(burst, names) if burst["kind"] == "run" else "",
        "at": moment(burst["from"]),
        "until": moment(burst["to"]),
        "chance": chance_in_words(burst["p"]),
    }


def _named_copies(copies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [each["source"] for each in copies]
    rows = Source.objects.filter(pk__in=ids).values_list("pk", person_or_name(""))
    named = dict(rows)
    return [
        {
            **each,
            "name": named.get(each["source"], ""),
            "n": int(each["n"]),
            "alone": int(each["alone"]) if "alone" in each else None,
        }
        for each in copies
    ]
