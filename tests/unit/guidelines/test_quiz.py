import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import Problems
from guidelines.label_schema import parse_document
from guidelines.quiz import draw, grade, usable_questions
from tests.factories.guidelines import a_document


def a_schema(*cases, choices=("yes", "no")):
    """Rules 1, 2, ... with as many examples as said, answered yes, and one counter-example, no."""
    document = a_document(*choices, question="spam")
    document["rules"] = [
        {
            "number": number,
            "condition": "When",
            "decision": "Then",
            "examples": [
                {"text": f"case {number}.{index}", "choice": f"spam.{choices[0]}"}
                for index in range(count)
            ],
            "counter_examples": [{"text": "not", "choice": "spam.no"}, "no answer"],
        }
        for number, count in enumerate(cases, start=1)
    ]
    return parse_document(document, complete=False)


def faults_of(questions, given_answers):
    with pytest.raises(Problems) as raised:
        grade(questions, given_answers)
    return {(problem.field, problem.code) for problem in raised.value.problems}


def test_usable_are_examples_and_counter_examples_with_an_answer():
    found = usable_questions(a_schema(2, 1), [1, 9])

    assert [(each.key, each.right) for each in found] == [
        ("1.examples[0]", "yes"),
        ("1.examples[1]", "yes"),
        ("1.counter_examples[0]", "no"),
    ]
    assert found[0].options == ("yes", "no")
    assert found[0].texts == {"en": "case 1.0"}


def test_question_with_one_choice_is_no_question():
    assert usable_questions(a_schema(2, choices=("yes",)), [1]) == []


@given(st.integers(0, 9), st.text(max_size=5))
def test_draw_is_repeatable_without_repeats_and_over_all_rules(count, seed):
    schema = a_schema(3, 1, 2)

    drawn = draw(schema, [1, 2, 3], count, seed)

    assert drawn == draw(schema, [3, 2, 1], count, seed)
    assert len(drawn) == len({each.key for each in drawn}) == min(count, 9)
    if count >= 3:
        assert {each.rule for each in drawn[:3]} == {1, 2, 3}


def test_draws_differ_by_seed():
    schema = a_schema(9)

    draws = {tuple(each.key for each in draw(schema, [1], 3, str(seed))) for seed in range(20)}
    assert len(draws) > 10


def test_grade_counts_and_names_the_rules_to_read():
    questions = draw(a_schema(1, 1), [1, 2], 4, "seed")
    answers = {each.key: each.right for each in questions}
    answers["2.examples[0]"] = "no"

    result = grade(questions, answers)

    assert (result.n_right, result.wrong_rules) == (3, [2])
    assert result.passes(75)
    assert not result.passes(76)
    assert [each.given for each in result.answers if not each.is_right] == ["no"]
    assert result.answers[0].as_json().keys() == {"rule", "example", "question", "given", "right"}


@pytest.mark.parametrize(
    ("answers", "field", "code"),
    [
        (["yes"], "answers", "not_an_object"),
        (None, "answers", "not_an_object"),
        ({}, "answers.1.examples[0]", "not_answered"),
        ({"1.examples[0]": "maybe"}, "answers.1.examples[0]", "unknown_choice"),
        ({"1.examples[0]": ["yes"]}, "answers.1.examples[0]", "unknown_choice"),
        ({"9.examples[0]": "yes"}, "answers.9.examples[0]", "not_asked"),
    ],
)
def test_answers_that_were_not_offered_are_no_attempt(answers, field, code):
    questions = draw(a_schema(1), [1], 2, "seed")

    assert (field, code) in faults_of(questions, answers)
