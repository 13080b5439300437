"""Migration operations that make PostgreSQL itself refuse to rewrite history (ADR 0004)."""

from collections.abc import Iterable

from django.db.migrations.operations import RunSQL

_TRUNCATE = """
CREATE OR REPLACE FUNCTION core_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE on % is refused: its rows are kept for ever', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_truncate();
"""

_CHANGE = """
CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {guard}
    RAISE EXCEPTION '% on {table} is refused: its rows are kept for ever', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_refuse_change();
"""

_UNDO = """
DROP TRIGGER {table}_refuse_truncate ON {table};
DROP TRIGGER {table}_refuse_change ON {table};
DROP FUNCTION {table}_refuse_change();
"""


def append_only(table: str, *, mutable: Iterable[str] = (), free_while: str = "") -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`.

    `mutable` names the columns that an UPDATE may still change (an item's `withdrawn_at`);
    `free_while` is a condition on OLD under which rows are not frozen yet
    (`OLD.state = 'draft'`): such rows may be changed and deleted.
    """
    guard = ""
    if free_while:
        guard += (
            f"IF {free_while} THEN\n"
            "        IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;\n"
            "    END IF;\n    "
        )
    columns = tuple(mutable)
    if columns:
        names = ", ".join(f"'{name}'" for name in columns)
        guard += (
            f"IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - ARRAY[{names}])"
            f" = (to_jsonb(NEW) - ARRAY[{names}]) THEN RETURN NEW; END IF;"
        )
    return RunSQL(
        _TRUNCATE.format(table=table) + _CHANGE.format(table=table, guard=guard),
        _UNDO.format(table=table),
    )
