"""Bounds how often a password may be tried per account and address; kept in the cache only.

The pair is what counts: a stranger who fails on purpose locks out nobody but themselves. A cache
that is away locks out nobody either; then the slow password hash is the only brake.
"""

import hashlib
import logging

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from core.errors import Conflict

logger = logging.getLogger(__name__)

TRIES = 10
WINDOW_SECONDS = 15 * 60


class TooManyTries(Conflict):
    """429: wait before the next try. The password was not looked at."""


def take_a_try(*, account: str, address: str) -> None:
    """Count one try before the password is checked, so that parallel guesses count as well."""
    key = _key(account, address)
    try:
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        tries = cache.incr(key)
    except ValueError:  # the window ended between the two statements
        return
    except (RedisError, OSError):
        logger.warning("the cache is away; tries to sign in are not counted")
        return
    if tries > TRIES:
        message = _("Too many tries. Please wait 15 minutes, then try again.")
        raise TooManyTries(message, code="too_many_tries")


def forget_tries(*, account: str, address: str) -> None:
    """After the right password."""
    try:
        cache.delete(_key(account, address))
    except (RedisError, OSError):
        logger.warning("the cache is away; tries to sign in are not counted")


def _key(account: str, address: str) -> str:
    pair = f"{account.strip().lower()}\n{address}".encode()
    return f"sign-in:{hashlib.sha256(pair).hexdigest()}"
