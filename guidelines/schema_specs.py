"""What a label schema is made of, and how much of it there may be. PURE.

Everybody imports these names from `guidelines.label_schema`.
"""

from dataclasses import dataclass
from typing import Any

from guidelines.document_reader import Texts
from guidelines.question_options import with_defaults

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
UNFINISHED = frozenset(
    {"missing_text", "no_choices", "dangling_reference", "not_earlier", "no_condition"}
)


@dataclass(frozen=True)
class ChoiceSpec:
    """One class as a version calls it. `color` is one of ten hues, `hotkey` may be empty.

    `parent` is the key of the choice of the same question that this one is a case of, or "".
    """

    key: str
    names: Texts
    help: Texts
    color: int
    hotkey: str
    parent: str = ""


@dataclass(frozen=True)
class ShowWhen:
    """A question is asked only when the answer to an earlier one is one of these choices."""

    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class QuestionSpec:
    """One thing asked about an item; always, or only after certain answers."""

    key: str
    kind: str
    titles: Texts
    help: Texts
    required: bool
    choices: tuple[ChoiceSpec, ...]
    options: dict[str, Any]
    show_when: ShowWhen | None = None

    def option(self, name: str) -> Any:
        """An option that was given or has a default; None for all others."""
        return with_defaults(self.kind, self.options).get(name)

    def choice(self, key: str) -> ChoiceSpec | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    def ancestors(self, key: str) -> list[ChoiceSpec]:
        """The parent of a choice, its parent, and so on; none for unknown choices."""
        choices = {choice.key: choice for choice in self.choices}
        found: list[ChoiceSpec] = []
        choice = choices.get(key)
        while choice and (choice := choices.get(choice.parent)) and len(found) < len(choices):
            found.append(choice)
        return found


@dataclass(frozen=True)
class Example:
    """A case by language; `choice` is its right answer as "question.choice", "" if not named."""

    texts: Texts
    choice: str = ""


@dataclass(frozen=True)
class RuleSpec:
    """How an ambiguous case is decided; cited as R7. `choices` are "question.choice" keys."""

    number: int
    titles: Texts
    condition: Texts
    decision: Texts
    examples: tuple[Example, ...]
    counter_examples: tuple[Example, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class LabelSchema:
    """Questions in the order they are asked, rules in the order of their numbers."""

    questions: tuple[QuestionSpec, ...]
    rules: tuple[RuleSpec, ...]

    def question(self, key: str) -> QuestionSpec | None:
        return next((question for question in self.questions if question.key == key), None)

    def rule(self, number: int) -> RuleSpec | None:
        return next((rule for rule in self.rules if rule.number == number), None)

    def references(self) -> frozenset[str]:
        """All choices as "question.choice"."""
        return frozenset(
            f"{question.key}.{choice.key}"
            for question in self.questions
            for choice in question.choices
        )
