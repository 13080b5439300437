"""The pages about resolution runs, each as one answer."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from core.pages import Page, keyset_page
from projects.models import Membership, Project
from quality.models import (
    ResolutionCheck,
    ResolutionMethod,
    ResolutionRun,
    RunComparison,
    Undecided,
)
from quality.queries.agreement.runs import annotations_since
from quality.queries.naming import PARAMETER_NAMES, QuestionNames, vocabulary
from quality.queries.resolution.comparing import (
    Change,
    Comparison,
    Difference,
    FlowTable,
    comparison_of,
    differences,
    flow_table,
    latest_comparison,
)
from quality.queries.resolution.deciding_values import spread_of_kind
from quality.queries.resolution.decisions import (
    PAGE_SIZE,
    DecidedShare,
    DecisionPage,
    decided_counts,
    decision_page,
)
from quality.queries.resolution.doubts import Doubt, GoldFigure, doubts, gold_figure
from quality.queries.resolution.explaining import Explanation, explanation, method_name
from quality.queries.resolution.explaining_words import in_words
from quality.queries.resolution.habits import HabitTable, habit_table
from quality.queries.resolution.runs import (
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
_WITH_STRENGTHS = frozenset({ResolutionMethod.BRADLEY_TERRY, ResolutionMethod.CROWD_BRADLEY_TERRY})


@dataclass(frozen=True)
class RunList:
    """Runs, newest first; `titles` of the questions by id."""

    page: Page[ResolutionRun]
    titles: dict[int, str]

    @property
    def can_start(self) -> bool:
        return bool(self.titles)


@dataclass(frozen=True)
class PoolMember:
    """A member of a pool: its share of all weights, and on how many items it would have decided
    otherwise than the pool; its accuracy on gold items with the interval, all in percent."""

    name: str
    percent: float
    n_different: int
    gold: tuple[float, float, float] | None


@dataclass(frozen=True)
class RunDetail:
    """One run; the parts below `rivals` are None until it is computed."""

    run: ResolutionRun
    names: QuestionNames
    rivals: list[ResolutionRun]
    since: int
    undecided: str
    sources: list[SourceRow]
    confusion: SourceConfusion | None
    decided: list[DecidedShare]
    decisions: DecisionPage | None
    doubts: list[Doubt] = field(default_factory=list)
    gold: GoldFigure | None = None
    check: ResolutionCheck | None = None

    @property
    def habits(self) -> HabitTable | None:
        """What a method for other kinds than choice learned of the sources shown."""
        return habit_table(self.sources, self.names)

    @property
    def key(self) -> str:
        """The number of the run in an address, the same in every language."""
        return str(self.run.pk)

    @property
    def strengths(self) -> list[tuple[str, float]]:
        """Bradley-Terry strengths in percent, the strongest first."""
        if self.run.method not in _WITH_STRENGTHS:
            return []
        ranked = sorted(self.run.priors.items(), key=lambda entry: (-entry[1], entry[0]))
        return [(name, 100.0 * share) for name, share in ranked[:MOST_STRENGTHS]]

    @property
    def members(self) -> list[PoolMember]:
        """What a pool is made of, the heaviest first."""
        found = self.run.learned.get("members", [])
        total = sum(member["weight"] for member in found) or 1.0
        return [
            PoolMember(
                name=method_name(member["method"]),
                percent=100.0 * member["weight"] / total,
                n_different=member["n_different"],
                gold=_in_percent(member["gold_accuracy"]),
            )
            for member in sorted(found, key=lambda each: -each["weight"])
        ]

    @property
    def has_weights(self) -> bool:
        """Whether the method weighs whole sources."""
        return any(each.reliability.weight is not None for each in self.sources)

    @property
    def hidden_columns(self) -> int:
        """Columns of the table of items that tell something of the answers."""
        return 2 + 2 * bool(self.spread) + (self.run.cost_matrix is not None)

    @property
    def spread(self) -> str:
        """What margin and entropy of items are of: see `deciding_values.spread_of_kind`."""
        return spread_of_kind(self.names.kind, self.run.method)

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        """Why items are undecided: key, name, how many."""
        counts = self.run.learned.get("n_by_reason", {})
        return [
            (reason.value, str(reason.label), counts[reason.value])
            for reason in Undecided
            if counts.get(reason.value)
        ]

    @property
    def parameters(self) -> list[tuple[str, object]]:
        """The method's own, by their names; costs and threshold have their own lines."""
        shown = self.run.parameters.items()
        return [
            (str(PARAMETER_NAMES.get(name, name)), value)
            for name, value in shown
            if name not in ("costs", "abstain_below")
        ]


