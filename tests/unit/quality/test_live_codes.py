"""Codes of answers: exact, in order, and one for each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.queries.live.codes import code_of, number_code, numbers_of_codes

numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(numbers)
def test_code_of_any_number_reads_back_exactly(number):
    code = number_code(number)

    assert -(2**63) < code < 2**63
    assert numbers_of_codes(np.array([code], np.int64))[0] == number


@given(numbers, numbers)
def test_codes_ascend_as_the_numbers_do(one, other):
    assert (one < other) == (number_code(one) < number_code(other))
    assert (one == other) == (number_code(one) == number_code(other))


@pytest.mark.parametrize("text", ["3", "3.0", "-2.25", "0", "-0.0"])
def test_rating_of_any_spelling_has_the_code_of_its_number(text):
    assert code_of("rating", text) == number_code(float(text))
    assert numbers_of_codes(np.array([code_of("rating", text)]))[0] == float(text)


def test_winners_have_different_codes_that_stay():
    codes = {said: code_of("pairwise", said) for said in ("a", "b", "tie", "both_bad")}

    assert len(set(codes.values())) == 4
    assert all(0 <= code < 2**62 for code in codes.values())
    assert codes["tie"] == 799612064489373703


def test_choice_is_its_id():
    assert code_of("choice", "70") == 70
