"""What to keep in mind about a run: said plainly beside its results."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from quality.models import ResolutionMethod, ResolutionRun
from quality.queries.resolution.learning import gold_wanted
from quality.queries.resolution.recommending import ENOUGH_LABELS, ENOUGH_PEOPLE

# They assume that people err independently of each other, which they do not on hard items.
TOO_SURE = frozenset(
    {
        ResolutionMethod.DAWID_SKENE,
        ResolutionMethod.DAWID_SKENE_MAP,
        ResolutionMethod.ONE_COIN,
        ResolutionMethod.BCC,
        ResolutionMethod.POOLED_BCC,
        ResolutionMethod.EBCC,
        ResolutionMethod.GLAD,
        ResolutionMethod.MACE,
    }
)
_SIMPLE = frozenset({ResolutionMethod.MAJORITY_VOTE})


@dataclass(frozen=True)
class Doubt:
    """`level` as of a notice: warn or note."""

    level: str
    title: str
    text: str


@dataclass(frozen=True)
class GoldFigure:
    """Accuracy on gold items in percent, and how many more would make it `aim` points narrow."""

    percent: float
    low: float
    high: float
    n: int
    is_cross_validated: bool
    wanted: int | None
    aim: float | None


def doubts(run: ResolutionRun) -> list[Doubt]:
    """What a reader should know of a finished run, the gravest first."""
    if not run.n_items or not run.n_labels or not run.n_sources:
        return []
    found = [*_too_little(run)]
    # A pool stops its members when more steps would move none of its probabilities.
    if run.converged is False and "n_iter" in run.parameters:
        found.append(
            Doubt(
                "warn",
                _("It has not converged"),
                _(
                    "The iterations ended before the estimate came to rest. Start a run with more"
                    " iterations."
                ),
            )
        )
    if run.question.kind == "choice":
        found += _of_choices(run)
    return found


def _too_little(run: ResolutionRun) -> list[Doubt]:
    n_labels, n_items, n_sources = run.n_labels or 0, run.n_items or 0, run.n_sources or 0
    found = []
    if n_sources == 1:
        text = _("There was nobody to disagree: every item is as this one source said.")
        return [Doubt("warn", _("Only one annotator"), text)]
    if n_labels == n_items:
        text = _(
            "Each item has one label, so that label was taken. Nothing can be said about who is"
            " right: let several people label the same items."
        )
        found.append(Doubt("warn", _("No item has two labels"), text))
    if run.method in _SIMPLE:
        return found
    if n_sources < ENOUGH_PEOPLE:
        text = _("With two annotators no method can tell which of them is right.")
        found.append(Doubt("warn", _("Fewer than three annotators"), text))
    elif n_labels / n_sources < ENOUGH_LABELS and run.question.kind == "choice":
        text = _(
            "On average an annotator has %(mean)s labels here. Below about %(enough)s a method that"
            " weighs people guesses; majority vote is safer."
        ) % {"mean": number_format(round(n_labels / n_sources, 1), 1), "enough": ENOUGH_LABELS}
        found.append(Doubt("warn", _("Few labels per annotator"), text))
    return found


def _of_choices(run: ResolutionRun) -> list[Doubt]:
    found = []
    if run.learned.get("n_classes") == 1:
        text = _("Everything was labeled alike. How well the classes are told apart is unknown.")
        found.append(Doubt("note", _("Only one class"), text))
    if run.method == ResolutionMethod.POOL and not run.learned.get("is_calibrated"):
        text = _(
            "The members have their usual weights, and the probabilities are toned down by a"
            " constant that fits most projects. Mark 20 to 50 gold items: then weights and"
            " probabilities are fitted to this project."
        )
        found.append(Doubt("note", _("Not calibrated yet"), text))
    if run.method in TOO_SURE:
        text = _(
            "This method takes people's errors for independent. They are not, since hard items are"
            " hard for everybody, so its probabilities are usually too near 0 and 100 %. Use the"
            " pool where probabilities matter."
        )
        found.append(Doubt("note", _("Its probabilities are too sure"), text))
    return found


def gold_figure(run: ResolutionRun) -> GoldFigure | None:
    """None for a run without gold items."""
    accuracy = run.learned.get("gold_accuracy")
    if not accuracy:
        return None
    wanted = gold_wanted(accuracy["value"], accuracy["n"])
    return GoldFigure(
        percent=100.0 * accuracy["value"],
        low=100.0 * accuracy["low"],
        high=100.0 * accuracy["high"],
        n=accuracy["n"],
        is_cross_validated=bool(run.learned.get("is_cross_validated")),
        wanted=wanted[1] if wanted else None,
        aim=100.0 * wanted[0] if wanted else None,
    )
