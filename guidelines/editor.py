"""The draft editor's rows: each field with its path as name, its value and its errors."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from guidelines.editor_builder import Errors, Row, RowBuilder, dicts
from guidelines.places import place_of

# With more choices than this, a rule's choices are typed instead of ticked.
MOST_BOXES = 30


@dataclass(frozen=True)
class Editor:
    """Everything the editor's page draws beside title and prose."""

    questions: list[Row]
    rules: list[Row]
    errors: list["Fault"]
    missing: list["Fault"]


@dataclass(frozen=True)
class Fault:
    """What is wrong or missing, where in words, and the id of the field ("" without one)."""

    id: str
    place: str
    message: str


def errors_of(error: ValidationError) -> Errors:
    """Messages by field or path; those without one stand under NON_FIELD_ERRORS."""
    if not hasattr(error, "error_dict"):
        return {NON_FIELD_ERRORS: [str(message) for message in error.messages]}
    return {
        name: [str(message) for message in messages]
        for name, messages in error.message_dict.items()
    }


def editor_rows(
    document: dict[str, Any],
    errors: Errors,
    *,
    kinds: dict[str, str],
    choices: set[tuple[str, str]],
    missing: Errors | None = None,
) -> Editor:
    """Rows of an unchecked document; `kinds` and `choices` are the identities that are frozen.

    `errors` stand beside their fields and in a list, `missing` in a list of its own.
    """
    builder = RowBuilder(errors, kinds, choices)
    questions = builder.rows(document.get("questions"), "questions", builder.question)
    references = _references(document)
    rules = builder.rows(document.get("rules"), "rules", builder.rule)
    for rule in rules:
        wanted = rule.values["choices"]
        rule.values["typed"] = len(references) > MOST_BOXES
        rule.values["references"] = " ".join(map(str, wanted)) if isinstance(wanted, list) else ""
        rule.values["choices"] = _marked(references, wanted)
        rule.values["answers"] = references
    earlier: list[dict[str, Any]] = []
    for row, question in zip(questions, dicts(document.get("questions")), strict=True):
        row.values["conditions"] = _marked(_references({"questions": earlier}), row.values["after"])
        earlier.append(question)
    return Editor(
        questions,
        rules,
        faults_in(document, errors, builder.ids),
        faults_in(document, missing or {}, builder.ids),
    )


def faults_in(
    document: dict[str, Any], errors: Errors, ids: dict[str, str] | None = None
) -> list[Fault]:
    """Errors by path as a list for people; `ids` finds the field of a path."""
    return [
        Fault((ids or {}).get(path, ""), place_of(document, path), message)
        for path, messages in errors.items()
        for message in messages
    ]


def _references(document: dict[str, Any]) -> dict[str, str]:
    """Label by "question.choice" of all choices that a rule may name."""
    found = {}
    for question in dicts(document.get("questions")):
        for choice in dicts(question.get("choices")):
            if question.get("key") and choice.get("key"):
                names = choice.get("name")
                texts = [text for text in names.values() if text] if isinstance(names, dict) else []
                reference = f"{question['key']}.{choice['key']}"
                found[reference] = " / ".join(map(str, texts)) or reference
    return found


def _marked(references: dict[str, str], chosen: Any) -> list[dict[str, Any]]:
    wanted = [str(each) for each in chosen] if isinstance(chosen, list | set) else []
    # Those that are chosen come first, in their order: saving the form must not change it.
    shown = {each: references.get(each, each) for each in wanted} | references
    return [
        {
            "value": value,
            "label": shown[value],
            "checked": value in wanted,
            "gone": value not in references,
        }
        for value in dict.fromkeys([*wanted, *references])
    ]
