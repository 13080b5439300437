"""What every answer says about every word: tags outside, begin and inside of one class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse

from quality.aggregation.base import ItemTexts
from quality.aggregation.bio_chain import BEGIN, INSIDE, N_TAGS, OUTSIDE, Texts
from quality.aggregation.tokens import Token, check_size, tokens_of
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.agreement.values import ValueTable

# Keeps what never happened possible.
FLOOR = 1e-10
_CELLS_OF_PERSON = N_TAGS * N_TAGS


@dataclass(frozen=True, eq=False)
class Ground:
    """The words of all items in a row, and which answers speak about which of them.

    `tokens` and `items`: of every word. `sequences`: the words of one part of one item each.
    `places`: (first word, end) of every part of every item. `words` and `people` (n,): the words
    of each answer, answer after answer; answer r has the rows `starts[r]` to `starts[r + 1]`.
    """

    table: ValueTable
    tokens: list[Token]
    items: IntArray
    sequences: Texts
    places: Mapping[tuple[int, str], tuple[int, int]]
    words: IntArray
    people: IntArray
    starts: IntArray

    @classmethod
    def of(cls, table: ValueTable, texts: ItemTexts | None) -> Self:
        """Raises ValueError for more labels of words than can be held at once."""
        by_item = [
            tokens_of(table.of_item(item), texts[item] if texts else {})
            for item in range(table.n_items)
        ]
        sizes = np.array([len(mine) for mine in by_item], np.int64)
        check_size(int((sizes * table.per_item).sum()))
        items = np.repeat(np.arange(table.n_items), sizes)
        tokens = [token for mine in by_item for token in mine]
        places: dict[tuple[int, str], tuple[int, int]] = {}
        for word, (item, token) in enumerate(zip(items.tolist(), tokens, strict=True)):
            first, _end = places.get((item, token[0]), (word, word))
            places[item, token[0]] = (first, word + 1)
        lengths = sizes[table.codes.items]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        first_words = (np.cumsum(sizes) - sizes)[table.codes.items]
        return cls(
            table=table,
            tokens=tokens,
            items=items,
            sequences=Texts(np.array([*(first for first, _end in places.values()), len(tokens)])),
            places=places,
            words=np.arange(starts[-1]) + np.repeat(first_words - starts[:-1], lengths),
            people=np.repeat(table.codes.annotators, lengths),
            starts=starts,
        )

    @cached_property
    def begins(self) -> IntArray:
        """First character of every word."""
        return np.array([token[1] for token in self.tokens], np.int64)

    @cached_property
    def ends(self) -> IntArray:
        """Where every word ends."""
        return np.array([token[2] for token in self.tokens], np.int64)

    def spellings(self, texts: Sequence[Mapping[str, str]]) -> list[str]:
        """The words themselves; nothing for parts without a text."""
        return [
            texts[item][part][start:end] if part in texts[item] else ""
            for item, (part, start, end) in zip(self.items.tolist(), self.tokens, strict=True)
        ]

    def said(self, name: str) -> "Said":
        """The tags of one class. A word belongs to a span that shares a character with it; spans
        of the class that overlap in one answer become one, those that touch stay two."""
        tags = np.zeros(self.words.size, np.int64)
        codes = self.table.codes
        for row, item in enumerate(codes.items.tolist()):
            spans = [span for span in self.table.said(row)["spans"] if span["choice"] == name]
            first_word = self.words[self.starts[row]] if spans and self.starts[row + 1] else 0
            for span in sorted(spans, key=lambda each: (each["start"], each["end"])):
                low, high = self.places.get((item, span["part"]), (0, 0))
                left = low + np.searchsorted(self.ends[low:high], span["start"], side="right")
                right = low + np.searchsorted(self.begins[low:high], span["end"], side="left")
                hit = slice(*(int(self.starts[row] + word - first_word) for word in (left, right)))
                if right > left:
                    fresh = tags[hit.start] == OUTSIDE
                    tags[hit] = np.where(tags[hit] == BEGIN, BEGIN, INSIDE)
                    tags[hit.start] = BEGIN if fresh else tags[hit.start]
        return Said(self, tags)


@dataclass(frozen=True, eq=False)
class Said:
    """Tags (n,) of one class, in the order of `Ground.words`."""

    ground: Ground
    tags: IntArray

    @cached_property
    def previous(self) -> IntArray:
        """The tag that the same answer gave to the word before; outside before the first."""
        before = np.zeros_like(self.tags)
        before[1:] = self.tags[:-1]
        is_first = np.zeros(len(self.ground.tokens), bool)
        is_first[self.ground.sequences.starts[:-1]] = True
        before[is_first[self.ground.words]] = OUTSIDE
        return before

    @cached_property
    def cells(self) -> sparse.csr_array:
        """One-hot (words, people * 9) of who said which tag after which."""
        ground = self.ground
        columns = (ground.people * N_TAGS + self.previous) * N_TAGS + self.tags
        shape = (len(ground.tokens), ground.table.n_annotators * _CELLS_OF_PERSON)
        return sparse.csr_array((np.ones(columns.size), (ground.words, columns)), shape=shape)

    @cached_property
    def cells_transposed(self) -> sparse.csr_array:
        """The same the other way round, for the other product of an EM step."""
        return self.cells.T.tocsr()

    @cached_property
    def begun_share(self) -> FloatArray:
        """Of the answers with a word in a span, the share in which it is the first: (words,).
        Where there is none, 1 at the start of a text and else 0."""
        words, n = self.ground.words, len(self.ground.tokens)
        marked = np.bincount(words, weights=self.tags != OUTSIDE, minlength=n)
        begun = np.bincount(words, weights=self.tags == BEGIN, minlength=n)
        share = np.zeros(n)
        share[self.ground.sequences.first_words] = 1.0
        return np.divide(begun, marked, out=share, where=marked > 0)

    @cached_property
    def followed(self) -> FloatArray:
        """How often one tag followed another in all answers: (3, 3)."""
        pairs = np.bincount(self.previous * N_TAGS + self.tags, minlength=_CELLS_OF_PERSON)
        return pairs.reshape(N_TAGS, N_TAGS).astype(np.float64)

    def evidence(self, chances: FloatArray, prior: float) -> FloatArray:
        """Log likelihood (words, 3) of what people said of each word, given its true tag.

        Everybody's confusions are learned from the chances (words, 3) of the true tags, given the
        own previous tag, with `prior` answers of the average annotator added to each row.
        """
        people = self.ground.table.n_annotators
        # Previous, said, true: what the columns of `cells` are, by what is learned.
        counts = (self.cells_transposed @ chances).reshape(people, N_TAGS, N_TAGS, N_TAGS)
        average = counts.sum(axis=0) + FLOOR
        average /= average.sum(axis=1, keepdims=True)
        learned = counts + prior * average + FLOOR
        learned /= learned.sum(axis=2, keepdims=True)
        found: FloatArray = self.cells @ np.log(learned).reshape(-1, N_TAGS)
        return found
