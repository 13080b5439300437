"""Distances of sets of classes."""

from collections.abc import Collection, Hashable

from quality.agreement.values import Value


def jaccard(one: Collection[Hashable], other: Collection[Hashable]) -> float:
    """|A and B| / |A or B| in [0, 1]; two empty sets are the same, so 1 (Jaccard 1912)."""
    first, second = set(one), set(other)
    union = first | second
    return len(first & second) / len(union) if union else 1.0


def masi_distance(one: Collection[Hashable], other: Collection[Hashable]) -> float:
    """1 - Jaccard * M, with M = 1 for equal sets, 2/3 when one holds the other, 1/3 when they
    overlap otherwise, 0 without overlap (Passonneau, LREC 2006). In [0, 1]."""
    first, second = set(one), set(other)
    if first == second:
        return 0.0
    if first <= second or second <= first:
        monotone = 2.0 / 3.0
    else:
        monotone = 1.0 / 3.0 if first & second else 0.0
    return 1.0 - jaccard(first, second) * monotone


def choices_distance(one: Value, other: Value) -> float:
    """MASI distance of two canonical answers of several choices."""
    return masi_distance(one["choices"], other["choices"])


def choices_similarity(one: Value, other: Value) -> float:
    """Jaccard similarity of two canonical answers of several choices."""
    return jaccard(one["choices"], other["choices"])
