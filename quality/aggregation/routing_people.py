"""To whom the next label goes: the person whose table helps most, within what each can do."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from quality.aggregation.routing import expected_gain, expected_information
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

BoolArray = npt.NDArray[np.bool_]

NOBODY = -1
# Differences that only rounding makes are ties.
_DIGITS = 9


def gains(posterior: FloatArray, tables: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Expected gain and information of items (m, K) by people's tables (P, K, K), each (m, P)."""
    shape = (len(posterior), len(tables))
    gain, information = np.zeros(shape), np.zeros(shape)
    for person, table in enumerate(tables):
        gain[:, person] = expected_gain(posterior, table)
        information[:, person] = expected_information(posterior, table)
    return gain, information


def most_helpful_people(
    gain: FloatArray, information: FloatArray, may: BoolArray, capacity: Sequence[int]
) -> IntArray:
    """For each item, in their order, the person whose label helps most, or -1, (m,).

    The largest gain, ties by information, then by the order of people. `may` (m, P): who could
    still label the item; of them only the better half is asked first. `capacity` (P,): how many
    items each can be given. Nobody where all who could would help equally.
    """
    left = np.array(capacity, np.int64)
    gain, information = gain.round(_DIGITS), information.round(_DIGITS)
    chosen = np.full(len(gain), NOBODY, np.int64)
    for item in range(len(gain)):
        able = np.flatnonzero(may[item])
        if able.size < 2:
            continue
        helps = list(zip(gain[item, able], information[item, able], strict=True))
        if len(set(helps)) == 1:
            continue
        better = able[np.lexsort((able, -information[item, able], -gain[item, able]))]
        free = [person for person in better[: able.size // 2] if left[person] > 0]
        if free:
            chosen[item] = free[0]
            left[free[0]] -= 1
    return chosen
