"""A label schema as form fields: each input is named by its path, such as
`questions[0].choices[2].name.en`. PURE; knows nothing of requests.

What comes back is an unchecked document; `guidelines.label_schema` checks it, and its problems
carry the same paths.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from guidelines.document_reader import LANGUAGE
from guidelines.question_options import KINDS_THAT_MAY_HAVE_CHOICES, typed_options

_NAME = re.compile(
    r"(?:questions|rules)\[\d{1,3}\](?:\.[a-z_]{1,20}(?:\[\d{1,3}\])?){1,3}(?:\.[A-Za-z-]{2,12})?\Z"
)
_SEPARATORS = re.compile(r"[\s,]+")  # references never hold any
_STEP = re.compile(r"\[(\d+)\]|([A-Za-z_-]+)")
_NUMBERS = frozenset({"color", "number"})
_LISTS = frozenset({"questions", "rules", "choices", "examples", "counter_examples"})

Steps = list[str | int]


def steps_of(path: str) -> Steps:
    """`rules[0].title.en` as ["rules", 0, "title", "en"]."""
    return [int(index) if index else name for index, name in _STEP.findall(path)]


def document_from_fields(fields: Iterable[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """The document that fields with such names describe; other fields are ignored.

    Entries keep the order of their indices. Numbers are read as numbers where they are numbers;
    what is not stays text, so that the check can name it.
    """
    tree: dict[str | int, Any] = {}
    for name, values in fields:
        if _NAME.match(name) and values:
            _put(tree, steps_of(name), values)
    document = _with_lists(tree, "")
    questions, rules = document.get("questions", []), document.get("rules", [])
    for question in _rows(questions):
        _join_conditions(question)
        options = question.pop("options", None)
        if isinstance(options, dict):
            typed = typed_options(options, str(question.get("kind") or "choice"))
            question |= {"options": typed} if typed else {}
    for rule in _rows(rules):
        for name in ("examples", "counter_examples"):
            if isinstance(rule.get(name), list):
                rule[name] = [_example(each) for each in rule[name]]
    return {"questions": questions, "rules": rules}


def _join_conditions(question: dict[str, Any]) -> None:
    """The ticked answers "question.choice" become `show_when`; several questions stay several, so
    that the check can say that one is too many."""
    after = question.pop("after", None)
    for choice in _rows(question.get("choices")):
        if not choice.get("parent"):
            choice.pop("parent", None)
    if isinstance(after, list) and after:
        asked = {each.rpartition(".")[0] for each in after}
        question["show_when"] = {
            "question": " ".join(sorted(asked)),
            "choices": [each.rpartition(".")[2] for each in after],
        }


def _example(raw: Any) -> Any:
    """Texts by language; with a right answer, under "text" beside it."""
    if not isinstance(raw, dict) or "choice" not in raw:
        return raw
    choice = raw.pop("choice")
    return {"text": raw, "choice": choice} if choice else raw


def _put(tree: dict[str | int, Any], steps: Steps, values: Sequence[str]) -> None:
    *way, last = steps
    for step in way:
        node = tree.setdefault(step, {})
        if not isinstance(node, dict):
            return
        tree = node
    tree[last] = _value(steps, values)


def _value(steps: Steps, values: Sequence[str]) -> Any:
    last = steps[-1]
    if last in ("choices", "after"):
        return [each for value in values for each in _SEPARATORS.split(value) if each]
    if last == "required":
        return values[-1] == "yes"
    if "options" in steps:  # a box that is not ticked sends only its hidden "no"
        return values[-1]
    if last in _NUMBERS and values[0].strip().isascii() and values[0].strip().isdigit():
        return int(values[0])
    return values[0]


def _with_lists(node: Any, name: str | int) -> Any:
    """Index-keyed nodes become lists."""
    if not isinstance(node, dict):
        return node
    if name in _LISTS:
        indices = sorted(index for index in node if isinstance(index, int))
        return [_with_lists(node[index], index) for index in indices]
    return {key: _with_lists(child, key) for key, child in node.items()}


def with_keys(document: dict[str, Any]) -> dict[str, Any]:
    """Questions and choices without a key get one, made from their English text if there is one."""
    questions = _rows(document["questions"])
    _fill_keys(questions, "title", "question")
    for question in questions:
        _fill_keys(_rows(question.get("choices")), "name", "choice")
    return document


def _rows(raw: Any) -> list[dict[str, Any]]:
    return [row for row in raw if isinstance(row, dict)] if isinstance(raw, list) else []


def _fill_keys(entries: list[dict[str, Any]], names: str, fallback: str) -> None:
    taken = {entry.get("key") for entry in entries}
    for entry in entries:
        if not str(entry.get("key") or "").strip():
            texts = entry.get(names)
            text = texts.get("en", "") if isinstance(texts, dict) else ""
            entry["key"] = _new_key(text, fallback, taken)
            taken.add(entry["key"])


def _new_key(text: str, fallback: str, taken: set[Any]) -> str:
    words = re.findall(r"[a-z0-9]+", text.lower())
    stem = "-".join(words)[:50].strip("-")
    if not stem or not stem[0].isalpha():
        stem = fallback
    if stem not in taken and stem != fallback:
        return stem
    number = next(n for n in range(1, len(taken) + 3) if f"{stem}-{n}" not in taken)
    return f"{stem}-{number}"


def edit_document(
    document: dict[str, Any], do: str, *, language: str, rule_number: int
) -> tuple[dict[str, Any], str]:
    """Apply a row button such as `add-choice:questions[0]` or `up:questions[1]`; `kind:` is sent
    when the kind of a question was changed, whose choices it may not have any more.

    Returns the document, changed in place, and the path of the row to go to. An unknown button or
    a row that is not there changes nothing.
    """
    verb, _colon, path = do.partition(":")
    if verb in ("up", "down", "remove"):
        return document, _move(document, verb, steps_of(path), path)
    place = _find(document, steps_of(path)) if path else document
    if verb == "kind" and isinstance(place, dict):
        if place.get("kind") not in KINDS_THAT_MAY_HAVE_CHOICES:
            place.pop("choices", None)
        return document, path
    if not isinstance(place, dict) or verb not in _NEW_ROWS:
        return document, ""
    name, row = _NEW_ROWS[verb]
    new: Any = {language if LANGUAGE.match(language) else "en": ""} if row is None else dict(row)
    if name == "rules":
        new["number"] = rule_number
    rows = place.setdefault(name, [])
    if not isinstance(rows, list):
        return document, ""
    if name == "choices":
        new["color"] = len(rows) % 10
    rows.append(new)
    return document, f"{path + '.' if path else ''}{name}[{len(rows) - 1}]"


_NEW_ROWS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "add-question": ("questions", {"kind": "choice", "required": True}),
    "add-choice": ("choices", {}),
    "add-rule": ("rules", {}),
    "add-example": ("examples", None),
    "add-counter-example": ("counter_examples", None),
}


def _find(document: Any, steps: Steps) -> Any:
    """What stands at these steps, or None."""
    for step in steps:
        if isinstance(step, int) and isinstance(document, list):
            document = document[step] if step < len(document) else None
        else:
            document = document.get(step) if isinstance(document, dict) else None
    return document


def _move(document: dict[str, Any], verb: str, steps: Steps, path: str) -> str:
    index = steps[-1] if steps else ""
    rows = _find(document, steps[:-1]) if steps else None
    if not isinstance(rows, list) or not isinstance(index, int) or index >= len(rows):
        return ""
    parent = path.rpartition("[")[0]
    if verb == "remove":
        del rows[index]
        return f"{parent}[{min(index, len(rows) - 1)}]" if rows else ""
    other = index - 1 if verb == "up" else index + 1
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
        return f"{parent}[{other}]"
    return path
