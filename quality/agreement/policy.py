"""From how much data on a chance-corrected coefficient is shown at all.

A policy, not mathematics: the coefficients themselves stay exact on the smallest worked example.
Below these numbers raw agreement is all that can honestly be said.
"""

from quality.agreement.coefficient import Coefficient, Undefined

FEWEST_ITEMS = 30
FEWEST_ANNOTATORS = 3


def enough_data(n_items: int, n_annotators: int) -> Undefined | None:
    """Why no coefficient should be shown for so many items with two or more labels and the people
    who gave those labels (`Coefficient.n_items` and `n_annotators`); None if there are enough."""
    if n_items < FEWEST_ITEMS:
        return Undefined.TOO_FEW_ITEMS
    if n_annotators < FEWEST_ANNOTATORS:
        return Undefined.TOO_FEW_ANNOTATORS
    return None


def withheld(coefficient: Coefficient) -> Undefined | None:
    """Why this coefficient should not be shown: it has no value, or too little data stands behind
    it; None if it may be. The reason of the coefficient itself comes first."""
    return coefficient.undefined or enough_data(coefficient.n_items, coefficient.n_annotators)
