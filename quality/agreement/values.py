"""Answers that are more than a class: who gave which item which canonical value."""

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from quality.agreement.table import IntArray, ReliabilityTable

Value = dict[str, Any]


@dataclass(frozen=True, eq=False)
class ValueTable:
    """Answers as codes into the distinct `values`, in the order of their canonical JSON.

    `codes` is sorted by (item, annotator), like every table; its labels are indices of `values`.
    Two codes mean two texts; whether two values are the same answer is for a distance to say.
    Raises ValueError when the number of values is not that of the codes.
    """

    codes: ReliabilityTable
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if len(self.values) != self.codes.n_labels:
            raise ValueError(
                f"There are {len(self.values)} values for {self.codes.n_labels} codes."
            )

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[Hashable, Hashable, Value]]) -> Self:
        """Code rows of (item, annotator, value)."""
        texts = [
            (item, annotator, json.dumps(value, sort_keys=True, ensure_ascii=False))
            for item, annotator, value in rows
        ]
        codes = ReliabilityTable.from_rows(texts)
        return cls(codes, tuple(json.loads(str(text)) for text in codes.label_keys or ()))

    @classmethod
    def from_codes(cls, codes: ReliabilityTable) -> Self:
        """Classes as answers, for statistics that look at answers one by one."""
        return cls(codes, tuple({"kind": "code", "code": code} for code in range(codes.n_labels)))

    def coded_by(self, keys: Sequence[Any]) -> ReliabilityTable:
        """The answers as codes, ascending in `keys`: one sortable key for each of the `values`.
        Answers with equal keys get one code."""
        place = {key: code for code, key in enumerate(sorted(set(keys)))}
        ranks = np.array([place[key] for key in keys], np.int64)
        return ReliabilityTable(
            items=self.codes.items,
            annotators=self.codes.annotators,
            labels=ranks[self.codes.labels] if ranks.size else self.codes.labels,
            n_items=self.codes.n_items,
            n_annotators=self.codes.n_annotators,
            n_labels=len(place),
        )

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.codes)

    @property
    def n_items(self) -> int:
        return self.codes.n_items

    @property
    def n_annotators(self) -> int:
        return self.codes.n_annotators

    @cached_property
    def starts(self) -> IntArray:
        """Rows of item i are `starts[i]` to `starts[i + 1]`: shape (n_items + 1,)."""
        per_item = np.bincount(self.codes.items, minlength=self.n_items)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(per_item)])

    @cached_property
    def per_item(self) -> IntArray:
        """How many answers each item has: shape (n_items,)."""
        return np.diff(self.starts)

    def of_item(self, item: int) -> list[Value]:
        """The answers to one item, in the order of annotators."""
        rows = slice(int(self.starts[item]), int(self.starts[item + 1]))
        return [self.values[code] for code in self.codes.labels[rows].tolist()]

    def said(self, row: int) -> Value:
        """The answer in one row."""
        return self.values[int(self.codes.labels[row])]
