"""Coefficients as a screen shows them: with interval, basis, and a plain word of caution."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quality.agreement.policy import FEWEST_ANNOTATORS, FEWEST_ITEMS, enough_data
from quality.models import AgreementResult, CoefficientName
from quality.queries.charts.intervals import Axis, IntervalMark, interval_mark

# What is not corrected for chance: raw agreement may be shown however little there is.
RAW = frozenset(
    {
        CoefficientName.PERCENT,
        CoefficientName.JACCARD,
        CoefficientName.COMMON_SHARE,
        CoefficientName.MEAN_DIFFERENCE,
        CoefficientName.CHARACTERS,
        CoefficientName.WORDS,
        CoefficientName.EXACT_F1,
        CoefficientName.RELAXED_F1,
        CoefficientName.MATCHED_F1,
        CoefficientName.MEAN_IOU,
        CoefficientName.KENDALL_TAU,
    }
)
UNDEFINED_REASONS: dict[str, str | Promise] = {
    "cannot_separate": _(
        "Too few answers to tell differences between items, between people and chance apart."
    ),
    "too_many_annotators": _("Too many annotators to compare all of them in one equation."),
    "fewer_than_two_annotators": _("Fewer than two annotators have labeled."),
    "no_item_with_two_labels": _("No item has labels from two annotators."),
    "nothing_marked": _("Nobody has marked anything on an item that two people labeled."),
    "only_one_category": _(
        "All labels are in one class, so chance agreement cannot be told from real agreement."
    ),
    "too_few_items": _("Not shown below 30 items with two or more labels."),
    "too_few_annotators": _("Not shown for fewer than 3 annotators."),
}
EXPLANATIONS: dict[str, str | Promise] = {
    CoefficientName.ALPHA: _("Corrected for chance; takes missing labels in its stride."),
    CoefficientName.FLEISS: _("Corrected for chance; each item counts the same."),
    CoefficientName.AC1: _("Corrected for chance; steady when one class dominates."),
    CoefficientName.AC2: _("As AC1, with credit for near misses by the square of the distance."),
    CoefficientName.ICC: _(
        "Reliability of the mean of an item's answers: the share of its variance that is between"
        " items and not between people or by chance."
    ),
    CoefficientName.PERCENT: _("Not corrected for chance: two classes at random reach 50 %."),
    CoefficientName.JACCARD: _(
        "Choices that both gave, as a share of those that either gave; mean over pairs."
    ),
    CoefficientName.COMMON_SHARE: _("What two sets of shares have in common; mean over pairs."),
    CoefficientName.MEAN_DIFFERENCE: _("In the unit of the answers; 0 is perfect."),
    CoefficientName.CHARACTERS: _(
        "1 minus the edits that turn one text into the other, by the longer text's characters."
    ),
    CoefficientName.WORDS: _("The same by words: 1 minus the word error rate of two people."),
    CoefficientName.EXACT_F1: _("Found by both with the same borders and class, over all pairs."),
    CoefficientName.RELAXED_F1: _("Found by both with an overlap and the same class."),
    CoefficientName.MARKED_ALPHA: _(
        "Alpha over the characters that somebody marked; the unmarked rest would flatter."
    ),
    CoefficientName.MATCHED_F1: _(
        "Found by both at the same place, with the same class: half of the joint area or time, or"
        " within 10 pixels for points."
    ),
    CoefficientName.MEAN_IOU: _("How far the matched ones cover each other, 1 is exactly."),
    CoefficientName.KENDALL_TAU: _("Share of the pairs of entries that two people order alike."),
    CoefficientName.KENDALL_W: _("Concordance of all rankings of an item; mean over items."),
}
# What the distance of alpha means, by kind; a choice has none to speak of.
DISTANCES: dict[str, str | Promise] = {
    "choices": _("The distance of two answers is that of sets (MASI)."),
    "soft_choice": _("The distance of two answers is the share they do not have in common."),
    "rating": _("Ordinal: the distance of two ratings is how many answers lie between them."),
    "number": _("Interval: the distance of two numbers is their squared difference."),
    "text": _("The distance of two texts is the edits of characters, by the longer text."),
    "spans": _("The distance of two answers is the share of marked characters not in common."),
    "relations": _("The distance of two answers is the share of relations not in common."),
    "ranking": _("The distance of two rankings is the share of pairs in another order."),
    "boxes": _("The distance of two answers is what their best matched boxes do not share."),
    "polygons": _("The distance of two answers is what their best matched polygons do not share."),
    "points": _("The distance of two answers grows with that of their best matched points."),
    "segments": _("The distance of two answers is the time their best matches do not share."),
}


@dataclass(frozen=True)
class Measure:
    """One coefficient and everything that must stand beside it."""

    result: AgreementResult
    mark: IntervalMark
    kind: str = "choice"

    @property
    def name(self) -> str:
        return str(CoefficientName(self.result.coefficient).label)

    @property
    def explanation(self) -> str:
        if self.result.coefficient == CoefficientName.ALPHA and self.kind in DISTANCES:
            return str(DISTANCES[self.kind])
        return str(EXPLANATIONS[self.result.coefficient])

    @property
    def withheld(self) -> str:
        """Why the value is not shown though there is one: too little data stands behind it."""
        return withheld(self.result)

    @property
    def reason(self) -> str:
        """Why no value is shown; empty when one is."""
        code = self.result.undefined or self.withheld
        return str(UNDEFINED_REASONS.get(code, code))

    @property
    def few_items(self) -> bool:
        return self.result.n_items < FEWEST_ITEMS

    @property
    def few_annotators(self) -> bool:
        return self.result.n_annotators < FEWEST_ANNOTATORS

    @property
    def percent(self) -> float | None:
        """The value of a share."""
        return None if self.result.value is None else 100.0 * self.result.value


def withheld(result: AgreementResult) -> str:
    """The code of why a coefficient is not shown though it has a value; empty when it may be."""
    if result.value is None or result.coefficient in RAW:
        return ""
    return str(enough_data(result.n_items, result.n_annotators) or "")


def measure(result: AgreementResult, axis: Axis, kind: str = "choice") -> Measure:
    """A stored coefficient on an axis."""
    return Measure(
        result,
        interval_mark(
            axis,
            result.value,
            (result.low, result.high),
            (result.annotator_low, result.annotator_high),
        ),
        kind,
    )
