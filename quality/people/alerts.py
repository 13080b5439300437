"""What is worth a look about an annotator. An alert never excludes anybody: people decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from quality.agreement.coefficient import FloatArray


class Reason(StrEnum):
    """Why somebody should have a look."""

    CONTRADICTS_SELF = "contradicts_self"
    DRIFT = "drift"
    SAME_ANSWER = "same_answer"
    FAST_STRETCH = "fast_stretch"
    COPYING = "copying"
    IGNORES_ITEMS = "ignores_items"
    BELOW_GOLD = "below_gold"

    @property
    def message(self) -> str:
        """The reason as a sentence; the numbers stand beside it."""
        return _MESSAGES[self]


_MESSAGES = {
    Reason.CONTRADICTS_SELF: "Answers to items shown twice differ more often than allowed.",
    Reason.DRIFT: "Answers fit those of the others less, or more, from some time on.",
    Reason.SAME_ANSWER: "The same answer many times in a row, which the others did not give.",
    Reason.FAST_STRETCH: "A stretch of answers much faster than usual for this person.",
    Reason.COPYING: "Two people share more mistakes than independent work explains.",
    Reason.IGNORES_ITEMS: "Answers hardly depend on the item.",
    Reason.BELOW_GOLD: "Accuracy on gold items is below the limit, beyond chance.",
}


@dataclass(frozen=True)
class Alert:
    """A reason, the annotators (codes) it is about, and the numbers behind it, by name."""

    reason: Reason
    annotators: tuple[int, ...]
    numbers: Mapping[str, float]


def false_discovery_values(p_values: FloatArray) -> FloatArray:
    """The smallest rate of false discoveries at which each test would be one (Benjamini and
    Hochberg, JRSS B 57, 1995): shape of `p_values`, (n,). NaN stays NaN and is no test."""
    found = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    scaled = p_values[order] * order.size / np.arange(1, order.size + 1)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found
