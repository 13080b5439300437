"""What one version of a guideline changes against another. PURE.

Prose is compared line by line, and words within changed lines (a Korean word is an eojeol: what
stands between spaces). Questions and choices are matched by key, rules by number.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, TypeVar

from guidelines.label_schema import ChoiceSpec, LabelSchema, QuestionSpec, RuleSpec

KEPT, ADDED, REMOVED, CHANGED, GAP = "kept", "added", "removed", "changed", "gap"

_PIECES = re.compile(r"\s+|\S+")
# difflib is quadratic; above this many comparisons a passage is shown as replaced.
MOST_COMPARISONS = 4_000_000
# Unchanged lines shown around a change.
CONTEXT = 2
# Two lines that share less than this are shown as one removed and one added.
ALIKE = 0.4

Spec = TypeVar("Spec")
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class VersionContent:
    """What is compared."""

    title: str
    prose: str
    schema: LabelSchema


@dataclass(frozen=True)
class Piece:
    """Some words: `op` is kept, added or removed."""

    op: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line of prose: kept, added, removed, or changed with its pieces."""

    op: str
    pieces: tuple[Piece, ...]


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


def diff_words(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as pieces; empty when they are equal.

    The kept and removed pieces joined give `before`, the kept and added ones give `after`.
    """
    if before == after:
        return ()
    left, right = _PIECES.findall(before), _PIECES.findall(after)
    pieces: list[Piece] = []
    for op, i, j, k, m in _opcodes(left, right):
        if op == "equal":
            pieces.append(Piece(KEPT, "".join(left[i:j])))
            continue
        if j > i:
            pieces.append(Piece(REMOVED, "".join(left[i:j])))
        if m > k:
            pieces.append(Piece(ADDED, "".join(right[k:m])))
    return tuple(_joined(pieces))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes that only a space keeps apart become one: whole phrases read better than words."""
    joined: list[Piece] = []
    removed = added = ""
    for place, piece in enumerate(pieces):
        between = 0 < place < len(pieces) - 1
        if piece.op == REMOVED:
            removed += piece.text
        elif piece.op == ADDED:
            added += piece.text
        elif between and piece.text.isspace() and "\n" not in piece.text and removed and added:
            removed += piece.text
            added += piece.text
        else:
            joined += _change(removed, added)
            removed = added = ""
            joined.append(piece)
    return joined + _change(removed, added)


def _change(removed: str, added: str) -> list[Piece]:
    pieces = [Piece(REMOVED, removed)] if removed else []
    return pieces + ([Piece(ADDED, added)] if added else [])


def diff_lines(before: str, after: str) -> tuple[Line, ...]:
    """All lines of both texts in reading order; empty when the texts are equal."""
    if before == after:
        return ()
    left, right = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for op, i, j, k, m in _opcodes(left, right):
        if op == "equal":
            lines += [Line(KEPT, (Piece(KEPT, line),)) for line in left[i:j]]
        else:
            for old, new in zip_longest(left[i:j], right[k:m]):
                lines += _line_pair(old, new)
    return tuple(lines)


def _line_pair(old: str | None, new: str | None) -> list[Line]:
    if old is not None and new is not None:
        pieces = diff_words(old, new)
        kept = sum(len(piece.text) for piece in pieces if piece.op == KEPT)
        if kept and kept >= ALIKE * min(len(old), len(new)):
            return [Line(CHANGED, pieces)]
    lines = [] if old is None else [Line(REMOVED, (Piece(REMOVED, old),))]
    return lines + ([] if new is None else [Line(ADDED, (Piece(ADDED, new),))])


def _opcodes(left: Sequence[str], right: Sequence[str]) -> list[Opcode]:
    """difflib's opcodes, with the common ends taken off first and the quadratic case bounded."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    old, new = left[start : len(left) - end], right[start : len(right) - end]
    if len(old) * len(new) > MOST_COMPARISONS:
        middle: Sequence[Opcode] = [("replace", 0, len(old), 0, len(new))]
    else:
        middle = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    codes: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    codes += [(op, i + start, j + start, k + start, m + start) for op, i, j, k, m in middle]
    if end:
        codes.append(("equal", len(left) - end, len(left), len(right) - end, len(right)))
    return codes


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


def _by_language(examples: Sequence[dict[str, str]]) -> dict[str, str]:
    """Examples one below the other, for each language."""
    languages = {language for example in examples for language in example}
    return {
        language: "\n".join(each[language] for each in examples if language in each)
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
