"""GLAD: annotators differ in ability and items in ease."""

from typing import NamedTuple, Self

import numpy as np
from scipy.special import expit

from quality.aggregation.crowd_model import CrowdModel, class_shares, finite_log
from quality.aggregation.votes import Votes, normalize
from quality.agreement.coefficient import FloatArray

# Longest step of an ability or of the logarithm of an ease.
_STRIDE = 1.0


class Glad(CrowdModel):
    """Generative model of labels, abilities and difficulties (Whitehill et al., NIPS 2009).

    An annotator of ability b is right about an item of ease e with probability
    1 / (1 + exp(-b e)), and errors spread evenly over the other labels. All labels are as
    probable beforehand, as in the original: shares learned along with abilities run away where
    labels are few. EM from the vote shares; the M-step is
    a Newton step for every ability and every log ease by itself. Both have a normal prior with
    mean 1 and standard deviation `deviation`. `n_iter`: most steps. `tol`: stop when the objective
    per label rises by less.

    Learned besides what every model learns: `abilities_` (n_annotators,); `eases_` (n_items,),
    that of the prior where there is no label; `loglik_`.
    """

    abilities_: FloatArray
    eases_: FloatArray
    loglik_: float

    def __init__(self, *, n_iter: int = 100, tol: float = 1e-6, deviation: float = 1.0) -> None:
        self.n_iter = n_iter
        self.tol = tol
        self.deviation = deviation

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        super().check()
        if not 0 < self.deviation < np.inf:
            raise ValueError(f"deviation must be above 0, not {self.deviation}.")

    def learn(self, votes: Votes) -> Self:
        """Run EM."""
        annotators, n_labels = votes.shape
        abilities, log_eases = np.ones(annotators), np.ones(votes.labeled.size)
        posterior = votes.shares.copy()
        log_priors = np.full(n_labels, -np.log(max(n_labels, 1)))
        weight = 1.0 / self.deviation**2
        slopes = _pass(votes, abilities, log_eases, posterior, None)

        def step() -> float:
            nonlocal slopes
            _ascend(abilities, slopes.ability, slopes.ability_curve, weight)
            _ascend(log_eases, slopes.ease, slopes.ease_curve, weight)
            slopes = _pass(votes, abilities, log_eases, posterior, log_priors)
            self.loglik_ = slopes.loglik
            away = ((abilities - 1.0) ** 2).sum() + ((log_eases - 1.0) ** 2).sum()
            return self.loglik_ - 0.5 * weight * float(away)

        self._iterate(votes, step, self.n_iter, self.tol)
        self.priors_ = class_shares(np.einsum("it->t", posterior))
        self.abilities_ = abilities
        self.eases_ = np.full(votes.n_items, np.e)
        self.eases_[votes.labeled] = np.exp(log_eases)
        self._conclude(votes, posterior, votes.count(posterior))
        return self


class _Slopes(NamedTuple):
    """First derivatives of the expected log likelihood, and how fast they fall (Fisher)."""

    ability: FloatArray
    ability_curve: FloatArray
    ease: FloatArray
    ease_curve: FloatArray
    loglik: float


def _pass(
    votes: Votes,
    abilities: FloatArray,
    log_eases: FloatArray,
    posterior: FloatArray,
    log_priors: FloatArray | None,
) -> _Slopes:
    """E-step into `posterior`, unless there are no `log_priors` yet, and slopes for the M-step."""
    annotators, n_labels = votes.shape
    log_others = float(np.log(max(n_labels - 1, 1)))
    ability, ability_curve = np.zeros(annotators), np.zeros(annotators)
    ease, ease_curve = np.zeros(log_eases.size), np.zeros(log_eases.size)
    eases, loglik = np.exp(log_eases), 0.0
    for chunk in votes.chunks:
        per_item = votes.per_item[chunk.items]
        people = votes.annotators[chunk.rows]
        row = np.repeat(np.arange(per_item.size), per_item)
        cells = row * n_labels + votes.labels[chunk.rows]
        ease_of = eases[chunk.items][row]
        sure = abilities[people] * ease_of
        wrong = expit(-sure)
        right = 1.0 - wrong
        if log_priors is not None:
            joint = np.bincount(cells, sure + log_others, per_item.size * n_labels)
            joint = joint.reshape(per_item.size, n_labels) + log_priors
            loglik += normalize(joint) + float(finite_log(wrong).sum()) - log_others * row.size
            posterior[chunk.items] = joint
        gap = posterior[chunk.items].ravel()[cells] - right
        spread = right * wrong
        ability += np.bincount(people, ease_of * gap, annotators)
        ability_curve += np.bincount(people, ease_of**2 * spread, annotators)
        starts = np.concatenate([[0], np.cumsum(per_item)[:-1]])
        ease[chunk.items] = np.add.reduceat(sure * gap, starts)
        ease_curve[chunk.items] = np.add.reduceat(sure**2 * spread, starts)
    return _Slopes(ability, ability_curve, ease, ease_curve, loglik)


def _ascend(values: FloatArray, slope: FloatArray, curve: FloatArray, weight: float) -> None:
    """One Newton step of every value by itself, in place, with its normal prior around 1."""
    step = (slope - weight * (values - 1.0)) / (curve + weight)
    values += np.clip(step, -_STRIDE, _STRIDE)
