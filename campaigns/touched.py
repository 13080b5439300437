"""What a publication means for the labels made before it, choice by choice. PURE.

Choices are named as "question.choice" of the version before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from guidelines.change_classes import BREAKING
from guidelines.change_decisions import RETIRED, SPLIT, Decisions, mapping_of
from guidelines.label_schema import LabelSchema


class Outcome(StrEnum):
    """What becomes of a label."""

    UNTOUCHED = "untouched"
    CARRIES_OVER = "carries_over"
    NEEDS_PEOPLE = "needs_people"


# Why people are needed, beside the numbers of rules.
WHY_BREAKING, WHY_SPLIT, WHY_RETIRED = "breaking", "split", "retired"
WHY_GONE, WHY_QUESTION = "gone", "question"


@dataclass(frozen=True)
class Touched:
    """The outcome for the labels of one old choice.

    `into` are the new choices that its labels may become: one where a label is untouched or
    carries over, several after a split, none when the choice is retired. `why` and `rules` say
    what people are needed for.
    """

    outcome: Outcome
    into: tuple[str, ...]
    why: tuple[str, ...] = ()
    rules: tuple[int, ...] = ()

    @property
    def needs_people(self) -> bool:
        return self.outcome is Outcome.NEEDS_PEOPLE


def touched(decisions: Decisions, before: LabelSchema, after: LabelSchema) -> dict[str, Touched]:
    """The outcome of every choice of `before`, in its order.

    People are needed for a choice that is split, retired or gone without a fate, whose own class
    or whose question's class is breaking, or that a breaking rule names (a rule that names no
    choice concerns all of them). What is renamed, merged or moved carries over otherwise.
    """
    targets = targets_of(decisions, before, after)
    rules = _breaking_rules(decisions, before, after, targets)
    found = {}
    for reference, into in targets.items():
        why = _why(reference, decisions, into)
        if why or rules[reference]:
            outcome = Outcome.NEEDS_PEOPLE
        elif into == (reference,):
            outcome = Outcome.UNTOUCHED
        else:
            outcome = Outcome.CARRIES_OVER
        found[reference] = Touched(outcome, into, why, rules[reference])
    return found


def targets_of(
    decisions: Decisions, before: LabelSchema, after: LabelSchema
) -> dict[str, tuple[str, ...]]:
    """For every choice of `before` the choices of `after` that its labels may become."""
    mapping = mapping_of(decisions)
    new = after.references()
    found = {}
    for question in before.questions:
        for choice in question.choices:
            reference = f"{question.key}.{choice.key}"
            if reference in mapping:
                named: tuple[str, ...] = (mapping[reference],)
            elif reference in decisions.fates:
                named = decisions.fates[reference].into
            else:
                named = (reference,)
            found[reference] = tuple(each for each in named if each in new)
    return found


def choices_of_rule(
    number: int,
    before: LabelSchema,
    after: LabelSchema,
    targets: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    """The old choices that a rule speaks of, in either version's words.

    A rule that in some version names no choice speaks of all of them.
    """
    sides = [rule for rule in (before.rule(number), after.rule(number)) if rule]
    if any(not rule.choices for rule in sides):
        return tuple(targets)
    named = {reference for rule in sides for reference in rule.choices}
    return tuple(reference for reference, into in targets.items() if named & {reference, *into})


def _why(reference: str, decisions: Decisions, into: tuple[str, ...]) -> tuple[str, ...]:
    fate = decisions.fates.get(reference)
    question = reference.partition(".")[0]
    reasons = []
    if fate and fate.how == SPLIT:
        reasons.append(WHY_SPLIT)
    elif fate and fate.how == RETIRED:
        reasons.append(WHY_RETIRED)
    elif not into:
        reasons.append(WHY_GONE)
    if decisions.classes.get(f"choice:{reference}") == BREAKING and not reasons:
        reasons.append(WHY_BREAKING)
    if decisions.classes.get(f"question:{question}") == BREAKING:
        reasons.append(WHY_QUESTION)
    return tuple(reasons)


def _breaking_rules(
    decisions: Decisions,
    before: LabelSchema,
    after: LabelSchema,
    targets: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[int, ...]]:
    """For each old choice the breaking rules that concern it."""
    numbers = sorted(
        int(target.removeprefix("rule:"))
        for target, change_class in decisions.classes.items()
        if change_class == BREAKING and target.startswith("rule:")
    )
    found: dict[str, list[int]] = {reference: [] for reference in targets}
    for number in numbers:
        for reference in choices_of_rule(number, before, after, targets):
            found[reference].append(number)
    return {reference: tuple(each) for reference, each in found.items()}
