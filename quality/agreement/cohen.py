"""Cohen's kappa of two annotators, with its large-sample interval."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from quality.agreement.coefficient import Coefficient, FloatArray, Undefined
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.weights import Weights, weight_matrix


def cohen_kappa(
    first: ReliabilityTable | npt.ArrayLike,
    second: npt.ArrayLike | None = None,
    *,
    weights: Weights | str = Weights.IDENTITY,
    confidence: float = 0.95,
) -> Coefficient:
    """Cohen's kappa (Cohen 1960; weighted: Cohen 1968).

    Takes a table of exactly two annotators (items that both labeled count), or two arrays of
    shape (n,) with the labels both gave to the same n items. Expected agreement is
    sum_cd w_cd p_c q_d, with each annotator's own class shares p and q. `low` and `high` are the
    value -+ z times the standard error of Fleiss, Cohen and Everitt (1969), cut at -1 and 1.
    Raises ValueError for another number of annotators or arrays of unequal length.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}.")
    if isinstance(first, ReliabilityTable):
        if second is not None:
            raise ValueError("Give one table or two arrays, not a table and an array.")
        if np.unique(first.annotators).size < 2:
            return Coefficient(None, None, None, 0, 0, 0, Undefined.FEWER_THAN_TWO_ANNOTATORS)
        crossed = _cross_table(*_both_labels(first), first.n_labels)
    else:
        if second is None:
            raise ValueError("The labels of the second annotator are missing.")
        crossed = _cross_arrays(np.asarray(first), np.asarray(second))
    return _kappa_of_cross_table(crossed, weights, confidence)


def _both_labels(table: ReliabilityTable) -> tuple[IntArray, IntArray]:
    """Labels of the two annotators on the items that both labeled."""
    people = np.unique(table.annotators)
    if people.size > 2:
        raise ValueError(f"Cohen's kappa compares two annotators, not {people.size}.")
    columns = np.full((2, table.n_items), -1, np.int64)
    columns[np.searchsorted(people, table.annotators), table.items] = table.labels
    both = (columns >= 0).all(axis=0)
    return columns[0, both], columns[1, both]


def _cross_arrays(first: npt.NDArray[np.generic], second: npt.NDArray[np.generic]) -> FloatArray:
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"The two arrays must have one dimension and the same length, "
            f"not {first.shape} and {second.shape}."
        )
    # The union of both label sets: one annotator may never use what the other does.
    labels, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    return _cross_table(codes[: first.size], codes[first.size :], labels.size)


def _cross_table(first: IntArray, second: IntArray, n_labels: int) -> FloatArray:
    cells = np.bincount(first * n_labels + second, minlength=n_labels * n_labels)
    return cells.reshape(n_labels, n_labels).astype(np.float64)


def _kappa_of_cross_table(
    crossed: FloatArray, weights: Weights | str, confidence: float
) -> Coefficient:
    matrix = weight_matrix(weights, len(crossed))
    n_items = int(crossed.sum())
    if n_items == 0:
        return Coefficient(None, None, None, 0, 0, 0, Undefined.NO_ITEM_WITH_TWO_LABELS)
    shares = crossed / n_items
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float((matrix * shares).sum())
    expected = float(rows @ matrix @ columns)
    if 1.0 - expected <= 1e-12:
        single = Undefined.ONLY_ONE_CATEGORY
        return Coefficient(None, None, None, n_items, 2, 2 * n_items, single, observed, expected)
    kappa = (observed - expected) / (1.0 - expected)
    # Mean weight of each label against the other annotator's labels.
    margins = (matrix @ columns)[:, np.newaxis] + (matrix.T @ rows)[np.newaxis, :]
    spread = float((shares * (matrix - margins * (1.0 - kappa)) ** 2).sum())
    variance = (spread - (kappa - expected * (1.0 - kappa)) ** 2) / (
        n_items * (1.0 - expected) ** 2
    )
    reach = float(ndtri((1.0 + confidence) / 2.0)) * max(variance, 0.0) ** 0.5
    return Coefficient(
        value=kappa,
        low=max(-1.0, kappa - reach),
        high=min(1.0, kappa + reach),
        n_items=n_items,
        n_annotators=2,
        n_labels=2 * n_items,
        undefined=None,
        observed=observed,
        expected=expected,
    )
