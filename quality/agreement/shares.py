"""Distance of probabilities over classes."""

from collections.abc import Mapping

from quality.agreement.values import Value


def total_variation(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Half the sum of |p - q|, in [0, 1]: the largest difference of the chance of any event."""
    keys = sorted(one.keys() | other.keys())
    apart = sum(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in keys)
    return min(1.0, apart / 2.0)


def shares_distance(one: Value, other: Value) -> float:
    """Total variation of two canonical soft choices."""
    return total_variation(one["shares"], other["shares"])
