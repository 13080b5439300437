"""MACE: annotators who know copy the truth, those who do not say what they always say."""

from typing import NamedTuple, Self

import numpy as np

from quality.aggregation.crowd_model import CrowdModel, class_shares
from quality.aggregation.dirichlet import divergence, expected_logs
from quality.aggregation.starts import Traits
from quality.aggregation.votes import Votes
from quality.agreement.coefficient import FloatArray

# Priors of Hovy et al.: of knowing or not, and of every label of those who do not know.
_KNOWING = 0.5
_SAYING = 10.0


class Mace(CrowdModel):
    """Multi-annotator competence estimation (Hovy et al., NAACL-HLT 2013), variational Bayes.

    Of an item an annotator either knows the label and says it, or says one by a habit that has
    nothing to do with the item. All labels are as probable beforehand. Computed in logarithms. Of
    `restarts` from different starts (`seed`) the one with the highest evidence lower bound is
    kept. `n_iter`, `tol`: as of `Bcc`.

    Learned besides what every model learns: `skills_` (n_annotators,), the chance to know;
    `habits_` (n_annotators, K); `confusions_`, the tables made of both; `bound_`; `bounds_`, of
    every start.
    """

    skills_: FloatArray
    habits_: FloatArray
    confusions_: FloatArray
    bound_: float
    bounds_: list[float]

    def __init__(
        self, *, restarts: int = 10, seed: int = 0, n_iter: int = 50, tol: float = 1e-5
    ) -> None:
        self.restarts = restarts
        self.seed = seed
        self.n_iter = n_iter
        self.tol = tol

    def learn(self, votes: Votes) -> Self:
        """Run variational Bayes from every start and keep the best."""
        traits, generator = Traits(votes), np.random.default_rng(self.seed)
        best: _Fit | None = None
        self.bounds_ = []
        for _restart in range(self.restarts):
            noise = traits.noise(generator, 1 + votes.shape[1])
            found = self._run(votes, noise)
            self.bounds_.append(found.bound)
            if best is None or found.bound > best.bound:
                best = found
        assert best is not None
        self._keep(votes, best)
        return self

    def _run(self, votes: Votes, noise: FloatArray) -> "_Fit":
        """Variational Bayes from beliefs about the annotators that the noise (A, 1 + K) sets."""
        annotators, n_labels = votes.shape
        # Beliefs: how often each annotator knew and did not, and what was said without knowing.
        n = votes.per_annotator
        share = 0.5 + 0.45 * noise[:, 0]
        knew = np.column_stack([share, 1.0 - share]) * n[:, np.newaxis]
        said = np.exp(noise[:, 1:])
        said *= ((1.0 - share) * n / np.maximum(said.sum(axis=1), 1e-300))[:, np.newaxis]
        priors = np.full(2, _KNOWING), np.full(n_labels, _SAYING)
        log_classes = np.full(n_labels, -np.log(max(n_labels, 1)))
        posterior = np.zeros(votes.counts.shape)
        counts = np.zeros((annotators * n_labels, n_labels))
        same = np.arange(n_labels)

        def step() -> float:
            nonlocal counts, knew, said
            know, say = knew + priors[0], said + priors[1]
            loss = divergence(know, priors[0], axis=1) + divergence(say, priors[1], axis=1)
            log_know, log_say = expected_logs(know, axis=1), expected_logs(say, axis=1)
            habit = log_know[:, 1:] + log_say
            copied = np.logaddexp(log_know[:, :1], habit)
            evidence = np.repeat(habit[:, :, np.newaxis], n_labels, axis=2)
            evidence[:, same, same] = copied
            counts, _sizes, gain = votes.sweep(
                log_classes, evidence.reshape(counts.shape), posterior
            )
            right = np.einsum("acc->ac", counts.reshape(evidence.shape))
            by_label = np.einsum("act->ac", counts.reshape(evidence.shape))
            by_knowing = right * np.exp(log_know[:, :1] - copied)
            said = by_label - by_knowing
            knew = np.column_stack([by_knowing.sum(axis=1), said.sum(axis=1)])
            return gain - loss

        bound = self._iterate(votes, step, self.n_iter, self.tol)
        return _Fit(counts, knew, said, posterior, bound, self.n_iter_, self.converged_)

    def _keep(self, votes: Votes, fit: "_Fit") -> None:
        self.n_iter_, self.converged_, self.bound_ = fit.n_iter, fit.converged, fit.bound
        know, say = fit.knew + _KNOWING, fit.said + _SAYING
        self.skills_ = know[:, 0] / know.sum(axis=1)
        self.habits_ = say / say.sum(axis=1, keepdims=True)
        self.priors_ = class_shares(np.einsum("it->t", fit.posterior))
        by_habit = (1.0 - self.skills_)[:, np.newaxis] * self.habits_
        self.confusions_ = np.repeat(by_habit[:, np.newaxis, :], votes.shape[1], axis=1)
        same = np.arange(votes.shape[1])
        self.confusions_[:, same, same] += self.skills_[:, np.newaxis]
        self._conclude(votes, fit.posterior, fit.counts)


class _Fit(NamedTuple):
    """Where one start has led."""

    counts: FloatArray
    knew: FloatArray
    said: FloatArray
    posterior: FloatArray
    bound: float
    n_iter: int
    converged: bool
