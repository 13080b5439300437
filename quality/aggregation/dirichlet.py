"""What variational Bayes needs of Dirichlet distributions, along one axis of an array."""

import numpy as np
from scipy.special import gammaln, psi

from quality.agreement.coefficient import FloatArray


def expected_logs(counts: FloatArray, *, axis: int) -> FloatArray:
    """Mean of the logarithm of each share under Dirichlet(counts)."""
    return np.asarray(psi(counts) - psi(counts.sum(axis=axis, keepdims=True)))


def divergence(counts: FloatArray, prior: FloatArray, logs: FloatArray, *, axis: int) -> float:
    """Kullback-Leibler divergence of Dirichlet(counts) from Dirichlet(prior), summed over all.

    `logs`: the `expected_logs` of counts. `prior` may lack leading axes of `counts`, as when all
    annotators share it.
    """
    if not counts.size:
        return 0.0
    parts = (counts - prior) * logs - gammaln(counts) + gammaln(prior)
    totals = np.broadcast_to(prior, counts.shape).sum(axis=axis)
    whole = gammaln(counts.sum(axis=axis)) - gammaln(totals)
    return float(parts.sum() + whole.sum())
