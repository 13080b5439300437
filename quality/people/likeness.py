"""Answers of any kind held against each other: which are the same, and how near to the others'."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.distance import Distance
from quality.agreement.table import ReliabilityTable
from quality.agreement.values import Value, ValueTable
from quality.agreement.within import WithinPairs

# Which side stood on the left is no part of an answer.
_NO_ANSWER = "left"


@dataclass(frozen=True, eq=False)
class Likeness:
    """How near each answer is to what the others said of the item, all of shape (n,).

    `to_others`: 1 - mean distance, NaN where nobody else answered; `to_middle`: 1 - median
    distance, which one odd answer among three or more others does not move; `pairs`: answers of
    others behind it (a sample where an item has very many)."""

    to_others: FloatArray
    to_middle: FloatArray
    pairs: FloatArray


def likeness_to_others(table: ValueTable, *, distance: Distance) -> Likeness:
    """How near each answer is to those of the other people: nothing of one's own is in it.

    `distance` is one of the kind in [0, 1]. Each pair of different answers is compared once.
    """
    within = WithinPairs.of(table)
    apart = within.evaluate(lambda one, other: (distance(one, other),))[:, 0]
    pairs, sums = within.by_row(np.ones(apart.size)), within.by_row(apart)
    near = np.full(len(table), np.nan)
    np.divide(sums, pairs, out=near, where=pairs > 0)
    return Likeness(
        to_others=np.clip(1.0 - near, 0.0, 1.0),
        to_middle=np.clip(1.0 - _medians(within, apart), 0.0, 1.0),
        pairs=pairs,
    )


def _medians(within: WithinPairs, apart: FloatArray) -> FloatArray:
    """The median distance of the pairs that each row is part of: (n,), NaN without any."""
    n = len(within.table)
    rows = np.concatenate([within.first, within.second])
    both = np.concatenate([apart, apart])
    order = np.lexsort((both, rows))
    rows, both = rows[order], both[order]
    often = np.bincount(rows, minlength=n)
    start = np.concatenate([[0], np.cumsum(often)])[:-1]
    known = often > 0
    found = np.full(n, np.nan)
    low, high = start + (often - 1) // 2, start + often // 2
    found[known] = (both[low[known]] + both[high[known]]) / 2.0
    return found


def same_answers_coded(table: ValueTable) -> ReliabilityTable:
    """The answers as codes that are equal exactly where the answers are: 1 is 1.0, and the side
    that something stood on does not count."""
    return table.coded_by([answer_key(value) for value in table.values])


def answer_key(value: Value) -> str:
    """A text that is the same for two answers exactly where the answers are."""
    kept = {name: each for name, each in value.items() if name != _NO_ANSWER}
    return json.dumps(_plain(kept), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """The same with whole numbers written as such."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
