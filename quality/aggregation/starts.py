"""Random starts that do not hang on names: they are drawn from how annotators label."""

import numpy as np

from quality.aggregation.votes import Votes, row_maximum
from quality.agreement.coefficient import FloatArray

# How many turns the sine makes over the range of a trait: enough to tell annotators apart, few
# enough that rounding of the traits does not show.
_TURNS = 40.0


class Traits:
    """What sets annotators apart without their names, (A, 3): the share of their labels that are
    among the most voted, how many labels they gave, how evenly they use the labels."""

    def __init__(self, votes: Votes) -> None:
        annotators, n_labels = votes.shape
        n = np.maximum(votes.per_annotator, 1)
        own = np.zeros((annotators, n_labels))
        cells = votes.annotators * n_labels + votes.labels
        own += np.bincount(cells, minlength=own.size).reshape(own.shape)
        shares = own / n[:, np.newaxis]
        evenness = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
        backing = (votes.shares - row_maximum(votes.shares)[:, np.newaxis]) + 1.0
        support = np.einsum("acc->a", votes.count(backing).reshape(annotators, n_labels, n_labels))
        self.values = np.column_stack([support / n, np.log(n), evenness])

    def noise(self, generator: np.random.Generator, size: int) -> FloatArray:
        """Numbers in [-1, 1], (A, size), as good as random, equal for annotators with equal
        traits."""
        turns = generator.normal(scale=_TURNS, size=(self.values.shape[1], size))
        phases = generator.uniform(0.0, 2.0 * np.pi, size)
        return np.asarray(np.sin(self.values @ turns + phases))
