"""Answers as whole numbers, so that patterns of them are counted by integers alone.

A choice is its id. A rating is the bits of its number, in the order of the numbers: exact for
whole and for fractional ones. The winner of a pair of parts is a hash of 62 bits of its key: there
are a handful of them, and only whether two are equal is ever asked.
"""

import hashlib
import struct

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

# Kinds of questions whose answers are one of a few: those that are counted by patterns.
CODED_KINDS = ("choice", "rating", "pairwise")
# What the ledger has of an answer, as text.
SAID_SQL = """
CASE question.kind WHEN 'choice' THEN label.choice_id::text
                   WHEN 'rating' THEN label.value ->> 'number'
                   WHEN 'pairwise' THEN label.value ->> 'winner' END
"""
_MAGNITUDE = 2**63 - 1


def code_of(kind: str, said: str) -> int:
    """The code of an answer, given what `SAID_SQL` reads; ValueError for a rating without one."""
    if kind == "choice":
        return int(said)
    if kind == "rating":
        return number_code(float(said))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big") >> 2


def number_code(number: float) -> int:
    """The bits of a number, ascending as the numbers do; -0 is 0."""
    (bits,) = struct.unpack(">q", struct.pack(">d", number + 0.0))
    return int(bits) if bits >= 0 else -(int(bits) & _MAGNITUDE)


def numbers_of_codes(codes: IntArray) -> FloatArray:
    """The numbers behind codes of ratings: the inverse of `number_code`."""
    bits = np.where(codes >= 0, codes, -codes | np.int64(-(2**63)))
    return bits.astype(np.int64).view(np.float64)
