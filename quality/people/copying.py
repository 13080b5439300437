"""Copying: two people who share more mistakes than independent work explains."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import pdtrc

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.people.alerts import Alert, Reason, false_discovery_values

# Pairs of labels held in memory at once, times classes.
_CELLS = 4_000_000
_FLOOR = 1e-6


@dataclass(frozen=True, eq=False)
class SharedMistakes:
    """Pairs of annotators with common items, each array of shape (P,).

    `first`, `second`: codes; `n`: common items; `observed`: mistakes they made alike, judged by the
    others; `expected`: if both erred independently; `z`: how many standard errors apart;
    `p_value`: chance of as many; `q_value`: the rate of false discoveries among pairs as
    conspicuous. `excess`: how many times more mistakes the middle pair shares than independence
    says, since hard items mislead everybody; the expectations contain it.
    """

    first: IntArray
    second: IntArray
    n: IntArray
    observed: FloatArray
    expected: FloatArray
    z: FloatArray
    p_value: FloatArray
    q_value: FloatArray
    excess: float

    def alerts(self, *, false_discoveries: float = 0.05) -> list[Alert]:
        """Alerts for conspicuous pairs, of which that share is expected to be false."""
        found = np.flatnonzero(self.q_value < false_discoveries)
        columns = ("n", "observed", "expected", "z", "p_value", "q_value")
        return [
            Alert(
                Reason.COPYING,
                (int(self.first[pair]), int(self.second[pair])),
                {name: float(getattr(self, name)[pair]) for name in columns},
            )
            for pair in found[np.argsort(-self.z[found], kind="stable")].tolist()
        ]


def shared_mistakes(
    table: ReliabilityTable, *, priors: npt.ArrayLike, confusions: npt.ArrayLike
) -> SharedMistakes:
    """Mistakes that pairs of annotators share, observed and expected given the consensus.

    `priors` (K,) and `confusions` (A, K true, K said) as learned by `DawidSkene`. For every pair
    on every common item the true class is judged by the *other* people's answers alone, so that
    two who copy cannot vouch for each other. Expected: the sum of the chances that both err alike
    if their errors are independent given the true class. A Poisson tail, since such mistakes are
    rare. Raises ValueError for other shapes.
    """
    shares = np.asarray(priors, np.float64)
    tables = np.asarray(confusions, np.float64)
    people, classes = table.n_annotators, table.n_labels
    if shares.shape != (classes,) or tables.shape != (people, classes, classes):
        raise ValueError("priors must have shape (K,), and confusions (A, K, K).")
    logs = np.log(np.maximum(tables, _FLOOR))
    said = logs.transpose(0, 2, 1)[table.annotators, table.labels]  # (n, K): given each true class
    judged = np.full((table.n_items, classes), np.log(np.maximum(shares, _FLOOR)))
    np.add.at(judged, table.items, said)
    observed, expected, variance = np.zeros((3, people * people))
    common = np.zeros(people * people, np.int64)
    for left, right in label_pairs(table, cells=classes**2):
        pair = table.annotators[left] * people + table.annotators[right]
        truth = judged[table.items[left]] - said[left] - said[right]
        truth = np.exp(truth - truth.max(axis=1, keepdims=True))
        truth /= truth.sum(axis=1, keepdims=True)
        both = table.labels[left] == table.labels[right]
        wrong = both * (1.0 - truth[np.arange(left.size), table.labels[left]])
        one, other = tables[table.annotators[left]], tables[table.annotators[right]]
        # Chance that both say the class, and what that would count as a mistake.
        alike = np.einsum("pt,ptc,ptc->pc", truth, one, other)
        likely = (alike * (1.0 - truth)).sum(axis=1)
        spread = (alike * (1.0 - truth) ** 2).sum(axis=1) - likely**2
        observed += np.bincount(pair, weights=wrong, minlength=observed.size)
        expected += np.bincount(pair, weights=likely, minlength=expected.size)
        variance += np.bincount(pair, weights=spread, minlength=variance.size)
        common += np.bincount(pair, minlength=common.size)
    met = np.flatnonzero(common)
    codes = np.divmod(met, people)
    return _tested(*codes, common[met], observed[met], expected[met], variance[met])


def _tested(
    first: IntArray,
    second: IntArray,
    n: IntArray,
    observed: FloatArray,
    expected: FloatArray,
    variance: FloatArray,
) -> SharedMistakes:
    # Hard items mislead everybody, so that all pairs share more than independence says. Where the
    # weight of pairs is half through is what an ordinary pair does; copying pairs do not move it.
    excess = 1.0
    if expected.size and expected.sum() > 0:
        ratio = observed / np.maximum(expected, _FLOOR)
        order = np.argsort(ratio, kind="stable")
        half = np.searchsorted(np.cumsum(expected[order]), expected.sum() / 2.0)
        excess = max(1.0, float(ratio[order[min(int(half), order.size - 1)]]))
    expected = np.maximum(expected * excess, _FLOOR)
    variance = np.maximum(variance * excess, _FLOOR)
    # A Poisson count of as many mistakes as have this mean and this variance; rounded down, so
    # that it is never too sure.
    unit = variance / expected
    counted = np.floor(observed / unit)
    p_value = np.where(counted < 1.0, 1.0, pdtrc(counted - 1.0, expected / unit))
    return SharedMistakes(
        first=first,
        second=second,
        n=n,
        observed=observed,
        expected=expected,
        z=(observed - expected) / np.sqrt(variance),
        p_value=p_value,
        q_value=false_discovery_values(p_value),
        excess=excess,
    )


def label_pairs(table: ReliabilityTable, *, cells: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Rows of all pairs of labels of an item, in parts that fit in memory when each pair needs so
    many `cells`; the lower code of the two people first."""
    per_item = np.bincount(table.items, minlength=table.n_items)
    starts = np.concatenate([[0], np.cumsum(per_item)])[:-1]
    for size in np.unique(per_item[per_item > 1]).tolist():
        rows = starts[per_item == size]
        left, right = np.triu_indices(size, k=1)
        step = max(1, _CELLS // (left.size * max(cells, 1)))
        for start in range(0, rows.size, step):
            chunk = rows[start : start + step, np.newaxis]
            yield (chunk + left).ravel(), (chunk + right).ravel()
