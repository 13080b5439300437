"""Keyset pages: a page costs the same whether it is the first or the last."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and where the next page begins (None at the end)."""

    rows: list[Row]
    next_after: str | None


def keyset_page(
    queryset: QuerySet[Any], *, after: str | None, size: int, newest_first: bool = False
) -> Page[Any]:
    """Rows after the primary key `after`, at most `size`, in primary key order."""
    if after:
        try:
            bound = queryset.model._meta.pk.to_python(after)
        except ValidationError as error:
            raise ValidationError({"after": _("This page mark is not valid.")}) from error
        queryset = queryset.filter(**{"pk__lt" if newest_first else "pk__gt": bound})
    rows = list(queryset.order_by("-pk" if newest_first else "pk")[: size + 1])
    more = len(rows) > size
    return Page(rows=rows[:size], next_after=str(rows[size - 1].pk) if more else None)
