"""Problems of pure rooms, and how the doors say them."""

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import translation

from core.errors import Conflict, Gone, validation_error
from core.problems import Problem, Problems


def test_problem_fills_its_places():
    problem = Problem("Line %(line)d is broken.", code="broken", line=3)

    assert str(problem) == "Line 3 is broken."


def test_problem_without_places_keeps_a_percent_sign():
    assert str(Problem("100 % wrong", code="wrong")) == "100 % wrong"


def test_validation_error_is_keyed_by_field():
    problems = Problems(
        [
            Problem("First.", code="a", field="questions[0].key"),
            Problem("Second.", code="b", field="questions[0].key"),
            Problem("Third of %(count)d.", code="c", count=3),
        ],
    )

    error = validation_error(problems)

    assert error.message_dict == {
        "questions[0].key": ["First.", "Second."],
        NON_FIELD_ERRORS: ["Third of 3."],
    }
    assert [each.code for each in error.error_dict["questions[0].key"]] == ["a", "b"]


def test_validation_error_of_one_problem_keeps_its_code():
    error = validation_error(Problem("No.", code="no", field="x"))

    assert error.error_dict["x"][0].code == "no"


def test_validation_error_is_said_in_the_language_of_the_reader():
    with translation.override("ko"):
        error = validation_error(Problem("This field is required.", code="required", field="x"))

    assert "필수" in error.message_dict["x"][0]


@pytest.mark.parametrize("kind", [Conflict, Gone])
def test_conflict_carries_message_code_and_detail(kind):
    error = kind("Too late.", code="late", head="abc")

    assert (str(error), error.code, error.detail) == ("Too late.", "late", {"head": "abc"})
