"""Canonical JSON and its digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digest import canonical_json, digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def reordered(value):
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(list(value))}
    return [reordered(each) for each in value] if isinstance(value, list) else value


def test_digest_is_the_published_one():
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_canonical_json_keeps_text_as_utf_8():
    assert canonical_json({"b": "한", "a": 1}) == '{"a":1,"b":"한"}'.encode()


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), JSON))
def test_digest_ignores_the_order_of_keys(value):
    assert digest(value) == digest(reordered(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"x": [float("-inf")]}])
def test_canonical_json_refuses_what_is_not_json(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(value)


def test_digest_tells_order_of_lists_and_types_apart():
    assert len({digest(value) for value in ([1, 2], [2, 1], ["1", 2], [True, 2], [[1, 2]])}) == 5
