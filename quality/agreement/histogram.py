"""Coefficients and their interval over items from the histogram of count patterns alone.

An item enters alpha, Fleiss' kappa, AC1 and raw agreement only through its label counts, so a few
hundred rows (counts, how many items have them) stand for any number of labels. They can be stored
and updated by integer deltas: the histogram after an undo is the one before, bit for bit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic, described
from quality.agreement.table import Basis, IntArray

# Resampled pattern counts held in memory at once.
_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class PatternHistogram:
    """`counts` (P, K): distinct count vectors in lexicographic order; `weights` (P,): items with
    each, above 0. `n_annotators`: people behind the labels of items with two or more of them, and
    `n_people` behind any label; 0 and 2 where nobody counted them. Build it by `from_patterns`,
    which checks and sorts."""

    counts: IntArray
    weights: IntArray
    n_annotators: int = 0
    n_people: int = 2

    @classmethod
    def from_patterns(
        cls,
        counts: npt.ArrayLike,
        weights: npt.ArrayLike,
        *,
        n_annotators: int = 0,
        n_people: int = 2,
    ) -> Self:
        """A histogram from count vectors (P, K) and the number of items with each (P,).

        In any order; repeated vectors are added up, those without items and items without labels
        left out. The result and its intervals are those of the table the patterns come from.
        Raises ValueError for other shapes, other than whole numbers, and numbers below 0.
        """
        vectors, items = np.asarray(counts), np.asarray(weights)
        if vectors.ndim != 2 or items.shape != (len(vectors),):
            raise ValueError(
                f"counts must have shape (P, K) and weights (P,), not {vectors.shape} and "
                f"{items.shape}."
            )
        for name, values in (("counts", vectors), ("weights", items)):
            if values.size and not np.issubdtype(values.dtype, np.integer):
                raise ValueError(f"{name} must hold whole numbers, not {values.dtype}.")
            if values.size and values.min() < 0:
                raise ValueError(f"{name} must not be negative, but go down to {values.min()}.")
        kept = (items > 0) & vectors.any(axis=1)
        vectors, items = vectors[kept].astype(np.int64), items[kept].astype(np.int64)
        distinct, place = np.unique(vectors, axis=0, return_inverse=True)
        summed = np.zeros(len(distinct), np.int64)
        np.add.at(summed, place.reshape(-1), items)
        return cls(distinct, summed, n_annotators, n_people)

    @property
    def n_items(self) -> int:
        """Items with at least one label."""
        return int(self.weights.sum())

    @property
    def n_labels(self) -> int:
        """Classes of the scale (K), not labels given."""
        return int(self.counts.shape[1])

    @property
    def basis(self) -> Basis:
        """What stands behind a coefficient: items with two or more labels, and those labels."""
        on_item = self.counts.sum(axis=1)
        pairable = on_item >= 2
        return Basis(
            n_people=self.n_people if self.weights.size else 0,
            n_items=int(self.weights[pairable].sum()),
            n_annotators=self.n_annotators,
            n_labels=int((on_item * self.weights)[pairable].sum()),
        )

    def value(self, statistic: ItemStatistic) -> Coefficient:
        """The coefficient without an interval."""
        sums = statistic.weighted_sums(self.counts, self.weights[np.newaxis])
        return described(statistic.evaluate(sums, self.n_labels), self.basis)

    def measure(
        self,
        statistic: ItemStatistic,
        *,
        confidence: float = 0.95,
        resamples: int = 1000,
        seed: int,
    ) -> Coefficient:
        """The coefficient with its percentile bootstrap interval over items.

        The definition, and for the same seed the numbers, of `bootstrap_interval`.
        """
        (found,) = self.measure_all(
            [statistic], confidence=confidence, resamples=resamples, seed=seed
        )
        return found

    def measure_all(
        self,
        statistics: Sequence[ItemStatistic],
        *,
        confidence: float = 0.95,
        resamples: int = 1000,
        seed: int,
    ) -> list[Coefficient]:
        """Several coefficients with their intervals from the same draws of items.

        Drawing takes most of the time, and coefficients of one sample can be compared.
        """
        check_interval(confidence, resamples)
        found = [self.value(statistic) for statistic in statistics]
        if all(coefficient.undefined for coefficient in found):
            return found
        values = self.resampled(statistics, resamples, seed)
        return [
            coefficient if coefficient.undefined else with_percentiles(coefficient, row, confidence)
            for coefficient, row in zip(found, values, strict=True)
        ]

    def resampled(
        self, statistics: Sequence[ItemStatistic], resamples: int, seed: int
    ) -> FloatArray:
        """Values (statistics, R) of samples of the labeled items, drawn with replacement."""
        found = [
            [
                statistic.evaluate(statistic.weighted_sums(self.counts, drawn), self.n_labels).value
                for statistic in statistics
            ]
            for drawn in self._draws(resamples, np.random.default_rng(seed))
        ]
        return np.concatenate(found, axis=1)

    def _draws(self, resamples: int, generator: np.random.Generator) -> Iterator[IntArray]:
        """How often each pattern occurs in each sample: (R, P), in parts that fit in memory.

        Drawing items with replacement is drawing from a multinomial over patterns.
        """
        n_items = self.n_items
        step = max(1, _CELLS // max(self.weights.size, 1))
        for start in range(0, resamples, step):
            yield generator.multinomial(
                n_items, self.weights / n_items, size=min(step, resamples - start)
            )


def check_interval(confidence: float, resamples: int = 1) -> None:
    """Raise ValueError for a confidence outside (0, 1) or less than one resample."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}.")
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}.")


def with_percentiles(
    coefficient: Coefficient, values: FloatArray, confidence: float
) -> Coefficient:
    """The coefficient with the percentile interval of resampled values (R,).

    Resamples in which it is undefined (NaN) are left out; where they are the majority there is no
    interval.
    """
    defined = values[~np.isnan(values)]
    if 2 * defined.size < values.size:
        return coefficient
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return replace(coefficient, low=float(low), high=float(high))
