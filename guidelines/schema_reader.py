"""Reads the questions and rules of a document. PURE; `guidelines.schema_checks` joins them up."""

from collections.abc import Iterator
from typing import Any

from guidelines.document_reader import DocumentReader, Texts
from guidelines.question_options import (
    KINDS_THAT_MAY_HAVE_CHOICES,
    KINDS_WITH_CHOICES,
    read_options,
)
from guidelines.schema_specs import (
    DIGITS,
    HOTKEYS,
    MAX_CHOICES,
    MAX_EXAMPLES,
    MAX_NAME,
    MAX_RULE_NUMBER,
    MAX_TEXT,
    RESERVED_HOTKEYS,
    ChoiceSpec,
    Example,
    QuestionSpec,
    RuleSpec,
    ShowWhen,
)

QUESTION_FIELDS = frozenset(
    {"key", "kind", "title", "help", "required", "choices", "options", "show_when"}
)
SHOW_WHEN_FIELDS = frozenset({"question", "choices"})
CHOICE_FIELDS = frozenset({"key", "name", "help", "color", "hotkey", "parent"})
RULE_FIELDS = frozenset(
    {"number", "title", "condition", "decision", "examples", "counter_examples", "choices"}
)
EXAMPLE_FIELDS = frozenset({"text", "choice"})


def read_question(
    reader: DocumentReader, raw: Any, path: str, kinds: frozenset[str]
) -> QuestionSpec:
    """A question of one of these kinds with its choices."""
    fields = reader.mapping(raw, path, QUESTION_FIELDS)
    kind = _kind(reader, fields.get("kind", "choice"), f"{path}.kind", kinds)
    options = read_options(reader, fields.get("options", {}), f"{path}.options", kind)
    return QuestionSpec(
        key=reader.key(fields.get("key"), f"{path}.key"),
        kind=kind,
        titles=reader.texts(fields.get("title"), f"{path}.title", most=MAX_NAME, required=True),
        help=reader.texts(fields.get("help"), f"{path}.help", most=MAX_TEXT),
        required=reader.flag(fields.get("required", True), f"{path}.required"),
        choices=_choices(reader, fields.get("choices"), f"{path}.choices", kind),
        options=options,
        show_when=_show_when(reader, fields.get("show_when"), f"{path}.show_when"),
    )


def _kind(reader: DocumentReader, kind: Any, path: str, kinds: frozenset[str]) -> str:
    if isinstance(kind, str) and kind in kinds:
        return kind
    reader.fail(
        path,
        "unknown_kind",
        "The kind “%(kind)s” is not known. Known kinds: %(known)s.",
        kind=kind,
        known=", ".join(sorted(kinds)),
    )
    return ""


def _show_when(reader: DocumentReader, raw: Any, path: str) -> ShowWhen | None:
    if raw is None:
        return None
    fields = reader.mapping(raw, path, SHOW_WHEN_FIELDS)
    entries = reader.entries(fields.get("choices"), f"{path}.choices", most=MAX_CHOICES)
    choices = [reader.key(key, f"{path}.choices[{index}]") for index, key in enumerate(entries)]
    if not choices:
        reader.fail(
            f"{path}.choices", "no_condition", "Name the choices after which this is asked."
        )
    reader.unique(
        [(f"{path}.choices[{index}]", key) for index, key in enumerate(choices)],
        "duplicate_key",
        "The key “%(value)s” is used twice.",
    )
    return ShowWhen(reader.key(fields.get("question"), f"{path}.question"), tuple(choices))


