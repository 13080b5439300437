"""The label schema of a guideline version: questions with choices, and numbered rules. PURE.

`parse_document` reads the JSON that people and programs send, `to_document` writes the canonical
form that is stored and hashed. `parse_document(to_document(schema))` equals `schema` for every
schema that came out of `parse_document`.
"""

from dataclasses import dataclass
from typing import Any

from core.problems import Problems
from guidelines.document_reader import DocumentReader, Texts

# The options that a question of each kind may carry.
KIND_OPTIONS: dict[str, frozenset[str]] = {"choice": frozenset()}
QUESTION_KINDS: frozenset[str] = frozenset(KIND_OPTIONS)
KINDS_WITH_CHOICES: frozenset[str] = frozenset({"choice", "choices"})

MAX_QUESTIONS = 50
MAX_CHOICES = 200
MAX_RULES = 500
MAX_EXAMPLES = 50
MAX_RULE_NUMBER = 9999
MAX_NAME = 300
MAX_TEXT = 5000

DIGITS = "123456789"
# Taken by the labeling screen: comment, ask, guideline, hide, next, previous, rule, skip, undo.
RESERVED_HOTKEYS = frozenset("cfghjkrsu")
HOTKEYS = frozenset(DIGITS + "abcdefghijklmnopqrstuvwxyz") - RESERVED_HOTKEYS

# What a draft may lack for the time being; a published version may not.
UNFINISHED = frozenset({"missing_text", "no_choices", "dangling_reference"})

DOCUMENT_FIELDS = frozenset({"questions", "rules"})
QUESTION_FIELDS = frozenset({"key", "kind", "title", "help", "required", "choices", "options"})
CHOICE_FIELDS = frozenset({"key", "name", "help", "color", "hotkey"})
RULE_FIELDS = frozenset(
    {"number", "title", "condition", "decision", "examples", "counter_examples", "choices"}
)


@dataclass(frozen=True)
class ChoiceSpec:
    """One class as a version calls it. `color` is one of ten hues, `hotkey` may be empty."""

    key: str
    names: Texts
    help: Texts
    color: int
    hotkey: str


@dataclass(frozen=True)
class QuestionSpec:
    """One thing asked about an item."""

    key: str
    kind: str
    titles: Texts
    help: Texts
    required: bool
    choices: tuple[ChoiceSpec, ...]
    options: dict[str, Any]

    def choice(self, key: str) -> ChoiceSpec | None:
        return next((choice for choice in self.choices if choice.key == key), None)


