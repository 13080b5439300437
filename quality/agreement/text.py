"""Distances of texts: edits between characters and between words."""

from collections.abc import Sequence

import numpy as np

from quality.agreement.values import Value

# Longer texts are compared by their first tokens: the effort grows with the product of lengths.
MOST_TOKENS = 5_000


def levenshtein(one: Sequence[str], other: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions that turn one sequence into the other
    (Levenshtein 1966), row by row in numpy: O(length) passes."""
    if len(one) < len(other):
        one, other = other, one
    if not other:
        return len(one)
    known = {token: code for code, token in enumerate(dict.fromkeys([*one, *other]))}
    columns = np.array([known[token] for token in other])
    places = np.arange(columns.size + 1)
    row = places.copy()
    for deleted, token in enumerate(one, start=1):
        following = np.empty_like(row)
        following[0] = deleted
        following[1:] = np.minimum(row[1:] + 1, row[:-1] + (columns != known[token]))
        # Insertions run along the row: the least of (value - place) so far, plus the place.
        row = np.minimum.accumulate(following - places) + places
    return int(row[-1])


def normalised_levenshtein(one: str, other: str) -> float:
    """Edits over the longer text's characters, in [0, 1]; 0 for two empty texts."""
    if one == other:
        return 0.0
    first, second = one[:MOST_TOKENS], other[:MOST_TOKENS]
    return levenshtein(first, second) / max(len(first), len(second), 1)


def wer(reference: str, said: str) -> float:
    """Word error rate: word edits over the words of the reference (may exceed 1). Words are what
    white space parts. Without reference words: 0 for no words, else 1."""
    wanted, given = reference.split()[:MOST_TOKENS], said.split()[:MOST_TOKENS]
    if not wanted:
        return 1.0 if given else 0.0
    return levenshtein(wanted, given) / len(wanted)


def word_distance(one: str, other: str) -> float:
    """Word edits over the words of the longer text: symmetric, in [0, 1]."""
    first, second = one.split()[:MOST_TOKENS], other.split()[:MOST_TOKENS]
    return levenshtein(first, second) / max(len(first), len(second), 1)


def text_distance(one: Value, other: Value) -> float:
    """Normalised Levenshtein distance of two canonical texts."""
    return normalised_levenshtein(one["text"], other["text"])


def text_word_distance(one: Value, other: Value) -> float:
    """Word distance of two canonical texts."""
    return word_distance(one["text"], other["text"])
