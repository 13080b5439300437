"""How far the review is, and what it says about the work of each annotator."""

from dataclasses import dataclass

from projects.models import Project
from quality.agreement.proportion import wilson_interval
from quality.models import ReviewTally
from quality.queries.charts.intervals import percent
from quality.queries.naming import source_names


@dataclass(frozen=True)
class ReviewFigures:
    """Reviewed answers of one annotator, or of all. Shares in per cent, 95 % interval.

    `due` were drawn, `waiting` of them nobody has looked at; `again` were answered again after
    they had been sent back or were changed, `accepted_again` of those were accepted.
    """

    source: int | None
    name: str
    due: int
    waiting: int
    accepted: int
    fixed: int
    sent_back: int
    again: int
    waiting_again: int
    accepted_again: int

    @property
    def reviewed(self) -> int:
        return self.accepted + self.fixed + self.sent_back

    @property
    def percent(self) -> float | None:
        """Share of the reviewed first answers that were accepted as they were."""
        return percent(self.accepted, self.reviewed) if self.reviewed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.reviewed:
            return None
        low, high = wilson_interval(self.accepted / self.reviewed, self.reviewed)
        return 100 * low, 100 * high

    @property
    def low(self) -> float | None:
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        return self.interval[1] if self.interval else None

    @property
    def all_due(self) -> int:
        return self.due + self.again

    @property
    def all_done(self) -> int:
        return self.all_due - self.waiting - self.waiting_again

    @property
    def percent_done(self) -> float:
        return percent(self.all_done, self.all_due)


def review_figures(project: Project) -> tuple[ReviewFigures, list[ReviewFigures]]:
    """Of all annotators together, and of each: the lowest accepted share first.

    Read from what the database has counted as it happened (`ReviewTally`). An answer counts once,
    by the review that stands; one that was sent back and answered again is counted apart from first
    answers, so that the accepted share speaks of these.
    """
    sources: dict[int, dict[bool, ReviewTally]] = {}
    for tally in ReviewTally.objects.filter(project=project).order_by("source_id"):
        sources.setdefault(tally.source_id, {})[tally.again] = tally
    rows = [(source, *_row(found)) for source, found in sources.items()]
    names = source_names(row[0] for row in rows)
    each = [ReviewFigures(row[0], names.get(row[0], "?"), *row[1:]) for row in rows]
    sums = [sum(row[place] for row in rows) for place in range(1, 9)]
    together = ReviewFigures(None, "", *sums)
    return together, sorted(each, key=_worst_first)


def _row(found: dict[bool, ReviewTally]) -> tuple[int, ...]:
    """The figures of one source, in the order of `ReviewFigures`."""
    first, again = (found.get(each) or ReviewTally() for each in (False, True))
    return (
        first.due,
        first.waiting,
        first.accepted,
        first.fixed,
        first.sent_back,
        again.due,
        again.waiting,
        again.accepted,
    )


def _worst_first(figures: ReviewFigures) -> tuple[bool, float, str]:
    share = figures.percent
    return share is None, share or 0.0, figures.name
