"""The kind `choice`."""

import pytest

from annotations.values import LabelValue, choice
from core.problems import Problem
from guidelines.label_schema import ChoiceSpec, QuestionSpec


@pytest.fixture
def question():
    return QuestionSpec(
        key="intent",
        kind="choice",
        titles={"en": "What is wanted?"},
        help={},
        required=True,
        choices=(
            ChoiceSpec("refund", {"en": "Refund", "ko": "환불"}, {}, 1, "1"),
            ChoiceSpec("praise", {}, {}, 2, ""),
        ),
        options={},
    )


def test_parse_choice_key_is_the_canonical_value(question):
    assert choice.parse("refund", question) == LabelValue(
        value={"kind": "choice", "choice": "refund"},
        choice="refund",
    )


def test_parse_unknown_choice_names_the_question_and_the_allowed_keys(question):
    with pytest.raises(Problem) as caught:
        choice.parse("rebate", question)

    assert (caught.value.code, caught.value.field) == ("unknown_choice", "intent")
    assert str(caught.value) == (
        "“rebate” is not a choice of “intent”. Allowed are: refund, praise."
    )


@pytest.mark.parametrize("raw", [None, 1, True, ["refund"], {"choice": "refund"}])
def test_parse_what_is_no_text_is_refused(question, raw):
    with pytest.raises(Problem) as caught:
        choice.parse(raw, question)

    assert (caught.value.code, caught.value.field) == ("not_a_choice_key", "intent")


@pytest.mark.parametrize("raw", ["", "Refund", " refund", "환불"])
def test_parse_key_must_be_exact(question, raw):
    with pytest.raises(Problem, match="is not a choice"):
        choice.parse(raw, question)


@pytest.mark.parametrize(
    ("key", "language", "text"),
    [
        ("refund", "ko", "환불"),
        ("refund", "fr", "Refund"),
        ("praise", "en", "praise"),
        ("retired", "en", "retired"),
    ],
)
def test_summary_is_the_name_or_else_the_key(question, key, language, text):
    assert choice.summary({"kind": "choice", "choice": key}, question, language) == text
