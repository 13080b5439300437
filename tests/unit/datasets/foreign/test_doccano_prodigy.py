"""doccano and Prodigy: texts and files with their labels."""

import json

import pytest

from datasets.formats.base import RowProblem
from tests.unit.datasets.foreign.reading import answers_of, question, rows_of

SPANS, BOXES = question("names", "spans"), question("marks", "boxes")
TAGS, CLASS = question("tags", "choices"), question("topic", "choice")
LINKS = question("links", "relations", options={"spans": "names"})


def lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_doccano_classes_go_to_choices_or_a_choice_or_a_text():
    content = lines({"id": 1, "text": "x", "label": ["Person"], "meta": {"page": 2}})
    assert rows_of(content, "doccano")[0][1]["metadata"] == {"page": 2}
    for asked, expected in (
        (TAGS, {"kind": "choices", "choices": ["per"]}),
        (CLASS, {"kind": "choice", "choice": "per"}),
        (question("words", "text"), {"kind": "text", "text": "Person"}),
    ):
        ((_annotator, labels),) = answers_of(content, "doccano", asked)
        assert labels[asked["key"]] == expected


def test_doccano_spans_may_be_triples_or_entities_with_relations():
    entities = [
        {"id": 4, "start_offset": 0, "end_offset": 1, "label": "per"},
        {"id": 6, "start_offset": 2, "end_offset": 3, "label": "loc"},
    ]
    relations = [{"id": 0, "from_id": 4, "to_id": 6, "type": "per"}]
    content = lines(
        {"text": "a b", "label": [[0, 1, "per"]]},
        {"text": "a b.", "entities": entities, "relations": relations},
    )
    found = answers_of(content, "doccano", SPANS, LINKS)
    assert [len(labels["names"]["spans"]) for _who, labels in found] == [1, 2]
    (link,) = found[1][1]["links"]["relations"]
    assert (link["from"]["start"], link["to"]["start"]) == (0, 2)


def test_doccano_shapes_are_pixels():
    box = {"x": 1, "y": 2, "width": 3, "height": 4, "label": "loc"}
    outline = {"points": [0, 0, 9, 0, 9, 9], "label": "per"}
    content = lines({"filename": "cat.png", "bbox": [box], "segmentation": [outline]})
    ((_who, labels),) = answers_of(content, "doccano", BOXES, question("lines", "polygons"))
    assert labels["marks"]["boxes"][0]["width"] == 3
    assert labels["lines"]["polygons"][0]["points"] == [[0, 0], [9, 0], [9, 9]]


def test_doccano_array_counts_entries_and_an_empty_label_says_nothing():
    content = [{"text": "x", "label": []}, {"label": ["per"]}]
    with pytest.raises(RowProblem) as failure:
        rows_of(content, "doccano")
    assert (failure.value.code, failure.value.line) == ("bad_text", 2)
    assert answers_of(content[:1], "doccano", TAGS) == []


def test_doccano_relation_to_nowhere_is_refused():
    entity = {"id": 4, "start_offset": 0, "end_offset": 1, "label": "per"}
    relation = {"from_id": 4, "to_id": 99, "type": "per"}
    content = lines({"text": "a b", "entities": [entity], "relations": [relation]})
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "doccano", SPANS, LINKS)
    assert failure.value.code == "no_such_span"


def test_prodigy_spans_with_annotator_time_and_metadata():
    span = {"start": 0, "end": 1, "label": "PER", "token_start": 0}
    row = {"text": "a b", "spans": [span], "answer": "accept", "meta": {"source": "x"}}
    content = lines({**row, "_annotator_id": "ner-ann", "_timestamp": 1700000000, "_input_hash": 1})
    ((_line, found),) = rows_of(content, "prodigy")
    assert found["metadata"] == {"source": "x"}
    assert found["annotations"][0].labeled_at == "2023-11-14T22:13:20+00:00"
    ((annotator, labels),) = answers_of(content, "prodigy", SPANS)
    assert (annotator, labels["names"]["spans"][0]["choice"]) == ("ner-ann", "per")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"label": "Person", "answer": "accept"}, {"topic": {"kind": "choice", "choice": "per"}}),
        ({"label": "Person", "answer": "reject"}, {"topic": {"kind": "choice", "choice": "loc"}}),
        ({"accept": ["loc"], "answer": "accept"}, {"topic": {"kind": "choice", "choice": "loc"}}),
        ({"label": "Person", "answer": "ignore"}, "ignored"),
        ({"spans": [], "answer": "reject"}, "rejected"),
        ({"spans": [], "answer": "accept"}, {"names": {"kind": "spans", "spans": []}}),
    ],
)
def test_prodigy_verdicts(row, expected):
    values = {"topic": {"not Person": "loc"}}
    found = answers_of(lines({"text": "a", **row}), "prodigy", CLASS, SPANS, values=values)
    assert found == [("prodigy", expected)]


def test_prodigy_shapes_on_a_picture():
    spans = [
        {"x": 1, "y": 2, "width": 3, "height": 4, "label": "per", "type": "rect", "points": []},
        {"points": [[0, 0], [5, 0], [5, 5]], "label": "loc", "type": "polygon"},
    ]
    row = {"image": "data:image/png;base64,xx", "path": "in/a.png", "spans": spans}
    content = lines({**row, "answer": "accept"})
    assert rows_of(content, "prodigy")[0][1]["payload"]["parts"][0]["file"] == "in/a.png"
    ((_who, labels),) = answers_of(content, "prodigy", BOXES, question("lines", "polygons"))
    assert set(labels) == {"marks", "lines"}


def test_prodigy_without_an_answer_is_an_item():
    assert rows_of(lines({"text": "a", "_task_hash": 3}), "prodigy")[0][1]["annotations"] == []
