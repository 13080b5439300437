"""What the words around a place say about it, learned from the other items of the same run."""

from collections.abc import Iterator, Sequence

import numpy as np

from quality.aggregation.bio_chain import Texts
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

# Words before and after that are looked at, one by one and as neighbours.
_NEAR = 3
_PAIRS = ((-2, -1), (-1, 0), (0, 1), (1, 2))
# Words that count like the average word until this many of their kind were seen.
_PRIOR = 3.0


def word_evidence(
    texts: Texts, words: Sequence[str], items: IntArray, chances: FloatArray
) -> FloatArray:
    """Log odds of a place for what its words say, summed over them: (words,).

    `chances` (words,): how likely each place belongs to the class, so far. Every single word up
    to three places away and every pair of neighbours up to two away votes by how often it comes
    with the class in *other* items (`items`, ascending): an item never confirms itself. The votes
    depend on each other, so a caller weighs the sum down.
    """
    total = np.zeros(len(words))
    share = float(chances.mean()) if len(words) else 0.0
    if not 0.0 < share < 1.0:
        return total
    for codes in _features(texts, words):
        seen, likely = _in_other_items(codes, items, chances)
        rate = (likely + _PRIOR * share) / (seen + _PRIOR)
        # Rounding may leave a trace where an item's own share is taken away.
        rate = np.clip(rate, 1e-9, 1.0 - 1e-9)
        total += np.log(rate / (1.0 - rate)) - np.log(share / (1.0 - share))
    return total


def _features(texts: Texts, words: Sequence[str]) -> Iterator[IntArray]:
    """Codes of what stands around every place, one array (words,) per kind of feature."""
    vocabulary, code = np.unique(np.array([word.lower() for word in words]), return_inverse=True)
    nothing = vocabulary.size
    text = np.repeat(np.arange(texts.starts.size - 1), np.diff(texts.starts))
    near = {}
    for offset in range(-_NEAR, _NEAR + 1):
        place = np.arange(code.size) + offset
        inside = (place >= 0) & (place < code.size)
        inside[inside] = text[place[inside]] == text[inside]
        near[offset] = np.full(code.size, nothing)
        near[offset][inside] = code[place[inside]]
        yield near[offset]
    for first, second in _PAIRS:
        yield near[first] * (nothing + 1) + near[second]


def _in_other_items(
    codes: IntArray, items: IntArray, chances: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """How often each place's feature occurs in other items, and the sum of chances there."""
    distinct, code = np.unique(codes, return_inverse=True)
    _own, mine = np.unique(items * distinct.size + code, return_inverse=True)
    seen = np.bincount(code)[code] - np.bincount(mine)[mine]
    likely = np.bincount(code, weights=chances)[code] - np.bincount(mine, weights=chances)[mine]
    return seen.astype(np.float64), np.clip(likely, 0.0, seen)
