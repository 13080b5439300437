import pytest

from guidelines.document_fields import document_from_fields, edit_document, with_keys
from guidelines.label_schema import parse_document, to_document
from tests.factories.guidelines import a_document


def fields_of(document):
    """The fields that the editor shows for a document."""
    return list(walk(document, ""))


def walk(node, path):
    if isinstance(node, dict):
        yield from walk_mapping(node, path)
    elif isinstance(node, list) and path.startswith("rules") and path.endswith(".choices"):
        yield path, node
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from walk(child, f"{path}[{index}]")
    elif isinstance(node, bool):
        yield path, ["no", "yes"] if node else ["no"]
    else:
        yield path, [str(node)]


def walk_mapping(node, path):
    """Examples with a right answer, and conditions, have other names in the form."""
    if path.endswith(".show_when"):
        after = [f"{node['question']}.{key}" for key in node["choices"]]
        yield path.replace("show_when", "after"), after
        return
    if "text" in node and "choice" in node:
        node = {**node["text"], "choice": node["choice"]}
    for name, child in node.items():
        yield from walk(child, f"{path}.{name}" if path else name)


def test_document_as_fields_comes_back_the_same():
    document = to_document(parse_document(a_document()))

    posted = document_from_fields(fields_of(document))

    assert to_document(parse_document(posted)) == document


def test_rows_keep_the_order_of_their_indices():
    fields = [("questions[9].key", ["b"]), ("questions[2].key", ["a"])]

    assert document_from_fields(fields)["questions"] == [{"key": "a"}, {"key": "b"}]


@pytest.mark.parametrize(
    "name",
    ["csrf", "questions", "questions[x].key", "questions[0]", "rules[0].a.b.c.d.e[1].f", ""],
)
def test_other_names_are_ignored(name):
    assert document_from_fields([(name, ["x"])]) == {"questions": [], "rules": []}


@pytest.mark.parametrize(
    "fields",
    [
        [("questions[0].key", ["a"]), ("questions[0].key.en", ["b"])],
        [("questions[0].choices", ["a"]), ("questions[0].choices[0].key", ["b"])],
        [("questions[0].choices[0].name", ["a"])],
        [("rules[0].examples", ["a"])],
        [("questions[0].options.min", ["1"])],
    ],
)
@pytest.mark.parametrize("do", ["add-choice:questions[0]", "up:questions[0].choices[0]", "x:y"])
def test_contradicting_names_never_fail(fields, do):
    document = with_keys(document_from_fields(fields))

    edited, _place = edit_document(document, do, language="en", rule_number=1)

    assert set(edited) == {"questions", "rules"}


def test_typed_references_are_read_one_by_one():
    rule = document_from_fields([("rules[0].choices", ["a.b, a.c\r\na.d", "e.f"])])["rules"][0]

    assert rule == {"choices": ["a.b", "a.c", "a.d", "e.f"]}


def test_numbers_that_are_none_stay_text():
    rule = document_from_fields([("rules[0].number", ["seven"])])["rules"][0]

    assert rule == {"number": "seven"}


def test_rows_without_a_key_get_one_from_their_english_text():
    document = {
        "questions": [
            {
                "key": "",
                "title": {"en": "What does the customer want?"},
                "choices": [
                    {"name": {"en": "Refund"}},
                    {"key": "refund", "name": {"en": "Other"}},
                    {"name": {"ko": "배송"}},
                    {"name": {"en": "2nd try"}},
                ],
            },
        ],
        "rules": [],
    }

    question = with_keys(document)["questions"][0]

    assert question["key"] == "what-does-the-customer-want"
    assert [choice["key"] for choice in question["choices"]] == [
        "refund-1",
        "refund",
        "choice-1",
        "choice-2",
    ]


def keys_after(do):
    document, place = edit_document(a_document("a", "b", "c"), do, language="ko", rule_number=4)
    return [choice.get("key") for choice in document["questions"][0]["choices"]], place


@pytest.mark.parametrize(
    ("do", "keys", "place"),
    [
        ("up:questions[0].choices[1]", ["b", "a", "c"], "questions[0].choices[0]"),
        ("up:questions[0].choices[0]", ["a", "b", "c"], "questions[0].choices[0]"),
        ("down:questions[0].choices[1]", ["a", "c", "b"], "questions[0].choices[2]"),
        ("down:questions[0].choices[2]", ["a", "b", "c"], "questions[0].choices[2]"),
        ("remove:questions[0].choices[2]", ["a", "b"], "questions[0].choices[1]"),
        ("remove:questions[0].choices[7]", ["a", "b", "c"], ""),
        ("add-choice:questions[0]", ["a", "b", "c", None], "questions[0].choices[3]"),
        ("add-choice:questions[5]", ["a", "b", "c"], ""),
        ("explode:questions[0]", ["a", "b", "c"], ""),
        ("", ["a", "b", "c"], ""),
    ],
)
def test_row_button_changes_its_row(do, keys, place):
    assert keys_after(do) == (keys, place)


def test_new_rule_and_example_are_ready_to_write():
    document, place = edit_document(a_document(), "add-rule", language="ko", rule_number=4)
    document, example = edit_document(
        document,
        "add-example:rules[1]",
        language="ko",
        rule_number=5,
    )

    assert place == "rules[1]"
    assert document["rules"][1] == {"number": 4, "examples": [{"ko": ""}]}
    assert example == "rules[1].examples[0]"
