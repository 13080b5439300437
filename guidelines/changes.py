"""What changed from one version to the next, what each change means, and what becomes of the
choices that are gone. PURE.

A change is named by its target: `rule:12`, `choice:intent.refund`, `question:intent`, `prose`.
The program proposes a class for each (`proposed_changes`), the lead decides (`parse_changes`),
and a published version keeps the decisions (`to_changes`) for ever:

    {"classes": {"rule:12": "breaking"},
     "fates": {"intent.refund": {"how": "split", "into": ["intent.exchange", "intent.money"]}},
     "quiz": {"questions": 3, "pass_mark": 100} or null}
"""

from collections.abc import Mapping
from typing import Any

from core.problems import Problems
from guidelines.change_classes import CLASSES, gravest
from guidelines.change_decisions import (
    FATES,
    KEPT,
    ONE_TO_ONE,
    RETIRED,
    SPLIT,
    Decisions,
    Fate,
    QuizSettings,
    mapping_of,
    read_changes,
    rule_numbers,
    to_changes,
)
from guidelines.change_list import (
    PROSE,
    Change,
    DecidedChange,
    decided_changes,
    proposed_changes,
)
from guidelines.diff import VersionContent
from guidelines.document_reader import DocumentReader
from guidelines.label_schema import LabelSchema
from guidelines.quiz import usable_questions

__all__ = [
    "CLASSES",
    "EMPTY",
    "FATES",
    "NOTHING_DECIDED",
    "PROSE",
    "Change",
    "DecidedChange",
    "Decisions",
    "Fate",
    "QuizSettings",
    "decided_changes",
    "gravest",
    "mapping_of",
    "parse_changes",
    "proposed_changes",
    "pruned_changes",
    "read_changes",
    "rule_numbers",
    "to_changes",
]

CHANGES_FIELDS = frozenset({"classes", "fates", "quiz"})
FATE_FIELDS = frozenset({"how", "into"})
QUIZ_FIELDS = frozenset({"questions", "pass_mark"})
MAX_DECISIONS = 20_000
MAX_TARGETS = 200
MAX_QUIZ_QUESTIONS = 20

# What the decisions on a draft may lack for the time being.
UNDECIDED = frozenset({"no_fate", "too_few_targets", "dangling_target", "no_quiz_question"})

NOTHING_DECIDED = Decisions({}, {})
# What a first version is compared with.
EMPTY = VersionContent("", "", LabelSchema((), ()))


def parse_changes(
    raw: Any, before: VersionContent, after: VersionContent, *, complete: bool
) -> Decisions:
    """The decisions in `raw`, or `Problems` with all faults at paths below `changes`.

    `complete=True` is for publishing: what changed without a decision has the class proposed,
    decisions about what did not change after all are left out, and every choice that is gone must
    have its fate. `complete=False` is for drafts: it keeps what was decided, and no more.
    """
    reader = DocumentReader()
    fields = reader.mapping({} if raw is None else raw, "changes", CHANGES_FIELDS)
    fates = _Fates(reader, before.schema, after.schema).read(fields.get("fates"))
    classes = _classes(reader, fields.get("classes"), _targets(before, after))
    quiz = _quiz(reader, fields.get("quiz"))
    if complete:
        changes = proposed_changes(before, after, fates)
        classes = {each.target: classes.get(each.target, each.proposed) for each in changes}
        if quiz and not usable_questions(after.schema, rule_numbers(classes)):
            reader.fail(
                "changes.quiz",
                "no_quiz_question",
                "No example of a changed rule names its right answer, so there is nothing to ask."
                " Name the right answer of an example, or do without the quiz.",
            )
    faults = [each for each in reader.problems if complete or each.code not in UNDECIDED]
    if faults:
        raise Problems(faults)
    return Decisions(classes, fates, quiz)


def pruned_changes(raw: Any, before: VersionContent, after: VersionContent) -> dict[str, Any]:
    """`raw` without the decisions about what neither version has (any more).

    For drafts that are edited further: a rule that was added, decided on and taken out again.
    """
    found = dict(raw) if isinstance(raw, Mapping) else {}
    names = {"classes": _targets(before, after), "fates": before.schema.references()}
    for field, known in names.items():
        if isinstance(found.get(field), Mapping):
            found[field] = {key: value for key, value in found[field].items() if key in known}
    fates = found.get("fates")
    if isinstance(fates, Mapping):
        left = after.schema.references()
        found["fates"] = {
            reference: fate
            for reference, fate in fates.items()
            if reference not in left or _is_split(fate)
        }
    return found


def _is_split(fate: Any) -> bool:
    return isinstance(fate, Mapping) and fate.get("how") == SPLIT


def _targets(before: VersionContent, after: VersionContent) -> frozenset[str]:
    """All that could be said to change: what stands in either version."""
    found = {PROSE}
    for schema in (before.schema, after.schema):
        found |= {f"rule:{rule.number}" for rule in schema.rules}
        found |= {f"question:{question.key}" for question in schema.questions}
        found |= {f"choice:{reference}" for reference in schema.references()}
    return frozenset(found)


