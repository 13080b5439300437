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
    """A statement with `%(name)s` places; `types` names the SQL type of each of them."""

    def __init__(self, name: str, sql: str, **types: str) -> None:
        self.name = f"labelhub_{name}"
        self._plain = sql
        used = set(_PLACE.findall(sql))
        kinds = {place: kind for place, kind in types.items() if place in used}
        numbers = {place: f"${number}" for number, place in enumerate(kinds, start=1)}
        text = _PLACE.sub(lambda match: numbers[match[1]], sql).replace("%%", "%")
        self._prepare = f"PREPARE {self.name} ({', '.join(kinds.values())}) AS {text}"
        values = ", ".join(f"%({place})s::{kind}" for place, kind in kinds.items())
        self._execute = f"EXECUTE {self.name} ({values})"

    def execute(self, cursor: CursorWrapper, parameters: Mapping[str, Any]) -> None:
        """Run it on the cursor; what it returns is fetched from there."""
        if not settings.PREPARED_STATEMENTS:
            cursor.execute(self._plain, dict(parameters))
            return
        known = _known.setdefault(connection.connection, set())
        if self.name not in known:
            cursor.execute(self._prepare)
            known.add(self.name)
        cursor.execute(self._execute, dict(parameters))
