"""The model behind routing: calibrated posteriors and what is known about each annotator."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.aggregation.pool import Pool
from quality.aggregation.pooled_bcc import PooledBcc
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

METHOD = "pool"
METHOD_VERSION = "1"
# The pool lets no member be surer than this that a label is wrong.
_FLOOR = 1e-4


@dataclass(frozen=True, eq=False)
class Calibrated:
    """`posterior` (n_items, K), `priors` (K,) of the classes.

    `confusions` (n_annotators, K, K): [a, t, c] is the chance that annotator a says c when t is
    true, those with few labels taken for average ones. `weight`: how much of the evidence of one
    label counts, the total weight of the pool. `n_gold`: gold items it was calibrated on, 0 where
    they are too few. `lowest`: log of the smallest ratio of a probability to the largest.
    """

    posterior: FloatArray
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
        confusions=people.confusions_,
        priors=fitted.priors_,
        weight=weight,
        n_gold=fitted.n_gold_ if fitted.is_calibrated_ else 0,
        lowest=weight * float(np.log(_FLOOR)),
    )


def parameters() -> dict[str, Any]:
    """What is stored beside everything that was decided by the model."""
    return {"method": METHOD, "method_version": METHOD_VERSION, **Pool().get_params()}