@dataclass(frozen=True)
class ComparisonPage:
    """Two runs of one question side by side; `comparison` is None until a job (`made`) has
    compared them."""

    first: ResolutionRun
    second: ResolutionRun
    names: QuestionNames
    made: RunComparison | None
    change: Change
    page: DecisionPage
    comparison: Comparison | None = None
    table: FlowTable | None = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def state(self) -> str:
        """That of the job; "missing" when nobody has asked for one."""
        return "missing" if self.made is None else str(self.made.job.state)

    @property
    def query(self) -> str:
        """Both runs and what is listed of them in an address, the same in every language."""
        words = {"run": self.first.pk, "other": self.second.pk}
        change = {"from": self.change.before, "to": self.change.after}
        return urlencode(words | {name: key for name, key in change.items() if key})

    @property
    def change_words(self) -> str:
        """Which differences are listed, as "Positive → Undecided"."""
        known = {choice.key: choice.name for choice in self.names.choices.values()}
        both = (self.change.before, self.change.after)
        named = [known.get(key, key and _("Undecided")) or "…" for key in both]
        return " → ".join(named) if any(both) else ""


@dataclass(frozen=True)
class ItemInRun:
    """One item of a run, explained."""

    why: Explanation
    names: QuestionNames
    words: list[str]


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
    undecided: str,
    source_id: int | None,
) -> RunDetail:
    """A run and a page of its items; 404 when it is not of this project."""
    run = resolution_run(project, pk)
    names = names_of(run, language)
    if run.computed_at is None:
        return RunDetail(run, names, [], 0, undecided, [], None, [], None)
    return RunDetail(
        run=run,
        names=names,
        rivals=list(computed_rivals(run)[:10]),
        since=annotations_since(run),
        undecided=undecided,
        sources=source_rows(run),
        confusion=source_confusion(run, names, source_id) if source_id is not None else None,
        decided=decided_counts(run, names),
        decisions=decision_page(run, names=names, viewer=viewer, after=after, undecided=undecided),
        doubts=doubts(run),
        gold=gold_figure(run),
        check=latest_check(run),
    )


def _in_percent(accuracy: dict[str, float] | None) -> tuple[float, float, float] | None:
    if accuracy is None:
        return None
    return 100.0 * accuracy["value"], 100.0 * accuracy["low"], 100.0 * accuracy["high"]


def latest_check(run: ResolutionRun) -> ResolutionCheck | None:
    """The newest check of a run."""
    return run.checks.select_related("job", "requested_by").order_by("-pk").first()


def two_runs(project: Project, pk: int, other: int) -> tuple[ResolutionRun, ResolutionRun]:
    """Two finished runs of one question; 404 for any other pair."""
    first, second = resolution_run(project, pk), resolution_run(project, other)
    if (
        first.question_id != second.question_id
        or first.computed_at is None
        or second.computed_at is None
    ):
        raise Http404(_("These two runs cannot be compared."))
    return first, second


def comparison_page(
    project: Project,
    pk: int,
    other: int,
    *,
    viewer: Membership,
    language: str,
    change: Change,
    after: str | None,
    size: int = PAGE_SIZE,
) -> ComparisonPage:
    """Two runs side by side, and a page of the items on which they differ."""
    first, second = two_runs(project, pk, other)
    names = names_of(first, language)
    made = latest_comparison(first, second)
    if made is None or made.computed_at is None:
        return ComparisonPage(first, second, names, made, change, DecisionPage([], None))
    rows, next_after = differences(
        made, names=names, viewer=viewer, after=after, change=change, size=size
    )
    found = comparison_of(made, first, second)
    return ComparisonPage(
        first=first,
        second=second,
        names=names,
        made=made,
        change=change,
        page=DecisionPage([], next_after),
        comparison=found,
        table=flow_table(found, names),
        differences=rows,
    )


def item_page(
    project: Project, pk: int, item_id: int, *, viewer: Membership, language: str
) -> ItemInRun:
    """Why a run decided one item as it did; 404 for an item that it knows nothing of."""
    run = resolution_run(project, pk)
    names = names_of(run, language)
    why = explanation(run, item_id, names=names, viewer=viewer)
    return ItemInRun(why, names, in_words(why))


def names_of(run: ResolutionRun, language: str) -> QuestionNames:
    """The run's question as people read it."""
    question = vocabulary(run.project, language).question(run.question.key)
    if question is None:
        raise Http404(_("The project has no such question."))
    return question
