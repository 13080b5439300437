"""Every word on a screen goes through gettext. Exceptions carry their reason; stale ones fail."""

import re
from pathlib import Path

import pytest

from tests.unit.i18n.bare_text import in_python, in_template

ROOT = Path(__file__).resolve().parents[3]
APPS = ["core", "accounts", "projects", "guidelines", "annotations", "quality", "datasets"]

SAME_IN_EVERY_LANGUAGE = {
    "labelhub": "the name of the product",
    "한국어": "a language is named in itself",
    "English": "a language is named in itself",
    "curl": "the name of a program",
    "Python": "the name of a language",
    "python manage.py password_link you@example.com": "a command",
    "lh": "how tokens begin",
    "gzip": "the name of a format",
    "SHA-256": "the name of a hash",
    "sha256": "the name of a hash",
}
NOT_TRANSLATED_WHERE_IT_IS_RAISED: dict[str, str] = {}


def bare_in_templates() -> list[tuple[str, str]]:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for line, text in in_template(path.read_text()):
            core = re.sub(r"^[\W_]+|[\W_]+$", "", text)
            found.append((f"{path.relative_to(ROOT)}:{line}", core))
    return found


def bare_in_python() -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(ROOT)}:{line}", text)
        for folder in ["labelhub", *APPS]
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
        for line, text in in_python(path.read_text())
    ]


def test_templates_say_nothing_without_gettext() -> None:
    found = bare_in_templates()

    assert [each for each in found if each[1] not in SAME_IN_EVERY_LANGUAGE] == []
    assert set(SAME_IN_EVERY_LANGUAGE) - {text for _place, text in found} == set(), "stale"


def test_python_says_nothing_without_gettext() -> None:
    found = bare_in_python()

    assert [each for each in found if each[1] not in NOT_TRANSLATED_WHERE_IT_IS_RAISED] == []
    assert set(NOT_TRANSLATED_WHERE_IT_IS_RAISED) - {text for _place, text in found} == set()


@pytest.mark.parametrize(
    "source",
    [
        "<p>Save it</p>",
        "<p>{% if x %}Save{% endif %}</p>",
        "<p>{{ n }} items</p>",
        "<p>저장</p>",
        '<a title="Go on"></a>',
        '<a{% if x %} aria-label="Close"{% endif %}></a>',
        '<input placeholder="name">',
        '<img alt="{{ name }} as a picture">',
        '<b data-text="Saved at {time}"></b>',
        '{% include "a.html" with title="Nothing here" %}',
        '{{ name|default:"Nobody" }}',
        '{% blocktranslate %}fine{% endblocktranslate %} {% translate "fine" %} bare',
    ],
)
def test_template_scan_finds_bare_text(source: str) -> None:
    assert list(in_template(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        '<p title="{% translate "Save it" %}">{% translate "Save" %}</p>',
        "{% blocktranslate trimmed with n=n %}{{ n }} items{% endblocktranslate %}",
        "{% comment %}level: ok or bad{% endcomment %}{# a note #}",
        '<p class="button primary">{{ at|date:"Y-m-d H:i" }} – · … %</p>',
        "<code>text,meta.channel</code><script>const word = 1</script>",
        '{% include "_components/empty.html" with icon="file-warning" title=title %}',
    ],
)
def test_template_scan_accepts_translated_text(source: str) -> None:
    assert list(in_template(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        'raise Conflict("This is closed.")',
        'raise ValidationError({"name": "Too long"}) if 0 else ValidationError(["Too long."])',
        'raise PermissionDenied(f"{name} may not do this")',
        'messages.success(request, "Saved.")',
        'name = forms.CharField(label="Name", help_text=_("fine"))',
        'JobFailed([{"message": "No rows.", "code": "no_rows"}])',
        'ValidationError("%s is wrong" % name)',
    ],
)
def test_python_scan_finds_bare_text(source: str) -> None:
    assert list(in_python(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        'raise Conflict(_("This is closed."), code="project_closed")',
        'messages.success(request, _("%(name)s is gone.") % {"name": name})',
        'logger.warning("the broker is away; job %s waits", job)',
        'name = models.CharField(help_text="For developers only.")',
    ],
)
def test_python_scan_accepts_translated_text(source: str) -> None:
    assert list(in_python(source)) == []
