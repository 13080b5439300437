"""Gold answers of other kinds than choice in their canonical form, to be compared by a distance."""

from collections.abc import Collection
from typing import Any

from annotations.models import GoldItem
from annotations.parts import parts_of
from annotations.values import KINDS, About
from core.problems import Problem
from guidelines.queries import served_schema

GoldValue = dict[str, Any]


def gold_values(key: str, golds: Collection[int]) -> dict[int, GoldValue]:
    """The trusted answer to a question, by its key, by id of the gold item.

    Gold items keep answers as controls take them, checked against their version; one that cannot
    be read (a part that is gone) is left out.
    """
    found = {}
    rows = GoldItem.objects.filter(pk__in=golds, values__has_key=key)
    for gold in rows.select_related("item").iterator(chunk_size=500):
        value = _canonical(gold, key)
        if value is not None:
            found[gold.pk] = value
    return found


def _canonical(gold: GoldItem, key: str) -> GoldValue | None:
    """Questions are read in their order: relations join spans of the same answer."""
    read: dict[str, GoldValue] = {}
    parts = parts_of(gold.item.payload)
    for question in served_schema(gold.version_id).schema.questions:
        raw = gold.values.get(question.key)
        if raw is None or raw == "":
            continue
        try:
            value = KINDS[question.kind].parse(raw, question, About(parts, read))
        except Problem:
            continue
        read[question.key] = value.value
    return read.get(key)
