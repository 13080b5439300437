"""Words for the parts of a guideline, in the reader's language."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guidelines.diff import ADDED, CHANGED, REMOVED, VersionDiff
from guidelines.label_schema import text_in
from guidelines.places import field_name

register = template.Library()

register.filter(field_name)


@register.filter
def language_label(code: str) -> str:
    """`ko` as "Korean"; codes that the site does not know as they are."""
    names = dict(settings.LANGUAGES)
    return str(_(str(names[code]))) if code in names else code


@register.filter
def in_language(texts: dict[str, str]) -> str:
    """The text for the reader."""
    return text_in(texts, get_language() or "en")


@register.filter
def diff_counts(diff: VersionDiff) -> list[tuple[str, dict[str, Any]]]:
    """(name, counts) of each part of a guideline."""
    parts = (
        ("rules", _("Rules")),
        ("questions", _("Questions")),
        ("choices", _("Choices")),
        ("lines", _("Lines of text")),
    )
    return [(name, _counts(diff, part)) for part, name in parts]


def _counts(diff: VersionDiff, part: str) -> dict[str, int]:
    counts = {op: diff.count(part, op) for op in (ADDED, CHANGED, REMOVED)}
    return {**counts, "total": sum(counts.values())}
