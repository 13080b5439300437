"""Dawid and Skene's model: every annotator has an own confusion matrix, learned without gold."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from scipy import sparse

from quality.aggregation.base import UNDECIDED, Aggregator
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

# Two labels whose probabilities differ by less are a tie: below this only rounding decides.
_TIE = 1e-9
# Added to every cell: what an annotator has never said must stay possible, or EM is trapped by the
# zeros of its start. Too small to be seen in any result.
_FLOOR = 1e-10


class DawidSkene(Aggregator):
    """Maximum likelihood by EM (Dawid and Skene, Applied Statistics 28(1), 1979).

    Starts from the vote shares. `n_iter`: most EM steps. `tol`: stop when the objective per label
    (log likelihood plus log prior) rises by less. `smoothing`: pseudo-count on the diagonal of
    every confusion matrix, that is a prior belief that annotators are right. The small default
    changes nothing where labels overlap, but keeps items with a single label from being decided
    against it, which plain maximum likelihood (0) does on thin data; pseudo-counts on all cells,
    the usual smoothing, make that worse.

    Learned besides `labels_` and `probas_`: `priors_` (K,), share of each true class;
    `confusions_` (n_annotators, K, K), [a, t, c] is the probability that annotator a says c when
    t is true; `loglik_`, log likelihood of the labels under these parameters; `n_iter_`, steps
    done; `converged_`. A tie of probabilities is left undecided. Items without a label are left
    out of the fit, undecided, with the priors as `probas_`.
    """

    priors_: FloatArray
    confusions_: FloatArray
    loglik_: float
    n_iter_: int
    converged_: bool

    def __init__(self, *, n_iter: int = 100, tol: float = 1e-6, smoothing: float = 0.03) -> None:
        self.n_iter = n_iter
        self.tol = tol
        self.smoothing = smoothing

    def fit(self, table: ReliabilityTable, *, gold: IntArray | None = None) -> Self:
        """Run EM; gold is ignored. Raises ValueError for parameters out of range."""
        if self.n_iter < 1:
            raise ValueError(f"n_iter must be at least 1, not {self.n_iter}.")
        if not self.tol >= 0:
            raise ValueError(f"tol must not be negative, but is {self.tol}.")
        if not 0 <= self.smoothing < np.inf:
            raise ValueError(f"smoothing must be 0 or more, not {self.smoothing}.")
        votes = _Votes.of(table)
        posterior = votes.shares
        objective = -np.inf
        self.converged_ = False
        for step in range(1, self.n_iter + 1):
            parameters = _maximize(votes, posterior, self.smoothing)
            posterior, self.loglik_ = _expect(votes, parameters)
            previous = objective
            objective = self.loglik_ + parameters.log_prior_density(self.smoothing)
            self.n_iter_ = step
            if objective - previous < self.tol * max(len(table), 1):
                self.converged_ = True
                break
        self.priors_ = parameters.priors
        by_said = np.exp(parameters.log_confusions)
        self.confusions_ = np.ascontiguousarray(by_said.transpose(0, 2, 1))
        self.probas_ = np.tile(self.priors_, (table.n_items, 1))
        self.probas_[votes.labeled] = posterior
        self.labels_ = np.full(table.n_items, UNDECIDED, np.int64)
        self.labels_[votes.labeled] = _most_probable(posterior)
        return self


@dataclass(frozen=True, eq=False)
class _Votes:
    """The labeled items and their labels, laid out for two sparse-dense products per EM step."""

    labeled: IntArray  # codes of the items with a label
    shares: FloatArray  # (labeled, K) share of the votes for each label
    said: sparse.csr_array  # (labeled, A * K) one-hot of (annotator, label)
    said_transposed: sparse.csr_array
    shape: tuple[int, int]  # A, K

    @classmethod
    def of(cls, table: ReliabilityTable) -> Self:
        counts = table.counts
        per_item = counts.sum(axis=1)
        labeled = np.flatnonzero(per_item)
        # Rows are sorted by item, so the columns of the matrix are already in place.
        columns = table.annotators * table.n_labels + table.labels
        starts = np.concatenate([[0], np.cumsum(per_item[labeled])])
        said = sparse.csr_array(
            (np.ones(len(table)), columns, starts),
            shape=(labeled.size, table.n_annotators * table.n_labels),
        )
        return cls(
            labeled=labeled,
            shares=counts[labeled] / per_item[labeled, np.newaxis],
            said=said,
            said_transposed=said.T.tocsr(),
            shape=(table.n_annotators, table.n_labels),
        )


class _Parameters(NamedTuple):
    """What the M-step estimates."""

    priors: FloatArray  # (K,)
    log_confusions: FloatArray  # (A, K said, K true)

    def log_prior_density(self, smoothing: float) -> float:
        """Log density of the confusion matrices under the pseudo-counts, up to a constant."""
        return smoothing * float(self.log_confusions.diagonal(axis1=1, axis2=2).sum())


def _maximize(votes: _Votes, posterior: FloatArray, smoothing: float) -> _Parameters:
    """M-step: class shares and confusion matrices that fit the posterior (labeled, K) best."""
    annotators, n_labels = votes.shape
    said = votes.said_transposed @ posterior
    confusions = said.reshape(annotators, n_labels, n_labels) + _FLOOR
    same = np.arange(n_labels)
    confusions[:, same, same] += smoothing
    confusions /= confusions.sum(axis=1, keepdims=True)
    priors = np.full(n_labels, 1.0 / max(n_labels, 1))
    if len(posterior):
        priors = np.einsum("it->t", posterior) / len(posterior)
    return _Parameters(priors, np.log(confusions))


def _expect(votes: _Votes, parameters: _Parameters) -> tuple[FloatArray, float]:
    """E-step: posterior of the true class of every labeled item, and the log likelihood."""
    annotators, n_labels = votes.shape
    evidence = parameters.log_confusions.reshape(annotators * n_labels, n_labels)
    joint: FloatArray = votes.said @ evidence
    with np.errstate(divide="ignore"):
        joint += np.log(parameters.priors)
    # In logs and relative to the largest: thousands of labels on one item stay finite.
    largest = _largest(joint)
    joint -= largest[:, np.newaxis]
    np.exp(joint, out=joint)
    total = np.einsum("it->i", joint)
    joint /= total[:, np.newaxis]
    return joint, float(largest.sum() + np.log(total).sum())


def _largest(rows: FloatArray) -> FloatArray:
    """Maximum of every row, column by column: ten times faster than along short rows."""
    largest = np.full(len(rows), -np.inf)
    for column in rows.T:
        np.maximum(largest, column, out=largest)
    return largest


def _most_probable(posterior: FloatArray) -> IntArray:
    """Code of the most probable label of each row, undecided on a tie."""
    if posterior.shape[0] == 0 or posterior.shape[1] == 0:
        return np.full(len(posterior), UNDECIDED, np.int64)
    best = _largest(posterior)[:, np.newaxis]
    tied = (posterior > best - _TIE).sum(axis=1) > 1
    return np.where(tied, UNDECIDED, posterior.argmax(axis=1))
