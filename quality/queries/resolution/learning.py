"""What a fit learned besides classes and sources: a pool's members, and accuracy on gold items."""

from typing import Any

from quality.aggregation.base import UNDECIDED, Aggregator
from quality.aggregation.calibration import Proportion, proportion
from quality.aggregation.pool import Pool
from quality.agreement.table import IntArray
from quality.queries.resolution.deciding import Ruling
from quality.queries.resolution.gold import NO_GOLD, GoldLabels

_DIGITS = 9
# Half widths worth aiming at, and more gold items than anybody will make.
_AIMS = (0.1, 0.05, 0.025, 0.01)
_MOST_GOLD = 100_000


def members_of(fitted: Aggregator) -> IntArray | None:
    """(M, n_items): the label that each member of a pool decides; None for a single method."""
    return fitted.member_labels_ if isinstance(fitted, Pool) else None


def learned_by(
    fitted: Aggregator, ruling: Ruling, gold: GoldLabels, *, n_classes: int
) -> dict[str, Any]:
    """Plain figures for a run's `learned`.

    `n_classes`: how many classes anybody gave. `n_by_reason`: undecided items by reason.
    `gold_accuracy`: share of the gold items that the method decided as their trusted answer says,
    with `low`, `high` (Wilson, 95 %) and `n`; there is none without gold. A pool that was fitted
    to gold is judged by cross-validation, on items that the weights had not seen. `members` of a
    pool: method, weight, `n_different` items that it decides otherwise than the pool, and its own
    `gold_accuracy`.
    """
    reasons = [reason for reason in ruling.reasons if reason]
    found: dict[str, Any] = {
        "n_classes": n_classes,
        "n_by_reason": {reason: reasons.count(reason) for reason in sorted(set(reasons))},
    }
    if not isinstance(fitted, Pool):
        return found | ({"gold_accuracy": _on_gold(fitted.labels_, gold)} if gold.n else {})
    if fitted.gold_accuracy_ is not None:
        found["gold_accuracy"] = _plain(fitted.gold_accuracy_)
        found["is_cross_validated"] = True
    found["is_calibrated"] = fitted.is_calibrated_
    found["members"] = [
        {
            "method": name,
            "weight": round(weight, _DIGITS),
            "n_different": int((said != fitted.labels_).sum()),
            "gold_accuracy": _on_gold(said, gold) if gold.n else None,
        }
        for name, weight, said in zip(
            fitted.members_, fitted.weights_.tolist(), fitted.member_labels_, strict=True
        )
    ]
    return found


def _on_gold(labels: IntArray, gold: GoldLabels) -> dict[str, float | int]:
    known = gold.codes != NO_GOLD
    right = (labels[known] == gold.codes[known]) & (labels[known] != UNDECIDED)
    return _plain(proportion(int(right.sum()), gold.n))


def _plain(share: Proportion) -> dict[str, float | int]:
    return {
        "value": round(share.value, _DIGITS),
        "low": round(share.low, _DIGITS),
        "high": round(share.high, _DIGITS),
        "n": share.n,
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
    found = proportion(round(share * n), n)
    return (found.high - found.low) / 2
