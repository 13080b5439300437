"""What a coefficient can be: an interval over annotators is cut there, in full runs and live."""

from quality.models import CoefficientName

# Corrected for chance: worse than chance is below 0.
_BELOW_ZERO = frozenset(
    {
        CoefficientName.ALPHA,
        CoefficientName.FLEISS,
        CoefficientName.AC1,
        CoefficientName.AC2,
        CoefficientName.ICC,
        CoefficientName.MARKED_ALPHA,
    }
)
# In the unit of the answers.
_UNBOUNDED = frozenset({CoefficientName.MEAN_DIFFERENCE})


def within_bounds(
    name: CoefficientName, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    """The ends of an interval, cut at what the coefficient can be."""
    if low is None or high is None:
        return low, high
    least = -1.0 if name in _BELOW_ZERO else 0.0
    return max(least, low), high if name in _UNBOUNDED else min(1.0, high)
