"""The label schema of a guideline version: questions with choices, and numbered rules. PURE.

`parse_document` reads the JSON that people and programs send, `to_document` writes the canonical
form that is stored and hashed. `parse_document(to_document(schema))` equals `schema` for every
schema that came out of `parse_document`.
"""

from collections.abc import Mapping
from typing import Any

from core.problems import Problems
from guidelines.document_reader import DocumentReader, Texts
from guidelines.question_options import (
    KINDS_THAT_MAY_HAVE_CHOICES,
    KINDS_WITH_CHOICES,
    QUESTION_KINDS,
)
from guidelines.schema_checks import check_references, check_uniqueness
from guidelines.schema_reader import read_question, read_rule
from guidelines.schema_specs import (
    HOTKEYS,
    MAX_CHOICES,
    MAX_NAME,
    MAX_QUESTIONS,
    MAX_RULES,
    UNFINISHED,
    ChoiceSpec,
    Example,
    LabelSchema,
    QuestionSpec,
    RuleSpec,
    ShowWhen,
)

__all__ = [
    "HOTKEYS",
    "KINDS_THAT_MAY_HAVE_CHOICES",
    "KINDS_WITH_CHOICES",
    "MAX_CHOICES",
    "MAX_NAME",
    "QUESTION_KINDS",
    "ChoiceSpec",
    "Example",
    "LabelSchema",
    "QuestionSpec",
    "RuleSpec",
    "ShowWhen",
    "asked_questions",
    "parse_document",
    "rule_document",
    "text_in",
    "to_document",
]

DOCUMENT_FIELDS = frozenset({"questions", "rules"})


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
        read_question(reader, entry, f"questions[{index}]", kinds)
        for index, entry in enumerate(
            reader.entries(fields.get("questions"), "questions", most=MAX_QUESTIONS)
        )
    )
    rules = [
        read_rule(reader, entry, f"rules[{index}]")
        for index, entry in enumerate(reader.entries(fields.get("rules"), "rules", most=MAX_RULES))
    ]
    schema = LabelSchema(questions, tuple(sorted(rules, key=lambda rule: rule.number)))
    check_uniqueness(reader, questions, rules)
    check_references(reader, schema, rules)
    faults = [each for each in reader.problems if complete or each.code not in UNFINISHED]
    if faults:
        raise Problems(faults)
    return schema


def asked_questions(schema: LabelSchema, values: Mapping[str, Any]) -> list[QuestionSpec]:
    """The questions that are asked, given the answers so far.

    `values` maps a question's key to its raw answer: the key of a choice, or a list of keys. A
    question with a condition is asked when the question it names is asked itself and was answered
    with one of the choices it names. Answers to questions that are not asked count for nothing.
    """
    asked: dict[str, QuestionSpec] = {}
    for question in schema.questions:
        condition = question.show_when
        if condition is None or (
            condition.question in asked
            and _chosen(values.get(condition.question)) & {*condition.choices}
        ):
            asked[question.key] = question
    return list(asked.values())


def _chosen(raw: Any) -> set[str]:
    entries = raw if isinstance(raw, list | tuple) else [raw]
    return {entry for entry in entries if isinstance(entry, str)}


def to_document(schema: LabelSchema) -> dict[str, Any]:
    """The canonical JSON of a schema: all texts by language.

    Every field is present but for parents, conditions and right answers where there are none:
    a schema without them reads, and hashes, the same as before these existed.
    """
    return {
        "questions": [_question_document(question) for question in schema.questions],
        "rules": [rule_document(rule) for rule in schema.rules],
    }


def rule_document(rule: RuleSpec) -> dict[str, Any]:
    """One rule of the canonical JSON."""
    return {
        "number": rule.number,
        "title": dict(rule.titles),
        "condition": dict(rule.condition),
        "decision": dict(rule.decision),
        "examples": [_example_document(example) for example in rule.examples],
        "counter_examples": [_example_document(example) for example in rule.counter_examples],
        "choices": list(rule.choices),
    }


def _example_document(example: Example) -> dict[str, Any]:
    if example.choice:
        return {"text": dict(example.texts), "choice": example.choice}
    return dict(example.texts)


def _question_document(question: QuestionSpec) -> dict[str, Any]:
    document: dict[str, Any] = {
        "key": question.key,
        "kind": question.kind,
        "title": dict(question.titles),
        "help": dict(question.help),
        "required": question.required,
        "options": dict(question.options),
        "choices": [_choice_document(choice) for choice in question.choices],
    }
    if question.show_when:
        condition = question.show_when
        document["show_when"] = {
            "question": condition.question,
            "choices": list(condition.choices),
        }
    return document


def _choice_document(choice: ChoiceSpec) -> dict[str, Any]:
    document = {
        "key": choice.key,
        "name": dict(choice.names),
        "help": dict(choice.help),
        "color": choice.color,
        "hotkey": choice.hotkey,
    }
    return {**document, "parent": choice.parent} if choice.parent else document
