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
    nothing to do with the item. All labels are as probable beforehand. Computed in logarithms. As
    in the authors' program every start lies near even chances to know and even habits, does
    `n_iter` steps, and of `restarts` of them (`seed`) the one under which the labels are most
    probable is kept. Fifty steps are part of the method: on hard data it is not at its optimum
    then, and better for it. `tol`: as of `Bcc`.

    Learned besides what every model learns: `skills_` (n_annotators,), the chance to know;
    `habits_` (n_annotators, K); `confusions_`, the tables made of both; `bound_`, the evidence
    lower bound; `logliks_`, log likelihood of the labels from every start.
    """

    skills_: FloatArray
    habits_: FloatArray
    confusions_: FloatArray
    bound_: float
    logliks_: list[float]

    def __init__(
        self, *, restarts: int = 10, seed: int = 0, n_iter: int = 50, tol: float = 1e-9
    ) -> None:
        self.restarts = restarts
        self.seed = seed
        self.n_iter = n_iter
        self.tol = tol

    def learn(self, votes: Votes) -> Self:
        """Run variational Bayes from every start and keep the best."""
        traits, generator = Traits(votes), np.random.default_rng(self.seed)
        best: _Fit | None = None
        self.logliks_ = []
        for _restart in range(self.restarts):
            found = self._run(votes, *_start(traits, generator))
            self.logliks_.append(found.loglik)
            if best is None or found.loglik > best.loglik:
                best = found
        assert best is not None
        self._keep(votes, best)
        return self

    def _run(self, votes: Votes, knowing: FloatArray, habits: FloatArray) -> "_Fit":
        """Variational Bayes from the chances of each annotator to know and not, (A, 2), and to say
        what without knowing, (A, K)."""
        priors = np.full(2, _KNOWING), np.full(votes.shape[1], _SAYING)
        posterior = np.zeros(votes.counts.shape)
        passed = _pass(votes, np.log(knowing), np.log(habits), posterior)

        def step() -> float:
            nonlocal passed
            know, say = passed.knew + priors[0], passed.said + priors[1]
            log_know, log_say = expected_logs(know, axis=1), expected_logs(say, axis=1)
            loss = divergence(know, priors[0], log_know, axis=1)
            loss += divergence(say, priors[1], log_say, axis=1)
            passed = _pass(votes, log_know, log_say, posterior)
            return passed.loglik - loss

        bound = self._iterate(votes, step, self.n_iter, self.tol)
        return _Fit(*passed, posterior, bound, self.n_iter_, self.converged_)

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


def _start(traits: Traits, generator: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Near even: weights from 1 to 1.5, made to add up to 1."""
    weights = 1.0 + 0.25 * (1.0 + traits.noise(generator, 2))
    sayings = 1.0 + 0.25 * (1.0 + traits.label_noise(generator))
    return (
        weights / weights.sum(axis=1, keepdims=True),
        sayings / sayings.sum(axis=1, keepdims=True),
    )


def _pass(
    votes: Votes, log_know: FloatArray, log_say: FloatArray, posterior: FloatArray
) -> "_Pass":
    """E-step, into `posterior`, and what it expects of everybody."""
    annotators, n_labels = votes.shape
    log_classes = np.full(n_labels, -np.log(max(n_labels, 1)))
    same = np.arange(n_labels)
    habit = log_know[:, 1:] + log_say
    copied = np.logaddexp(log_know[:, :1], habit)
    evidence = np.repeat(habit[:, :, np.newaxis], n_labels, axis=2)
    evidence[:, same, same] = copied
    flat = evidence.reshape(annotators * n_labels, n_labels)
    counts, _sizes, loglik = votes.sweep(log_classes, flat, posterior)
    tables = counts.reshape(evidence.shape)
    by_knowing = np.einsum("acc->ac", tables) * np.exp(log_know[:, :1] - copied)
    said = np.einsum("act->ac", tables) - by_knowing
    knew = np.column_stack([by_knowing.sum(axis=1), said.sum(axis=1)])
    return _Pass(counts, knew, said, loglik)


class _Pass(NamedTuple):
    """Expected counts (A * K, K), how often each annotator knew and did not (A, 2), and what was
    said without knowing (A, K)."""

    counts: FloatArray
    knew: FloatArray
    said: FloatArray
    loglik: float


class _Fit(NamedTuple):
    """Where one start has led."""

    counts: FloatArray
    knew: FloatArray
    said: FloatArray
    loglik: float
    posterior: FloatArray
    bound: float
    n_iter: int
    converged: bool
