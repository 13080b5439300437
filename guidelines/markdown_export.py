"""A version as one Markdown file: for reading and for keeping it in a repository."""

from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from guidelines.label_schema import Example, QuestionSpec, RuleSpec, text_in
from guidelines.models import GuidelineVersion
from guidelines.queries import schema_of


def version_as_markdown(version: GuidelineVersion, language: str) -> str:
    """Title, prose, questions and rules in one language. The JSON form is the lossless one."""
    schema = schema_of(version)
    with translation.override(language):
        parts = [f"# {version.title}", version.prose]
        if schema.questions:
            parts.append("## " + _("Questions and choices"))
            parts += [_question(question, language) for question in schema.questions]
        if schema.rules:
            parts.append("## " + _("Rules"))
            parts += [_rule(rule, language) for rule in schema.rules]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _question(question: QuestionSpec, language: str) -> str:
    lines = [f"### {text_in(question.titles, language)} (`{question.key}`)", ""]
    lines += [text_in(question.help, language), ""] if question.help else []
    if condition := question.show_when:
        keys = ", ".join(f"`{condition.question}.{key}`" for key in condition.choices)
        lines += [_("Asked only after: %(choices)s") % {"choices": keys}, ""]
    for choice in question.choices:
        key = f" [{choice.hotkey}]" if choice.hotkey else ""
        below = f" ← `{choice.parent}`" if choice.parent else ""
        lines.append(f"- **{text_in(choice.names, language)}** (`{choice.key}`){key}{below}")
        lines += _indented(text_in(choice.help, language))
    return "\n".join(lines)


def _rule(rule: RuleSpec, language: str) -> str:
    lines = [f"### R{rule.number} {text_in(rule.titles, language)}".rstrip(), ""]
    lines += _entry(_("When"), text_in(rule.condition, language))
    lines += _entry(_("Then"), text_in(rule.decision, language))
    if rule.choices:
        lines += _entry(_("Choices"), ", ".join(f"`{choice}`" for choice in rule.choices))
    lines += _examples(_("Examples"), rule.examples, language)
    lines += _examples(_("Counter-examples"), rule.counter_examples, language)
    return "\n".join(lines)


def _entry(label: str, text: str) -> Iterator[str]:
    first, *rest = text.split("\n")
    yield f"- **{label}:** {first}"
    yield from _indented("\n".join(rest))


def _examples(label: str, examples: Iterable[Example], language: str) -> Iterator[str]:
    found = [
        text_in(each.texts, language) + (f" → `{each.choice}`" if each.choice else "")
        for each in examples
    ]
    if found:
        yield f"- **{label}:**"
        for example in found:
            first, *rest = example.split("\n")
            yield f"    - {first}"
            yield from (f"      {line}" for line in rest)


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.split("\n")] if text else []
