"""What a fit learned besides classes and sources: a pool's members, and accuracy on gold items."""

import math
from typing import Any

import numpy as np

from quality.aggregation.base import UNDECIDED, Aggregator
from quality.agreement.table import IntArray
from quality.queries.deciding import Ruling
from quality.queries.gold import NO_GOLD, GoldLabels

# Of the normal distribution, for intervals of 95 %.
_Z = 1.959963984540054
_DIGITS = 9
# Half widths worth aiming at, and more gold items than anybody will make.
_AIMS = (0.1, 0.05, 0.025, 0.01)
_MOST_GOLD = 100_000


def members_of(fitted: Aggregator) -> IntArray | None:
    """(M, n_items): the label that each member of a pool decides; None for a single method."""
    return getattr(fitted, "member_labels_", None)


def learned_by(fitted: Aggregator, ruling: Ruling, gold: GoldLabels) -> dict[str, Any]:
    """Plain figures for a run's `learned`.

    `gold_accuracy`: share of the gold items that were decided as their trusted answer says, with
    `low`, `high` (Wilson, 95 %) and `n`; null without gold. A pool that was fitted to gold is
    judged by cross-validation, on items that the weights had not seen. `members`: method, weight,
    `n_different` items that it decides otherwise than the pool, and its own `gold_accuracy`.
    """
    known = gold.codes != NO_GOLD
    found: dict[str, Any] = {}
    cross_validated = getattr(fitted, "gold_accuracy_", None)
    if cross_validated is not None:
        found["gold_accuracy"] = _interval(cross_validated, gold.n)
        found["is_cross_validated"] = True
    elif gold.n:
        right = int((fitted.labels_[known] == gold.codes[known]).sum())
        found["gold_accuracy"] = wilson(right, gold.n)
    members = members_of(fitted)
    if members is not None:
        found["is_calibrated"] = bool(fitted.is_calibrated_)  # type: ignore[attr-defined]
        weights = np.asarray(fitted.weights_)  # type: ignore[attr-defined]
        found["members"] = [
            {
                "method": name,
                "weight": round(float(weight), _DIGITS),
                "n_different": int((said != fitted.labels_).sum()),
                "gold_accuracy": wilson(int((said[known] == gold.codes[known]).sum()), gold.n)
                if gold.n
                else None,
            }
            for name, weight, said in zip(
                fitted.members_,
                weights,
                members,
                strict=True,  # type: ignore[attr-defined]
            )
        ]
    undecided = ruling.labels == UNDECIDED
    found["n_by_reason"] = _counted([ruling.reasons[place] for place in np.flatnonzero(undecided)])
    return found


def wilson(right: float, n: int) -> dict[str, float | int]:
    """A share with its score interval of 95 % (Wilson 1927), as the pages show it."""
    share = right / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    return {
        "value": round(share, _DIGITS),
        "low": round(max(0.0, middle - half), _DIGITS),
        "high": round(min(1.0, middle + half), _DIGITS),
        "n": n,
    }


def gold_wanted(share: float, n: int) -> tuple[float, int] | None:
    """The next half width worth aiming at below that of n gold items, and how many gold items it
    takes in all if the share stays as it is; None when the interval is narrow enough."""
    now = _half_width(share, n)
    for aim in _AIMS:
        if aim < now * 0.8:
            fewest, most = n, _MOST_GOLD
            while fewest < most:
                middle = (fewest + most) // 2
                fewest, most = (
                    (fewest, middle) if _half_width(share, middle) <= aim else (middle + 1, most)
                )
            return aim, fewest
    return None


def _half_width(share: float, n: int) -> float:
    found = wilson(share * n, n)
    return (float(found["high"]) - float(found["low"])) / 2


def _interval(accuracy: Any, n: int) -> dict[str, float | int]:
    value, low, high = (round(float(each), _DIGITS) for each in accuracy)
    return {"value": value, "low": low, "high": high, "n": n}


def _counted(reasons: list[str]) -> dict[str, int]:
    return {reason: reasons.count(reason) for reason in sorted(set(reasons))}
