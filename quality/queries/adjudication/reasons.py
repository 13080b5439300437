"""Why answers differed, counted over the decisions that stand."""

from dataclasses import dataclass

from django.db.models import Count

from projects.models import Project
from quality.agreement.proportion import wilson_interval
from quality.models import Adjudication, Reason
from quality.queries.charts.intervals import percent


@dataclass(frozen=True)
class ReasonCount:
    """Decisions with one reason, of all decisions; shares in percent with a 95 % interval."""

    reason: Reason
    n: int
    of: int
    percent: float
    low: float | None
    high: float | None

    @property
    def name(self) -> str:
        return str(self.reason.label)


def reason_counts(project: Project, question_id: int) -> list[ReasonCount]:
    """Every reason, the most frequent first; one statement over the decisions of the question."""
    rows = Adjudication.objects.standing().filter(project=project, question=question_id)
    found = dict(rows.values_list("reason").annotate(n=Count("pk")))
    total = sum(found.values())
    counted = [_counted(reason, found.get(reason.value, 0), total) for reason in Reason]
    return sorted(counted, key=lambda each: -each.n)


def _counted(reason: Reason, n: int, total: int) -> ReasonCount:
    if not total:
        return ReasonCount(reason, 0, 0, 0.0, None, None)
    low, high = wilson_interval(n / total, total)
    return ReasonCount(reason, n, total, percent(n, total), 100 * low, 100 * high)
