"""The contract of every aggregator: scikit-learn's, on a table of labels."""

from abc import ABC, abstractmethod
from typing import Any, Self

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

UNDECIDED = -1


class Aggregator(ABC):
    """Decides one label per item from several.

    The constructor only stores its parameters; `fit` checks them and learns the attributes that
    end in an underscore:
    `labels_` (n_items,): code of the decided label, -1 where undecided (no label, or a tie);
    `probas_` (n_items, n_labels): probability of each label.
    The same table and parameters give the same result, bit for bit, in any order of rows.
    """

    labels_: IntArray
    probas_: FloatArray

    @abstractmethod
    def fit(self, table: ReliabilityTable) -> Self:
        """Learn from a table; returns self."""

    def get_params(self) -> dict[str, Any]:
        """The constructor's parameters, to be stored beside the result."""
        return {name: value for name, value in vars(self).items() if not name.endswith("_")}
