"""Bayesian classifier combination whose prior is learned from all annotators together."""

from typing import Self

import numpy as np
from scipy.special import psi

from quality.aggregation.bcc import Bcc
from quality.aggregation.votes import Votes
from quality.agreement.coefficient import FloatArray

# Bounds of a pseudo-count: annotators are never quite alike, nor without anything in common.
_LEAST, _MOST = 1e-2, 1e3
# Fixed-point steps for every step of the model: they cost next to nothing beside it.
_STEPS = 5


class PooledBcc(Bcc):
    """BCC with partial pooling: annotators are alike, so one with few labels is taken for an
    average one, mistakes included (the hierarchical model of Paun et al., TACL 2018).

    The Dirichlet prior of every true class starts as that of `Bcc` and is estimated along the way
    by Minka's fixed point. `prior_counts_` (K, K): it, [t, c]. `confusions_` are shrunk to it, so
    score people on `counts_`. The rest as `Bcc`.
    """

    prior_counts_: FloatArray

    def learn(self, votes: Votes) -> Self:
        """Run variational Bayes and the estimate of the prior by turns."""
        self.prior_counts_ = self.first_prior(votes.shape[1]).T
        return super().learn(votes)

    def next_prior(self, prior: FloatArray, counts: FloatArray) -> FloatArray:
        """Some fixed-point steps for the prior (K said, K true)."""
        if not len(counts):
            return prior
        totals = counts.sum(axis=1)
        for _step in range(_STEPS):
            rises = (psi(counts + prior) - psi(prior)).sum(axis=0)
            strength = prior.sum(axis=0)
            rise = (psi(totals + strength) - psi(strength)).sum(axis=0)
            steeper = np.divide(rises, rise, out=np.ones(prior.shape), where=rise > 0)
            prior = np.clip(prior * steeper, _LEAST, _MOST)
        self.prior_counts_ = prior.T.copy()
        return prior
