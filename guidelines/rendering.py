"""A version as its readers see it, in one language: kept in this process once it is published."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from guidelines.label_schema import Example, LabelSchema, QuestionSpec, RuleSpec, text_in
from guidelines.markdown import Heading, render_line, render_markdown
from guidelines.models import GuidelineVersion, VersionState
from guidelines.queries import schema_of
from guidelines.question_options import with_defaults

MAX_FALLBACK_TITLE = 80


@dataclass(frozen=True)
class ExampleView:
    """A case; `choice` is the name and colour of its right answer, None if it is not named.

    As a text it is its HTML.
    """

    html: str
    choice: dict[str, Any] | None

    def __str__(self) -> str:
        return self.html


@dataclass(frozen=True)
class RuleView:
    """A numbered rule; `html` has its condition, decision and examples."""

    number: int
    anchor: str
    title: str
    html: str
    choices: tuple[str, ...]
    examples: tuple[ExampleView, ...] = ()
    counter_examples: tuple[ExampleView, ...] = ()


@dataclass(frozen=True)
class RenderedGuideline:
    """`html` is the prose, `headings` its table of contents."""

    number: int
    title: str
    html: str
    headings: tuple[Heading, ...]
    rules: tuple[RuleView, ...]
    questions: tuple[dict[str, Any], ...]


@lru_cache(maxsize=128)
def rendered_guideline(version_id: int, language: str) -> RenderedGuideline:
    """A published version; no statement once it was rendered in this language.

    Raises `GuidelineVersion.DoesNotExist` for drafts.
    """
    version = GuidelineVersion.objects.get(pk=version_id, state=VersionState.PUBLISHED)
    return render_version(version, language)


def render_version(version: GuidelineVersion, language: str) -> RenderedGuideline:
    """Any version, drafts as well, rendered now."""
    schema = schema_of(version)
    prose = render_markdown(version.prose, rules=[rule.number for rule in schema.rules])
    return RenderedGuideline(
        number=version.number,
        title=version.title,
        html=prose.html,
        headings=prose.headings,
        rules=rules_in(schema, language),
        questions=questions_in(schema, language),
    )


def questions_in(schema: LabelSchema, language: str) -> tuple[dict[str, Any], ...]:
    """Questions for a screen: key, kind, title, help, required, options, choices, show_when.

    `options` are those that were given or have a default, texts in this language; a rating has its
    `points` as well.
    A choice has key, name, help, color, hotkey, the key of its `parent` ("" without one) and its
    `depth` below the choices that have none. `show_when` is None or has question, choices (keys),
    title and names.
    """
    return tuple(
        {
            "key": question.key,
            "kind": question.kind,
            "title": text_in(question.titles, language) or question.key,
            "help": text_in(question.help, language),
            "required": question.required,
            "options": _options(question, language),
            "show_when": _condition(schema, question, language),
            "choices": [
                {
                    "key": choice.key,
                    "name": text_in(choice.names, language) or choice.key,
                    "help": text_in(choice.help, language),
                    "color": choice.color,
                    "hotkey": choice.hotkey,
                    "parent": choice.parent,
                    "depth": len(question.ancestors(choice.key)) if choice.parent else 0,
                }
                for choice in question.choices
            ],
        }
        for question in schema.questions
    )


def _options(question: QuestionSpec, language: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        name: text_in(value, language) if isinstance(value, dict) else value
        for name, value in with_defaults(question.kind, question.options).items()
    }
    if question.kind == "rating":
        options["points"] = list(range(options["least"], options["most"] + 1))
    return options


def _condition(schema: LabelSchema, question: QuestionSpec, language: str) -> dict[str, Any] | None:
    condition = question.show_when
    if condition is None:
        return None
    asked = schema.question(condition.question)
    return {
        "question": condition.question,
        "choices": list(condition.choices),
        "title": text_in(asked.titles, language) if asked else condition.question,
        "names": [
            choice_named(schema, f"{condition.question}.{key}", language)["name"]
            for key in condition.choices
        ],
    }


def rules_in(schema: LabelSchema, language: str) -> tuple[RuleView, ...]:
    """Rules for a screen, in the order of their numbers."""
    numbers = [rule.number for rule in schema.rules]
    with translation.override(language):
        return tuple(_rule(rule, schema, language, numbers) for rule in schema.rules)


def _rule(rule: RuleSpec, schema: LabelSchema, language: str, numbers: list[int]) -> RuleView:
    condition = text_in(rule.condition, language)
    examples = _examples(rule.examples, schema, language)
    counter_examples = _examples(rule.counter_examples, schema, language)
    html = render_to_string(
        "guidelines/_rule_body.html",
        {
            "condition": render_line(condition, rules=numbers),
            "decision": render_line(text_in(rule.decision, language), rules=numbers),
            "examples": examples,
            "counter_examples": counter_examples,
            "choices": [choice_named(schema, reference, language) for reference in rule.choices],
        },
    )
    return RuleView(
        number=rule.number,
        anchor=f"R{rule.number}",
        title=text_in(rule.titles, language) or condition[:MAX_FALLBACK_TITLE],
        html=html,
        choices=rule.choices,
        examples=examples,
        counter_examples=counter_examples,
    )


def _examples(
    examples: tuple[Example, ...], schema: LabelSchema, language: str
) -> tuple[ExampleView, ...]:
    return tuple(
        ExampleView(
            render_line(text_in(each.texts, language)),
            choice_named(schema, each.choice, language) if each.choice else None,
        )
        for each in examples
    )


def choice_named(schema: LabelSchema, reference: str, language: str) -> dict[str, Any]:
    """Name and colour of "question.choice"; the reference itself if a draft lacks it."""
    question_key, _separator, key = reference.partition(".")
    question = schema.question(question_key)
    choice = question.choice(key) if question else None
    if choice is None:
        return {"name": reference, "color": 9}
    return {"name": text_in(choice.names, language) or key, "color": choice.color}
