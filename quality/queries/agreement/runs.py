"""Reads of agreement runs for the dashboard and for REST."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, FloatField, QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Annotation
from guidelines.models import ChangeClass, GuidelineVersion
from projects.models import Project
from quality.models import (
    AgreementResult,
    AgreementRun,
    ClassCount,
    CoefficientName,
    Scope,
)
from quality.models.run import Run
from quality.queries.agreement.measures import RAW, Measure, measure, withheld
from quality.queries.charts.intervals import axis_for, percent
from quality.queries.live.shown import live_alpha
from quality.queries.naming import ChoiceName, QuestionNames


@dataclass(frozen=True)
class Slice:
    """Which labels a run is about."""

    project: Project
    question: QuestionNames
    version: GuidelineVersion | None
    source_kinds: list[str]


@dataclass(frozen=True)
class Runs:
    """The runs of a slice that matter: the last with results, and a newer one without."""

    computed: AgreementRun | None
    newer: AgreementRun | None

    @property
    def waiting(self) -> AgreementRun | None:
        """A newer run whose job is not finished."""
        return self.newer if self.newer and not self.newer.job.is_finished else None

    @property
    def failed(self) -> AgreementRun | None:
        """A newer run that did not work out."""
        return self.newer if self.newer and self.newer.job.is_finished else None


@dataclass(frozen=True)
class ClassRow:
    """One class: how often it was given, and how well annotators agree on it.

    `raw`: percent agreement, or F1 where places are marked.
    """

    choice: ChoiceName
    n_labels: int
    share: float
    agreement: Measure | None
    raw: Measure | None


@dataclass(frozen=True)
class VersionShare:
    """How often a class was given under a version."""

    choice: ChoiceName
    n_labels: int
    share: float


@dataclass(frozen=True)
class VersionRow:
    """One guideline version: agreement on the labels made under it, the shares of their classes,
    and what it changed beyond wording, as (R7 or a key, change class)."""

    version: GuidelineVersion
    measures: list[Measure]
    n_labels: int
    shares: list[VersionShare]
    changed: list[tuple[str, str]]

    @property
    def alpha(self) -> Measure | None:
        return next(iter(self.measures), None)

    @property
    def raw(self) -> Measure | None:
        """Agreement that is not corrected for chance."""
        return next((each for each in self.measures if each.result.coefficient in RAW), None)


@dataclass(frozen=True)
class Overview:
    """The figures of one run."""

    headline: list[Measure]
    classes: list[ClassRow]
    versions: list[VersionRow]
    axis_low: float
    kind: str
    caution: list[Measure] = field(default_factory=list)

    @property
    def raw_name(self) -> str:
        """What stands beside alpha in the table of classes."""
        raw = next((row.raw for row in self.classes if row.raw), None)
        return raw.name if raw else ""

    @property
    def has_shares(self) -> bool:
        """Whether the question has classes to count."""
        return bool(self.classes)


_RAW = (CoefficientName.PERCENT, CoefficientName.EXACT_F1, CoefficientName.MATCHED_F1)


def agreement_runs(project: Project) -> QuerySet[AgreementRun]:
    """All runs of a project with what a list shows."""
    return AgreementRun.objects.filter(project=project).select_related(
        "question", "version", "job", "requested_by"
    )


def agreement_run(project: Project, pk: int) -> AgreementRun:
    """One run; 404 when it is not of this project."""
    run = agreement_runs(project).filter(pk=pk).first()
    if run is None:
        raise Http404(_("The project has no such agreement run."))
    return run


def runs_of(chosen: Slice) -> Runs:
    """The last run with results and, if there is one, a newer one without."""
    runs = agreement_runs(chosen.project).filter(
        question=chosen.question.id, version=chosen.version, source_kinds=chosen.source_kinds
    )
    latest = runs.order_by("-pk").first()
    if latest is None or latest.computed_at is not None:
        return Runs(latest, None)
    computed = runs.filter(computed_at__isnull=False).order_by("-pk").first()
    return Runs(computed, latest)


def latest_alpha(project: Project) -> AgreementResult | None:
    """Alpha over all classes of the first question: live if that is followed live, else from the
    last run that is done. At most two statements."""
    return live_alpha(project) or (
        AgreementResult.objects.filter(
            run__project=project,
            run__computed_at__isnull=False,
            scope=Scope.OVERALL,
            version=None,
            coefficient=CoefficientName.ALPHA,
        )
        .order_by("-run_id")
        .first()
    )


def annotations_since(run: Run) -> int:
    """How many submissions came after the labels of the run were read; exact, however late a
    long import was stored."""
    total = Annotation.objects.filter(project=run.project_id).count()
    return max(0, total - (run.n_annotations or 0))


def overview(
    run: AgreementRun, names: QuestionNames, versions: Iterable[GuidelineVersion]
) -> Overview:
    """Headline coefficients, agreement by class and by version, in three statements."""
    results = AgreementResult.objects.filter(run=run, scope__in=[Scope.OVERALL, Scope.CHOICE])
    counts: dict[tuple[int, int | None], int] = {
        (choice, version): n
        for choice, version, n in ClassCount.objects.filter(run=run).values_list(
            "choice_id", "version_id", "n_labels"
        )
    }
    return overview_of(list(results.order_by("pk")), counts, names, versions)


def overview_of(
    results: list[AgreementResult],
    counts: dict[tuple[int, int | None], int],
    names: QuestionNames,
    versions: Iterable[GuidelineVersion],
) -> Overview:
    """The same of results and class counts, wherever they come from."""
    shown = [each for each in results if not withheld(each)]
    axis = axis_for([bound for each in shown for bound in (each.value, each.low)])
    measures = [measure(each, axis, names.kind) for each in results]
    headline = [
        each
        for each in measures
        if each.result.scope == Scope.OVERALL and each.result.version_id is None
    ]
    caution = [each for each in headline[:1] if each.few_items or each.few_annotators]
    return Overview(
        headline=headline,
        classes=_classes(names, measures, counts),
        versions=_versions(names, versions, measures, counts),
        axis_low=axis.low,
        kind=names.kind,
        caution=caution,
    )


def _classes(
    names: QuestionNames, measures: list[Measure], counts: dict[tuple[int, int | None], int]
) -> list[ClassRow]:
    found = {
        (each.result.choice_id, each.result.coefficient): each
        for each in measures
        if each.result.scope == Scope.CHOICE
    }
    total = sum(n for (_choice, version), n in counts.items() if version is None)
    return [
        ClassRow(
            choice=choice,
            n_labels=(n := counts.get((choice.id, None), 0)),
            share=percent(n, total),
            agreement=found.get((choice.id, CoefficientName.ALPHA.value)),
            raw=next(
                (found[choice.id, name.value] for name in _RAW if (choice.id, name.value) in found),
                None,
            ),
        )
        for choice in names.choices.values()
        if (choice.id, None) in counts
    ]


def _changed(version: GuidelineVersion) -> list[tuple[str, str]]:
    """What a version changed beyond wording, as (R7 or a key, change class)."""
    classes = version.changes.get("classes", {}).items()
    return [
        (f"R{target[5:]}" if target.startswith("rule:") else target.rpartition(":")[2], change)
        for target, change in sorted(classes)
        if change != ChangeClass.EDITORIAL
    ]


def _versions(
    names: QuestionNames,
    versions: Iterable[GuidelineVersion],
    measures: list[Measure],
    counts: dict[tuple[int, int | None], int],
) -> list[VersionRow]:
    rows = []
    for version in versions:
        of_version = [each for each in measures if each.result.version_id == version.pk]
        if of_version:
            given = {choice: n for (choice, of), n in counts.items() if of == version.pk}
            total = sum(given.values())
            # Only a choice is one class to a label.
            n_labels = total if names.kind == "choice" else of_version[0].result.n_labels
            shares = [
                VersionShare(choice, given[choice.id], percent(given[choice.id], total))
                for choice in names.choices.values()
                if given.get(choice.id)
            ]
            rows.append(VersionRow(version, of_version, n_labels, shares, _changed(version)))
    return rows


@dataclass(frozen=True)
class MeanKappa:
    """Cohen's kappa averaged over pairs, each weighted by its common items."""

    value: float | None
    n_pairs: int
    n_items: int


def mean_pairwise_kappa(run: AgreementRun) -> MeanKappa:
    """In one statement; None when no pair has a kappa."""
    found = run.pairs.filter(kappa__isnull=False).aggregate(
        weighted=Sum(F("kappa") * F("n_items"), output_field=FloatField()),
        n_items=Sum("n_items"),
        n_pairs=Count("pk"),
    )
    n_items = int(found["n_items"] or 0)
    value = found["weighted"] / n_items if n_items else None
    return MeanKappa(value, int(found["n_pairs"]), n_items)
