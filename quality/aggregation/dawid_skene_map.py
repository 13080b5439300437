"""Dawid and Skene's model with a prior on every cell of the confusion matrices."""

import numpy as np

from quality.aggregation.dawid_skene import DawidSkene
from quality.agreement.coefficient import FloatArray


class DawidSkeneMap(DawidSkene):
    """Maximum a posteriori by EM: `smoothing` pseudo-counts on the diagonal of every confusion
    matrix, `spread` on all cells, as of Dirichlet priors.

    Annotators with few labels get a table near the prior instead of one of zeros and ones, so the
    probabilities are less extreme than those of maximum likelihood. The rest as `DawidSkene`.
    """

    def __init__(
        self, *, n_iter: int = 100, tol: float = 1e-6, smoothing: float = 0.03, spread: float = 0.1
    ) -> None:
        super().__init__(n_iter=n_iter, tol=tol, smoothing=smoothing)
        self.spread = spread

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        super().check()
        if not 0 <= self.spread < np.inf:
            raise ValueError(f"spread must be 0 or more, not {self.spread}.")

    def pseudo_counts(self, n_labels: int) -> FloatArray:
        """What is added to every annotator's counts, (K said, K true)."""
        return super().pseudo_counts(n_labels) + self.spread
