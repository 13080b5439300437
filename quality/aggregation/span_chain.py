"""Spans by a chain over words: where a span begins and ends, and whether it is one at all."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np
from scipy.special import expit, logit

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.bio_chain import BEGIN, INSIDE, OUTSIDE, best_tags, smooth
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.span_tags import FLOOR, Ground, Said
from quality.aggregation.word_evidence import word_evidence
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.values import ValueTable

# Weight of the people's answers: they err on the same hard words, so a model that takes them for
# independent becomes far too certain. The same number tempers the pool of methods.
_ANSWERS = 0.45
# Weight of one vote of the neighbourhood: votes of overlapping neighbours say the same. Chosen on
# abstracts marked by a crowd, where .2 to .4 do equally well, on either half of them.
_WORDS = 0.3
# Even chances gain nothing: below this only rounding would decide.
_TIE = 1e-9


class SpanChain(ValueAggregator):
    """Each class by itself, in four steps.

    1. How likely each word belongs to the class: Dawid and Skene's model on words, tempered, and
    what the words around it say in other items. 2. A chain of tags (outside, begin, inside) starts
    from there. What an annotator says depends on the true tag *and* on the annotator's own
    previous tag (as in Simpson and Gurevych, EMNLP 2019): going on with a span says little,
    beginning one says much. 3. `n_iter` steps of EM by forward-backward; `prior` answers of the
    average annotator stand in for what somebody has not shown yet. Few steps are meant: more of
    them fit the mistakes that people have in common. 4. The spans with the most words and borders
    rightly decided, in expectation: words by the chances of step 1, borders by the chain.

    Spans of a class that overlap in one answer become one. `confidences_`: mean chance of the
    decision over the words that anybody marked, class by class. `posteriors_`: mean chance of the
    words of each decided span, by place in the list. `priors_`: share of the words that belong to
    each class. `habits_`: by class, hit and false_alarm per word. Without texts, the stretches
    between all borders stand for words, and step 1 has the answers only. Raises ValueError for
    parameters out of range and for more than 20 million labels of words.
    """

    def __init__(self, *, n_iter: int = 2, prior: float = 10.0) -> None:
        self.n_iter = n_iter
        self.prior = prior

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Decide the spans of all items, class by class."""
        if self.n_iter < 1:
            raise ValueError(f"n_iter must be at least 1, not {self.n_iter}.")
        if not 0 <= self.prior < np.inf:
            raise ValueError(f"prior must be 0 or more, not {self.prior}.")
        ground = Ground.of(table, texts)
        spellings = ground.spellings(texts) if texts else []
        names = sorted({span["choice"] for value in table.values for span in value["spans"]})
        self.priors_, self.converged_ = {}, True
        habits: list[dict[str, dict[str, float]]] = [{} for _person in range(table.n_annotators)]
        sure, touched = np.zeros(table.n_items), np.zeros(table.n_items)
        spans: list[_Span] = []
        for name in names:
            said = ground.said(name)
            chances, model = _chances(said, spellings)
            tags = self._tags(said, chances)
            self.converged_ = self.converged_ and model.converged_
            for person, says in enumerate(model.confusions_[:, :, 1].tolist()):
                habits[person][name] = {"hit": says[1], "false_alarm": says[0]}
            self.priors_[name] = float(chances.mean()) if chances.size else 0.0
            spans += _spans(ground, tags, chances, name)
            marked = np.bincount(ground.words, weights=said.tags, minlength=chances.size) > 0
            right = np.where(tags == OUTSIDE, 1.0 - chances, chances)
            sure += np.bincount(ground.items[marked], right[marked], minlength=table.n_items)
            touched += np.bincount(ground.items[marked], minlength=table.n_items)
        self.habits_ = habits
        answered = table.per_item > 0
        self.confidences_ = np.divide(
            sure, touched, out=answered.astype(np.float64), where=touched > 0
        )
        self._keep(table, spans, texts or [{} for _item in range(table.n_items)])
        return self

    def _tags(self, said: Said, chances: FloatArray) -> IntArray:
        """The tag of every word: EM of the chain, then the best borders."""
        sequences = said.ground.sequences
        beginning = chances * said.begun_share
        tags = np.column_stack([1.0 - chances, beginning, chances - beginning])
        first, transition = _start(tags[sequences.first_words]), _transition(said.followed)
        for _step in range(self.n_iter):
            found = smooth(sequences, said.evidence(tags, self.prior), first, transition)
            tags = found.tags
            first, transition = _start(found.firsts[np.newaxis]), _transition(found.pairs)
        ending = 1.0 - tags[:, OUTSIDE] - sequences.following(tags[:, INSIDE])
        gains = (chances, tags[:, BEGIN], ending)
        return best_tags(sequences, *(each - 0.5 - _TIE for each in gains))

    def _keep(
        self, table: ValueTable, spans: Sequence["_Span"], texts: Sequence[Mapping[str, str]]
    ) -> None:
        """The spans as values of items, in the order of their places."""
        self.labels_ = [{"kind": "spans", "spans": []} if n else None for n in table.per_item]
        self.posteriors_ = [{} for _item in range(table.n_items)]
        for item, part, start, end, name, chance in sorted(spans):
            value, text = self.labels_[item], texts[item].get(part, "")
            if value is not None:
                found = {"part": part, "start": start, "end": end, "choice": name}
                value["spans"].append({**found, "quote": text[start:end]})
                self.posteriors_[item][str(len(value["spans"]))] = chance


