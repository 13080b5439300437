"""Numbers by which annotators' clients know slots: they say nothing about when a slot was made.

The id of a slot tells its age, and with it a check from an item that was imported (ADR 0031). So
ids leave and enter through this one place, as tickets: a permutation of 52-bit numbers (a Feistel
network of four rounds with a keyed digest, Luby and Rackoff 1988), keyed by the server. Nothing is
stored; a ticket of a slot stays the same for ever, for everybody.
"""

import hmac
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

HALF = 26
_MASK = (1 << HALF) - 1
_ROUNDS = 4
# No database has so many slots; of other numbers hardly any stands for an id below it.
MOST_SLOTS = 1 << 40


def ticket_of(slot: int) -> int:
    """The ticket of a slot; 0 stays 0, which stands for none."""
    return _permuted(settings.SECRET_KEY, slot) if slot else 0


def slot_of(ticket: int) -> int:
    """The slot of a ticket; what is no ticket stands for itself, and so for no slot of the asker's.

    Tickets of an earlier key of the server, and ids that a client of an earlier version still
    holds, are understood: answers that waited on a device find their slots.
    """
    if not 0 < ticket < 1 << 2 * HALF:
        return ticket
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        slot = _restored(key, ticket)
        if slot < MOST_SLOTS:
            return slot
    return ticket


def slots_of(tickets: Iterable[int]) -> list[int]:
    """Of several at once."""
    return [slot_of(ticket) for ticket in tickets]


@lru_cache(maxsize=4096)
def _permuted(key: str, number: int) -> int:
    left, right = number >> HALF, number & _MASK
    for turn in range(_ROUNDS):
        left, right = right, left ^ _mixed(key, turn, right)
    return left << HALF | right


@lru_cache(maxsize=4096)
def _restored(key: str, number: int) -> int:
    left, right = number >> HALF, number & _MASK
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _mixed(key, turn, left), left
    return left << HALF | right


def _mixed(key: str, turn: int, half: int) -> int:
    text = f"annotations.tickets:{turn}:{half}".encode()
    digest = hmac.digest(key.encode() if isinstance(key, str) else key, text, "sha256")
    return int.from_bytes(digest[:4], "big") & _MASK
