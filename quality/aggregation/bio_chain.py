"""A chain of tags outside, begin, inside over the words of texts, for many texts at once.

Forward-backward (Rabiner, Proceedings of the IEEE 77(2), 1989), scaled at every step so that texts
of any length stay finite. Texts of similar length go through together, word by word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
N_TAGS = 3
# Words held at once, with the gaps behind shorter texts.
_CELLS = 500_000


class Batch(NamedTuple):
    """Texts of falling length: index of each one's word t, shape (texts, longest), and how many
    texts have a word t (longest,). Behind the end of a text the index is that of its last word."""

    words: IntArray
    active: IntArray


@dataclass(frozen=True, eq=False)
class Texts:
    """Words of all texts in a row; text i has the words `starts[i]` to `starts[i + 1]`."""

    starts: IntArray

    @property
    def first_words(self) -> IntArray:
        """The first word of each text."""
        return self.starts[:-1]

    def batches(self) -> Iterator[Batch]:
        """All texts, the longest first."""
        lengths = np.diff(self.starts)
        order = np.argsort(-lengths, kind="stable")
        place = 0
        while place < order.size:
            longest = int(lengths[order[place]])
            chosen = order[place : place + max(1, _CELLS // max(longest, 1))]
            place += chosen.size
            steps = np.arange(longest)
            inside = np.minimum(steps, lengths[chosen, np.newaxis] - 1)
            yield Batch(
                self.starts[chosen, np.newaxis] + inside,
                (lengths[chosen, np.newaxis] > steps).sum(axis=0),
            )

    def previous(self, values: FloatArray) -> FloatArray:
        """The value of the word before each word, 0 before the first of a text: (words,)."""
        before = np.zeros_like(values)
        before[1:] = values[:-1]
        before[self.first_words] = 0.0
        return before

    def following(self, values: FloatArray) -> FloatArray:
        """The value of the word after each word, 0 after the last of a text: (words,)."""
        after = np.zeros_like(values)
        after[:-1] = values[1:]
        after[self.starts[1:] - 1] = 0.0
        return after


class Smoothed(NamedTuple):
    """Chance of every tag of every word (words, 3); expected first tags (3,) and pairs of tags of
    neighbours (3, 3)."""

    tags: FloatArray
    firsts: FloatArray
    pairs: FloatArray


def smooth(
    texts: Texts, evidence: FloatArray, first: FloatArray, transition: FloatArray
) -> Smoothed:
    """Tags given the evidence of all words: log likelihoods (words, 3) up to a constant per word,
    chances of the first tag (3,) and of a tag after another (3, 3)."""
    tags = np.zeros(evidence.shape)
    firsts, pairs = np.zeros(N_TAGS), np.zeros((N_TAGS, N_TAGS))
    for batch in texts.batches():
        likelihood = evidence[batch.words]
        likelihood -= likelihood.max(axis=2, keepdims=True)
        np.exp(likelihood, out=likelihood)
        forward, scale = _forward(likelihood, batch.active, first, transition)
        both = _backward(likelihood, forward, scale, batch.active, transition, pairs)
        both /= both.sum(axis=2, keepdims=True)
        present = np.arange(len(both))[:, np.newaxis] < batch.active
        tags[batch.words[present]] = both[present]
        firsts += both[:, 0].sum(axis=0)
    return Smoothed(tags, firsts, pairs)


def _forward(
    likelihood: FloatArray, active: IntArray, first: FloatArray, transition: FloatArray
) -> tuple[FloatArray, FloatArray]:
    forward = np.ones(likelihood.shape)
    scale = np.ones(likelihood.shape[:2])
    for step, n in enumerate(active.tolist()):
        before = first if step == 0 else forward[:n, step - 1] @ transition
        here = before * likelihood[:n, step]
        scale[:n, step] = here.sum(axis=1)
        forward[:n, step] = here / scale[:n, step, np.newaxis]
    return forward, scale


def _backward(
    likelihood: FloatArray,
    forward: FloatArray,
    scale: FloatArray,
    active: IntArray,
    transition: FloatArray,
    pairs: FloatArray,
) -> FloatArray:
    """Forward times backward chances; adds to the expected `pairs`."""
    both = forward.copy()
    after = np.ones((len(forward), N_TAGS))
    for step in range(active.size - 2, -1, -1):
        n = int(active[step + 1])
        ahead = likelihood[:n, step + 1] * after[:n] / scale[:n, step + 1, np.newaxis]
        pairs += transition * (forward[:n, step].T @ ahead)
        after[:n] = ahead @ transition.T
        both[:n, step] *= after[:n]
    return both


def best_tags(texts: Texts, in_span: FloatArray, begins: FloatArray, ends: FloatArray) -> IntArray:
    """The tags with the most gain in all: (words,).

    A word in a span gains `in_span`, the first one of a span `begins` and the last one `ends`
    besides (each of shape (words,)); words outside gain nothing. Equal gains prefer words outside
    and fewer spans.
    """
    tags = np.zeros(in_span.size, np.int64)
    for words, active in texts.batches():
        _best_of_batch(words, active, in_span, begins, ends, tags)
    return tags


def _best_of_batch(
    words: IntArray,
    active: IntArray,
    in_span: FloatArray,
    begins: FloatArray,
    ends: FloatArray,
    tags: IntArray,
) -> None:
    """Viterbi over two states, and from inside three ways: stay out, go on, end and begin."""
    n_texts, longest = words.shape
    came_from = np.zeros((n_texts, longest, 2), np.int8)
    out = np.zeros(n_texts)
    inside = in_span[words[:, 0]] + begins[words[:, 0]]
    for step in range(1, longest):
        n = int(active[step])
        here, last = words[:n, step], words[:n, step - 1]
        closed = inside[:n] + ends[last]
        fresh = begins[here] + in_span[here]
        ways = np.stack([inside[:n] + in_span[here], out[:n] + fresh, closed + fresh])
        came_from[:n, step, 0] = closed > out[:n]
        came_from[:n, step, 1] = ways.argmax(axis=0)
        out[:n] = np.maximum(out[:n], closed)
        inside[:n] = ways.max(axis=0)
    lasts = words[np.arange(n_texts), (np.arange(n_texts)[:, np.newaxis] < active).sum(axis=1) - 1]
    state = inside + ends[lasts] > out
    for step in range(longest - 1, -1, -1):
        n = int(active[step])
        way = came_from[:n, step, 1]
        begun = state[:n] & ((way > 0) | (step == 0))
        tags[words[:n, step]] = np.where(state[:n], np.where(begun, BEGIN, INSIDE), OUTSIDE)
        state[:n] = np.where(state[:n], way != 1, came_from[:n, step, 0])
