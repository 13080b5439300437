"""Every kind in the registry can be drawn."""

import pytest
from django.template.loader import render_to_string

from annotations.values import KINDS

QUESTION = {
    "key": "intent",
    "title": "What is wanted?",
    "help": "One only.",
    "required": True,
    "choices": [
        {"key": "refund", "name": "Refund <b>", "help": "", "color": 1, "hotkey": "1"},
        {"key": "praise", "name": "Praise", "help": "", "color": 2, "hotkey": ""},
    ],
    "errors": [],
}
CHECKED = {"choice": ("refund", " checked>")}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_template_draws_the_question_with_its_answer(name):
    raw, mark = CHECKED[name]
    question = QUESTION | {"kind": name, "value": raw}
    values = {"intent": raw}
    html = render_to_string(
        f"annotations/kinds/{name}.html",
        {"question": question, "values": values, "prefix": "a", "errors": {}},
    )

    assert 'name="q-intent"' in html
    assert html.count(mark) == 1
    assert "Refund &lt;b&gt;" in html
