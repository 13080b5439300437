"""What items bring to statistics of numbers, as whole numbers that add up over items.

Numbers are kept in units of 2^-120 and their squares in units of 2^-240: exact for whatever people
write, however large or small, so that differences of sums lose nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isqrt
from typing import NamedTuple

import numpy as np

from quality.agreement.coefficient import Estimates, FloatArray
from quality.agreement.distance import ratio_of
from quality.agreement.icc import MOST_ANNOTATORS, IccForm, icc_of
from quality.agreement.numbers import interval_alpha_of

BITS = 120
ONE = 1 << BITS
# What leaving an annotator out changes: answers, disagreement, sum and sum of squares; items, mean
# difference and share of equal pairs of each.
_CHANGES = ("n", "apart", "sum", "squares", "of", "difference", "equal")
# As `equality` has it.
_SAME = ONE // 10**12

Amounts = dict[str, int]


class NumberAmounts(NamedTuple):
    """`whole`: what an item adds. `without`: what changes without each annotator, by place.
    `judges`: what it adds to the sums of each annotator and each two of them, by place."""

    whole: Amounts
    without: list[Amounts]
    judges: list[Amounts]


def scaled(number: float) -> int:
    """A number in units of 2^-120; exact from 2^-67 on."""
    above, below = number.as_integer_ratio()
    return (above << BITS) // below


def number_amounts(numbers: Sequence[int], raters: Sequence[int]) -> NumberAmounts:
    """Amounts of an item with these scaled numbers, by these annotators (names of `judges`)."""
    whole = _whole(numbers)
    without = []
    for place in range(len(numbers)):
        rest = _whole([*numbers[:place], *numbers[place + 1 :]])
        change = {name: rest.get(name, 0) - whole.get(name, 0) for name in _CHANGES}
        # Twice the distance of its pairs, and twice their number, as for other kinds.
        change["distance"] = -2 * sum(abs(numbers[place] - other) for other in numbers)
        change["pairs"] = -2 * (len(numbers) - 1)
        without.append(change)
    return NumberAmounts(whole, without, _judges(numbers, raters))


def _whole(numbers: Sequence[int]) -> Amounts:
    n = len(numbers)
    if n < 2:
        return {}
    total, squares = sum(numbers), sum(each * each for each in numbers)
    differences = equal = 0
    ordered = sorted(numbers)
    for place, each in enumerate(ordered):
        differences += (2 * place - n + 1) * each
        equal += sum(1 for other in ordered[:place] if each - other <= _SAME)
    pairs = n * (n - 1) // 2
    return {
        "n": n,
        "apart": 2 * (n * squares - total * total) // (n - 1),
        "sum": total,
        "squares": squares,
        "of": 1,
        "difference": differences // pairs,
        "equal": equal * ONE // pairs,
        "inverse": ONE // n,
        "sizes": n * n,
        "means": total * total // n,
        "within": squares - total * total // n,
    }


def _judges(numbers: Sequence[int], raters: Sequence[int]) -> list[Amounts]:
    n = len(numbers)
    if n < 2:
        return [{} for _number in numbers]
    total, share = sum(numbers), ONE // n
    return [
        {"n": 1, "sum": each, "apart": (n * each - total) // n, "inverse": share}
        | {f"with.{other}": share for other in raters if other > rater}
        for each, rater in zip(numbers, raters, strict=True)
    ]


class Scale(NamedTuple):
    """Numbers are looked at as differences from `centre` in units of their spread; no statistic
    changes by that, and floats keep their precision. `square`: of the spread, above 0."""

    centre: int
    spread: int
    square: int


def scale_of(whole: Mapping[str, int]) -> Scale | None:
    """None where there are no numbers, or all are the same."""
    n, total, squares = whole.get("n", 0), whole.get("sum", 0), whole.get("squares", 0)
    if n * squares == total * total:
        return None
    centre = total // n
    square = max(1, (squares - 2 * centre * total + n * centre * centre) // n)
    return Scale(centre, max(1, isqrt(square)), square)


def moments(rows: Iterable[Mapping[str, int]], scale: Scale) -> FloatArray:
    """The columns of `interval_alpha_of` (R, 4) from amounts."""
    found = [
        (
            row.get("n", 0),
            row.get("apart", 0) / scale.square,
            _shifted(row, scale),
            _squares(row, scale),
        )
        for row in rows
    ]
    return np.array(found, np.float64).reshape(-1, 4)


def number_estimates(rows: Sequence[Mapping[str, int]], scale: Scale | None) -> list[Estimates]:
    """Alpha, share of equal pairs and mean difference of R samples from their sums."""
    of = np.array([row.get("of", 0) for row in rows], np.float64)
    means = [
        ratio_of(np.column_stack([[row.get(name, 0) / ONE for row in rows], of]))
        for name in ("equal", "difference")
    ]
    if scale is None:
        nothing = np.full(len(rows), np.nan)
        return [Estimates(nothing, nothing, nothing), *means]
    return [interval_alpha_of(moments(rows, scale)), *means]


def icc_estimate(
    whole: Mapping[str, int],
    judges: Mapping[int, Mapping[str, int]],
    scale: Scale | None,
    form: IccForm | str,
) -> Estimates:
    """ICC from all sums; undefined for more than 100 annotators. `judges` by annotator."""
    people = sorted(each for each, amounts in judges.items() if amounts.get("n"))
    if scale is None or not people or len(people) > MOST_ANNOTATORS:
        nothing = np.array([np.nan])
        return Estimates(nothing, nothing, nothing)
    n, total, centre = whole["n"], whole["sum"], scale.centre
    means = whole["means"] - 2 * centre * total + n * centre * centre
    scalars = [
        whole["of"],
        n,
        whole["inverse"] / ONE,
        whole["sizes"],
        _shifted(whole, scale),
        _squares(whole, scale),
        means / scale.square,
        whole["within"] / scale.square,
    ]
    counts = [judges[each]["n"] for each in people]
    said = [_shifted(judges[each], scale) for each in people]
    apart = [judges[each].get("apart", 0) / scale.spread for each in people]
    equations = _equations(people, judges)
    sums = np.concatenate([scalars, counts, said, apart, equations.ravel()]).astype(np.float64)
    return icc_of(sums[np.newaxis], people=len(people), form=form)


def _equations(people: Sequence[int], judges: Mapping[int, Mapping[str, int]]) -> FloatArray:
    """Henderson's equations between annotators, D - 11'/k added up over items: (A, A)."""
    found = np.zeros((len(people), len(people)))
    for row, one in enumerate(people):
        amounts = judges[one]
        found[row, row] = (amounts["n"] * ONE - amounts.get("inverse", 0)) / ONE
        for column in range(row + 1, len(people)):
            shared = amounts.get(f"with.{people[column]}", 0)
            found[row, column] = found[column, row] = -shared / ONE
    return found


def _shifted(row: Mapping[str, int], scale: Scale) -> float:
    return (row.get("sum", 0) - row.get("n", 0) * scale.centre) / scale.spread


def _squares(row: Mapping[str, int], scale: Scale) -> float:
    n, total, centre = row.get("n", 0), row.get("sum", 0), scale.centre
    return (row.get("squares", 0) - 2 * centre * total + n * centre * centre) / scale.square
