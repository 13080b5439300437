"""Everything on the quality dashboard and on the list of disputed items, as one answer each."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Source, SourceKind
from core.pages import Page
from projects.models import Membership, Project
from quality.models import AgreementRun, DisputedItem
from quality.models.run import PEOPLE
from quality.queries.adjudication.disputes import Dispute, dispute_page, disputed_items
from quality.queries.agreement.charts import (
    RoundRow,
    over_time,
    over_versions,
    rounds,
    slice_results,
)
from quality.queries.agreement.left_out import LeftOutTable, annotators_of_run, left_out_table
from quality.queries.agreement.matrices import (
    ConfusionMatrix,
    SourceMatrix,
    confusion_matrix,
    confusion_of,
    source_matrix,
)
from quality.queries.agreement.runs import (
    MeanKappa,
    Overview,
    Runs,
    Slice,
    annotations_since,
    mean_pairwise_kappa,
    overview,
    overview_of,
    runs_of,
)
from quality.queries.charts.line import LineChart
from quality.queries.live.shown import LiveNumbers, LiveState, live_numbers
from quality.queries.naming import (
    ChoiceName,
    QuestionNames,
    Vocabulary,
    person_or_name,
    vocabulary,
)

FIRST_DISPUTES = 5


@dataclass(frozen=True)
class Choosing:
    """What the reader chose to look at, by the words of the address."""

    question: str = ""
    version: str = ""
    kind: str = ""

    @property
    def query(self) -> str:
        """The same words for an address."""
        words = {"question": self.question, "version": self.version, "kind": self.kind}
        return urlencode({word: value for word, value in words.items() if value})


@dataclass(frozen=True)
class Shown:
    """Agreement as it is now where it is followed live (`state`), else as of the last run."""

    overview: Overview
    confusion: ConfusionMatrix | None
    annotators: LeftOutTable
    state: LiveState | None


@dataclass(frozen=True)
class Figures:
    """What only a run with results has."""

    run: AgreementRun
    since: int
    kappa: MeanKappa
    sources: SourceMatrix
    disputes: list[Dispute]
    over_time: LineChart | None
    rounds: list[RoundRow]


@dataclass(frozen=True)
class Dashboard:
    """`slice` is None while no question is published, `shown` while there are no figures at all,
    `figures` while nothing is computed."""

    vocabulary: Vocabulary
    choosing: Choosing
    slice: Slice | None = None
    runs: Runs | None = None
    shown: Shown | None = None
    figures: Figures | None = None

    @property
    def by_distance(self) -> bool:
        """Whether items are ranked by the mean distance of answers: for all kinds but a choice."""
        return self.slice is not None and self.slice.question.kind != "choice"

    @property
    def over_versions(self) -> LineChart | None:
        """Agreement from version to version."""
        return over_versions(self.shown.overview.versions) if self.shown else None


@dataclass(frozen=True)
class DisputeList:
    """Disputed items of the last run of a slice, perhaps of one pair of classes or sources."""

    slice: Slice
    run: AgreementRun | None
    between: tuple[ChoiceName, ChoiceName] | None
    sources: list[str]
    page: Page[DisputedItem] | None
    disputes: list[Dispute]

    @property
    def by_distance(self) -> bool:
        """Whether items are ranked by the mean distance of answers: for all kinds but a choice."""
        return self.slice.question.kind != "choice"


def chosen_slice(project: Project, known: Vocabulary, choosing: Choosing) -> Slice | None:
    """What the address means; 404 for a question, version or kind that is not there."""
    question = known.question(choosing.question)
    if question is None:
        return None
    version = known.version(choosing.version)
    if choosing.kind and choosing.kind not in SourceKind.values:
        raise Http404(_("There is no such kind of source."))
    return Slice(project, question, version, [choosing.kind] if choosing.kind else list(PEOPLE))


def dashboard(project: Project, viewer: Membership, language: str, choosing: Choosing) -> Dashboard:
    """The figures of what was chosen: live, and of the last run over it."""
    known = vocabulary(project, language)
    chosen = chosen_slice(project, known, choosing)
    if chosen is None:
        return Dashboard(known, choosing)
    runs = runs_of(chosen)
    shown, figures = _live(chosen, known), None
    if runs.computed is not None:
        figures = _figures(runs.computed, chosen.question, known, viewer)
        shown = shown or _of_run(runs.computed, chosen.question, known)
    return Dashboard(known, choosing, chosen, runs, shown, figures)


def live_part(project: Project, language: str, choosing: Choosing) -> Dashboard:
    """What follows the ledger on the dashboard, alone."""
    known = vocabulary(project, language)
    chosen = chosen_slice(project, known, choosing)
    if chosen is None:
        return Dashboard(known, choosing)
    return Dashboard(known, choosing, chosen, shown=_live(chosen, known))


def numbers_of(chosen: Slice) -> LiveNumbers | None:
    """The live figures of what was chosen."""
    return live_numbers(
        chosen.project,
        chosen.question.id,
        kinds=chosen.source_kinds,
        version_id=chosen.version.pk if chosen.version else None,
    )


def _live(chosen: Slice, known: Vocabulary) -> Shown | None:
    names = chosen.question
    numbers = numbers_of(chosen)
    if numbers is None:
        return None
    return Shown(
        overview=overview_of(numbers.results, numbers.class_counts, names, known.versions),
        confusion=confusion_of(numbers.confusion, names) if names.kind == "choice" else None,
        annotators=left_out_table(numbers.annotators, numbers.results),
        state=numbers.state,
    )


def _of_run(run: AgreementRun, names: QuestionNames, known: Vocabulary) -> Shown:
    found = overview(run, names, known.versions)
    return Shown(
        overview=found,
        confusion=confusion_matrix(run, names) if names.kind == "choice" else None,
        annotators=left_out_table(annotators_of_run(run), [each.result for each in found.headline]),
        state=None,
    )


def _figures(
    run: AgreementRun, names: QuestionNames, known: Vocabulary, viewer: Membership
) -> Figures:
    _page, disputes = dispute_page(
        disputed_items(run, viewer=viewer), run=run, names=names, viewer=viewer, size=FIRST_DISPUTES
    )
    slices = slice_results(run)
    return Figures(
        run=run,
        since=annotations_since(run),
        kappa=mean_pairwise_kappa(run),
        sources=source_matrix(run, names.kind),
        disputes=disputes,
        over_time=over_time(slices, known.versions),
        rounds=rounds(slices),
    )


def dispute_list(
    project: Project,
    viewer: Membership,
    language: str,
    choosing: Choosing,
    *,
    between: tuple[str, str] | None,
    sources: tuple[int, int] | None,
    after: str | None,
) -> DisputeList:
    """A page of disputed items; 404 for a class or source that is not there."""
    known = vocabulary(project, language)
    chosen = chosen_slice(project, known, choosing)
    if chosen is None:
        raise Http404(_("The project has no such question."))
    classes = _classes(chosen.question, between)
    names = _source_names(project, sources)
    run = runs_of(chosen).computed
    if run is None:
        return DisputeList(chosen, None, classes, names, None, [])
    page, disputes = dispute_page(
        disputed_items(run, viewer=viewer, between=classes, sources=sources),
        run=run,
        names=chosen.question,
        viewer=viewer,
        after=after,
    )
    return DisputeList(chosen, run, classes, names, page, disputes)


def _classes(
    question: QuestionNames, keys: tuple[str, str] | None
) -> tuple[ChoiceName, ChoiceName] | None:
    if keys is None:
        return None
    known = question.by_key
    if not all(key in known for key in keys):
        raise Http404(_("The question has no such choice."))
    return known[keys[0]], known[keys[1]]


def _source_names(project: Project, sources: tuple[int, int] | None) -> list[str]:
    if sources is None:
        return []
    named = Source.objects.filter(project=project, pk__in=sources)
    names = dict(named.values_list("pk", person_or_name("")))
    if len(names) != len(set(sources)):
        raise Http404(_("The project has no such source."))
    return [names[source] for source in sources]
