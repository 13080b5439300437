"""Stored figures of adaptive overlap in the shape in which a page draws them."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from quality.queries.charts.intervals import percent
from quality.queries.charts.line import LineChart, Mark, Point, Series, line_chart

# A bar of the histogram is so many hundredths wide.
BAR = 5


@dataclass(frozen=True)
class ConfidenceBar:
    """Labeled items whose confidence lies from `low` up to `high`, in per cent.

    `holds_target`: the target lies in it; `is_below`: all of it is below the target.
    """

    low: int
    high: int
    n: int
    percent: float
    holds_target: bool
    is_below: bool


@dataclass(frozen=True)
class Standing:
    """Where the items stand. `n_below`: labeled items below the target, to a whole per cent.

    `n_gold`: gold items the confidence was calibrated on, 0 where there are too few.
    """

    n_items: int
    n_labeled: int
    n_below: int | None
    target: float | None
    mean_labels: float
    bars: list[ConfidenceBar]
    needs: dict[str, int]
    n_gold: int

    @property
    def n_unlabeled(self) -> int:
        return self.n_items - self.n_labeled

    @property
    def percent_below(self) -> float:
        return percent(self.n_below or 0, self.n_labeled)


def standing_view(stored: dict[str, Any], target: float | None) -> Standing:
    """The histogram from the lowest confidence that occurs."""
    bins = stored["confidence"]
    n_labeled = stored["n_labeled"]
    labels = sum(n * count for n, count in stored["labels"])
    first = next((at for at, n in enumerate(bins) if n), 0) // BAR * BAR
    bars = [
        _bar(low, sum(bins[low : low + BAR]), n_labeled, target)
        for low in range(first, len(bins), BAR)
    ]
    below = None if target is None else sum(bins[: round(target * len(bins))])
    return Standing(
        n_items=stored["n_items"],
        n_labeled=n_labeled,
        n_below=below,
        target=target,
        mean_labels=labels / n_labeled if n_labeled else 0.0,
        bars=bars,
        needs=stored.get("standing", {}),
        n_gold=stored["n_gold"],
    )


def _bar(low: int, n: int, total: int, target: float | None) -> ConfidenceBar:
    at = None if target is None else 100 * target
    return ConfidenceBar(
        low=low,
        high=low + BAR,
        n=n,
        percent=percent(n, total),
        holds_target=at is not None and low <= at + 1e-9 < low + BAR,
        is_below=at is not None and low + BAR <= at + 1e-9,
    )


@dataclass(frozen=True)
class ReplayView:
    """A replay that could be played: its picture, and the two figures it comes down to."""

    figures: dict[str, Any]
    chart: LineChart

    @property
    def percent_saved(self) -> float | None:
        saved = self.figures["saved"]
        return None if saved is None else 100 * saved


def replay_view(figures: dict[str, Any]) -> ReplayView | None:
    """None when there was nothing to choose."""
    if "budgets" not in figures:
        return None
    against = _("gold answers") if figures["is_gold"] else _("the decisions from all labels")
    series = [
        _series(_("Smallest margin first"), figures, "margin", 0),
        _series(_("The same number for every item"), figures, "uniform", 1),
    ]
    lowest = 100 * min([*figures["uniform"], *figures["margin"]])
    chart = line_chart(
        series,
        title=_("Accuracy by labels per item"),
        description=_("Share of decisions that equal %(against)s, in per cent.")
        % {"against": against},
        x_label=_("Labels per item"),
        y_label=_("Accuracy in per cent"),
        marks=_marks(figures),
        y_range=(float(max(0, int(lowest) // 10 * 10)), 100.0),
        decimals=1,
    )
    return ReplayView(figures, chart)


def _series(name: str, figures: dict[str, Any], key: str, hue: int) -> Series:
    points = [
        Point(x=budget, y=100 * accuracy, name=number_format(budget, 1))
        for budget, accuracy in zip(figures["budgets"], figures[key], strict=True)
    ]
    return Series(name, points, hue)


def _marks(figures: dict[str, Any]) -> list[Mark]:
    """Where each rule is as good as all labels, but for half a point."""
    needed = (
        (figures["needed_margin"], _("margin first: %(labels)s")),
        (figures["needed_uniform"], _("same for all: %(labels)s")),
    )
    return [
        Mark(at, words % {"labels": number_format(at, 1)}) for at, words in needed if at is not None
    ]
