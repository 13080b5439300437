"""Labels laid out for models of the crowd, and the two steps of EM that those share."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from scipy import sparse

from quality.aggregation.base import UNDECIDED
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

# Two labels whose probabilities differ by less are a tie: below this only rounding decides.
TIE = 1e-9
# Items are handled so many at a time that what is computed on the way stays in the cache.
_CHUNK_CELLS = 65_536
# Cells of the annotators' tables: above, they would not fit beside a web server.
MOST_CELLS = 60_000_000


class Sweep(NamedTuple):
    """What one pass over all items finds for L states: expected `counts` (A * K, L) of labels by
    who said what, and `sizes` (L,) of items; `log_evidence`, summed over items."""

    counts: FloatArray
    sizes: FloatArray
    log_evidence: float


class Chunk(NamedTuple):
    """Some of the labeled items: which, where their labels are, and who said what of them."""

    items: slice
    rows: slice
    said: sparse.csr_array  # (items, A * K) one-hot of (annotator, label)


@dataclass(frozen=True, eq=False)
class Votes:
    """The labeled items of a table. Every model of a pool works on the same one.

    A model has L states an item can be in: the K classes, or several states per class, those of a
    class beside each other. Its evidence (A * K, L) is the log probability that an annotator says
    a label of an item in a state.
    """

    n_items: int
    shape: tuple[int, int]  # A, K
    labeled: IntArray  # codes of the items with a label
    per_item: IntArray  # their numbers of labels
    counts: IntArray  # (labeled, K) how often each label was given
    annotators: IntArray  # of every label, sorted by item
    labels: IntArray
    chunks: tuple[Chunk, ...]

    @classmethod
    def of(cls, table: ReliabilityTable) -> Self:
        """Lay out a table. Raises ValueError for tables of annotators above 60 million cells."""
        shape = (table.n_annotators, table.n_labels)
        if shape[0] * shape[1] ** 2 > MOST_CELLS:
            raise ValueError(
                f"{shape[0]} annotators with {shape[1]} labels are too many for tables of who "
                f"takes what for what: at most {MOST_CELLS} cells."
            )
        counts = table.counts
        per_item = counts.sum(axis=1)
        labeled = np.flatnonzero(per_item)
        per_item = per_item[labeled]
        return cls(
            n_items=table.n_items,
            shape=shape,
            labeled=labeled,
            per_item=per_item,
            counts=counts if labeled.size == table.n_items else counts[labeled],
            annotators=table.annotators,
            labels=table.labels,
            chunks=_chunks(table.annotators, table.labels, per_item, shape),
        )

    def __len__(self) -> int:
        """Number of labels."""
        return self.labels.size

    def shares(self) -> FloatArray:
        """Share of the votes for each label, (labeled, K): a new array each time, for models to
        work on."""
        return self.counts / self.per_item[:, np.newaxis]

    @cached_property
    def per_annotator(self) -> IntArray:
        """Number of labels of each annotator."""
        return np.bincount(self.annotators, minlength=self.shape[0])

    def count(self, states: FloatArray) -> FloatArray:
        """Expected labels by who said what and state, (A * K, L), given that of items."""
        total = np.zeros((self.shape[0] * self.shape[1], states.shape[1]))
        for chunk in self.chunks:
            total += chunk.said.T @ states[chunk.items]
        return total

    def tables(self, counts: FloatArray) -> FloatArray:
        """Counts (A * K, K) as a table per annotator: [a, t, c], how often c was said of t."""
        by_said = counts.reshape(*self.shape, self.shape[1])
        return np.ascontiguousarray(by_said.transpose(0, 2, 1))

    def sweep(self, log_priors: FloatArray, evidence: FloatArray, classes: FloatArray) -> Sweep:
        """E-step, and the sums for the next M-step, in one pass.

        `log_priors` (L,); `classes` (labeled, K) is overwritten with the posterior of the class.
        """
        counts = np.zeros(evidence.shape)
        sizes = np.zeros(log_priors.shape)
        log_evidence = 0.0
        for chunk in self.chunks:
            joint: FloatArray = chunk.said @ evidence
            joint += log_priors
            log_evidence += normalize(joint)
            counts += chunk.said.T @ joint
            sizes += np.einsum("is->s", joint)
            classes[chunk.items] = merged(joint, self.shape[1])
        return Sweep(counts, sizes, log_evidence)

    def sample(self, most: int) -> "Votes":
        """Items at even distances with about `most` labels; all of them where there are fewer."""
        apart = -(-len(self) // max(most, 1))
        if apart <= 1:
            return self
        chosen = np.arange(self.labeled.size) % apart == 0
        rows = np.repeat(chosen, self.per_item)
        per_item = self.per_item[chosen]
        annotators, labels = self.annotators[rows], self.labels[rows]
        return Votes(
            n_items=per_item.size,
            shape=self.shape,
            labeled=np.arange(per_item.size),
            per_item=per_item,
            counts=self.counts[chosen],
            annotators=annotators,
            labels=labels,
            chunks=_chunks(annotators, labels, per_item, self.shape),
        )

    def spread(self, posterior: FloatArray, priors: FloatArray) -> FloatArray:
        """Posterior (labeled, K) as rows of all items; those without a label get the priors."""
        if self.labeled.size == self.n_items:
            return posterior
        rows = np.tile(priors, (self.n_items, 1))
        rows[self.labeled] = posterior
        return rows

    def decided(self, posterior: FloatArray) -> IntArray:
        """Code of the most probable label of every item, undecided on a tie."""
        labels = np.full(self.n_items, UNDECIDED, np.int64)
        labels[self.labeled] = most_probable(posterior)
        return labels


def _chunks(
    annotators: IntArray, labels: IntArray, per_item: IntArray, shape: tuple[int, int]
) -> tuple[Chunk, ...]:
    n_labels, width = shape[1], shape[0] * shape[1]
    code = np.int32 if width < 2**31 else np.int64
    step = max(64, _CHUNK_CELLS // max(n_labels, 1))
    ends = np.concatenate([[0], np.cumsum(per_item)])
    starts = range(0, per_item.size, step)
    # The same ones serve every chunk.
    most = max((int(ends[min(at + step, per_item.size)] - ends[at]) for at in starts), default=0)
    ones = np.ones(most)
    found = []
    for start in starts:
        stop = min(start + step, per_item.size)
        rows = slice(int(ends[start]), int(ends[stop]))
        columns = (annotators[rows] * n_labels + labels[rows]).astype(code)
        offsets = (ends[start : stop + 1] - ends[start]).astype(code)
        said = sparse.csr_array(
            (ones[: columns.size], columns, offsets), shape=(stop - start, width)
        )
        found.append(Chunk(slice(start, stop), rows, said))
    return tuple(found)


def normalize(joint: FloatArray) -> float:
    """Turn rows of log probabilities into distributions, in place; returns the log of what the
    rows added up to, summed. Relative to the largest: thousands of labels stay finite."""
    largest = row_maximum(joint)
    joint -= largest[:, np.newaxis]
    np.exp(joint, out=joint)
    total = np.einsum("is->i", joint)
    joint /= total[:, np.newaxis]
    return float(largest.sum() + np.log(total).sum())


def merged(states: FloatArray, n_labels: int) -> FloatArray:
    """Probability of the class (rows, K) from that of its states (rows, L)."""
    if states.shape[1] == n_labels:
        return states
    # Spelled out: of no rows numpy could not tell how many states a class has.
    shape = (len(states), n_labels, states.shape[1] // n_labels)
    return np.asarray(np.einsum("ikm->ik", states.reshape(shape)))


def row_maximum(rows: FloatArray) -> FloatArray:
    """Maximum of every row, column by column: ten times faster than along short rows."""
    largest = np.full(len(rows), -np.inf)
    for column in rows.T:
        np.maximum(largest, column, out=largest)
    return largest


def most_probable(posterior: FloatArray) -> IntArray:
    """Code of the most probable label of each row, undecided on a tie."""
    if posterior.shape[0] == 0 or posterior.shape[1] == 0:
        return np.full(len(posterior), UNDECIDED, np.int64)
    best = row_maximum(posterior)
    near = best - TIE
    tied = np.zeros(len(posterior), np.int64)
    for column in posterior.T:
        tied += column > near
    return np.where(tied > 1, UNDECIDED, posterior.argmax(axis=1))
