"""Every kind in the registry can be drawn, with its answer, and read back from a plain form."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from annotations.forms.plain import values_of_form
from annotations.values import KINDS
from annotations.views.controls import controls
from guidelines.rendering import questions_in
from tests.unit.annotations.values.cases import ITEM, RAW, about, question, schema

# Without JavaScript these are not answered: a mark needs a pointer or a caret.
NEED_JAVASCRIPT = {"spans", "relations", "boxes", "polygons", "points", "segments"}
# Where several inputs are one answer, an input that is not chosen is not sent.
_INPUT = re.compile(r"<input\b[^>]*>|<textarea\b[^>]*>[^<]*")


def drawn(name, value=None, errors=()):
    shown = [each for each in questions_in(schema(), "en") if each["kind"] == name]
    rows = controls(
        shown,
        {name.replace("_", "-"): value},
        {name.replace("_", "-"): list(errors)},
        parts=about().parts,
        seed=7,
    )
    return render_to_string("annotations/label_questions.html", {"questions": rows})


def sent(html):
    """What a browser would send of this form."""
    post = QueryDict(mutable=True)
    for tag in _INPUT.findall(html):
        kind, name, value = (
            (re.search(rf'\b{each}="([^"]*)"', tag) or [None, ""])[1]
            for each in ("type", "name", "value")
        )
        if tag.startswith("<textarea"):
            value = tag.partition(">")[2].strip()
        if name and (kind not in ("radio", "checkbox") or " checked" in tag):
            post.appendlist(name, unescape(value))
    return post


@pytest.mark.parametrize("name", sorted(KINDS))
def test_question_of_each_kind_is_drawn_with_its_error(name):
    html = drawn(name, errors=["Something <b> is missing."])

    assert f'data-kind="{name}"' in html
    assert "Something &lt;b&gt; is missing." in html
    assert html.count("<fieldset") == 1


@pytest.mark.parametrize("name", sorted(set(KINDS) - NEED_JAVASCRIPT))
def test_answer_in_a_plain_form_is_the_answer_that_was_drawn(name):
    key = name.replace("_", "-")
    values = values_of_form(sent(drawn(name, RAW[name])))

    parsed = KINDS[name].parse(values[key], question(name), about())
    assert KINDS[name].raw(parsed.value) == RAW[name]


@pytest.mark.parametrize("name", sorted(set(KINDS) - NEED_JAVASCRIPT))
def test_plain_form_without_an_answer_sends_none(name):
    assert values_of_form(sent(drawn(name))) == {}


def test_answer_as_json_comes_before_all_others():
    post = QueryDict('q-spans=x&j:spans=[{"start": 1}]&j:text=null&q-text=y&j:bad={')

    assert values_of_form(post) == {"spans": [{"start": 1}], "bad": "{"}


def test_side_on_the_left_is_drawn_by_chance_and_stays():
    shown = [each for each in questions_in(schema(), "en") if each["kind"] == "pairwise"]
    lefts = {
        seed: controls(shown, {}, {}, parts=about().parts, seed=seed)[0]["left"]
        for seed in range(200)
    }

    assert 70 < sum(left == "a" for left in lefts.values()) < 130
    again = controls(shown, {"pairwise": {"winner": "b", "left": "a"}}, {}, seed=3)[0]
    assert (again["left"], again["verdict"]) == ("a", "b")
    assert ITEM["parts"][3]["key"] == "a"