def _choices(reader: DocumentReader, raw: Any, path: str, kind: str) -> tuple[ChoiceSpec, ...]:
    entries = reader.entries(raw, path, most=MAX_CHOICES)
    if kind in KINDS_WITH_CHOICES and not entries:
        reader.fail(path, "no_choices", "A question of this kind needs at least one choice.")
    if kind and kind not in KINDS_THAT_MAY_HAVE_CHOICES and entries:
        reader.fail(path, "needless_choices", "A question of this kind has no choices.")
    rows = [reader.mapping(each, f"{path}[{i}]", CHOICE_FIELDS) for i, each in enumerate(entries)]
    taken = {str(row.get("hotkey") or "").lower() for row in rows}
    free = iter(digit for digit in DIGITS if digit not in taken)
    return tuple(
        _choice(reader, row, f"{path}[{index}]", index, free) for index, row in enumerate(rows)
    )


def _choice(
    reader: DocumentReader, fields: dict[str, Any], path: str, index: int, free: Iterator[str]
) -> ChoiceSpec:
    """A choice; without a hotkey it gets the next free digit, without a colour the next hue."""
    hotkey = fields.get("hotkey") or next(free, "")
    if hotkey and (not isinstance(hotkey, str) or hotkey.lower() not in HOTKEYS):
        reader.fail(
            f"{path}.hotkey",
            "bad_hotkey",
            "A key is a digit from 1 to 9 or a letter; these letters are taken by the labeling"
            " screen: %(taken)s.",
            taken=", ".join(sorted(RESERVED_HOTKEYS)),
        )
    parent = fields.get("parent") or ""
    return ChoiceSpec(
        key=reader.key(fields.get("key"), f"{path}.key"),
        names=reader.texts(fields.get("name"), f"{path}.name", most=MAX_NAME, required=True),
        help=reader.texts(fields.get("help"), f"{path}.help", most=MAX_TEXT),
        color=reader.whole_number(
            fields.get("color", index % 10), f"{path}.color", least=0, most=9
        ),
        hotkey=str(hotkey).lower(),
        parent=reader.key(parent, f"{path}.parent") if parent else "",
    )


def read_rule(reader: DocumentReader, raw: Any, path: str) -> RuleSpec:
    """A rule with its examples."""
    fields = reader.mapping(raw, path, RULE_FIELDS)
    references = reader.entries(fields.get("choices"), f"{path}.choices", most=MAX_CHOICES)
    return RuleSpec(
        number=reader.whole_number(
            fields.get("number"), f"{path}.number", least=1, most=MAX_RULE_NUMBER
        ),
        titles=reader.texts(fields.get("title"), f"{path}.title", most=MAX_NAME),
        condition=_rule_text(reader, fields, path, "condition"),
        decision=_rule_text(reader, fields, path, "decision"),
        examples=_examples(reader, fields.get("examples"), f"{path}.examples"),
        counter_examples=_examples(
            reader, fields.get("counter_examples"), f"{path}.counter_examples"
        ),
        choices=tuple(
            reader.reference(reference, f"{path}.choices[{index}]")
            for index, reference in enumerate(references)
        ),
    )


def _rule_text(reader: DocumentReader, fields: dict[str, Any], path: str, name: str) -> Texts:
    return reader.texts(fields.get(name), f"{path}.{name}", most=MAX_TEXT, required=True)


def _examples(reader: DocumentReader, raw: Any, path: str) -> tuple[Example, ...]:
    found = (
        _example(reader, each, f"{path}[{index}]")
        for index, each in enumerate(reader.entries(raw, path, most=MAX_EXAMPLES))
    )
    return tuple(example for example in found if example.texts)


def _example(reader: DocumentReader, raw: Any, path: str) -> Example:
    """Texts by language, or {"text": texts, "choice": the right answer}."""
    if not isinstance(raw, dict) or not EXAMPLE_FIELDS & raw.keys():
        return Example(reader.texts(raw, path, most=MAX_TEXT))
    fields = reader.mapping(raw, path, EXAMPLE_FIELDS)
    choice = fields.get("choice") or ""
    return Example(
        reader.texts(fields.get("text"), f"{path}.text", most=MAX_TEXT),
        reader.reference(choice, f"{path}.choice") if choice else "",
    )
