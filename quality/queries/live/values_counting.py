"""Answers as they are counted: what each item adds to which live sums."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from quality.models import SumPart
from quality.queries.live.values_amounts import Given, Measured, measured, value_name
from quality.queries.live.values_ledger import CountedItem, Key, kinds_of, labels_in, texts_of
from quality.queries.live.values_records import Answers, fingerprint, mark_of

Sum = tuple[int, int, str, int | None, str]  # question, part, slices, rater, name


class CountedNow(NamedTuple):
    """An item as it is counted: its row, and the answers whose texts may be new."""

    row: tuple[Any, ...]
    amounts: CountedItem
    texts: dict[str, str]


def count_now(questions: Mapping[int, str], new: Mapping[Key, Answers]) -> dict[Key, CountedNow]:
    """What these answers come to; `questions`: their kinds by id."""
    texts = texts_of(labels_in(new.values()))
    found = {}
    for kind, keys in kinds_of(questions, sorted(new)).items():
        given = [_given(new[key], texts) for key in keys]
        for key, said, each in zip(keys, given, measured(kind, given), strict=True):
            found[key] = _counted(key, new[key], said, each)
    return found


def add_amounts(sums: Counter[Sum], key: Key, amounts: CountedItem, sign: int) -> None:
    """Add what an item brought to the sums, or (`sign` -1) take it back."""
    question, _item, slices = key
    for rater, parts in ((None, json.loads(amounts.whole)), *_by_rater(amounts.without)):
        for part, named in parts.items():
            for name, amount in named.items():
                sums[question, int(part), slices, rater, name] += sign * amount


def _by_rater(without: str) -> Iterable[tuple[int, dict[str, dict[str, int]]]]:
    return ((int(rater), parts) for rater, parts in json.loads(without).items())


def _given(answers: Answers, texts: Mapping[int, str]) -> Given:
    return Given([rater for rater, _label in answers], [texts[label] for _rater, label in answers])


def _counted(key: Key, answers: Answers, given: Given, found: Measured) -> CountedNow:
    question, item, slices = key
    # JSON has no numbers above 2^53 for everybody, but Python reads and writes them exactly.
    whole = {
        SumPart.WHOLE.value: found.whole | {"fingerprint": fingerprint(item, answers)},
        SumPart.VALUES.value: found.values,
    }
    by_part = (
        (SumPart.PEOPLE, found.people),
        (SumPart.WITHOUT, found.without),
        (SumPart.JUDGES, found.judges),
    )
    without = {
        rater: {part.value: amounts[rater] for part, amounts in by_part if amounts.get(rater)}
        for rater in found.people
    }
    counted = CountedItem(answers, _packed(whole), _packed(without))
    names = [value_name(text) for text in given.texts]
    said = _packed([(*each, name) for each, name in zip(answers, names, strict=True)])
    row = (question, item, slices, mark_of(item), len(answers), said, counted.whole)
    texts = dict(zip(names, given.texts, strict=True)) if found.values else {}
    return CountedNow((*row, counted.without, found.least, found.most), counted, texts)


def _packed(value: object) -> str:
    # Sorted: the same amounts are the same text, whatever else was counted with them.
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
