"""What each change of a guideline means for labels that were made before: a proposal. PURE.

The lead decides (`guidelines.changes`); what is proposed errs on the grave side.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from guidelines.diff import ADDED, REMOVED, EntryDiff, FieldDiff, Piece
from guidelines.diff_text import KEPT
from guidelines.label_schema import ChoiceSpec, Example, QuestionSpec, RuleSpec

EDITORIAL, CLARIFYING, BREAKING = "editorial", "clarifying", "breaking"
CLASSES = (EDITORIAL, CLARIFYING, BREAKING)

Verdict = tuple[str, str]

NOTHING_MAPPED: Mapping[str, str] = MappingProxyType({})


def _noop(sentence: str) -> str:
    """Marks a sentence for the catalogue; whoever shows it translates it."""
    return sentence


LOOKS: Verdict = (EDITORIAL, _noop("Only looks, titles, keys or the order changed."))
NEW_KEYS: Verdict = (
    EDITORIAL,
    _noop("Only the keys or the order of the choices it names changed."),
)
SPELLING: Verdict = (EDITORIAL, _noop("Only punctuation, upper and lower case or spaces changed."))
TRANSLATION: Verdict = (CLARIFYING, _noop("A translation was added or taken away."))
WORDING: Verdict = (CLARIFYING, _noop("The wording changed."))
EXAMPLES: Verdict = (CLARIFYING, _noop("The examples changed."))
PROSE: Verdict = (CLARIFYING, _noop("The text changed."))
PARENT: Verdict = (CLARIFYING, _noop("The choice has another place among the choices."))
RULE_ADDED: Verdict = (CLARIFYING, _noop("A rule was added."))
TAKES_OVER: Verdict = (CLARIFYING, _noop("The choice takes over the labels of an earlier one."))
MAPPED: Verdict = (CLARIFYING, _noop("The labels of this choice carry over to another one."))
OPTIONAL: Verdict = (CLARIFYING, _noop("The question need not be answered any more."))
DECISION: Verdict = (BREAKING, _noop("The decision changed."))
RIGHT_ANSWER: Verdict = (BREAKING, _noop("An example has another right answer."))
RULE_CHOICES: Verdict = (BREAKING, _noop("The rule is about other choices."))
RULE_GONE: Verdict = (BREAKING, _noop("The rule was retired."))
CHOICE_ADDED: Verdict = (BREAKING, _noop("Earlier answers could not choose this."))
CHOICE_GONE: Verdict = (BREAKING, _noop("The choice is gone."))
SPLIT: Verdict = (
    BREAKING,
    _noop("The choice was split: people must say which part a label belongs to."),
)
QUESTION_ADDED: Verdict = (BREAKING, _noop("Items labeled before have no answer to this question."))
QUESTION_GONE: Verdict = (BREAKING, _noop("The question is gone."))
QUESTION_ASKED: Verdict = (
    BREAKING,
    _noop("The question is asked of other items, or in another way."),
)

_RULE_FIELDS = {
    "title": LOOKS,
    "condition": WORDING,
    "decision": DECISION,
    "choices": RULE_CHOICES,
    "examples": EXAMPLES,
    "counter_examples": EXAMPLES,
}
_CHOICE_FIELDS = {
    "name": WORDING,
    "help": WORDING,
    "color": LOOKS,
    "hotkey": LOOKS,
    "parent": PARENT,
}
_QUESTION_FIELDS = {
    "title": WORDING,
    "help": WORDING,
    "order": LOOKS,
    "kind": QUESTION_ASKED,
    "required": QUESTION_ASKED,
    "options": QUESTION_ASKED,
    "show_when": QUESTION_ASKED,
}

# Where a digit stands beside it, a mark is part of a number: 1.5, -3, 5%.
_MARKS = re.compile(r"(?<!\d)[^\w\s](?!\d)|_")


def gravest(classes: Iterable[str]) -> str:
    """The gravest of these; editorial when there is none."""
    return max(classes, key=CLASSES.index, default=EDITORIAL)


def same_words(before: str, after: str) -> bool:
    """Whether only punctuation, case or white space differs. Signs such as < or + are words."""
    return _words(before) == _words(after)


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = _MARKS.sub(
        lambda mark: "" if unicodedata.category(mark[0]).startswith("P") else mark[0], plain
    )
    return "".join(kept.split())


def verdict_of_rule(
    entry: EntryDiff,
    before: RuleSpec | None,
    after: RuleSpec | None,
    mapping: Mapping[str, str] = NOTHING_MAPPED,
) -> Verdict:
    """The class proposed for a changed rule, and why.

    `mapping` has the choices that go on under another "question.choice": a rule that follows
    them is about the same choices as before.
    """
    if entry.op == ADDED:
        return RULE_ADDED
    if entry.op == REMOVED or before is None or after is None:
        return RULE_GONE
    if _other_answers(before, after, mapping):
        return RIGHT_ANSWER
    fields = dict(_RULE_FIELDS)
    if {mapping.get(each, each) for each in before.choices} == {*after.choices}:
        fields["choices"] = NEW_KEYS
    return _gravest_field(entry.fields, fields, before, after)


def _other_answers(before: RuleSpec, after: RuleSpec, mapping: Mapping[str, str]) -> bool:
    """Whether a case that stayed has another right answer than before."""

    def answers(examples: Sequence[Example]) -> dict[tuple[str, str], str]:
        return {
            (language, text): example.choice
            for example in examples
            if example.choice
            for language, text in example.texts.items()
        }

    old = answers(before.examples + before.counter_examples)
    new = answers(after.examples + after.counter_examples)
    return any(mapping.get(old[case], old[case]) != new[case] for case in old.keys() & new.keys())


def verdict_of_choice(
    entry: EntryDiff,
    before: ChoiceSpec | None,
    after: ChoiceSpec | None,
    *,
    fate: str = "",
    takes_over: bool = False,
) -> Verdict:
    """The class proposed for a changed choice. `fate` is the lead's, "" before they decided;
    `takes_over`: it is where the labels of an earlier one go."""
    if fate == "split":
        return SPLIT
    if entry.op == REMOVED:
        return MAPPED if fate in ("renamed", "merged", "moved") else CHOICE_GONE
    if entry.op == ADDED:
        return TAKES_OVER if takes_over else CHOICE_ADDED
    return _gravest_field(entry.fields, _CHOICE_FIELDS, before, after)


def verdict_of_question(
    entry: EntryDiff,
    before: QuestionSpec | None,
    after: QuestionSpec | None,
    mapping: Mapping[str, str] = NOTHING_MAPPED,
) -> Verdict:
    """The class proposed for a changed question; `mapping` as for a rule."""
    if entry.op == ADDED:
        return QUESTION_ADDED
    if entry.op == REMOVED or before is None or after is None:
        return QUESTION_GONE
    fields = dict(_QUESTION_FIELDS)
    if not after.required:
        fields["required"] = OPTIONAL
    if {mapping.get(each, each) for each in _condition(before)} == _condition(after):
        fields["show_when"] = NEW_KEYS
    return _gravest_field(entry.fields, fields, before, after)


def _condition(question: QuestionSpec) -> set[str]:
    condition = question.show_when
    return {f"{condition.question}.{key}" for key in condition.choices} if condition else set()


def verdict_of_texts(before: Sequence[str], after: Sequence[str]) -> Verdict:
    """The class proposed for changed prose."""
    return SPELLING if same_words("\n".join(before), "\n".join(after)) else PROSE


def _gravest_field(
    fields: Iterable[FieldDiff], verdicts: dict[str, Verdict], before: Any, after: Any
) -> Verdict:
    found = [
        _verdict_of_field(each, verdicts[each.field], _texts(before, each), _texts(after, each))
        for each in fields
    ]
    return max(found, key=lambda verdict: CLASSES.index(verdict[0]), default=LOOKS)


def _texts(spec: Any, field: FieldDiff) -> dict[str, str]:
    """The texts of a field by language; none where a field is not a text."""
    name = {"title": "titles", "name": "names"}.get(field.field, field.field)
    texts = getattr(spec, name, None)
    return texts if field.language and isinstance(texts, dict) else {}


def _verdict_of_field(
    field: FieldDiff, verdict: Verdict, before: dict[str, str], after: dict[str, str]
) -> Verdict:
    """Lighter than its field says when the words are the same, or only a language is new."""
    if verdict[0] == EDITORIAL or not field.language:
        return verdict
    if same_words(*sides_of(field.pieces)):
        return SPELLING
    if before and after and (field.language in before) != (field.language in after):
        return TRANSLATION
    return verdict


def sides_of(pieces: Iterable[Piece]) -> tuple[str, str]:
    """The texts before and after that these pieces tell apart."""
    found = tuple(pieces)
    before = "".join(piece.text for piece in found if piece.op in (KEPT, REMOVED))
    after = "".join(piece.text for piece in found if piece.op in (KEPT, ADDED))
    return before, after
