"""Checks of a whole schema: what is used twice, and what refers to what is not there. PURE."""

from guidelines.document_reader import DocumentReader
from guidelines.question_options import KINDS_TO_ASK_AFTER
from guidelines.schema_specs import ChoiceSpec, LabelSchema, QuestionSpec, RuleSpec

_NO_CHOICE = "There is no choice “%(reference)s” (write question.choice)."


def check_uniqueness(
    reader: DocumentReader, questions: tuple[QuestionSpec, ...], rules: list[RuleSpec]
) -> None:
    """Keys, numbers and hotkeys are there once."""
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


def check_references(reader: DocumentReader, schema: LabelSchema, rules: list[RuleSpec]) -> None:
    """What rules, examples, parents and conditions name is there. `rules` are as they were sent."""
    known = schema.references()
    for index, rule in enumerate(rules):
        named = [(f"choices[{place}]", each) for place, each in enumerate(rule.choices)]
        for name in ("examples", "counter_examples"):
            named += [
                (f"{name}[{place}].choice", example.choice)
                for place, example in enumerate(getattr(rule, name))
            ]
        for path, reference in named:
            if reference and reference not in known:
                reader.fail(
                    f"rules[{index}].{path}", "dangling_reference", _NO_CHOICE, reference=reference
                )
    for index, question in enumerate(schema.questions):
        _check_parents(reader, question, f"questions[{index}].choices")
        _check_condition(reader, schema, index)
        _check_kind(reader, schema, index)


def _check_parents(reader: DocumentReader, question: QuestionSpec, path: str) -> None:
    for index, choice in enumerate(question.choices):
        if choice.parent and question.choice(choice.parent) is None:
            reader.fail(
                f"{path}[{index}].parent",
                "dangling_reference",
                "This question has no choice “%(key)s”.",
                key=choice.parent,
            )
        elif _is_in_a_circle(question, choice):
            reader.fail(
                f"{path}[{index}].parent",
                "parent_circle",
                "“%(key)s” stands below itself. A choice cannot be a case of its own case.",
                key=choice.key,
            )


def _is_in_a_circle(question: QuestionSpec, choice: ChoiceSpec) -> bool:
    return any(each.key == choice.key for each in question.ancestors(choice.key))


def _check_condition(reader: DocumentReader, schema: LabelSchema, index: int) -> None:
    """A condition names choices of a question that was asked before."""
    question, path = schema.questions[index], f"questions[{index}].show_when"
    condition = question.show_when
    if condition is None or not condition.question:
        return
    earlier = {each.key: each for each in schema.questions[:index]}
    asked = earlier.get(condition.question)
    if asked is None:
        reader.fail(
            f"{path}.question",
            "not_earlier",
            "“%(key)s” is not a question that is asked before this one.",
            key=condition.question,
        )
        return
    if asked.kind and asked.kind not in KINDS_TO_ASK_AFTER:
        reader.fail(
            f"{path}.question",
            "not_a_condition",
            "“%(key)s” is not answered by choices, so nothing can depend on it.",
            key=asked.key,
        )
        return
    for place, key in enumerate(condition.choices):
        if key and asked.choice(key) is None:
            reader.fail(
                f"{path}.choices[{place}]",
                "dangling_reference",
                _NO_CHOICE,
                reference=f"{asked.key}.{key}",
            )


def _check_kind(reader: DocumentReader, schema: LabelSchema, index: int) -> None:
    """What the kind of a question needs beside its own fields."""
    question, path = schema.questions[index], f"questions[{index}]"
    if question.kind == "relations":
        named = question.option("spans")
        earlier = {each.key for each in schema.questions[:index] if each.kind == "spans"}
        if named not in earlier:
            reader.fail(
                f"{path}.options.spans",
                "no_spans",
                "Relations join spans: name a question of the kind “spans” that is asked before.",
            )
    if question.kind == "ranking" and not question.choices and not question.option("parts"):
        reader.fail(
            f"{path}.options.parts",
            "no_choices",
            "A ranking needs choices, or the keys of the parts of an item that are ranked.",
        )
