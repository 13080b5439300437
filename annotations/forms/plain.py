"""Answers from a plain form, as a browser without JavaScript sends it.

Fields by question key: `q-<key>` a single value, `m:<key>` each of several, `n:<key>` nothing to
mark, `s:<key>:<choice>` shares, `r:<key>:<entry>` ranks, `l:<key>` what stood on the left, and
`j:<key>` the answer as JSON, which comes before all others.
"""

import json
from typing import Any

from django.http import QueryDict

_LONGEST_JSON = 2_000_000

# Mark, question, choice or entry, name of the field, value.
_Field = tuple[str, str, str, str, str]


def values_of_form(post: QueryDict) -> dict[str, Any]:
    """Raw answers by question key; what is empty is left out."""
    fields = [(*_parts(name), name, str(value)) for name, value in post.items() if value]
    found: dict[str, Any] = {key: [] for mark, key, *_rest in fields if mark == "n"}
    found |= {key: value for mark, key, _entry, _name, value in fields if mark == "q"}
    found |= {key: post.getlist(name) for mark, key, _entry, name, _value in fields if mark == "m"}
    found |= _grouped(fields, "s", without="0")
    found |= {key: _order(given) for key, given in _grouped(fields, "r").items()}
    for mark, key, _entry, _name, value in fields:
        if mark == "l" and key in found:
            found[key] = {"winner": found[key], "left": value}
    found |= {key: _json(value) for mark, key, _entry, _name, value in fields if mark == "j"}
    return {key: value for key, value in found.items() if key and value is not None}


def _grouped(fields: list[_Field], wanted: str, without: str = "") -> dict[str, dict[str, str]]:
    """{question: {entry: value}} of the fields with this mark."""
    found: dict[str, dict[str, str]] = {}
    for mark, key, entry, _name, value in fields:
        if mark == wanted and value != without:
            found.setdefault(key, {})[entry] = value
    return found


def _parts(name: str) -> tuple[str, str, str]:
    if name.startswith("q-"):
        return "q", name[2:], ""
    mark, _colon, rest = name.partition(":")
    key, _colon, entry = rest.partition(":")
    return mark, key, entry


def _order(ranks: dict[str, str]) -> list[str]:
    """Entries by their ranks; what is no number comes last, for the check of the kind to name."""
    return sorted(ranks, key=lambda entry: int(ranks[entry]) if ranks[entry].isdecimal() else 10**6)


def _json(text: str) -> Any:
    """None for an empty answer; what is no JSON stays text, and is refused as such."""
    try:
        return json.loads(text) if len(text) <= _LONGEST_JSON else text
    except (ValueError, RecursionError):
        return text
