import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.diff import (
    ADDED,
    CHANGED,
    GAP,
    KEPT,
    REMOVED,
    VersionContent,
    diff_lines,
    diff_versions,
    diff_words,
)
from guidelines.label_schema import parse_document
from tests.factories.guidelines import a_document


def content(document=None, title="Sentiment", prose="One.\nTwo."):
    schema = parse_document(a_document() if document is None else document, complete=False)
    return VersionContent(title, prose, schema)


def marked(pieces):
    signs = {KEPT: "{}", ADDED: "[+{}]", REMOVED: "[-{}]"}
    return "".join(signs[piece.op].format(piece.text) for piece in pieces)


def test_equal_versions_have_an_empty_diff():
    diff = diff_versions(content(), content())

    assert diff.is_empty
    assert diff.lines == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same", "same", ""),
        ("", "new", "[+new]"),
        ("old", "", "[-old]"),
        ("choose Mixed now", "choose Neutral now", "choose [-Mixed][+Neutral] now"),
        (
            "대상이 둘 이상이면 부정을 고른다",
            "대상이 둘 이상이면 혼합을 고른다",
            "대상이 둘 이상이면 [-부정을][+혼합을] 고른다",
        ),
        ("a b c d", "a x y d", "a [-b c][+x y] d"),
    ],
)
def test_words_are_compared_as_wholes(before, after, expected):
    assert marked(diff_words(before, after)) == expected


@given(st.text("ab \n가나", max_size=40), st.text("ab \n가나", max_size=40))
def test_pieces_give_back_both_texts(before, after):
    pieces = diff_words(before, after)

    if before != after:
        assert "".join(piece.text for piece in pieces if piece.op != ADDED) == before
        assert "".join(piece.text for piece in pieces if piece.op != REMOVED) == after
    assert all(piece.text for piece in pieces)


@given(
    st.lists(st.text("ab ", max_size=8), max_size=8),
    st.lists(st.text("ab ", max_size=8), max_size=8),
)
def test_lines_give_back_both_texts(before, after):
    lines = diff_lines("\n".join(before), "\n".join(after))

    def text(gone):
        return [
            "".join(piece.text for piece in line.pieces if piece.op != gone)
            for line in lines
            if line.op != gone
        ]

    if "\n".join(before) != "\n".join(after):
        assert text(ADDED) == "\n".join(before).splitlines()
        assert text(REMOVED) == "\n".join(after).splitlines()


def test_line_changed_a_little_is_changed_and_replaced_is_two():
    little = diff_lines("Read the whole message.\n", "Read the whole long message.\n")
    replaced = diff_lines("Read the whole message.\n", "배송 문의는 따로 본다.\n")

    assert [line.op for line in little] == [CHANGED]
    assert marked(little[0].pieces) == "Read the whole [+long ]message."
    assert [line.op for line in replaced] == [REMOVED, ADDED]


def test_far_lines_are_shown_as_a_gap():
    before = "\n".join(f"line {number}" for number in range(40))
    diff = diff_versions(
        content(prose=before),
        content(prose=before.replace("line 20", "line twenty")),
    )

    assert [line.op for line in diff.lines] == [GAP, *[KEPT] * 2, CHANGED, *[KEPT] * 2, GAP]


def test_choices_are_matched_by_key():
    after = a_document()
    choices = after["questions"][0]["choices"]
    choices[0]["name"] = {"en": "Praise", "ko": "긍정"}
    choices[2] = {"key": "neutral", "name": "Neutral"}

    diff = diff_versions(content(), content(after))

    (question,) = diff.questions
    found = {entry.key: entry for entry in question.entries}
    assert (question.op, question.key) == (CHANGED, "sentiment")
    assert {key: entry.op for key, entry in found.items()} == {
        "positive": CHANGED,
        "neutral": ADDED,
        "mixed": REMOVED,
    }
    (name,) = found["positive"].fields
    assert (name.field, name.language) == ("name", "en")
    assert marked(name.pieces) == "[-Positive][+Praise]"
    assert found["mixed"].names == {"en": "Mixed", "ko": "혼합"}
    assert [diff.count("choices", op) for op in (ADDED, CHANGED, REMOVED)] == [1, 1, 1]


def test_choices_only_reordered_are_an_order_change():
    after = a_document()
    for choice, hotkey in zip(after["questions"][0]["choices"], "123", strict=True):
        choice["hotkey"] = hotkey
    after["questions"][0]["choices"].reverse()

    (question,) = diff_versions(content(), content(after)).questions

    assert [field.field for field in question.fields] == ["order"]


def test_rules_are_matched_by_number():
    after = a_document()
    after["rules"][0]["decision"] = {"en": "Choose Negative."}
    after["rules"].append({"number": 2, "condition": "Irony", "decision": "As meant"})

    changed, added = diff_versions(content(), content(after)).rules
    removed = diff_versions(content(after), content()).rules[1]

    assert (changed.op, changed.key) == (CHANGED, "1")
    assert [marked(field.pieces) for field in changed.fields] == ["Choose [-Mixed.][+Negative.]"]
    assert (added.op, removed.op) == (ADDED, REMOVED)


def test_diff_as_json_can_be_written():
    diff = diff_versions(content(), content(a_document("a"), title="Other", prose="Three"))

    assert json.loads(json.dumps(diff.as_json()))["title"][0]["op"] == REMOVED


def test_long_texts_that_share_nothing_are_compared_quickly():
    before = "\n".join(f"a{number} b" for number in range(9000))
    after = "\n".join(f"c{number} b" for number in range(9000))

    start = time.process_time()
    lines = diff_lines(before, after)

    assert len(lines) >= 9000
    assert time.process_time() - start < 5
