"""The model behind routing: calibrated posteriors and what is known about each annotator."""

from dataclasses import dataclass
from typing import Any

from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.routing import tempered
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

METHOD = "dawid_skene"
METHOD_VERSION = "1"


@dataclass(frozen=True, eq=False)
class Calibrated:
    """`posterior` (n_items, K), `confusions` (n_annotators, K, K), `priors` (K,) of the classes."""

    posterior: FloatArray
    confusions: FloatArray
    priors: FloatArray


def calibrated(table: ReliabilityTable, *, gold: IntArray | None = None) -> Calibrated:
    """Fit the model; `gold` (n_items,) holds label codes, -1 where there is none."""
    fitted = DawidSkene().fit(table)
    return Calibrated(tempered(fitted.probas_), fitted.confusions_, fitted.priors_)


def parameters() -> dict[str, Any]:
    """What is stored beside everything that was decided by the model."""
    return {"method": METHOD, "method_version": METHOD_VERSION, **DawidSkene().get_params()}
