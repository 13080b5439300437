"""Every table of the pages as rows for a program: one mechanism behind CSV and REST.

A table is a name, columns and a way to read it piece by piece. Modules register their tables when
they are loaded; `TABLES` holds all of them. Rows come in a stable order, by keyset where there may
be many, so that neither a file nor a page of results ever holds the whole table.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from projects.models import Membership
from projects.roles import Permission

# Rows at once. What a viewer may see of them is one statement, which costs much the same for all.
PIECE = 5000
Row = Sequence[Any]
Reader = Callable[[str, int], "Piece"]


@dataclass(frozen=True)
class Column:
    """One column: its key for programs, its name for people."""

    key: str
    name: str | Promise


@dataclass(frozen=True)
class Asked:
    """Who asks for a table, in which language, and with which filters of its page."""

    viewer: Membership
    language: str
    filters: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """The value of a filter; empty when it was not given."""
        given = self.filters.get(name) or [""]
        return given[-1]

    def many(self, name: str) -> list[str]:
        """All values of a filter that may be given several times."""
        return list(self.filters.get(name) or [])

    def number(self, name: str) -> int | None:
        """A filter that is a row's number; ValidationError for anything else."""
        text = self.one(name)
        if not text:
            return None
        if not (text.isdecimal() and len(text) < 19):
            message = _("This must be a number.")
            raise ValidationError({name: ValidationError(message, code="invalid")})
        return int(text)

    def needed_number(self, name: str) -> int:
        """The same; ValidationError also when it is missing."""
        number = self.number(name)
        if number is None:
            message = _("This is needed for this table.")
            raise ValidationError({name: ValidationError(message, code="required")})
        return number


@dataclass(frozen=True)
class Piece:
    """Some rows, and where the next piece begins (None at the end)."""

    rows: Sequence[Row]
    next_after: str | None = None


@dataclass(frozen=True)
class Table:
    """`open` finds what the filters name (404, ValidationError) and gives the reader of rows.

    `permission` is that of the page the table stands on; `filters` are those it understands.
    """

    name: str
    title: str | Promise
    columns: tuple[Column, ...]
    open: Callable[[Asked], Reader]
    filters: tuple[str, ...] = ()
    permission: Permission = Permission.VIEW_QUALITY


TABLES: dict[str, Table] = {}


def register(*tables: Table) -> None:
    """Called when modules are loaded; a name is taken once."""
    for table in tables:
        if TABLES.setdefault(table.name, table) is not table:
            raise ValueError(f"two tables are called {table.name}")


def columns(**names: str | Promise) -> tuple[Column, ...]:
    """Columns by key, in the order they are written."""
    return tuple(Column(key, name) for key, name in names.items())


def table_named(name: str) -> Table:
    """404 for a table that is not registered."""
    table = TABLES.get(name)
    if table is None:
        raise Http404(_("There is no such table."))
    return table


def whole(rows: Iterable[Row]) -> Reader:
    """For tables that are bounded by their nature: `after` is how many rows came before."""
    found = list(rows)

    def read(after: str, size: int) -> Piece:
        start = _place(after)
        end = start + size
        return Piece(found[start:end], str(end) if end < len(found) else None)

    return read


def _place(after: str) -> int:
    if after and not (after.isdecimal() and len(after) < 19):
        raise ValidationError({"after": _("This page mark is not valid.")})
    return int(after or 0)


def pieces(read: Reader, size: int = PIECE) -> Iterator[Sequence[Row]]:
    """The whole table. The first piece is read at once: what is wrong is raised to the caller."""
    first = read("", size)

    def following() -> Iterator[Sequence[Row]]:
        piece = first
        yield piece.rows
        while piece.next_after is not None:
            piece = read(piece.next_after, size)
            yield piece.rows

    return following()


def plain(value: Any) -> Any:
    """A value as a CSV field: moments in ISO 8601, truth and objects as JSON, lists
    joined."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(str(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
