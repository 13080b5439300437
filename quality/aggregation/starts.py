"""Random starts that do not hang on names: they are drawn from how annotators label."""

import numpy as np

from quality.aggregation.crowd_model import finite_log
from quality.aggregation.votes import Votes, row_maximum
from quality.agreement.coefficient import FloatArray

# How many turns the sine makes over the range of a trait: enough to tell annotators apart, few
# enough that rounding of the traits does not show.
_TURNS = 40.0


class Traits:
    """What sets annotators apart without their names, `values` (A, 3): how near the votes for
    their labels come to the most votes, how many labels they gave, how evenly they use the labels.
    `shares` (A, K): how often they use each label.
    """

    def __init__(self, votes: Votes) -> None:
        annotators, n_labels = votes.shape
        n = np.maximum(votes.per_annotator, 1)
        cells = votes.annotators * n_labels + votes.labels
        own = np.bincount(cells, minlength=annotators * n_labels)
        self.shares = own.reshape(annotators, n_labels) / n[:, np.newaxis]
        evenness = -(self.shares * finite_log(self.shares)).sum(axis=1)
        backing = votes.shares()
        backing -= row_maximum(backing)[:, np.newaxis] - 1.0
        support = votes.count(backing).reshape(annotators, n_labels, n_labels)
        right = np.einsum("acc->a", support) / n
        self.values = np.column_stack([right, np.log(n), evenness])

    def noise(self, generator: np.random.Generator, size: int) -> FloatArray:
        """Numbers in [-1, 1], (A, size), as good as random, equal for annotators with equal
        traits."""
        turns = generator.normal(scale=_TURNS, size=(self.values.shape[1], size))
        phases = generator.uniform(0.0, 2.0 * np.pi, size)
        return np.asarray(np.sin(self.values @ turns + phases))

    def label_noise(self, generator: np.random.Generator) -> FloatArray:
        """The same for every annotator and label, (A, K), besides from the share of the label."""
        turns = generator.normal(scale=_TURNS, size=self.values.shape[1] + 1)
        phase = generator.uniform(0.0, 2.0 * np.pi)
        own = self.values @ turns[:-1] + phase
        return np.asarray(np.sin(own[:, np.newaxis] + turns[-1] * self.shares))
