"""A short quiz from the examples of rules: drawing the questions and grading the answers. PURE.

The draw is the same for the same seed, and nothing is stored until it is answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.digest import digest
from core.problems import Problem, Problems
from guidelines.document_reader import Texts, quote
from guidelines.label_schema import LabelSchema, RuleSpec


@dataclass(frozen=True)
class QuizQuestion:
    """Which choice is right for an example? `example` is its place in the rule: "examples[0]"."""

    rule: int
    example: str
    texts: Texts
    question: str
    right: str
    options: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the question in a form and in REST, such as "12.examples[0]"."""
        return f"{self.rule}.{self.example}"


@dataclass(frozen=True)
class GradedAnswer:
    """What was given; the rule of a wrong one is shown."""

    question: QuizQuestion
    given: str

    @property
    def is_right(self) -> bool:
        return self.given == self.question.right

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the attempt."""
        return {
            "rule": self.question.rule,
            "example": self.question.example,
            "question": self.question.question,
            "given": self.given,
            "right": self.question.right,
        }


@dataclass(frozen=True)
class QuizResult:
    """All answers in the order they were asked."""

    answers: tuple[GradedAnswer, ...]

    @property
    def n_right(self) -> int:
        return sum(answer.is_right for answer in self.answers)

    @property
    def wrong_rules(self) -> list[int]:
        """The rules to read again, each once, in the order they were asked."""
        return list(dict.fromkeys(each.question.rule for each in self.answers if not each.is_right))

    def passes(self, pass_mark: int) -> bool:
        """Whether at least `pass_mark` per cent are right."""
        return self.n_right * 100 >= pass_mark * len(self.answers)


def usable_questions(schema: LabelSchema, numbers: Iterable[int]) -> list[QuizQuestion]:
    """Every example and counter-example of these rules whose right answer is named."""
    wanted = frozenset(numbers)
    return [
        found for rule in schema.rules if rule.number in wanted for found in _of_rule(schema, rule)
    ]


def _of_rule(schema: LabelSchema, rule: RuleSpec) -> list[QuizQuestion]:
    found = []
    for name in ("examples", "counter_examples"):
        for index, example in enumerate(getattr(rule, name)):
            key, _dot, right = example.choice.partition(".")
            question = schema.question(key)
            # One choice is no question: there would be nothing to choose from.
            if question and question.choice(right) and len(question.choices) > 1:
                options = tuple(choice.key for choice in question.choices)
                place = f"{name}[{index}]"
                found.append(QuizQuestion(rule.number, place, example.texts, key, right, options))
    return found


def draw(
    schema: LabelSchema, numbers: Iterable[int], count: int, seed: str
) -> tuple[QuizQuestion, ...]:
    """At most `count` questions about these rules; every rule comes once before any comes twice."""
    ranked = sorted(usable_questions(schema, numbers), key=lambda each: digest([seed, each.key]))
    turns: dict[int, int] = {}
    order = []
    for place, question in enumerate(ranked):
        turn = turns[question.rule] = turns.get(question.rule, 0) + 1
        order.append((turn, place, question))
    return tuple(question for _turn, _place, question in sorted(order)[:count])


def grade(questions: Iterable[QuizQuestion], given: Any) -> QuizResult:
    """The result of `given` = choice key by question key.

    Raises `Problems` at `answers.<key>`: a question without an answer, an answer that was not
    offered, an answer to what was not asked. Such a quiz is sent again; it is no attempt.
    """
    asked = {question.key: question for question in questions}
    if not isinstance(given, Mapping):
        message = "Send the answers as an object: the key of a choice by the key of its question."
        raise Problems([Problem(message, code="not_an_object", field="answers")])
    faults = [
        Problem("This was not asked.", code="not_asked", field=f"answers.{quote(key)}")
        for key in given
        if key not in asked
    ]
    for key, question in asked.items():
        if key not in given:
            message = "Please answer every question."
            faults.append(Problem(message, code="not_answered", field=f"answers.{key}"))
        elif given[key] not in question.options:
            message = "“%(choice)s” is not a choice of this question."
            faults.append(
                Problem(
                    message,
                    code="unknown_choice",
                    field=f"answers.{key}",
                    choice=quote(given[key]),
                )
            )
    if faults:
        raise Problems(faults)
    return QuizResult(tuple(GradedAnswer(asked[key], given[key]) for key in asked))
