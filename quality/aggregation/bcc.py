"""Bayesian classifier combination: Dawid and Skene's model by variational Bayes."""

from typing import Self

import numpy as np

from quality.aggregation.crowd_model import CrowdModel
from quality.aggregation.dirichlet import divergence, expected_logs
from quality.aggregation.votes import Votes
from quality.agreement.coefficient import FloatArray


class Bcc(CrowdModel):
    """Independent BCC (Kim and Ghahramani, AISTATS 2012) by mean-field variational Bayes.

    Starts from the vote shares. Every row of a confusion matrix has a Dirichlet prior of `right`
    pseudo-counts on the diagonal and `wrong` beside it, the class shares one of 1 each (the values
    of Li, Rubinstein and Cohn, ICML 2019). `n_iter`: most steps. `tol`: stop when the evidence
    lower bound per label rises by less.

    Learned besides what every model learns: `confusions_` (n_annotators, K, K), the posterior
    means, [a, t, c] that annotator a says c when t is true; `bound_`, the evidence lower bound.
    """

    confusions_: FloatArray
    bound_: float

    def __init__(
        self, *, n_iter: int = 100, tol: float = 1e-6, right: float = 4.0, wrong: float = 1.0
    ) -> None:
        self.n_iter = n_iter
        self.tol = tol
        self.right = right
        self.wrong = wrong

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        super().check()
        if not (0 < self.right < np.inf and 0 < self.wrong < np.inf):
            raise ValueError("right and wrong must be above 0.")

    def learn(self, votes: Votes) -> Self:
        """Run variational Bayes."""
        annotators, n_labels = votes.shape
        prior = self.first_prior(n_labels)
        flat = np.ones(n_labels)
        posterior = votes.shares.copy()
        counts, sizes = votes.count(posterior), np.einsum("it->t", posterior)
        said = np.broadcast_to(prior, (annotators, n_labels, n_labels))

        def step() -> float:
            nonlocal counts, sizes, said, prior
            by_annotator = counts.reshape(said.shape)
            prior = self.next_prior(prior, by_annotator)
            said = by_annotator + prior
            of_class = sizes + flat
            evidence = expected_logs(said, axis=1)
            log_priors = expected_logs(of_class, axis=0)
            loss = divergence(said, prior, axis=1) + divergence(of_class, flat, axis=0)
            self.priors_ = of_class / of_class.sum()
            table = evidence.reshape(annotators * n_labels, n_labels)
            counts, sizes, gain = votes.sweep(log_priors, table, posterior)
            self.bound_ = gain - loss
            return self.bound_

        self._iterate(votes, step, self.n_iter, self.tol)
        means = said / said.sum(axis=1, keepdims=True)
        self.confusions_ = np.ascontiguousarray(means.transpose(0, 2, 1))
        self._conclude(votes, posterior, counts)
        return self

    def first_prior(self, n_labels: int) -> FloatArray:
        """Pseudo-counts of every annotator's table, (K said, K true)."""
        prior = np.full((n_labels, n_labels), self.wrong)
        np.fill_diagonal(prior, self.right)
        return prior

    def next_prior(self, prior: FloatArray, counts: FloatArray) -> FloatArray:
        """The prior of the next step, given counts (A, K said, K true)."""
        return prior
