"""What items with answers of a kind add to the live sums; no database.

Costly comparisons are made here, for touched items only.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from quality.agreement.number_amounts import number_amounts, scaled
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.value_amounts import PAIRS_AT_ONCE, UNIT, Amounts, Columns, columns_of
from quality.agreement.value_statistic import ValueStatistic
from quality.agreement.values import Value, ValueTable
from quality.kinds import KIND_QUALITY, KindQuality, classes_in, only_class
from quality.models import CoefficientName

# Of items with more answers so many are compared, and stand for all.
MOST_ANSWERS = 64
# Kinds whose answers repeat: how often each was given says exactly what chance agreement is.
REPEATING_KINDS = frozenset({"choices", "soft_choice", "ranking"})
ALPHA = CoefficientName.ALPHA.value
CLASS = "class@"


class Given(NamedTuple):
    """The answers to an item: raters, ascending, and their values as canonical JSON."""

    raters: Sequence[int]
    texts: Sequence[str]


class Measured(NamedTuple):
    """What an item adds. `whole`: to the sums of all. `people` and `without`: to how much each
    rater gave, and to what changes without them. `values`: how often each answer was given.
    `judges`: for numbers, sums of each rater. `least` and `most`: of numbers."""

    whole: Amounts
    people: dict[int, Amounts]
    without: dict[int, Amounts]
    values: Amounts
    judges: dict[int, Amounts]
    least: float | None = None
    most: float | None = None


def measured(kind_name: str, items: Sequence[Given]) -> list[Measured]:
    """What each of these items adds to the sums of a question of this kind."""
    kind = KIND_QUALITY[kind_name]
    known = {text: json.loads(text) for given in items for text in given.texts}
    found = [_counts(kind, given, known) for given in items]
    if kind_name == "number":
        for given, each in zip(items, found, strict=True):
            _add_numbers(given, each, known)
        return [_with_range(given, each, known) for given, each in zip(items, found, strict=True)]
    for places in _portions(items):
        _add_columns(kind, [items[place] for place in places], [found[each] for each in places])
    if kind_name in REPEATING_KINDS:
        for given, each in zip(items, found, strict=True):
            _add_values(given, each)
    return found


def compared(given: Given) -> Given:
    """All answers, or of many those of some raters: always the same of the same raters."""
    if len(given.raters) <= MOST_ANSWERS:
        return given
    order = sorted(range(len(given.raters)), key=lambda place: _mark(str(given.raters[place])))
    kept = sorted(order[:MOST_ANSWERS])
    return Given([given.raters[place] for place in kept], [given.texts[place] for place in kept])


def value_name(text: str) -> str:
    """What stands for an answer among the sums."""
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def _mark(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _counts(kind: KindQuality, given: Given, known: dict[str, Value]) -> Measured:
    n = len(given.raters)
    whole = {"all_items": 1, "all_labels": n}
    if n >= 2:
        whole |= {"items": 1, "labels": n}
    if kind.elements:
        for text in given.texts:
            for key in classes_in(kind, known[text]):
                whole[CLASS + key] = whole.get(CLASS + key, 0) + 1
    one = {"labels": 1, "shared": 1} if n >= 2 else {"labels": 1}
    return Measured(whole, {rater: dict(one) for rater in given.raters}, {}, {}, {})


def _add_values(given: Given, found: Measured) -> None:
    if len(given.texts) >= 2:
        for text in given.texts:
            name = value_name(text)
            found.values[name] = found.values.get(name, 0) + 1


def _add_numbers(given: Given, found: Measured, known: dict[str, Value]) -> None:
    raters, texts = compared(given)
    amounts = number_amounts([scaled(float(known[text]["number"])) for text in texts], raters)
    found.whole.update(amounts.whole)
    for rater, change, sums in zip(raters, amounts.without, amounts.judges, strict=True):
        found.without[rater] = {name: amount for name, amount in change.items() if amount}
        found.judges[rater] = {name: amount for name, amount in sums.items() if amount}


def _with_range(given: Given, found: Measured, known: dict[str, Value]) -> Measured:
    numbers = [float(known[text]["number"]) for text in given.texts]
    return found._replace(least=min(numbers), most=max(numbers))


def _portions(items: Sequence[Given]) -> Iterator[list[int]]:
    """Places of items with two or more answers, with few enough pairs to be compared at once."""
    places: list[int] = []
    pairs = 0
    for place, given in enumerate(items):
        n = min(len(given.raters), MOST_ANSWERS)
        if n < 2:
            continue
        pairs += n * (n - 1) // 2
        if places and pairs > PAIRS_AT_ONCE:
            yield places
            places, pairs = [], n * (n - 1) // 2
        places.append(place)
    if places:
        yield places


def _add_columns(kind: KindQuality, items: Sequence[Given], found: Sequence[Measured]) -> None:
    """Add the columns of all statistics, and of classes, to what was found of the items."""
    chosen = [compared(given) for given in items]
    table, raters = _table(chosen)
    shown = _of_values(kind.shown)
    _spread(columns_of(table, shown), np.arange(table.n_items), table, raters, found)
    of_class = _of_values(kind.by_class)
    if not of_class:
        return
    for key in sorted({key for value in table.values for key in classes_in(kind, value)}):
        has = np.array([key in classes_in(kind, value) for value in table.values])
        places = np.unique(table.codes.items[has[table.codes.labels]])
        part = _of_items(table, places)
        columns = _with_given(columns_of(only_class(kind, part, key), of_class), part, has)
        columns = columns._replace(names=tuple(f"{name}@{key}" for name in columns.names))
        _spread(columns, places, part, raters, found)


def _of_values(statistics: object) -> dict[str, ValueStatistic]:
    assert isinstance(statistics, dict)
    return {
        name.value: each for name, each in statistics.items() if isinstance(each, ValueStatistic)
    }


def _table(items: Sequence[Given]) -> tuple[ValueTable, IntArray]:
    """The answers as codes, and the raters behind the codes."""
    texts = sorted({text for given in items for text in given.texts})
    code_of = {text: code for code, text in enumerate(texts)}
    said_by = np.array([rater for given in items for rater in given.raters], np.int64)
    raters, people = np.unique(said_by, return_inverse=True)
    codes = ReliabilityTable(
        items=np.repeat(np.arange(len(items)), [len(given.raters) for given in items]),
        annotators=people.reshape(-1),
        labels=np.array([code_of[text] for given in items for text in given.texts], np.int64),
        n_items=len(items),
        n_annotators=raters.size,
        n_labels=len(texts),
    )
    return ValueTable(codes, tuple(json.loads(text) for text in texts)), raters


def _of_items(table: ValueTable, places: IntArray) -> ValueTable:
    codes = table.codes
    rows = np.isin(codes.items, places)
    part = ReliabilityTable(
        items=np.searchsorted(places, codes.items[rows]),
        annotators=codes.annotators[rows],
        labels=codes.labels[rows],
        n_items=places.size,
        n_annotators=codes.n_annotators,
        n_labels=codes.n_labels,
    )
    return ValueTable(part, table.values)


def _with_given(columns: Columns, table: ValueTable, has: np.ndarray) -> Columns:
    """One column more: how many answers have the class, on which chance depends."""
    codes = table.codes
    own = has[codes.labels].astype(np.int64)
    whole = np.bincount(codes.items, weights=own, minlength=table.n_items).astype(np.int64)
    # The last but one to leave takes the other along: one answer is no pair.
    lost = np.where(table.per_item[codes.items] == 2, whole[codes.items], own)
    return Columns(
        (*columns.names, f"{ALPHA}.given"),
        np.column_stack([columns.whole, whole * UNIT]),
        np.column_stack([columns.without, -lost * UNIT]),
    )


def _spread(
    columns: Columns,
    places: IntArray,
    table: ValueTable,
    raters: IntArray,
    found: Sequence[Measured],
) -> None:
    """Columns of a table, whose items are at these places, as amounts by name; without zeros."""
    names = columns.names
    for place, row in zip(places.tolist(), columns.whole.tolist(), strict=True):
        found[place].whole.update(
            (name, amount) for name, amount in zip(names, row, strict=True) if amount
        )
    codes = table.codes
    owners = raters[codes.annotators].tolist()
    of_rows = places[codes.items].tolist()
    for place, rater, row in zip(of_rows, owners, columns.without.tolist(), strict=True):
        found[place].without.setdefault(rater, {}).update(
            (name, amount) for name, amount in zip(names, row, strict=True) if amount
        )
