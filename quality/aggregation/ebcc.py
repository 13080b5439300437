"""Enhanced Bayesian classifier combination: classes made of subtypes, for mistakes people share."""

from typing import NamedTuple, Self

import numpy as np

from quality.aggregation.crowd_model import CrowdModel
from quality.aggregation.dirichlet import divergence, expected_logs
from quality.aggregation.starts import Traits
from quality.aggregation.votes import Votes, merged, normalize
from quality.agreement.coefficient import FloatArray

# Pseudo-count of the subtypes of a class, all together: few of them are used where few will do.
_SUBTYPES = 0.1
# More labels than these are not tried from every start; a sample of items is.
_MOST_TRIED = 60_000


class Ebcc(CrowdModel):
    """EBCC (Li, Rubinstein and Cohn, ICML 2019) by mean-field variational Bayes.

    Every class has `subtypes`, and annotators a confusion matrix over those: labels of an item may
    hang together beyond its class, as when many people fall for the same trap. Of `restarts` from
    different starts (`seed`) the one with the highest evidence lower bound is kept. Where there
    are more than 60 000 labels, starts are compared on items at even distances with about as
    many labels. `right`, `wrong`, `n_iter`, `tol`: as of `Bcc`.

    Learned besides what every model learns: `confusions_` (n_annotators, K, K), means over the
    subtypes; `subtype_shares_` (K, subtypes); `bound_`; `bounds_`, of every start.
    """

    confusions_: FloatArray
    subtype_shares_: FloatArray
    bound_: float
    bounds_: list[float]

    def __init__(
        self,
        *,
        subtypes: int = 4,
        restarts: int = 5,
        seed: int = 0,
        n_iter: int = 200,
        tol: float = 1e-7,
        right: float = 4.0,
        wrong: float = 1.0,
    ) -> None:
        self.subtypes = subtypes
        self.restarts = restarts
        self.seed = seed
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
        """Run variational Bayes from every start, and on from the best."""
        tried = votes.sample(_MOST_TRIED)
        traits, generator = Traits(tried), np.random.default_rng(self.seed)
        best: _Fit | None = None
        self.bounds_ = []
        for _restart in range(self.restarts):
            found = self._run(tried, *self._start(tried, traits, generator))
            self.bounds_.append(found.bound)
            if best is None or found.bound > best.bound:
                best = found
        assert best is not None
        if tried is not votes:
            best = self._run(votes, best.counts, best.sizes)
        self._keep(votes, best)
        return self

    def _start(
        self, votes: Votes, traits: Traits, generator: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Counts and sizes with the vote shares divided among subtypes by who voted."""
        (annotators, n_labels), subtypes = votes.shape, self.subtypes
        noise = traits.noise(generator, 2 * subtypes).reshape(annotators, 1, 2, subtypes)
        same = np.eye(n_labels, dtype=bool)[np.newaxis, :, :, np.newaxis]
        leaning = np.where(same, noise[:, :, :1], noise[:, :, 1:])
        leaning = leaning.reshape(annotators * n_labels, n_labels * subtypes)
        counts, sizes = np.zeros(leaning.shape), np.zeros(n_labels * subtypes)
        for chunk in votes.chunks:
            states: FloatArray = chunk.said @ leaning
            states /= np.sqrt(votes.per_item[chunk.items, np.newaxis])
            normalize(states.reshape(-1, subtypes))
            states *= np.repeat(votes.shares[chunk.items], subtypes, axis=1)
            counts += chunk.said.T @ states
            sizes += np.einsum("is->s", states)
        return counts, sizes

    def _run(self, votes: Votes, counts: FloatArray, sizes: FloatArray) -> "_Fit":
        """Variational Bayes from the expected counts (A * K, K * subtypes) and sizes."""
        (annotators, n_labels), subtypes = votes.shape, self.subtypes
        prior = np.full((n_labels, n_labels), self.wrong)
        np.fill_diagonal(prior, self.right)
        prior = np.repeat(prior, subtypes, axis=1)
        flat, few = np.ones(n_labels), np.full((n_labels, subtypes), _SUBTYPES / subtypes)
        posterior = np.zeros(votes.counts.shape)

        def step() -> float:
            nonlocal counts, sizes
            said = counts.reshape(annotators, n_labels, n_labels * subtypes) + prior
            of_subtype = sizes.reshape(n_labels, subtypes)
            of_class = of_subtype.sum(axis=1) + flat
            of_subtype = of_subtype + few
            loss = (
                divergence(said, prior, axis=1)
                + divergence(of_class, flat, axis=0)
                + divergence(of_subtype, few, axis=1)
            )
            log_priors = expected_logs(of_class, axis=0)[:, np.newaxis] + expected_logs(
                of_subtype, axis=1
            )
            evidence = expected_logs(said, axis=1).reshape(counts.shape)
            counts, sizes, gain = votes.sweep(log_priors.ravel(), evidence, posterior)
            return gain - loss

        bound = self._iterate(votes, step, self.n_iter, self.tol)
        return _Fit(counts, sizes, posterior, bound, self.n_iter_, self.converged_)

    def _keep(self, votes: Votes, fit: "_Fit") -> None:
        n_labels, subtypes = votes.shape[1], self.subtypes
        self.n_iter_, self.converged_, self.bound_ = fit.n_iter, fit.converged, fit.bound
        of_subtype = fit.sizes.reshape(n_labels, subtypes)
        of_class = of_subtype.sum(axis=1) + 1.0
        self.priors_ = of_class / of_class.sum()
        of_subtype = of_subtype + _SUBTYPES / subtypes
        self.subtype_shares_ = of_subtype / of_subtype.sum(axis=1, keepdims=True)
        counts = merged(fit.counts, n_labels)
        tables = votes.tables(counts)
        said = tables + self.wrong + (self.right - self.wrong) * np.eye(n_labels)
        self.confusions_ = said / said.sum(axis=2, keepdims=True)
        self._conclude(votes, fit.posterior, counts)


class _Fit(NamedTuple):
    """Where one start has led."""

    counts: FloatArray
    sizes: FloatArray
    posterior: FloatArray
    bound: float
    n_iter: int
    converged: bool
