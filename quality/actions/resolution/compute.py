"""Do what a resolution run asks for: the handler of its job, in the job's transaction."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.jobs import JobFailed, Progress
from quality.actions.resolution.decide import NOW, Moment, decide, moment_of
from quality.actions.resolution.run_inputs import close_run, in_language_of
from quality.actions.storing import store_rows
from quality.models import ResolutionRun
from quality.queries.resolution.deciding import COLUMNS

DECISION_COLUMNS = (*COLUMNS, "question_id")
SOURCE_COLUMNS = ("source_id", "accuracy", "confusion", "n_labels", "weight", "habits")


def compute_resolution(*, progress: Progress, now: datetime) -> dict[str, int]:
    """Read the labels of the job's run, decide each item, store it all and close the run.

    All or nothing: a worker that dies leaves a run without results, which the next one computes
    from the start.
    """
    runs = ResolutionRun.objects.select_related("question", "version", "requested_by", "as_of")
    run = runs.get(job=progress.job_id)
    with in_language_of(run):
        return _compute(progress, run, now)


def _compute(progress: Progress, run: ResolutionRun, now: datetime) -> dict[str, int]:
    labels, decided = decide(progress, run, _moment(run))
    progress.report(0, message=_("Storing what was decided"))
    rows = ((*row, run.question_id) for row in decided.rows)
    store_rows(run, "quality_resolution", DECISION_COLUMNS, rows, progress=progress)
    store_rows(run, "quality_sourcereliability", SOURCE_COLUMNS, decided.reliabilities)
    close_run(run, labels, now=now, n_undecided=decided.n_undecided, **decided.learned)
    progress.report(int(labels.item_ids.size), message="")
    return {"run": run.pk, "items": int(labels.item_ids.size), "undecided": decided.n_undecided}


def _moment(run: ResolutionRun) -> Moment:
    if run.as_of is None:
        return NOW
    moment = moment_of(run.as_of)
    if moment is None:
        message = _("The labels that run %(run)s was computed from cannot be told from later ones.")
        raise JobFailed([{"message": message % {"run": run.as_of_id}, "code": "no_such_moment"}])
    return moment