class _Span(NamedTuple):
    item: int
    part: str
    start: int
    end: int
    choice: str
    chance: float


def _chances(said: Said, spellings: Sequence[str]) -> tuple[FloatArray, DawidSkene]:
    """How likely each word belongs to the class, and the model of step 1."""
    ground = said.ground
    labels = ReliabilityTable(
        items=ground.words,
        annotators=ground.people,
        labels=(said.tags != OUTSIDE).astype(np.int64),
        n_items=len(ground.tokens),
        n_annotators=ground.table.n_annotators,
        n_labels=2,
    )
    fitted = DawidSkene().fit(labels)
    by_answers = fitted.probas_[:, 1]
    odds = _ANSWERS * logit(np.clip(by_answers, FLOOR, 1.0 - FLOOR))
    if spellings:
        odds += _WORDS * word_evidence(ground.sequences, spellings, ground.items, by_answers)
    chances: FloatArray = expit(odds)
    return chances, fitted


def _start(tags: FloatArray) -> FloatArray:
    """Chance of the tag of a first word, from tags (N, 3): nothing goes on there."""
    first = tags.sum(axis=0) + FLOOR
    first[INSIDE] = 0.0
    return np.asarray(first / first.sum(), np.float64)


def _transition(pairs: FloatArray) -> FloatArray:
    """Chance of a tag after another from how often that is: nothing goes on that is not begun."""
    often = pairs + FLOOR
    often[OUTSIDE, INSIDE] = 0.0
    return np.asarray(often / often.sum(axis=1, keepdims=True), np.float64)


def _spans(ground: Ground, tags: IntArray, chances: FloatArray, name: str) -> list[_Span]:
    """The spans that the tags of all words stand for, each with its mean chance."""
    # A sequence begins outside or with a new span, so going on never crosses its border.
    goes_on = np.append(tags[1:], OUTSIDE) == INSIDE
    ends = np.flatnonzero((tags != OUTSIDE) & ~goes_on)
    found = []
    for start, end in zip(np.flatnonzero(tags == BEGIN).tolist(), ends.tolist(), strict=True):
        part, begins, _end = ground.tokens[start]
        found.append(
            _Span(
                item=int(ground.items[start]),
                part=part,
                start=begins,
                end=ground.tokens[end][2],
                choice=name,
                chance=float(chances[start : end + 1].mean()),
            )
        )
    return found
