"""Whether what some people marked is there at all, and of which class: by how people mark."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from quality.aggregation.base import UNDECIDED
from quality.aggregation.pooled_bcc import PooledBcc
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.values import ValueTable

Element = dict[str, Any]
# Beliefs of the average annotator before anything is known: so many of so many.
_HIT, _ALARM, _COINCIDENCE, _OUT_OF = 4.0, 0.5, 0.5, 5.0
_N_ITER = 300
_STILL = 1e-7


class Candidate(NamedTuple):
    """What several people marked of one item, taken for the same thing.

    `people`: codes of those who marked it, ascending, each with an element of `elements`.
    """

    item: int
    people: tuple[int, ...]
    elements: tuple[Element, ...]


class Presence(NamedTuple):
    """`chances` (C,) that a candidate is there. By annotator, (n_annotators,): `hits`, how often
    somebody marks what is there; `false_alarms`, how many things that are not, per item.
    `coincidence`: chance that another makes the same mistake. `converged`, after `n_iter`."""

    chances: FloatArray
    hits: FloatArray
    false_alarms: FloatArray
    coincidence: float
    converged: bool
    n_iter: int


class Classes(NamedTuple):
    """`names`: class of each candidate, None where two are as probable; `chances` (C,) of it."""

    names: list[str | None]
    chances: FloatArray


class _Asked(NamedTuple):
    """Who could have marked each candidate, and who did: (n,) each; `marks` and `people_asked`
    (C,) how many; `answers` (A,), of each annotator; `n_items` with an answer."""

    candidates: IntArray
    people: IntArray
    marked: npt.NDArray[np.bool_]
    marks: IntArray
    people_asked: IntArray
    answers: IntArray
    n_items: int


class _Rates(NamedTuple):
    hits: FloatArray
    alarms: FloatArray
    coincidence: float
    per_item: float


def presence(candidates: Sequence[Candidate], table: ValueTable, *, prior: float) -> Presence:
    """How probable each candidate is, by EM over candidates.

    What is there is marked by each of the item's annotators at their hit rate. What is not there
    is one annotator's false alarm, in which another joins with the chance of a coincidence, the
    same for all: alarms of several people at one place are rare, or frequent where something looks
    like what is asked for, and the answers tell which. (Dawid and Skene's model, which has a chance
    of marking each false candidate, takes things that two of five saw for false: there a false
    candidate that nobody marks is never seen.) Rates are drawn to those of all by the weight of
    `prior` answers. Starts from the shares of the annotators.
    """
    asked = _asked(candidates, table)
    chances: FloatArray = asked.marks / np.maximum(asked.people_asked, 1)
    rates = _rates(asked, chances, prior)
    moved, steps = np.inf, 0
    while moved > _STILL and steps < _N_ITER:
        steps += 1
        previous, chances = chances, _chances(asked, rates)
        rates = _rates(asked, chances, prior)
        moved = float(np.abs(chances - previous).max(initial=0.0))
    converged = moved <= _STILL
    return Presence(chances, rates.hits, rates.alarms, rates.coincidence, converged, steps)


def classes(candidates: Sequence[Candidate], n_annotators: int) -> Classes:
    """The class of every candidate, from those of its elements, by Bayesian classifier combination
    with a pooled prior: people with few answers are taken for average ones."""
    names = sorted({element["choice"] for each in candidates for element in each.elements})
    if len(names) < 2:
        return Classes([*names] * len(candidates), np.ones(len(candidates)))
    code = {name: place for place, name in enumerate(names)}
    said = [code[element["choice"]] for each in candidates for element in each.elements]
    fitted = PooledBcc().fit(
        ReliabilityTable(
            items=np.repeat(np.arange(len(candidates)), [len(each.people) for each in candidates]),
            annotators=_joined([np.array(each.people, np.int64) for each in candidates]),
            labels=np.array(said, np.int64),
            n_items=len(candidates),
            n_annotators=n_annotators,
            n_labels=len(names),
        )
    )
    decided = fitted.labels_.tolist()
    return Classes(
        [None if each == UNDECIDED else names[each] for each in decided],
        fitted.probas_.max(axis=1),
    )


def _asked(candidates: Sequence[Candidate], table: ValueTable) -> _Asked:
    codes, people, marked = [], [], []
    for code, each in enumerate(candidates):
        mine = table.codes.annotators[table.starts[each.item] : table.starts[each.item + 1]]
        codes.append(np.full(mine.size, code))
        people.append(mine)
        marked.append(np.isin(mine, each.people).astype(np.int64))
    said = _joined(marked) > 0
    of = _joined(codes)
    return _Asked(
        candidates=of,
        people=_joined(people),
        marked=said,
        marks=np.bincount(of[said], minlength=len(candidates)),
        people_asked=np.bincount(of, minlength=len(candidates)),
        answers=np.bincount(table.codes.annotators, minlength=table.n_annotators),
        n_items=int((table.per_item > 0).sum()),
    )


def _rates(asked: _Asked, chances: FloatArray, prior: float) -> _Rates:
    """M-step: everybody's rates, given how probable the candidates are."""
    n = asked.answers.size
    on_true, on_false = chances[asked.candidates], ((1.0 - chances) / asked.marks)[asked.candidates]
    seen = np.bincount(asked.people, on_true * asked.marked, minlength=n)
    there = np.bincount(asked.people, on_true, minlength=n)
    alarms = np.bincount(asked.people, on_false * asked.marked, minlength=n)
    usual_hit = (seen.sum() + _HIT) / (there.sum() + _OUT_OF)
    usual_alarms = (alarms.sum() + _ALARM) / (asked.answers.sum() + _OUT_OF)
    joined = ((1.0 - chances) * (asked.marks - 1)).sum() + _COINCIDENCE
    could_join = ((1.0 - chances) * (asked.people_asked - 1)).sum() + _OUT_OF
    return _Rates(
        hits=(seen + prior * usual_hit) / (there + prior),
        alarms=(alarms + prior * usual_alarms) / (asked.answers + prior),
        coincidence=float(joined / could_join),
        per_item=float((chances.sum() + _ALARM) / (asked.n_items + 1.0)),
    )


def _chances(asked: _Asked, rates: _Rates) -> FloatArray:
    """E-step: how probable each candidate is."""
    n, marked = asked.marks.size, asked.marked
    hits = rates.hits[asked.people]
    there = np.bincount(asked.candidates, np.log(np.where(marked, hits, 1.0 - hits)), minlength=n)
    alarm = np.bincount(asked.candidates, marked * rates.alarms[asked.people], minlength=n)
    alone = asked.people_asked - asked.marks
    not_there = np.log(alarm) + (asked.marks - 1) * np.log(rates.coincidence)
    not_there += alone * np.log1p(-rates.coincidence)
    return np.asarray(expit(np.log(rates.per_item) + there - not_there), np.float64)


def _joined(parts: Sequence[IntArray]) -> IntArray:
    return np.concatenate([np.empty(0, np.int64), *parts])
