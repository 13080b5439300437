"""What the others said of an item: the yardstick that contains nothing of the one measured."""

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import ReliabilityTable


def log_fit(table: ReliabilityTable, *, smoothing: float = 1.0) -> FloatArray:
    """log p(what was said | the other labels of the item), for every row of the table: (n,).

    p is the share of the others who said the same, with `smoothing` answers spread by the shares
    of all labels added; NaN where nobody else labeled the item.
    """
    if not smoothing > 0:
        raise ValueError(f"smoothing must be above 0, not {smoothing}.")
    n = np.bincount(table.items, minlength=table.n_items)[table.items] - 1.0
    keys = table.items * max(table.n_labels, 1) + table.labels
    _cells, place, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    same = sizes[place] - 1.0
    shares = np.bincount(table.labels, minlength=table.n_labels) / max(len(table), 1)
    chance = (same + smoothing * shares[table.labels]) / (n + smoothing)
    found = np.full(len(table), np.nan)
    np.log(chance, out=found, where=n > 0)
    return found
