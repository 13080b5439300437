"""Model instances from a prepared statement: a look-up by key without composing SQL each time.

For what every request asks (who is this, are they in this project): building the query with the ORM
takes several times as long as PostgreSQL needs to answer it.
"""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

from core.prepared import Prepared

Row = TypeVar("Row", bound=Model)


def columns_of(model: type[Model], alias: str) -> str:
    """All columns of the model's table, in the order of its fields."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


class PreparedRow(Generic[Row]):
    """One instance, and the instances it points at, from one statement.

    `sql` selects `columns_of` the model and then of each relation in `related` (field name to
    model), in this order.
    """

    def __init__(self, model: type[Row], statement: Prepared, **related: type[Model]) -> None:
        models: tuple[type[Model], ...] = (model, *related.values())
        for each in models:
            converted = [f.name for f in each._meta.concrete_fields if hasattr(f, "from_db_value")]
            if converted:
                raise TypeError(f"{each.__name__} needs the ORM to read {', '.join(converted)}")
        self._model = model
        self._statement = statement
        self._related = related

    def get(self, parameters: Mapping[str, Any]) -> Row | None:
        """The instance, or None. More than one row is a mistake of the statement."""
        with connection.cursor() as cursor:
            self._statement.execute(cursor, parameters)
            values = cursor.fetchone()
        if values is None:
            return None
        row, rest = _instance(self._model, values)
        for name, model in self._related.items():
            other, rest = _instance(model, rest)
            setattr(row, name, other)
        return row


def _instance(model: type[Any], values: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, values[: len(names)]), values[len(names) :]