@dataclass(frozen=True)
class RuleSpec:
    """How an ambiguous case is decided; cited as R7. `choices` are "question.choice" keys."""

    number: int
    titles: Texts
    condition: Texts
    decision: Texts
    examples: tuple[Texts, ...]
    counter_examples: tuple[Texts, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class LabelSchema:
    """Questions in the order they are asked, rules in the order of their numbers."""

    questions: tuple[QuestionSpec, ...]
    rules: tuple[RuleSpec, ...]

    def question(self, key: str) -> QuestionSpec | None:
        return next((question for question in self.questions if question.key == key), None)


def text_in(texts: Texts, language: str) -> str:
    """The text in this language, else in its base language, English, or any; "" if none."""
    for wanted in (language, language.partition("-")[0], "en"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


def parse_document(
    raw: Any, kinds: frozenset[str] = QUESTION_KINDS, *, complete: bool = True
) -> LabelSchema:
    """The schema of `raw` = {"questions": [...], "rules": [...]}, or `Problems` with all faults.

    `kinds` are the question kinds that may be used. `complete=False` is for drafts: missing texts,
    questions without choices and references to what is not there (yet) are tolerated.
    """
    reader = DocumentReader()
    fields = reader.mapping(raw, "", DOCUMENT_FIELDS)
    questions = tuple(
        _question(reader, entry, f"questions[{index}]", kinds)
        for index, entry in enumerate(
            reader.entries(fields.get("questions"), "questions", most=MAX_QUESTIONS)
        )
    )
    rules = [
        _rule(reader, entry, f"rules[{index}]")
        for index, entry in enumerate(reader.entries(fields.get("rules"), "rules", most=MAX_RULES))
    ]
    schema = LabelSchema(questions, tuple(sorted(rules, key=lambda rule: rule.number)))
    _check_uniqueness(reader, questions, rules)
    _check_references(reader, schema, rules)
    faults = [each for each in reader.problems if complete or each.code not in UNFINISHED]
    if faults:
        raise Problems(faults)
    return schema


def _question(reader: DocumentReader, raw: Any, path: str, kinds: frozenset[str]) -> QuestionSpec:
    fields = reader.mapping(raw, path, QUESTION_FIELDS)
    kind = fields.get("kind", "choice")
    if not isinstance(kind, str) or kind not in kinds:
        reader.fail(
            f"{path}.kind",
            "unknown_kind",
            "The kind “%(kind)s” is not known. Known kinds: %(known)s.",
            kind=kind,
            known=", ".join(sorted(kinds)),
        )
        kind = ""
    options = reader.mapping(
        fields.get("options", {}), f"{path}.options", KIND_OPTIONS.get(kind, frozenset())
    )
    return QuestionSpec(
        key=reader.key(fields.get("key"), f"{path}.key"),
        kind=kind,
        titles=reader.texts(fields.get("title"), f"{path}.title", most=MAX_NAME, required=True),
        help=reader.texts(fields.get("help"), f"{path}.help", most=MAX_TEXT),
        required=reader.flag(fields.get("required", True), f"{path}.required"),
        choices=_choices(reader, fields.get("choices"), f"{path}.choices", kind),
        options=dict(options),
    )


def _choices(reader: DocumentReader, raw: Any, path: str, kind: str) -> tuple[ChoiceSpec, ...]:
    entries = reader.entries(raw, path, most=MAX_CHOICES)
    if kind in KINDS_WITH_CHOICES and not entries:
        reader.fail(path, "no_choices", "A question of this kind needs at least one choice.")
    if kind and kind not in KINDS_WITH_CHOICES and entries:
        reader.fail(path, "needless_choices", "A question of this kind has no choices.")
    rows = [reader.mapping(each, f"{path}[{i}]", CHOICE_FIELDS) for i, each in enumerate(entries)]
    taken = {str(row.get("hotkey") or "").lower() for row in rows}
    free = iter(digit for digit in DIGITS if digit not in taken)
    return tuple(
        _choice(reader, row, f"{path}[{index}]", index, free) for index, row in enumerate(rows)
    )


def _choice(
    reader: DocumentReader, fields: dict[str, Any], path: str, index: int, free: Any
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
    return ChoiceSpec(
        key=reader.key(fields.get("key"), f"{path}.key"),
        names=reader.texts(fields.get("name"), f"{path}.name", most=MAX_NAME, required=True),
        help=reader.texts(fields.get("help"), f"{path}.help", most=MAX_TEXT),
        color=reader.whole_number(
            fields.get("color", index % 10), f"{path}.color", least=0, most=9
        ),
        hotkey=str(hotkey).lower(),
    )


def _rule(reader: DocumentReader, raw: Any, path: str) -> RuleSpec:
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


def _examples(reader: DocumentReader, raw: Any, path: str) -> tuple[Texts, ...]:
    found = (
        reader.texts(each, f"{path}[{index}]", most=MAX_TEXT)
        for index, each in enumerate(reader.entries(raw, path, most=MAX_EXAMPLES))
    )
    return tuple(example for example in found if example)


def _check_uniqueness(
    reader: DocumentReader, questions: tuple[QuestionSpec, ...], rules: list[RuleSpec]
) -> None:
    reader.unique(
        [(f"questions[{i}].key", question.key) for i, question in enumerate(questions)],
        "duplicate_key",
        "The key “%(value)s” is used twice.",
    )
    reader.unique(
        [(f"rules[{i}].number", rule.number) for i, rule in enumerate(rules)],
        "duplicate_number",
        "The rule number %(value)s is used twice.",
    )
    for index, question in enumerate(questions):
        path = f"questions[{index}].choices"
        reader.unique(
            [(f"{path}[{i}].key", choice.key) for i, choice in enumerate(question.choices)],
            "duplicate_key",
            "The key “%(value)s” is used twice.",
        )
        reader.unique(
            [(f"{path}[{i}].hotkey", choice.hotkey) for i, choice in enumerate(question.choices)],
            "duplicate_hotkey",
            "Two choices of this question have the key “%(value)s”.",
        )


def _check_references(reader: DocumentReader, schema: LabelSchema, rules: list[RuleSpec]) -> None:
    known = {
        f"{question.key}.{choice.key}"
        for question in schema.questions
        for choice in question.choices
    }
    for index, rule in enumerate(rules):
        for place, reference in enumerate(rule.choices):
            if reference and reference not in known:
                reader.fail(
                    f"rules[{index}].choices[{place}]",
                    "dangling_reference",
                    "There is no choice “%(reference)s” (write question.choice).",
                    reference=reference,
                )


def to_document(schema: LabelSchema) -> dict[str, Any]:
    """The canonical JSON of a schema: every field present, all texts by language."""
    return {
        "questions": [_question_document(question) for question in schema.questions],
        "rules": [
            {
                "number": rule.number,
                "title": dict(rule.titles),
                "condition": dict(rule.condition),
                "decision": dict(rule.decision),
                "examples": [dict(example) for example in rule.examples],
                "counter_examples": [dict(example) for example in rule.counter_examples],
                "choices": list(rule.choices),
            }
            for rule in schema.rules
        ],
    }


def _question_document(question: QuestionSpec) -> dict[str, Any]:
    return {
        "key": question.key,
        "kind": question.kind,
        "title": dict(question.titles),
        "help": dict(question.help),
        "required": question.required,
        "options": dict(question.options),
        "choices": [
            {
                "key": choice.key,
                "name": dict(choice.names),
                "help": dict(choice.help),
                "color": choice.color,
                "hotkey": choice.hotkey,
            }
            for choice in question.choices
        ],
    }
