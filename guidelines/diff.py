"""What one version of a guideline changes against another. PURE.

Questions and choices are matched by key, rules by number; texts as `guidelines.diff_text` says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from guidelines.diff_text import (
    ADDED,
    CHANGED,
    GAP,
    KEPT,
    REMOVED,
    Line,
    Piece,
    diff_lines,
    diff_words,
)
from guidelines.label_schema import ChoiceSpec, Example, LabelSchema, QuestionSpec, RuleSpec

__all__ = [
    "ADDED",
    "CHANGED",
    "GAP",
    "KEPT",
    "REMOVED",
    "EntryDiff",
    "FieldDiff",
    "Line",
    "Piece",
    "VersionContent",
    "VersionDiff",
    "diff_lines",
    "diff_versions",
    "diff_words",
]

# Unchanged lines shown around a change.
CONTEXT = 2

Spec = TypeVar("Spec")


@dataclass(frozen=True)
class VersionContent:
    """What is compared."""

    title: str
    prose: str
    schema: LabelSchema


@dataclass(frozen=True)
class FieldDiff:
    """One changed field (`name`, `help`, `condition`, ...); `language` is "" where it has none."""

    field: str
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class EntryDiff:
    """One question, choice or rule that was added, removed or changed.

    `key` is its key, or a rule's number; `names` are its texts by language, from the later version
    that has it. `entries` are the changed choices of a question.
    """

    op: str
    key: str
    names: dict[str, str]
    fields: tuple[FieldDiff, ...] = ()
    entries: tuple["EntryDiff", ...] = ()


@dataclass(frozen=True)
class VersionDiff:
    """All that changed; empty tuples where nothing did. `prose` has all lines when it changed."""

    title: tuple[Piece, ...]
    prose: tuple[Line, ...]
    questions: tuple[EntryDiff, ...]
    rules: tuple[EntryDiff, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.title or self.prose or self.questions or self.rules)

    def count(self, entries: str, op: str) -> int:
        """How many of `entries` ("questions", "choices", "rules", "lines") have this `op`."""
        found: dict[str, Iterable[EntryDiff | Line]] = {
            "questions": self.questions,
            "choices": [entry for question in self.questions for entry in question.entries],
            "rules": self.rules,
            "lines": self.prose,
        }
        return sum(entry.op == op for entry in found[entries])

    @property
    def lines(self) -> list[Line]:
        """The lines of prose worth reading: changes with a little around them, and gaps."""
        near = {
            place + offset
            for place, line in enumerate(self.prose)
            if line.op != KEPT
            for offset in range(-CONTEXT, CONTEXT + 1)
        }
        shown: list[Line] = []
        for place, line in enumerate(self.prose):
            if place in near:
                shown.append(line)
            elif not shown or shown[-1].op != GAP:
                shown.append(Line(GAP, ()))
        return shown

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def diff_versions(before: VersionContent, after: VersionContent) -> VersionDiff:
    """What `after` changes against `before`."""
    return VersionDiff(
        title=diff_words(before.title, after.title),
        prose=diff_lines(before.prose, after.prose),
        questions=_entries(
            before.schema.questions, after.schema.questions, lambda spec: spec.key, _question
        ),
        rules=_entries(
            before.schema.rules, after.schema.rules, lambda spec: str(spec.number), _rule
        ),
    )


def _entries(
    before: Sequence[Spec],
    after: Sequence[Spec],
    key_of: Callable[[Spec], str],
    compare: Callable[[Spec | None, Spec | None, str], EntryDiff | None],
) -> tuple[EntryDiff, ...]:
    """Entries in the order of `after`, then those that are gone."""
    old = {key_of(spec): spec for spec in before}
    new = {key_of(spec): spec for spec in after}
    keys = [*new, *(key for key in old if key not in new)]
    found = (compare(old.get(key), new.get(key), key) for key in keys)
    return tuple(entry for entry in found if entry)


def _entry(
    old: Any,
    new: Any,
    key: str,
    names: dict[str, str],
    fields: Iterable[FieldDiff],
    entries: tuple[EntryDiff, ...] = (),
) -> EntryDiff | None:
    """None when nothing changed."""
    op = ADDED if old is None else REMOVED if new is None else CHANGED
    changed = tuple(fields)
    return (
        EntryDiff(op, key, names, changed, entries) if changed or entries or op != CHANGED else None
    )


def _question(old: QuestionSpec | None, new: QuestionSpec | None, key: str) -> EntryDiff | None:
    read: list[tuple[str, Callable[[QuestionSpec], Any]]] = [
        ("title", lambda spec: spec.titles),
        ("help", lambda spec: spec.help),
        ("kind", lambda spec: spec.kind),
        ("required", lambda spec: spec.required),
        ("options", lambda spec: spec.options and repr(sorted(spec.options.items()))),
        ("show_when", _condition),
        ("order", lambda spec: " ".join(choice.key for choice in spec.choices)),
    ]
    if not (old and new) or {c.key for c in old.choices} != {c.key for c in new.choices}:
        read.pop()  # the order is only news when the choices are the same
    choices = _entries(
        old.choices if old else (), new.choices if new else (), lambda spec: spec.key, _choice
    )
    latest = new or old
    names = latest.titles if latest else {}
    return _entry(old, new, key, names, _fields(old, new, read), choices)


def _choice(old: ChoiceSpec | None, new: ChoiceSpec | None, key: str) -> EntryDiff | None:
    read: list[tuple[str, Callable[[ChoiceSpec], Any]]] = [
        ("name", lambda spec: spec.names),
        ("help", lambda spec: spec.help),
        ("color", lambda spec: spec.color),
        ("hotkey", lambda spec: spec.hotkey),
        ("parent", lambda spec: spec.parent),
    ]
    latest = new or old
    names = latest.names if latest else {}
    return _entry(old, new, key, names, _fields(old, new, read))


def _rule(old: RuleSpec | None, new: RuleSpec | None, key: str) -> EntryDiff | None:
    read: list[tuple[str, Callable[[RuleSpec], Any]]] = [
        ("title", lambda spec: spec.titles),
        ("condition", lambda spec: spec.condition),
        ("decision", lambda spec: spec.decision),
        ("choices", lambda spec: " ".join(spec.choices)),
        ("examples", lambda spec: _by_language(spec.examples)),
        ("counter_examples", lambda spec: _by_language(spec.counter_examples)),
    ]
    latest = new or old
    names = latest.titles if latest else {}
    return _entry(old, new, key, names, _fields(old, new, read))


def _condition(question: QuestionSpec) -> str:
    condition = question.show_when
    return f"{condition.question} = {', '.join(condition.choices)}" if condition else ""


def _by_language(examples: Sequence[Example]) -> dict[str, str]:
    """Examples one below the other, with their right answers, for each language."""
    languages = {language for example in examples for language in example.texts}
    return {
        language: "\n".join(
            each.texts[language] + (f" → {each.choice}" if each.choice else "")
            for each in examples
            if language in each.texts
        )
        for language in languages
    }


def _fields(
    old: Spec | None, new: Spec | None, read: list[tuple[str, Callable[[Spec], Any]]]
) -> Iterable[FieldDiff]:
    """The fields whose values differ; texts by language are compared language by language."""
    for field, value_of in read:
        left, right = (value_of(spec) if spec is not None else None for spec in (old, new))
        texts = isinstance(left, dict) or isinstance(right, dict)
        pairs = _languages(left or {}, right or {}) if texts else [("", left, right)]
        for language, before, after in pairs:
            pieces = diff_words(_plain(before), _plain(after))
            if pieces:
                yield FieldDiff(field, language, pieces)


def _languages(left: dict[str, str], right: dict[str, str]) -> list[tuple[str, Any, Any]]:
    return [
        (language, left.get(language), right.get(language)) for language in sorted({*left, *right})
    ]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