def _classes(reader: DocumentReader, raw: Any, targets: frozenset[str]) -> dict[str, str]:
    classes = {}
    for target, value in _named(reader, raw, "changes.classes").items():
        path = f"changes.classes[{target}]"
        if target not in targets:
            reader.fail(
                path,
                "unknown_target",
                "Neither version has “%(target)s”. Write rule:12, choice:question.choice,"
                " question:key or prose.",
                target=target,
            )
        elif not isinstance(value, str) or value not in CLASSES:
            reader.fail(
                path,
                "unknown_class",
                "“%(value)s” is not a change class. The classes are: %(known)s.",
                value=value,
                known=", ".join(CLASSES),
            )
        else:
            classes[target] = value
    return dict(sorted(classes.items()))


def _named(reader: DocumentReader, raw: Any, path: str) -> dict[str, Any]:
    """An object whose names are data."""
    if raw is None:
        return {}
    if not isinstance(raw, dict) or len(raw) > MAX_DECISIONS:
        reader.fail(path, "not_an_object", "This must be an object with named fields.")
        return {}
    return {str(name): value for name, value in raw.items()}


def _quiz(reader: DocumentReader, raw: Any) -> QuizSettings | None:
    if raw is None:
        return None
    fields = reader.mapping(raw, "changes.quiz", QUIZ_FIELDS)
    return QuizSettings(
        questions=reader.whole_number(
            fields.get("questions"), "changes.quiz.questions", least=1, most=MAX_QUIZ_QUESTIONS
        ),
        pass_mark=reader.whole_number(
            fields.get("pass_mark", 100), "changes.quiz.pass_mark", least=1, most=100
        ),
    )


class _Fates:
    """Reads what becomes of the choices of the version before."""

    def __init__(self, reader: DocumentReader, before: LabelSchema, after: LabelSchema) -> None:
        self.reader = reader
        self.before = before
        self.old = before.references()
        self.new = after.references()

    def read(self, raw: Any) -> dict[str, Fate]:
        fates = {}
        for reference, value in _named(self.reader, raw, "changes.fates").items():
            fate = self.fate(reference, value, f"changes.fates[{reference}]")
            if fate and fate.how != KEPT:
                fates[reference] = fate
        for reference in sorted(self.old - self.new - fates.keys()):
            self.reader.fail(
                f"changes.fates[{reference}]",
                "no_fate",
                "The choice “%(reference)s” is gone. Say what becomes of its labels.",
                reference=reference,
            )
        return dict(sorted(fates.items()))

    def fate(self, reference: str, raw: Any, path: str) -> Fate | None:
        fields = self.reader.mapping(raw, path, FATE_FIELDS)
        how = fields.get("how")
        if reference not in self.old:
            self.reader.fail(
                path,
                "unknown_target",
                "The version before has no choice “%(reference)s” (write question.choice).",
                reference=reference,
            )
            return None
        if not isinstance(how, str) or how not in FATES:
            self.reader.fail(
                f"{path}.how",
                "unknown_fate",
                "“%(value)s” is not known here. Known: %(known)s.",
                value=how,
                known=", ".join(sorted(FATES)),
            )
            return None
        self.check_presence(reference, how, f"{path}.how")
        into = self.targets(fields.get("into"), f"{path}.into")
        self.check_count(how, len(into), f"{path}.into")
        return Fate(how, into)

    def check_presence(self, reference: str, how: str, path: str) -> None:
        if reference in self.new and how not in (KEPT, SPLIT):
            self.reader.fail(
                path,
                "still_there",
                "The choice “%(reference)s” is still there: it can only be kept or split.",
                reference=reference,
            )
        if reference not in self.new and how == KEPT:
            self.reader.fail(
                path,
                "not_there",
                "The choice “%(reference)s” is gone, so it cannot be kept.",
                reference=reference,
            )

    def targets(self, raw: Any, path: str) -> tuple[str, ...]:
        entries = self.reader.entries(raw, path, most=MAX_TARGETS)
        found = [
            self.reader.reference(each, f"{path}[{index}]") for index, each in enumerate(entries)
        ]
        paths = [(f"{path}[{index}]", each) for index, each in enumerate(found)]
        self.reader.unique(paths, "duplicate_target", "“%(value)s” is named twice.")
        for place, each in paths:
            if each and each not in self.new:
                self.reader.fail(
                    place,
                    "dangling_target",
                    "The new version has no choice “%(reference)s”.",
                    reference=each,
                )
        return tuple(each for each in found if each)

    def check_count(self, how: str, count: int, path: str) -> None:
        if how == SPLIT and count < 2:
            self.reader.fail(
                path, "too_few_targets", "A choice is split into at least two choices."
            )
        elif how in ONE_TO_ONE and count != 1:
            self.reader.fail(
                path,
                "too_few_targets" if count == 0 else "too_many_targets",
                "Name the one choice that the labels go to.",
            )
        elif how in (KEPT, RETIRED) and count:
            self.reader.fail(
                path, "needless_targets", "A choice that is kept or retired has no targets."
            )
