"""The input of every agreement coefficient and aggregator: integer-coded labels."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from quality.agreement.patterns import CountPatterns, count_patterns

IntArray = npt.NDArray[np.int64]

_MAX_KEY = 2**63
# Better to refuse than to be killed for want of memory.
_MAX_CELLS = 500_000_000
_KEY_FIELDS = (
    ("item_keys", "n_items"),
    ("annotator_keys", "n_annotators"),
    ("label_keys", "n_labels"),
)


class Basis(NamedTuple):
    """What stands behind a coefficient: how many people labeled at all, and of the items with two
    or more labels their number, the people who labeled them, and the labels."""

    n_people: int
    n_items: int
    n_annotators: int
    n_labels: int


@dataclass(frozen=True, eq=False)
class ReliabilityTable:
    """Labels as three parallel columns of codes: who gave which item which label.

    `items`, `annotators` and `labels` have shape (n,) and hold codes counted from 0. `n_items`,
    `n_annotators` and `n_labels` say how many codes exist (`n_labels` is the number of distinct
    choices, not of rows), so an item without a label or a choice nobody used still has its place.
    Rows are kept sorted by (item, annotator): no result can depend on the order they came in.
    The `*_keys`, when given, name the codes.

    Raises ValueError for columns of unequal length, codes out of range, and a second label by
    the same annotator on the same item (send only the current one).
    """

    items: IntArray
    annotators: IntArray
    labels: IntArray
    n_items: int
    n_annotators: int
    n_labels: int
    item_keys: tuple[Hashable, ...] | None = None
    annotator_keys: tuple[Hashable, ...] | None = None
    label_keys: tuple[Hashable, ...] | None = None

    def __post_init__(self) -> None:
        columns = [
            _checked_column("items", self.items, self.n_items),
            _checked_column("annotators", self.annotators, self.n_annotators),
            _checked_column("labels", self.labels, self.n_labels),
        ]
        sizes = [column.size for column in columns]
        if len(set(sizes)) > 1:
            raise ValueError(f"items, annotators and labels differ in length: {sizes}.")
        for keys_name, count_name in _KEY_FIELDS:
            keys, count = getattr(self, keys_name), getattr(self, count_name)
            if keys is not None and len(keys) != count:
                raise ValueError(f"{keys_name} has {len(keys)} entries, {count_name} is {count}.")
        columns = _sorted_columns(columns, self.n_items, self.n_annotators, self.n_labels)
        for name, column in zip(("items", "annotators", "labels"), columns, strict=True):
            # A view, so that the caller's own array stays writable.
            frozen = column.view()
            frozen.flags.writeable = False
            object.__setattr__(self, name, frozen)

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[Hashable, Hashable, Hashable]],
        *,
        labels: Sequence[Hashable] | None = None,
    ) -> Self:
        """Code rows of (item, annotator, label), given as any hashable values.

        Codes follow the sorted keys. `labels` fixes the codes of the labels instead: needed for
        an ordinal scale whose names do not sort, and to count choices that nobody used.
        Raises ValueError for a label missing from `labels`.
        """
        item_column, annotator_column, label_column = (
            zip(*materialized, strict=True) if (materialized := list(rows)) else ((), (), ())
        )
        item_keys = _sorted_keys(item_column)
        annotator_keys = _sorted_keys(annotator_column)
        label_keys = _sorted_keys(label_column) if labels is None else tuple(labels)
        if len(set(label_keys)) != len(label_keys):
            raise ValueError("labels lists the same label twice.")
        return cls(
            items=_codes(item_column, item_keys),
            annotators=_codes(annotator_column, annotator_keys),
            labels=_codes(label_column, label_keys),
            n_items=len(item_keys),
            n_annotators=len(annotator_keys),
            n_labels=len(label_keys),
            item_keys=item_keys,
            annotator_keys=annotator_keys,
            label_keys=label_keys,
        )

    def __len__(self) -> int:
        """Number of labels, that is of rows."""
        return self.items.size

    @cached_property
    def counts(self) -> IntArray:
        """How many annotators gave item i the label c: shape (n_items, n_labels), 8 bytes each.

        Raises ValueError where that would take more than 4 GB.
        """
        if self.n_items * self.n_labels > _MAX_CELLS:
            raise ValueError(
                f"{self.n_items} items with {self.n_labels} labels are too many to be counted "
                f"at once: at most {_MAX_CELLS} cells."
            )
        cells = self.items * self.n_labels + self.labels
        flat = np.bincount(cells, minlength=self.n_items * self.n_labels)
        flat.flags.writeable = False
        return flat.reshape(self.n_items, self.n_labels)

    @cached_property
    def patterns(self) -> CountPatterns:
        """Histogram of the distinct rows of `counts`: few, however many items there are."""
        return count_patterns(self.counts)

    @cached_property
    def per_item(self) -> IntArray:
        """How many labels each item has: shape (n_items,)."""
        patterns = self.patterns
        return patterns.counts.sum(axis=1)[patterns.of_item]

    @cached_property
    def basis(self) -> Basis:
        """Counts that every coefficient of this table reports."""
        patterns = self.patterns
        on_item = patterns.counts.sum(axis=1)
        pairable = on_item >= 2
        labels_of = np.bincount(self.annotators, minlength=self.n_annotators)
        n_people = int(np.count_nonzero(labels_of))
        # Rows are sorted by item, so a lone label is where its item's rows start.
        per_item = self.per_item
        lone = np.cumsum(per_item)[per_item == 1] - 1
        labels_of -= np.bincount(self.annotators[lone], minlength=self.n_annotators)
        return Basis(
            n_people=n_people,
            n_items=int(patterns.weights[pairable].sum()),
            n_annotators=int(np.count_nonzero(labels_of)),
            n_labels=int((on_item * patterns.weights)[pairable].sum()),
        )


def binarize(table: ReliabilityTable, label: int) -> ReliabilityTable:
    """The table of one class against all others (1 = that class), for coefficients per class."""
    if not 0 <= label < table.n_labels:
        raise ValueError(f"label must be between 0 and {table.n_labels - 1}, not {label}.")
    chosen = (table.labels == label).astype(np.int64)
    return replace(table, labels=chosen, n_labels=2, label_keys=None)


def _checked_column(name: str, values: Any, size: int) -> IntArray:
    column = np.asarray(values)
    if column.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {column.ndim}.")
    if column.size == 0:
        column = column.astype(np.int64)
    if not np.issubdtype(column.dtype, np.integer):
        raise ValueError(f"{name} must hold integer codes, not {column.dtype}.")
    if size < 0:
        raise ValueError(f"n_{name} must not be negative, but is {size}.")
    if column.size and (column.min() < 0 or column.max() >= size):
        raise ValueError(
            f"{name} must be between 0 and {size - 1}, "
            f"but they go from {column.min()} to {column.max()}."
        )
    return column.astype(np.int64, copy=False)


def _sorted_columns(
    columns: list[IntArray], n_items: int, n_annotators: int, n_labels: int
) -> list[IntArray]:
    if n_items * n_annotators >= _MAX_KEY:
        raise ValueError("n_items times n_annotators must stay below 2**63.")
    items, annotators, labels = columns
    key = items * n_annotators + annotators
    if bool(np.all(key[1:] > key[:-1])):
        return columns
    size = n_items * n_annotators * n_labels
    if size < _MAX_KEY:
        # Sorting one number per row and taking it apart is faster than finding an order.
        packed = (key * n_labels + labels).astype(np.uint32 if size <= 2**32 else np.int64)
        packed.sort()
        columns = _unpacked(packed, n_annotators, n_labels)
    else:
        order = np.argsort(key, kind="stable")
        columns = [column[order] for column in columns]
    items, annotators, _labels = columns
    again = np.flatnonzero((items[1:] == items[:-1]) & (annotators[1:] == annotators[:-1]))
    if again.size:
        raise ValueError(
            f"Annotator {annotators[again[0]]} labeled item {items[again[0]]} more than once "
            f"({again.size} repeated labels in all). Send only current labels."
        )
    return columns


def _unpacked(packed: npt.NDArray[Any], n_annotators: int, n_labels: int) -> list[IntArray]:
    key = packed // n_labels
    items = key // n_annotators
    columns = [items, key - items * n_annotators, packed - key * n_labels]
    return [column.astype(np.int64, copy=False) for column in columns]


def _sorted_keys(values: Iterable[Hashable]) -> tuple[Hashable, ...]:
    distinct: set[Any] = set(values)
    try:
        return tuple(sorted(distinct))
    except TypeError:  # keys of several types, or without an order of their own
        return tuple(sorted(distinct, key=lambda key: (type(key).__qualname__, repr(key))))


def _codes(values: Sequence[Hashable], keys: Sequence[Hashable]) -> IntArray:
    code_of = {key: code for code, key in enumerate(keys)}
    try:
        return np.fromiter((code_of[value] for value in values), np.int64, len(values))
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]!r} is not one of the given labels.") from None
