"""Words for places in a guideline: `rules[0].condition` as "R7 › When"."""

import re
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guidelines.document_fields import steps_of
from guidelines.label_schema import text_in

_TARGET = re.compile(r"changes\.(?:classes|fates)\[([^\]]+)\]")

FIELD_NAMES = {
    "title": gettext_lazy("Title"),
    "prose": gettext_lazy("Text"),
    "name": gettext_lazy("Name"),
    "key": gettext_lazy("Key"),
    "number": gettext_lazy("Number"),
    "help": gettext_lazy("Help"),
    "kind": gettext_lazy("Kind"),
    "required": gettext_lazy("Must be answered"),
    "options": gettext_lazy("Options"),
    "order": gettext_lazy("Order of the choices"),
    "color": gettext_lazy("Colour"),
    "hotkey": gettext_lazy("Key to press"),
    "parent": gettext_lazy("Case of"),
    "show_when": gettext_lazy("Asked only after"),
    "condition": gettext_lazy("When"),
    "decision": gettext_lazy("Then"),
    "choices": gettext_lazy("Choices"),
    "examples": gettext_lazy("Examples"),
    "counter_examples": gettext_lazy("Counter-examples"),
}


def field_name(field: str) -> str:
    """`condition` as "When"; unknown names as they are."""
    return str(FIELD_NAMES.get(field, field))


def place_of(document: Any, path: str) -> str:
    """The place that a problem's path names in an unchecked document, or in its changes."""
    if target := _TARGET.match(path):
        kind, _colon, key = target[1].rpartition(":")
        return f"R{key}" if kind == "rule" else f"“{key}”"
    parts: list[str] = []
    node, last = document, ""
    for step in steps_of(path):
        node = _child(node, step)
        if isinstance(step, int):
            parts[-1:] = [_row_name(node, last, step)]
        elif step != "questions" and step != "rules" and step in FIELD_NAMES:
            parts.append(field_name(step))
        else:
            parts.append("")
        last = str(step)
    return " › ".join(part for part in parts if part)


def _child(node: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return node[step] if isinstance(node, list) and step < len(node) else None
    return node.get(step) if isinstance(node, dict) else None


def _row_name(row: Any, rows: str, index: int) -> str:
    """What a question, choice, rule or example is called."""
    row = row if isinstance(row, dict) else {}
    if rows == "rules":
        return f"R{row.get('number', '?')}"
    texts = row.get("title" if rows == "questions" else "name")
    if isinstance(texts, dict):
        written = {language: str(text) for language, text in texts.items() if text}
        if written:
            return f"“{text_in(written, get_language() or 'en')}”"
    if row.get("key"):
        return f"“{row['key']}”"
    names = {"questions": _("Question %(number)s"), "choices": _("Choice %(number)s")}
    return names.get(rows, _("Example %(number)s")) % {"number": index + 1}
