"""Distances of texts: edits between characters and between words."""

from collections.abc import Sequence

from quality.agreement.values import Value

# Longer texts are compared by their first tokens: the effort grows with the product of lengths.
MOST_TOKENS = 5_000


def levenshtein(one: Sequence[str], other: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions that turn one sequence into the other
    (Levenshtein 1966), bit-parallel: a column of the table is two whole numbers (Myers 1999, in the
    form of Hyyro 2001), so the effort is that of len(other) steps on numbers of len(one) bits."""
    if not one or not other:
        return len(one) + len(other)
    places: dict[str, int] = {}
    for at, token in enumerate(one):
        places[token] = places.get(token, 0) | (1 << at)
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, edits = full, 0, len(one)
    for token in other:
        equal = places.get(token, 0)
        diagonal = ((((equal & up) + up) ^ up) | equal | down) & full
        right = (down | ~(diagonal | up)) & full
        left = up & diagonal
        if right & last:
            edits += 1
        elif left & last:
            edits -= 1
        right = ((right << 1) | 1) & full
        left = (left << 1) & full
        up = (left | ~(diagonal | right)) & full
        down = right & diagonal
    return edits


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
