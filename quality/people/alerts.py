"""What is worth a look about an annotator. An alert never excludes anybody: people decide.

An alert is a reason and numbers; the words for them are elsewhere, in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True)
class Alert:
    """A reason, the annotators (codes) it is about, and the numbers behind it, by name."""

    reason: Reason
    annotators: tuple[int, ...]
    numbers: Mapping[str, float]


def ignoring_items(
    score: FloatArray, low: FloatArray, high: FloatArray, n: npt.NDArray[Any], **limits: float
) -> list[Alert]:
    """Alerts for those whose interval is as a whole below `least`, which stands among the numbers
    with all other limits; lowest score first."""
    found = np.flatnonzero(high < limits["least"])
    own = {"score": score, "low": low, "high": high, "n": n}
    return [
        Alert(
            Reason.IGNORES_ITEMS,
            (code,),
            {name: each[code].item() for name, each in own.items()} | limits,
        )
        for code in found[np.argsort(score[found], kind="stable")].tolist()
    ]


def false_discovery_values(p_values: FloatArray) -> FloatArray:
    """The smallest rate of false discoveries at which each test would be one (Benjamini and
    Hochberg, JRSS B 57, 1995): shape of `p_values`, (n,). NaN stays NaN and is no test."""
    found = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    scaled = p_values[order] * order.size / np.arange(1, order.size + 1)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found
