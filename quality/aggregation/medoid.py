"""The answer nearest to all others: for whatever has a distance."""

from quality.aggregation.base import ItemAggregator
from quality.agreement.distance import Distance
from quality.agreement.text import text_distance
from quality.agreement.values import Value

_TIE = 1e-9


def medoid(answers: list[Value], distance: Distance) -> tuple[Value | None, float]:
    """The answer with the least mean distance to the others, and 1 - that mean.

    None when two answers that differ are equally near. A single answer is its own medoid.
    """
    if len(answers) == 1:
        return answers[0], 1.0
    means = []
    for place, one in enumerate(answers):
        others = [distance(one, other) for at, other in enumerate(answers) if at != place]
        means.append(sum(sorted(others)) / len(others))
    least = min(means)
    best = [one for one, mean in zip(answers, means, strict=True) if mean <= least + _TIE]
    tied = any(distance(best[0], other) > _TIE for other in best[1:])
    chosen = min(best, key=repr)
    return (None if tied else chosen), 1.0 - least


class TextMedoid(ItemAggregator):
    """The text with the fewest character edits to the others (Braylan and Lease, WWW 2020).

    Two texts alone that differ are a tie: undecided.
    """

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        value, confidence = medoid(answers, text_distance)
        return value, confidence, {}
