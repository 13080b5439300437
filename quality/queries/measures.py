"""Coefficients as a screen shows them: with interval, basis, and a plain word of caution."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quality.models import AgreementResult, CoefficientName
from quality.queries.charts import Axis, IntervalMark, interval_mark

FEW_ITEMS = 30
FEW_ANNOTATORS = 3

UNDEFINED_REASONS: dict[str, str | Promise] = {
    "fewer_than_two_annotators": _("Fewer than two annotators have labeled."),
    "no_item_with_two_labels": _("No item has labels from two annotators."),
    "only_one_category": _(
        "All labels are in one class, so chance agreement cannot be told from real agreement."
    ),
}
EXPLANATIONS: dict[str, str | Promise] = {
    CoefficientName.ALPHA: _("Corrected for chance; takes missing labels in its stride."),
    CoefficientName.FLEISS: _("Corrected for chance; each item counts the same."),
    CoefficientName.AC1: _("Corrected for chance; steady when one class dominates."),
    CoefficientName.PERCENT: _("Not corrected for chance: two classes at random reach 50 %."),
}


@dataclass(frozen=True)
class Measure:
    """One coefficient and everything that must stand beside it."""

    result: AgreementResult
    mark: IntervalMark

    @property
    def name(self) -> str:
        return str(CoefficientName(self.result.coefficient).label)

    @property
    def explanation(self) -> str:
        return str(EXPLANATIONS[self.result.coefficient])

    @property
    def reason(self) -> str:
        """Why there is no value; empty when there is one."""
        code = self.result.undefined
        return str(UNDEFINED_REASONS.get(code, code))

    @property
    def few_items(self) -> bool:
        return self.result.n_items < FEW_ITEMS

    @property
    def few_annotators(self) -> bool:
        return self.result.n_annotators < FEW_ANNOTATORS


def measure(result: AgreementResult, axis: Axis) -> Measure:
    """A stored coefficient on an axis."""
    return Measure(
        result,
        interval_mark(
            axis,
            result.value,
            (result.low, result.high),
            (result.annotator_low, result.annotator_high),
        ),
    )
