"""Does somebody give the same answer when the same item comes again, unannounced?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import Coefficient
from quality.agreement.cohen import cohen_kappa
from quality.agreement.proportion import Proportion, wilson
from quality.people.alerts import Alert, Reason


@dataclass(frozen=True)
class SelfAgreement:
    """`percent`: repeated items with the same answer, with Wilson's interval. `kappa`: Cohen's, of
    the first and the second answers, with its large-sample interval, or why there is none."""

    percent: Proportion
    kappa: Coefficient

    def alert(self, annotator: int, *, least: float = 0.8) -> Alert | None:
        """An alert if even the upper end of the interval is below `least`."""
        share, low, high = self.percent.share, self.percent.low, self.percent.high
        if share is None or low is None or high is None or high >= least:
            return None
        numbers = {"share": share, "low": low, "high": high, "n": self.percent.n, "least": least}
        return Alert(Reason.CONTRADICTS_SELF, (annotator,), numbers)


def self_agreement(
    first: npt.ArrayLike, second: npt.ArrayLike, *, confidence: float = 0.95
) -> SelfAgreement:
    """Agreement of one person with themselves: labels (n,) of n items, then and again.

    A ceiling for agreement with others: nobody agrees more with others than with themselves.
    Raises ValueError for arrays of unequal length.
    """
    before, again = np.asarray(first), np.asarray(second)
    kappa = cohen_kappa(before, again, confidence=confidence)
    return SelfAgreement(
        wilson(int((before == again).sum()), before.size, confidence=confidence), kappa
    )
