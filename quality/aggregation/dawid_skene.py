"""Dawid and Skene's model: every annotator has an own confusion matrix, learned without gold."""

from typing import Self

import numpy as np

from quality.aggregation.crowd_model import CrowdModel, class_shares
from quality.aggregation.votes import Votes
from quality.agreement.coefficient import FloatArray

# Added to every cell: what an annotator has never said must stay possible, or EM is trapped by the
# zeros of its start. Too small to be seen in any result.
_FLOOR = 1e-10
# Where no item has two labels, nothing tells who is right: everybody is believed.
_BELIEF = 1e9


class DawidSkene(CrowdModel):
    """Maximum likelihood by EM (Dawid and Skene, Applied Statistics 28(1), 1979).

    Starts from the vote shares. `n_iter`: most EM steps. `tol`: stop when the objective per label
    (log likelihood plus log prior) rises by less. `smoothing`: pseudo-count on the diagonal of
    every confusion matrix, that is a prior belief that annotators are right. The small default
    changes nothing where labels overlap, but mostly keeps items with a single label from being
    decided against it, which plain maximum likelihood (0) does on thin data; pseudo-counts on all
    cells, the usual smoothing (`DawidSkeneMap`), make that worse. Where no item has two labels,
    every label stays.

    Learned besides what every model learns: `confusions_` (n_annotators, K, K), [a, t, c] is the
    probability that annotator a says c when t is true; `loglik_`, log likelihood of the labels
    under these parameters.
    """

    confusions_: FloatArray
    loglik_: float

    def __init__(self, *, n_iter: int = 100, tol: float = 1e-6, smoothing: float = 0.03) -> None:
        self.n_iter = n_iter
        self.tol = tol
        self.smoothing = smoothing

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        super().check()
        if not 0 <= self.smoothing < np.inf:
            raise ValueError(f"smoothing must be 0 or more, not {self.smoothing}.")

    def learn(self, votes: Votes) -> Self:
        """Run EM."""
        annotators, n_labels = votes.shape
        has_overlap = bool((votes.per_item > 1).any())
        prior = self.pseudo_counts(n_labels) if has_overlap else _BELIEF * np.eye(n_labels)
        posterior = votes.shares()
        counts, sizes = votes.count(posterior), np.einsum("it->t", posterior)
        log_confusions = np.zeros((annotators, n_labels, n_labels))

        def step() -> float:
            nonlocal counts, sizes, log_confusions
            said = counts.reshape(log_confusions.shape) + (prior + _FLOOR)
            log_confusions = np.log(said / said.sum(axis=1, keepdims=True))
            self.priors_ = class_shares(sizes)
            with np.errstate(divide="ignore"):
                log_priors = np.log(self.priors_)
            evidence = log_confusions.reshape(annotators * n_labels, n_labels)
            counts, sizes, self.loglik_ = votes.sweep(log_priors, evidence, posterior)
            return self.loglik_ + float((prior * log_confusions).sum())

        self._iterate(votes, step, self.n_iter, self.tol)
        self.confusions_ = np.ascontiguousarray(np.exp(log_confusions).transpose(0, 2, 1))
        self._conclude(votes, posterior, counts)
        return self

    def pseudo_counts(self, n_labels: int) -> FloatArray:
        """What is added to every annotator's counts, (K said, K true)."""
        return self.smoothing * np.eye(n_labels)
