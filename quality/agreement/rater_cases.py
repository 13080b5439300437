"""Leaving annotators out when only counts are kept: how often each meets which pattern with which
label.

`leave_one_out` needs every label; this needs one row per annotator, pattern and label, which can
be stored and changed by integers (as a `PatternHistogram` can).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import FloatArray, ItemStatistic
from quality.agreement.table import IntArray

# Feature values held in memory at once.
_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class RaterCases:
    """`counts` (P, K) and `weights` (P,): patterns and items with each. `raters`, `patterns`,
    `labels`, `items`, each (M,): so many items of the pattern have this label from this annotator;
    annotators are codes below `n_raters`."""

    counts: IntArray
    weights: IntArray
    raters: IntArray
    patterns: IntArray
    labels: IntArray
    items: IntArray
    n_raters: int

    @property
    def n_people(self) -> int:
        """Annotators with any label."""
        return int(np.unique(self.raters).size)

    @property
    def n_annotators(self) -> int:
        """Annotators with a label on an item that has two or more."""
        pairable = self.counts.sum(axis=1) >= 2
        return int(np.unique(self.raters[pairable[self.patterns]]).size)

    @property
    def labels_of(self) -> IntArray:
        """Labels of each annotator: (n_raters,)."""
        return self._sum(self.items)

    @property
    def shared_of(self) -> IntArray:
        """Labels of each annotator on items that others labeled as well: (n_raters,)."""
        return self._sum(self.items * (self.counts.sum(axis=1)[self.patterns] >= 2))

    def peers(self, distances: FloatArray) -> tuple[IntArray, FloatArray]:
        """Pairs of each annotator's labels with those of others on the same item, and the sum of
        their distances: (n_raters,) each. `distances` (K, K): of labels, 0 between equal ones."""
        others = self.counts.sum(axis=1)[self.patterns] - 1
        apart = (self.counts @ distances)[self.patterns, self.labels]
        sums = np.bincount(self.raters, weights=self.items * apart, minlength=self.n_raters)
        return self._sum(self.items * others), sums.astype(np.float64)

    def of_class(self, label: int) -> "RaterCases":
        """One class against all others (1 = that class)."""
        given = self.counts[:, label]
        return replace(
            self,
            counts=np.column_stack([self.counts.sum(axis=1) - given, given]),
            labels=(self.labels == label).astype(np.int64),
        )

    def without_each(self, statistics: Sequence[ItemStatistic]) -> list[FloatArray]:
        """Each statistic without each annotator, (n_raters,); NaN where undefined then.

        Taking a label c from an item changes its features by f(counts - e_c) - f(counts).
        """
        n_labels = self.counts.shape[1]
        cases, case = np.unique(self.patterns * n_labels + self.labels, return_inverse=True)
        often = sparse.csr_array(
            (self.items.astype(np.float64), (self.raters, case.reshape(-1))),
            shape=(self.n_raters, cases.size),
        ).tocsc()
        found = []
        for statistic in statistics:
            total = statistic.weighted_sums(self.counts, self.weights[np.newaxis])
            sums = np.repeat(total, self.n_raters, axis=0)
            step = max(1, _CELLS // max(total.size, 1))
            for start in range(0, cases.size, step):
                chunk = slice(start, start + step)
                pattern, label = np.divmod(cases[chunk], n_labels)
                before = self.counts[pattern]
                after = before.copy()
                after[np.arange(label.size), label] -= 1
                change = statistic.features(after) - statistic.features(before)
                sums += np.asarray(often[:, chunk] @ change)
            found.append(statistic.evaluate(sums, n_labels).value)
        return found

    def _sum(self, values: IntArray) -> IntArray:
        found = np.zeros(self.n_raters, np.int64)
        np.add.at(found, self.raters, values)
        return found
