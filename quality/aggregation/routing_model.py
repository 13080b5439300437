"""The model behind routing: calibrated posteriors, the order of items by what is left to doubt, and
what is known about each annotator."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.aggregation.pool import Pool, log_pool
from quality.aggregation.pooled_bcc import PooledBcc
from quality.aggregation.routing import margins
from quality.aggregation.routing_replay import Look
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

METHOD = "pool"
METHOD_VERSION = "2"
# The pool lets no member be surer than this that a label is wrong.
_FLOOR = 1e-4
# To decide, its votes are as good as the models; to tell what is worth a label they are not: shares
# of votes do not grow with their number, so two labels that agree would count for as much as ten.
_NO_EVIDENCE = "wawa"


@dataclass(frozen=True, eq=False)
class Calibrated:
    """`posterior` (n_items, K), `priors` (K,) of the classes. By `order` (n_items, K), with the
    posteriors of the members alone that weigh evidence, the next item is chosen; whether it has
    enough labels is a matter of the posterior, which is the one that is calibrated.

    `confusions` (n_annotators, K, K): [a, t, c] is the chance that annotator a says c when t is
    true, those with few labels taken for average ones. `weight`: how much of the evidence of one
    label counts, the total weight of the pool. `n_gold`: gold items it was calibrated on, 0 where
    they are too few. `lowest`: log of the smallest ratio of a probability to the largest.
    """

    posterior: FloatArray
    order: FloatArray
    confusions: FloatArray
    priors: FloatArray
    weight: float
    n_gold: int
    lowest: float

    @property
    def ceiling(self) -> float:
        """The highest confidence that any number of labels can lead to."""
        others = self.posterior.shape[1] - 1
        return 1.0 / (1.0 + max(others, 0) * float(np.exp(self.lowest)))


def calibrated(table: ReliabilityTable, *, gold: IntArray | None = None) -> Calibrated:
    """Fit the calibrated pool; `gold` (n_items,) holds label codes, -1 where there is none."""
    fitted = Pool().fit(table, gold=gold)
    people = fitted.members_["pooled_bcc"]
    assert isinstance(people, PooledBcc)
    weight = float(fitted.weights_.sum())
    return Calibrated(
        posterior=fitted.probas_,
        order=_order(fitted),
        confusions=people.confusions_,
        priors=fitted.priors_,
        weight=weight,
        n_gold=fitted.n_gold_ if fitted.is_calibrated_ else 0,
        lowest=weight * float(np.log(_FLOOR)),
    )


def look(table: ReliabilityTable) -> Look:
    """What a replay is played with: what policies decide and choose by, without gold."""
    fitted = calibrated(table)
    return Look(fitted.posterior, margins(fitted.order))


def _order(fitted: Pool) -> FloatArray:
    """The pool of the members that weigh evidence, with as much weight in total."""
    members = {name: each for name, each in fitted.members_.items() if name != _NO_EVIDENCE}
    heard = np.array([name != _NO_EVIDENCE for name in fitted.members_])
    weights = fitted.weights_[heard]
    # Gold may leave nothing but the votes: then the others are heard alike.
    shares = weights if weights.sum() > 0 else np.ones(weights.size)
    return log_pool(members, fitted.weights_.sum() * shares / shares.sum())


def parameters() -> dict[str, Any]:
    """What is stored beside everything that was decided by the model."""
    return {"method": METHOD, "method_version": METHOD_VERSION, **Pool().get_params()}
