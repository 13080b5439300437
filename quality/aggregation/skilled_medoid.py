"""The answer nearest to all others, the skilled counting more: for whatever has a distance."""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import cg

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.support import support
from quality.agreement.coefficient import FloatArray
from quality.agreement.distance import Distance
from quality.agreement.table import IntArray
from quality.agreement.values import Value, ValueTable

# Of an item with more different answers so many are compared, spread evenly over all.
MOST_DIFFERENT = 200
# Nobody counts as better than this share of the usual error: weights stay within a factor.
_LEAST_ERROR = 0.2
# Answers whose summed distances differ by less are equally near.
_TIE = 1e-9


class ItemDistances(NamedTuple):
    """`values` (D,), codes of the different answers of one item; `between` (D, D) distances;
    `of_row` (n,), which of them each answer of the item is, or -1 for one that was left out."""

    values: IntArray
    between: FloatArray
    of_row: IntArray


class SkilledMedoid(ValueAggregator):
    """The answer with the least distance to all answers of the item, weighted by skill (the idea
    of Braylan and Lease, WWW 2020, who weigh people by their distances to each other).

    The mean distance of two answers is taken for the sum of both people's errors, which least
    squares find from all pairs on the same items; every error is drawn to that of all by the
    weight of `answers`. A person's weight is the inverse of the error, at most five times
    that of the usual one. Two answers that are equally near and differ leave the item undecided.
    `confidences_`: 1 - weighted mean distance to the answers of others; of a single answer, 1 -
    its author's error. `posteriors_`: `support`. `skills_`: weights, 1 for the usual error.
    `habits_`: "answers": error. What a distance is, `distance_of` says of a table.
    """

    def __init__(
        self, *, distance_of: Callable[[ValueTable], Distance], answers: float = 5.0
    ) -> None:
        self.distance_of = distance_of
        self.answers = answers

    def get_params(self) -> dict[str, Any]:
        """The constructor's parameters but for the distance, which the kind of question gives."""
        return {"answers": self.answers}

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Learn the errors and decide. Raises ValueError for `answers` not above 0."""
        if not 0 < self.answers < np.inf:
            raise ValueError(f"answers must be above 0, not {self.answers}.")
        distance = self.distance_of(table)
        found = [item_distances(table, item, distance) for item in range(table.n_items)]
        errors = errors_of_people(table, found, prior=self.answers)
        usual = float(np.sort(errors[table.codes.annotators]).mean()) if len(table) else 0.0
        self.skills_ = np.ones(table.n_annotators)
        if usual > 0:
            self.skills_ = usual / np.maximum(errors, _LEAST_ERROR * usual)
        self.habits_ = [{"answers": {"error": error}} for error in errors.tolist()]
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = np.zeros(table.n_items)
        for item, distances in enumerate(found):
            people = table.codes.annotators[table.starts[item] : table.starts[item + 1]]
            weights = self.skills_[people]
            value, confidence = self._nearest(table, distances, weights, errors[people])
            if value is not None and "left" in value:
                # What stood on the left of a pair differed between people.
                value = {**value, "left": ""}
            self.labels_.append(value)
            self.confidences_[item] = confidence
            self.posteriors_.append(support(value, table.of_item(item), weights.tolist()))
        return self

    def _nearest(
        self, table: ValueTable, found: ItemDistances, weights: FloatArray, errors: FloatArray
    ) -> tuple[Value | None, float]:
        if not weights.size:
            return None, 0.0
        if weights.size == 1:
            return table.values[int(found.values[0])], float(np.clip(1.0 - errors[0], 0.0, 1.0))
        kept = found.of_row >= 0
        at = np.bincount(found.of_row[kept], weights[kept], minlength=found.values.size)
        apart = found.between @ at
        near = np.flatnonzero(apart <= apart.min() + _TIE * at.sum())
        best = int(near[0])
        tied = bool((found.between[best, near] > _TIE).any())
        # An answer's own weight does not speak for it; equal answers of others do.
        own = float(weights[found.of_row == best].min())
        others = at.sum() - own
        away = apart[best] / others if others > 0 else 0.0
        value = None if tied else table.values[int(found.values[best])]
        return value, float(np.clip(1.0 - away, 0.0, 1.0))


def item_distances(table: ValueTable, item: int, distance: Distance) -> ItemDistances:
    """Distances of the different answers to one item, in the order of their canonical JSON."""
    said = table.codes.labels[int(table.starts[item]) : int(table.starts[item + 1])]
    values = np.unique(said)
    if values.size > MOST_DIFFERENT:
        values = values[np.linspace(0, values.size - 1, MOST_DIFFERENT).astype(np.int64)]
    between = np.zeros((values.size, values.size))
    answers = [table.values[code] for code in values.tolist()]
    for row, one in enumerate(answers):
        for column in range(row):
            between[row, column] = between[column, row] = distance(one, answers[column])
    place = np.searchsorted(values, said).clip(max=max(values.size - 1, 0))
    return ItemDistances(values, between, np.where(values[place] == said, place, -1))


def errors_of_people(table: ValueTable, found: list[ItemDistances], *, prior: float) -> FloatArray:
    """Everybody's error e, (n_annotators,), at least 0, such that distance = e + e of the other.

    Least squares over all pairs of answers to the same item, each weighted by 1 / (answers - 1),
    so that every answer counts once; errors are drawn to half of the mean distance of all pairs by
    the weight of `prior` answers. Without a pair, 0.
    """
    n = table.n_annotators
    rows, columns, weights, sums = [], [], [], []
    for item, distances in enumerate(found):
        people = table.codes.annotators[table.starts[item] : table.starts[item + 1]]
        kept = distances.of_row >= 0
        people, places = people[kept], distances.of_row[kept]
        if people.size < 2:
            continue
        one, other = np.nonzero(~np.eye(people.size, dtype=bool))
        rows.append(people[one])
        columns.append(people[other])
        weights.append(np.full(one.size, 1.0 / (people.size - 1)))
        sums.append(distances.between[places[one], places[other]] / (people.size - 1))
    if not rows:
        return np.zeros(n)
    people, others = np.concatenate(rows), np.concatenate(columns)
    weight, apart = np.concatenate(weights), np.concatenate(sums)
    usual = float(np.sort(apart).sum() / np.sort(weight).sum()) / 2.0
    if usual <= 0:
        return np.zeros(n)
    given = np.bincount(people, weight, minlength=n)
    together = sparse.coo_array((weight, (people, others)), shape=(n, n)).tocsr()
    matrix = together + sparse.diags_array(given + prior)
    target = np.bincount(people, apart, minlength=n) + prior * usual
    solved, _info = cg(matrix, target, x0=np.full(n, usual), rtol=1e-13, maxiter=20 * n + 1000)
    return np.asarray(np.maximum(solved, 0.0), np.float64)
