"""What the models of a crowd have in common: they learn from votes, mostly step by step."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Self

import numpy as np

from quality.aggregation.base import Aggregator
from quality.aggregation.votes import Votes
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable


class CrowdModel(Aggregator):
    """An aggregator that learns from `Votes`, which a pool lays out once for all its members.

    Learned besides `labels_` and `probas_`: `priors_` (K,), share of each class; `counts_`
    (n_annotators, K, K), [a, t, c] is how often annotator a is expected to have said c of items
    that are t, nothing added; `n_iter_`, steps done; `converged_`. A tie of probabilities is left
    undecided. Items without a label are left out of the fit, undecided, with the priors as
    `probas_`. Gold is ignored.
    """

    priors_: FloatArray
    counts_: FloatArray
    n_iter_: int
    converged_: bool

    def fit(self, table: ReliabilityTable, *, gold: IntArray | None = None) -> Self:
        """Learn; gold is ignored. Raises ValueError for parameters out of range."""
        self.check()
        return self.learn(Votes.of(table))

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        for name in ("n_iter", "restarts", "subtypes"):
            value = getattr(self, name, 1)
            if value < 1:
                raise ValueError(f"{name} must be at least 1, not {value}.")
        tol = getattr(self, "tol", 0.0)
        if not tol >= 0:
            raise ValueError(f"tol must not be negative, but is {tol}.")

    @abstractmethod
    def learn(self, votes: Votes) -> Self:
        """Learn from votes, parameters being in range; returns self."""

    def _iterate(self, votes: Votes, step: Callable[[], float], n_iter: int, tol: float) -> float:
        """Repeat a step until the objective that it returns rises by less than tol per label;
        returns the last one."""
        objective = -np.inf
        self.converged_ = False
        for number in range(1, n_iter + 1):
            previous, objective = objective, step()
            self.n_iter_ = number
            if objective - previous < tol * max(len(votes), 1):
                self.converged_ = True
                break
        return objective

    def _conclude(self, votes: Votes, posterior: FloatArray, counts: FloatArray) -> None:
        """Keep the posterior (labeled, K) and counts (A * K, K) in the shapes of the contract."""
        self.probas_ = votes.spread(posterior, self.priors_)
        self.labels_ = votes.decided(posterior)
        self.counts_ = votes.tables(counts)


def class_shares(sizes: FloatArray) -> FloatArray:
    """Shares from expected numbers of items (K,); equal ones where there are none."""
    total = sizes.sum()
    return sizes / total if total > 0 else np.full(sizes.shape, 1.0 / max(sizes.size, 1))


def finite_log(values: FloatArray) -> FloatArray:
    """Logarithm with a floor instead of minus infinity."""
    return np.asarray(np.log(np.maximum(values, 1e-300)))
