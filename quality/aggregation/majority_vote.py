"""Majority vote: the label that most annotators gave."""

from typing import Self

import numpy as np

from quality.aggregation.base import UNDECIDED, Aggregator
from quality.agreement.table import IntArray, ReliabilityTable


class MajorityVote(Aggregator):
    """Plurality of the votes, every annotator counting the same.

    `ties`: "abstain" leaves an item undecided (-1) when several labels share the most votes,
    "lowest" takes the lowest code among them. `probas_` are the vote shares, whatever `ties`
    says; rows of items without a label are all 0.
    """

    def __init__(self, *, ties: str = "abstain") -> None:
        self.ties = ties

    def fit(self, table: ReliabilityTable, *, gold: IntArray | None = None) -> Self:
        """Count the votes; gold is ignored. Raises ValueError for an unknown way to break ties."""
        if self.ties not in ("abstain", "lowest"):
            raise ValueError(f'ties must be "abstain" or "lowest", not {self.ties!r}.')
        counts = table.counts
        if table.n_labels == 0:
            self.labels_ = np.full(table.n_items, UNDECIDED, np.int64)
            self.probas_ = np.zeros((table.n_items, 0))
            return self
        votes = counts.sum(axis=1)
        most = counts.max(axis=1)
        undecided = votes == 0
        if self.ties == "abstain":
            undecided |= (counts == most[:, np.newaxis]).sum(axis=1) > 1
        self.labels_ = np.where(undecided, UNDECIDED, counts.argmax(axis=1))
        self.probas_ = counts / np.maximum(votes, 1)[:, np.newaxis]
        return self
