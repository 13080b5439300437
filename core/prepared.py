"""Statements that PostgreSQL plans once per connection instead of once per call.

For the few statements of a hot path whose planning costs more than their work. The driver sends
plain text, so this uses SQL's own PREPARE and EXECUTE, which live as long as the connection. A
pooler that swaps connections between transactions cannot be used with them: set
PREPARED_STATEMENTS=false there, and each call is planned anew.
"""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

_PLACE = re.compile(r"%\((\w+)\)s")
# What each driver connection has prepared; forgotten together with it.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """A statement with `%(name)s` places, each cast to its type where SQL cannot infer it."""

    def __init__(self, name: str, sql: str) -> None:
        self.name = f"labelhub_{name}"
        self.plain = sql
        self.places = list(dict.fromkeys(_PLACE.findall(sql)))
        numbers = {place: f"${number}" for number, place in enumerate(self.places, start=1)}
        text = _PLACE.sub(lambda match: numbers[match[1]], sql).replace("%%", "%")
        self._prepare = f"PREPARE {self.name} AS {text}"
        values = ", ".join(f"%({place})s" for place in self.places)
        self._execute = f"EXECUTE {self.name} ({values})" if values else f"EXECUTE {self.name}"

    def execute(self, cursor: CursorWrapper, parameters: Mapping[str, Any]) -> None:
        """Run it on the cursor; what it returns is fetched from there."""
        if not settings.PREPARED_STATEMENTS:
            cursor.execute(self.plain, dict(parameters))
            return
        known = _known.setdefault(connection.connection, set())
        if self.name not in known:
            cursor.execute(self._prepare)
            known.add(self.name)
        cursor.execute(self._execute, dict(parameters))
