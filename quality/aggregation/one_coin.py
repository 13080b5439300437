"""The one-coin model: an annotator is right with one probability, whatever the class."""

from typing import Self

import numpy as np

from quality.aggregation.crowd_model import CrowdModel, class_shares, finite_log
from quality.aggregation.votes import Votes
from quality.agreement.coefficient import FloatArray

# Keeps an annotator who was always, or never, right from deciding alone.
_EDGE = 1e-6


class OneCoin(CrowdModel):
    """Dawid and Skene's model with one accuracy per annotator, and errors spread evenly over the
    other labels, by EM (as ZenCrowd, Demartini et al., WWW 2012).

    Starts from the vote shares. `n_iter`, `tol`: as of `DawidSkene`; `smoothing`: pseudo-count of
    right labels per annotator. Learned besides what every model learns: `skills_`
    (n_annotators,), the accuracies; `confusions_`, the tables made of them; `loglik_`.
    """

    skills_: FloatArray
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
        posterior = votes.shares.copy()
        counts, sizes = votes.count(posterior), np.einsum("it->t", posterior)

        def step() -> float:
            nonlocal counts, sizes
            right = np.einsum("acc->a", counts.reshape(annotators, n_labels, n_labels))
            n = votes.per_annotator + self.smoothing
            skills = np.full(annotators, 1.0 / max(n_labels, 1))
            np.divide(right + self.smoothing, n, out=skills, where=n > 0)
            self.skills_ = np.clip(skills, _EDGE, 1.0 - _EDGE)
            self.priors_ = class_shares(sizes)
            self.confusions_ = _tables(self.skills_, n_labels)
            evidence = np.log(self.confusions_).reshape(annotators * n_labels, n_labels)
            counts, sizes, self.loglik_ = votes.sweep(finite_log(self.priors_), evidence, posterior)
            return self.loglik_ + self.smoothing * float(np.log(self.skills_).sum())

        self._iterate(votes, step, self.n_iter, self.tol)
        self._conclude(votes, posterior, counts)
        return self


def _tables(skills: FloatArray, n_labels: int) -> FloatArray:
    """Confusion matrices (A, K, K) of accuracies (A,)."""
    others = (1.0 - skills) / max(n_labels - 1, 1) if n_labels > 1 else np.zeros(skills.shape)
    tables = np.repeat(others, n_labels * n_labels).reshape(len(skills), n_labels, n_labels)
    same = np.arange(n_labels)
    tables[:, same, same] = skills[:, np.newaxis] if n_labels > 1 else 1.0
    return tables
