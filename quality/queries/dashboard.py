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
from quality.queries.agreement import (
    MeanKappa,
    Overview,
    Runs,
    Slice,
    annotations_since,
    mean_pairwise_kappa,
    overview,
    runs_of,
)
from quality.queries.disputes import Dispute, dispute_page, disputed_items
from quality.queries.matrices import (
    ConfusionMatrix,
    SourceMatrix,
    confusion_matrix,
    source_matrix,
)
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
class Figures:
    """All figures of a run with results."""

    run: AgreementRun
    since: int
    overview: Overview
    kappa: MeanKappa
    confusion: ConfusionMatrix
    sources: SourceMatrix
    disputes: list[Dispute]
    # Whether items are ranked by the mean distance of answers: for all kinds but a choice.
    by_distance: bool


@dataclass(frozen=True)
class Dashboard:
    """`slice` is None while no question is published, `figures` while nothing is computed."""

    vocabulary: Vocabulary
    choosing: Choosing
    slice: Slice | None
    runs: Runs | None
    figures: Figures | None


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
    """The figures of the last run over what was chosen."""
    known = vocabulary(project, language)
    chosen = chosen_slice(project, known, choosing)
    if chosen is None:
        return Dashboard(known, choosing, None, None, None)
    runs = runs_of(chosen)
    figures = None
    if runs.computed is not None:
        figures = _figures(runs.computed, chosen.question, known, viewer)
    return Dashboard(known, choosing, chosen, runs, figures)


def _figures(
    run: AgreementRun, names: QuestionNames, known: Vocabulary, viewer: Membership
) -> Figures:
    _page, disputes = dispute_page(
        disputed_items(run, viewer=viewer), run=run, names=names, viewer=viewer, size=FIRST_DISPUTES
    )
    return Figures(
        run=run,
        since=annotations_since(run),
        overview=overview(run, names, known.versions),
        kappa=mean_pairwise_kappa(run),
        confusion=confusion_matrix(run, names),
        sources=source_matrix(run, names.kind),
        disputes=disputes,
        by_distance=names.kind != "choice",
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
