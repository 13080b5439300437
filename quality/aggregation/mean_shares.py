"""Soft choices: the mean of what people believe."""

from quality.aggregation.base import ItemAggregator
from quality.agreement.values import Value

# A smaller share of the mean is nobody's belief but rounding.
_NEGLIGIBLE = 1e-4
_DECIMALS = 4


class MeanShares(ItemAggregator):
    """Mean share of every class (the linear opinion pool, Stone 1961); sums to 1.

    Always decided: that two classes are even is the answer. `confidences_`: the largest share.
    """

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        keys = sorted({key for answer in answers for key in answer["shares"]})
        means = {
            key: sum(sorted(answer["shares"].get(key, 0.0) for answer in answers)) / len(answers)
            for key in keys
        }
        kept = {key: share for key, share in means.items() if share >= _NEGLIGIBLE}
        total = sum(kept.values())
        shares = {key: round(share / total, _DECIMALS) for key, share in kept.items()}
        largest = max(shares, key=lambda key: (shares[key], key))
        # Rounding must not make the sum miss 1.
        rest = sum(share for key, share in shares.items() if key != largest)
        shares[largest] = round(1.0 - rest, _DECIMALS)
        return {"kind": "soft_choice", "shares": shares}, max(shares.values()), dict(shares)
