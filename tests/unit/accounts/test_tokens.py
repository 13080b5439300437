"""The text of a token."""

import pytest

from accounts.tokens import new_token_text, parse_token_text


def test_token_text_round_trip_keeps_prefix_and_secret():
    text = new_token_text()

    assert parse_token_text(str(text)) == text


def test_token_text_repr_hides_the_secret():
    text = new_token_text()

    assert text.secret not in repr(text)
    assert text.secret not in f"{[text]}"


def test_token_text_matches_only_its_own_digest():
    text, other = new_token_text(), new_token_text()

    assert text.matches(text.digest)
    assert not text.matches(other.digest)
    assert text.secret not in text.digest


def test_new_token_texts_differ():
    assert len({str(new_token_text()) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "change",
    [str.upper, lambda t: t + "x", lambda t: t[:-1], lambda t: t + "\n"],
)
def test_parse_token_text_of_another_shape_is_none(change):
    assert parse_token_text(change(str(new_token_text()))) is None
