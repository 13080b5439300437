"""What the tables of agreement are made of: live figures, or those of a run."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from guidelines.models import GuidelineVersion
from quality.models import AgreementResult, AgreementRun, ClassCount, ConfusionCell, Scope
from quality.queries.agreement.left_out import annotators_of_run
from quality.queries.agreement.runs import Slice, agreement_run, runs_of
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.overview.dashboard import Choosing, chosen_slice, numbers_of
from quality.queries.tables.registry import Asked

FILTERS = ("question", "version", "kind", "run")


@dataclass(frozen=True)
class Measured:
    """What agreement tables are made of; versions by id."""

    names: QuestionNames
    versions: dict[int, GuidelineVersion]
    results: list[AgreementResult]
    counts: dict[tuple[int, int | None], int]
    confusion: dict[tuple[int, int], int]
    annotators: list[dict[str, Any]]

    def version(self, pk: int | None) -> int | None:
        """The number of a version."""
        return self.versions[pk].number if pk in self.versions else None

    def choice(self, pk: int | None) -> tuple[str | None, str | None]:
        """Key and name of a choice."""
        known = self.names.choices.get(pk) if pk is not None else None
        return (known.key, known.name) if known else (None, None)


def slice_of(asked: Asked) -> Slice:
    """What question, version and kind name; 404 when there is no such."""
    known = vocabulary(asked.viewer.project, asked.language)
    choosing = Choosing(asked.one("question"), asked.one("version"), asked.one("kind"))
    chosen = chosen_slice(asked.viewer.project, known, choosing)
    if chosen is None:
        raise Http404(_("The project has no such question."))
    return chosen


def run_of(asked: Asked) -> tuple[AgreementRun | None, QuestionNames]:
    """The run of this number, else the last one with results over what the filters name."""
    number = asked.number("run")
    if number is None:
        chosen = slice_of(asked)
        return runs_of(chosen).computed, chosen.question
    run = agreement_run(asked.viewer.project, number)
    known = vocabulary(asked.viewer.project, asked.language).question(run.question.key)
    if known is None:
        raise Http404(_("The project has no such question."))
    return run, known


def measured(asked: Asked) -> Measured:
    """As the page shows it: the live figures, unless a run is asked for or nothing is live."""
    project = asked.viewer.project
    versions = {each.pk: each for each in vocabulary(project, asked.language).versions}
    numbers = numbers_of(slice_of(asked)) if asked.number("run") is None else None
    run, names = run_of(asked)
    if numbers is not None:
        return Measured(
            names,
            versions,
            numbers.results,
            numbers.class_counts,
            numbers.confusion,
            numbers.annotators,
        )
    results = AgreementResult.objects.filter(run=run, scope__in=[Scope.OVERALL, Scope.CHOICE])
    counts = ClassCount.objects.filter(run=run).order_by("pk")
    cells = ConfusionCell.objects.filter(run=run).order_by("pk")
    return Measured(
        names,
        versions,
        list(results.order_by("pk")),
        {(each.choice_id, each.version_id): each.n_labels for each in counts},
        {(each.choice_a_id, each.choice_b_id): each.count for each in cells},
        annotators_of_run(run) if run else [],
    )
