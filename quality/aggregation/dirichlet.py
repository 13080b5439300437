"""What variational Bayes needs of Dirichlet distributions, along one axis of an array."""

import numpy as np
from scipy.special import gammaln, psi

from quality.agreement.coefficient import FloatArray


def expected_logs(counts: FloatArray, *, axis: int) -> FloatArray:
    """Mean of the logarithm of each share under Dirichlet(counts)."""
    return np.asarray(psi(counts) - psi(counts.sum(axis=axis, keepdims=True)))


def divergence(counts: FloatArray, prior: FloatArray, *, axis: int) -> float:
    """Kullback-Leibler divergence of Dirichlet(counts) from Dirichlet(prior), summed over all.

    `prior` may lack the leading axes of `counts`, as when all annotators share it.
    """
    prior = np.broadcast_to(prior, counts.shape)
    gap = (counts - prior) * expected_logs(counts, axis=axis)
    parts = gap + gammaln(prior) - gammaln(counts)
    whole = gammaln(counts.sum(axis=axis)) - gammaln(prior.sum(axis=axis))
    return float(parts.sum() + whole.sum())
