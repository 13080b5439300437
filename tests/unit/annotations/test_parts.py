"""What an item consists of: what is read, what is refused, and where the fault is."""

import pytest

from annotations.parts import parts_of, read_payload, text_of, with_media
from core.problems import Problems

TEXT = {"key": "a", "kind": "text", "text": "one\r\ntwo"}
IMAGE = {"key": "photo", "kind": "image", "file": "a.png", "title": "Before"}
TURNS = {"key": "talk", "kind": "turns", "turns": [{"speaker": "A", "text": "hi"}]}
FACTS = {"key": "about", "kind": "facts", "facts": {"price": 3, "name": None}}
FOUND = {"kind": "image", "media": 7, "file": "a.png", "width": 40, "height": 30}


def fault(payload):
    with pytest.raises(Problems) as caught:
        read_payload(payload)
    return [(each.field, each.code) for each in caught.value.problems]


def test_plain_text_is_one_part_and_other_objects_are_facts():
    (text,) = parts_of({"text": "hello", "lang": "en"})
    assert (text.key, text.kind, text.text, text.data["lang"]) == ("text", "text", "hello", "en")
    (facts,) = parts_of({"title": "A", "body": "B"})
    assert (facts.kind, facts.data["facts"]) == ("facts", {"title": "A", "body": "B"})
    assert parts_of({}) == ()


def test_line_ends_become_plain_and_nothing_else_changes():
    payload = read_payload({"parts": [TEXT, TURNS, FACTS]})

    assert payload["parts"][0]["text"] == "one\ntwo"
    assert payload["parts"][1:] == [TURNS, FACTS]
    assert read_payload({"text": "a\rb", "n": 1}) == {"text": "a\nb", "n": 1}


def test_words_of_an_item_are_those_of_its_parts():
    assert text_of({"parts": [TEXT, TURNS, FACTS, {**IMAGE, "media": 7}]}) == (
        "one\r\ntwo\nhi\nprice: 3\nname: None\na.png"
    )


def test_file_is_replaced_by_what_the_project_has():
    payload = with_media(read_payload({"parts": [{**IMAGE, "width": 9999}]}), lambda _name: FOUND)

    assert payload["parts"] == [{"key": "photo", "title": "Before", **FOUND}]


@pytest.mark.parametrize(
    ("found", "code"), [(None, "no_such_file"), ({**FOUND, "kind": "audio"}, "wrong_kind")]
)
def test_file_that_is_not_there_or_of_another_kind_is_refused(found, code):
    with pytest.raises(Problems) as caught:
        with_media({"parts": [IMAGE]}, lambda _name: found)

    assert [each.code for each in caught.value.problems] == [code]
    assert "a.png" in str(caught.value)


@pytest.mark.parametrize(
    ("payload", "field", "code"),
    [
        ({"parts": [], "text": "x"}, "parts", "bad_parts"),
        ({"parts": {}}, "parts", "bad_parts"),
        ({"parts": [TEXT] * 21}, "parts", "too_many_parts"),
        ({"parts": [TEXT, TEXT]}, "parts", "duplicate_key"),
        ({"parts": ["x"]}, "parts[0]", "bad_part"),
        ({"parts": [{**TEXT, "key": "tie"}]}, "parts[0].key", "bad_key"),
        ({"parts": [{**TEXT, "key": "A b"}]}, "parts[0].key", "bad_key"),
        ({"parts": [{**TEXT, "kind": "hologram"}]}, "parts[0].kind", "unknown_part"),
        ({"parts": [{**TEXT, "color": 1}]}, "parts[0].color", "unknown_field"),
        ({"parts": [{**TEXT, "title": 5}]}, "parts[0].title", "bad_title"),
        ({"parts": [{**TEXT, "text": "  "}]}, "parts[0].text", "bad_text"),
        ({"parts": [TEXT, {**IMAGE, "file": ""}]}, "parts[1].file", "no_file"),
        ({"parts": [{**TURNS, "turns": []}]}, "parts[0].turns", "bad_turns"),
        ({"parts": [{**TURNS, "turns": [{"text": 1}]}]}, "parts[0].turns", "bad_turns"),
        ({"parts": [{**FACTS, "facts": {"a": []}}]}, "parts[0].facts", "bad_facts"),
        ({"parts": [{**FACTS, "facts": {}}]}, "parts[0].facts", "bad_facts"),
        (
            {"parts": [{"key": "p", "kind": "page", "url": "javascript:x"}]},
            "parts[0].url",
            "bad_url",
        ),
    ],
)
def test_part_that_no_screen_could_show_names_its_place(payload, field, code):
    assert fault(payload) == [(field, code)]
