"""Every change from one version to another, with the class proposed for it. PURE.

Everybody imports these names from `guidelines.changes`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guidelines.change_classes import (
    LOOKS,
    verdict_of_choice,
    verdict_of_question,
    verdict_of_rule,
    verdict_of_texts,
)
from guidelines.change_decisions import SPLIT, Decisions, Fate, mapping_of_fates
from guidelines.diff import (
    CHANGED,
    REMOVED,
    EntryDiff,
    FieldDiff,
    Line,
    VersionContent,
    VersionDiff,
    diff_versions,
)
from guidelines.document_reader import Texts
from guidelines.label_schema import LabelSchema

PROSE = "prose"


@dataclass(frozen=True)
class Change:
    """One change: what was done (`op`), the fields that differ, and the class proposed for it.

    `reason` is an English sentence to be translated. `wants_fate`: the choice is gone. Prose has
    `lines` and, if the title changed, its field.
    """

    target: str
    op: str
    names: Texts
    fields: tuple[FieldDiff, ...]
    proposed: str
    reason: str
    wants_fate: bool = False
    lines: tuple[Line, ...] = ()

    @property
    def kind(self) -> str:
        """rule, choice, question or prose."""
        return self.target.partition(":")[0]

    @property
    def key(self) -> str:
        """A rule's number, a question's key, a choice as "question.choice", "" for prose."""
        return self.target.partition(":")[2]


@dataclass(frozen=True)
class DecidedChange:
    """A change with what the lead decided: "" and None where they have not."""

    change: Change
    decided: str = ""
    fate: Fate | None = None

    @property
    def change_class(self) -> str:
        """The class decided, else the one proposed."""
        return self.decided or self.change.proposed


def decided_changes(
    before: VersionContent, after: VersionContent, decisions: Decisions
) -> tuple[DecidedChange, ...]:
    """Every change from `before` to `after` with the decisions about it."""
    return tuple(
        DecidedChange(
            change,
            decisions.classes.get(change.target, ""),
            decisions.fates.get(change.key) if change.kind == "choice" else None,
        )
        for change in proposed_changes(before, after, decisions.fates)
    )


def proposed_changes(
    before: VersionContent, after: VersionContent, fates: Mapping[str, Fate] | None = None
) -> tuple[Change, ...]:
    """Every change from `before` to `after` with the class proposed for it.

    Rules come first, then questions with their choices, then the prose. `fates` are those decided
    so far: they soften the proposal for a choice whose labels carry over, and make a split one,
    that may read the same as before, a change.
    """
    diff = diff_versions(before, after)
    fates = fates or {}
    found = [*_rules(diff, before, after, fates), *_questions(diff, before, after, fates)]
    return tuple(found + _prose(diff, before, after))


def _rules(
    diff: VersionDiff, before: VersionContent, after: VersionContent, fates: Mapping[str, Fate]
) -> Iterator[Change]:
    mapping = mapping_of_fates(fates)
    for entry in diff.rules:
        number = int(entry.key)
        old, new = before.schema.rule(number), after.schema.rule(number)
        yield _change(f"rule:{number}", entry, verdict_of_rule(entry, old, new, mapping))


def _questions(
    diff: VersionDiff, before: VersionContent, after: VersionContent, fates: Mapping[str, Fate]
) -> Iterator[Change]:
    entries = {entry.key: entry for entry in diff.questions}
    mapping = mapping_of_fates(fates)
    split = {each.partition(".")[0] for each, fate in fates.items() if fate.how == SPLIT}
    for question in [*after.schema.questions, *before.schema.questions]:
        old = before.schema.question(question.key)
        new = after.schema.question(question.key)
        if new and question is not new:
            continue  # told already
        entry = entries.get(question.key, EntryDiff(CHANGED, question.key, question.titles))
        if entry.fields or entry.op != CHANGED:
            verdict = verdict_of_question(entry, old, new, mapping)
            yield _change(f"question:{question.key}", entry, verdict)
        if old and (entry.entries or question.key in split):
            yield from _choices(entry, before.schema, after.schema, fates)


def _choices(
    question: EntryDiff, before: LabelSchema, after: LabelSchema, fates: Mapping[str, Fate]
) -> Iterator[Change]:
    """The changed choices of a question that was there before, and those split but not changed."""
    old, new = before.question(question.key), after.question(question.key)
    taking = set(mapping_of_fates(fates).values())
    entries = {entry.key: entry for entry in question.entries}
    for choice in old.choices if old else ():
        if _how(fates, f"{question.key}.{choice.key}") == SPLIT and choice.key not in entries:
            entries[choice.key] = EntryDiff(CHANGED, choice.key, choice.names)
    for key, entry in entries.items():
        reference = f"{question.key}.{key}"
        verdict = verdict_of_choice(
            entry,
            old.choice(key) if old else None,
            new.choice(key) if new else None,
            fate=_how(fates, reference),
            takes_over=reference in taking,
        )
        yield _change(f"choice:{reference}", entry, verdict, wants_fate=entry.op == REMOVED)


def _how(fates: Mapping[str, Fate], reference: str) -> str:
    return fates[reference].how if reference in fates else ""


def _change(
    target: str, entry: EntryDiff, verdict: tuple[str, str], *, wants_fate: bool = False
) -> Change:
    return Change(target, entry.op, entry.names, entry.fields, *verdict, wants_fate=wants_fate)


def _prose(diff: VersionDiff, before: VersionContent, after: VersionContent) -> list[Change]:
    if not (diff.prose or diff.title):
        return []
    verdict = verdict_of_texts([before.prose], [after.prose]) if diff.prose else LOOKS
    fields = (FieldDiff("title", "", diff.title),) if diff.title else ()
    return [Change(PROSE, CHANGED, {}, fields, *verdict, lines=tuple(diff.lines))]
