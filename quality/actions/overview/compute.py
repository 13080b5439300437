"""Count what the overview of a question shows: the handler of its job, in its transaction."""

from datetime import datetime

from django.utils import timezone

from core.jobs import Progress
from quality.models import OverviewRun
from quality.queries.overview.class_weeks import count_classes
from quality.queries.overview.needs import count_needs
from quality.queries.overview.progress import count_progress
from quality.queries.overview.throughput import count_answers

_STEPS = 3


def compute_overview(*, progress: Progress, now: datetime) -> dict[str, int]:
    """`figures`: "today" (ISO), "answers" (`Counts`), "progress" and "needs" (see their modules).

    Days are those of the server's time zone.
    """
    run = OverviewRun.objects.select_related("project", "question").get(job=progress.job_id)
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    progress.report(0, _STEPS)
    answers = count_answers(run.question_id, today)
    answers.classes.extend(count_classes(run.question, today))
    progress.report(1)
    slots = count_progress(run.project_id, today)
    progress.report(2)
    needs = count_needs(run.project)
    progress.report(_STEPS)
    OverviewRun.objects.filter(pk=run.pk).update(
        computed_at=now,
        figures={
            "today": today.isoformat(),
            "answers": answers.as_json,
            "progress": slots,
            "needs": needs,
        },
    )
    return {"run": run.pk}
