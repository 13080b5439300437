"""Label Studio: what its results mean, and what is said about those that mean nothing here."""

import json

import pytest

from datasets.formats.base import RowProblem
from tests.unit.datasets.foreign.reading import answers_of, question, rows_of


def task(*results, data=None, **annotation):
    """One task with one annotation."""
    body = {"id": 9, "completed_by": 3, "result": list(results), **annotation}
    return {"id": 7, "data": data or {"image": "/data/upload/1/a.png"}, "annotations": [body]}


def result(kind, value, name="label", **more):
    sizes = {"original_width": 200, "original_height": 50, "image_rotation": 0}
    head = {"id": "r1", "type": kind, "from_name": name, "to_name": "image"}
    return {**head, "value": value, **sizes, **more}


BOXES, SPANS = question("marks", "boxes"), question("names", "spans")


def test_task_becomes_an_item_with_its_id_file_and_metadata():
    data = {"image": "https://x.org/a/b.png?w=1", "source": "web", "n": 3}
    ((place, row),) = rows_of([task(data=data)], "label_studio")
    assert (place, row["id"], row["metadata"]) == (1, "7", {"source": "web", "n": 3})
    part = {"key": "image", "kind": "image", "file": "https://x.org/a/b.png?w=1"}
    assert row["payload"] == {"parts": [part]}


def test_text_alone_is_the_plain_payload_and_texts_without_a_file_are_parts():
    rows = rows_of(
        [task(data={"text": "민수"}), task(data={"a": "one", "b": "two"})], "label_studio"
    )
    assert rows[0][1]["payload"] == {"text": "민수"}
    assert [part["key"] for part in rows[1][1]["payload"]["parts"]] == ["a", "b"]


def test_conversation_becomes_turns():
    data = {"dialogue": [{"author": "ann", "text": "Hi"}, {"author": "bot", "text": "Hello"}]}
    ((_place, row),) = rows_of([task(data=data)], "label_studio")
    assert row["payload"]["parts"][0]["turns"][1] == {"speaker": "bot", "text": "Hello"}


def test_rectangles_are_pixels_of_the_original_size():
    value = {"x": 10, "y": 20, "width": 50, "height": 40, "rotation": 0}
    content = [task(result("rectanglelabels", {**value, "rectanglelabels": ["Person"]}))]
    ((annotator, labels),) = answers_of(content, "label_studio", BOXES, sizes=(200, 50))
    assert annotator == "3"
    assert labels["marks"]["boxes"] == [
        {"part": "image", "x": 20, "y": 10, "width": 100, "height": 20, "choice": "per"}
    ]


def test_turned_rectangle_is_a_polygon_of_its_corners():
    value = {"x": 50, "y": 0, "width": 10, "height": 20, "rotation": 90}
    content = [task(result("rectanglelabels", {**value, "rectanglelabels": ["loc"]}))]
    outlines = question("outlines", "polygons")
    ((_annotator, labels),) = answers_of(content, "label_studio", outlines, sizes=(200, 50))
    points = labels["outlines"]["polygons"][0]["points"]
    assert points == [[100, 0], [100, 20], [90, 20], [90, 0]]


def test_polygons_and_keypoints_of_one_control_go_to_questions_of_their_kinds():
    outline = {"points": [[0, 0], [50, 0], [50, 100]], "polygonlabels": ["per"]}
    spot = {"x": 5, "y": 10, "width": 0.4, "keypointlabels": ["loc"]}
    content = [task(result("polygonlabels", outline), result("keypointlabels", spot))]
    asked = question("outlines", "polygons"), question("spots", "points")
    ((_annotator, labels),) = answers_of(content, "label_studio", *asked, sizes=(200, 50))
    assert labels["outlines"]["polygons"][0]["points"] == [[0, 0], [100, 0], [100, 50]]
    assert labels["spots"]["points"] == [{"part": "image", "x": 10, "y": 5, "choice": "loc"}]


@pytest.mark.parametrize(("start", "end"), [(2, 4), (4, 6)])
def test_offsets_of_utf_16_are_translated_where_the_quote_says_so(start, end):
    value = {"start": start, "end": end, "text": "민수", "labels": ["사람"]}
    content = [task(result("labels", value, to_name="text"), data={"text": "👍👍민수"})]
    ((_annotator, labels),) = answers_of(content, "label_studio", SPANS)
    span = {"part": "text", "start": 2, "end": 4, "choice": "per", "quote": "민수"}
    assert labels["names"]["spans"] == [span]


def test_wrong_quote_is_refused():
    value = {"start": 0, "end": 2, "text": "xx", "labels": ["per"]}
    content = [task(result("labels", value, to_name="text"), data={"text": "민수 here"})]
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "label_studio", SPANS)
    assert (failure.value.code, failure.value.line) == ("wrong_quote", 1)


def test_relations_join_spans_by_the_ids_of_regions():
    spans = [
        result("labels", {"start": 0, "end": 1, "text": "a", "labels": ["per"]}, id="x"),
        result("labels", {"start": 2, "end": 3, "text": "b", "labels": ["loc"]}, id="y"),
    ]
    link = {"type": "relation", "from_id": "y", "to_id": "x", "direction": "right"}
    content = [task(*spans, {**link, "labels": ["per"]}, data={"text": "a b"})]
    asked = SPANS, question("links", "relations", options={"spans": "names"})
    ((_annotator, labels),) = answers_of(content, "label_studio", *asked)
    (relation,) = labels["links"]["relations"]
    assert (relation["choice"], relation["from"]["start"], relation["to"]["start"]) == ("per", 2, 0)


def test_stretches_of_sound_take_the_transcript_of_their_region():
    value = {"start": 0.5, "end": 2, "channel": 0, "labels": ["per"]}
    words = {"start": 0.5, "end": 2, "channel": 0, "text": ["안녕"]}
    sound = {"data": {"audio": "/x/a.wav"}}
    content = [task(result("labels", value), result("textarea", words, "words"), **sound)]
    asked = question("stretches", "segments", options={"transcript": True})
    ((_annotator, labels),) = answers_of(content, "label_studio", asked)
    (segment,) = labels["stretches"]["segments"]
    assert (segment["start"], segment["choice"], segment["text"]) == (0.5, "per", "안녕")


@pytest.mark.parametrize(
    ("kind", "value", "asked", "expected"),
    [
        ("choices", {"choices": ["Person"]}, question("q", "choice"), {"choice": "per"}),
        ("choices", {"choices": ["장소", "per"]}, question("q", "choices"), ["loc", "per"]),
        ("taxonomy", {"taxonomy": [["x", "loc"]]}, question("q", "choices"), ["loc"]),
        ("rating", {"rating": 4}, question("q", "rating"), {"number": 4}),
        ("number", {"number": 2.5}, question("q", "number"), {"number": 2.5}),
        ("textarea", {"text": ["one", "two"]}, question("q", "text"), {"text": "one\ntwo"}),
        ("ranker", {"ranker": {"rank": ["loc", "per"]}}, "ranking", {"order": ["loc", "per"]}),
    ],
)
def test_answers_about_the_whole_item(kind, value, asked, expected):
    if asked == "ranking":
        asked = question("q", "ranking", choices=[{"key": "per"}, {"key": "loc"}])
        asked["choices"] = [{"key": "per", "name": "Person"}, {"key": "loc", "name": "Place"}]
    content = [task(result(kind, value, "ctl"), data={"text": "x"})]
    ((_annotator, labels),) = answers_of(content, "label_studio", asked)
    expected = {"choices": expected} if isinstance(expected, list) else expected
    assert labels["q"] == {"kind": labels["q"]["kind"], **expected}


def test_pairwise_names_the_sides_in_the_order_of_the_file():
    chosen = {"type": "pairwise", "from_name": "pw", "to_name": ["b", "a"]}
    content = [task({**chosen, "value": {"selected": "right"}}, data={"a": "x", "b": "y"})]
    ((_annotator, labels),) = answers_of(content, "label_studio", question("better", "pairwise"))
    assert labels["better"] == {"kind": "pairwise", "winner": "a", "left": "b"}


def test_control_that_is_called_like_a_question_answers_it():
    controls = [
        result("choices", {"choices": [label]}, name)
        for name, label in (("b", "per"), ("a", "loc"))
    ]
    asked = question("a", "choice"), question("b", "choice")
    content = [task(*controls, data={"text": "x"})]
    ((_annotator, labels),) = answers_of(content, "label_studio", *asked)
    assert (labels["a"]["choice"], labels["b"]["choice"]) == ("loc", "per")


def test_two_controls_for_one_question_need_targets():
    controls = [result("choices", {"choices": ["per"]}, name) for name in ("x", "y")]
    content, asked = [task(*controls, data={"text": "t"})], question("q", "choice")
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "label_studio", asked)
    assert (failure.value.code, failure.value.params["name"]) == ("answered_twice", "y")
    ((_annotator, labels),) = answers_of(content, "label_studio", asked, targets={"x": ""})
    assert labels["q"]["choice"] == "per"


def test_values_map_labels_that_are_no_names():
    content = [task(result("choices", {"choices": ["1"]}), data={"text": "t"})]
    asked = question("q", "choice")
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "label_studio", asked)
    assert failure.value.code == "unknown_choice"
    found = answers_of(content, "label_studio", asked, values={"q": {"1": "loc"}})
    assert found[0][1]["q"]["choice"] == "loc"


@pytest.mark.parametrize(
    "broken",
    [
        result("brushlabels", {"rle": [1], "brushlabels": ["per"]}, "brush"),
        result("rectanglelabels", {"x": 1, "rectanglelabels": ["per"]}, "brush"),
        result("taxonomy", {"x": 1, "y": 1, "taxonomy": [["per"]]}, "brush"),
        {**result("rectanglelabels", {"x": 1, "y": 1}, "brush"), "image_rotation": 90},
    ],
)
def test_what_no_question_can_take_is_refused_by_name_and_may_be_left_out(broken):
    box = {"x": 0, "y": 0, "width": 50, "height": 50, "rectanglelabels": ["per"]}
    content = [task(broken, result("rectanglelabels", box))]
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "label_studio", BOXES, sizes=(200, 50))
    assert failure.value.params["name"] == "brush"
    assert failure.value.code == "unsupported_result"
    options = {"sizes": (200, 50), "targets": {"brush": ""}}
    ((_annotator, labels),) = answers_of(content, "label_studio", BOXES, **options)
    assert len(labels["marks"]["boxes"]) == 1


def test_question_that_is_missing_is_asked_for_by_kind():
    content = [task(result("rating", {"rating": 3}, "stars"), data={"text": "t"})]
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "label_studio", SPANS)
    assert (failure.value.code, failure.value.params["kinds"]) == (
        "no_question_for",
        "rating / number",
    )


def test_cancelled_is_a_skip_and_nothing_marked_is_an_answer():
    content = [task(was_cancelled=True), task(completed_by={"id": 4, "email": "ann@example.org"})]
    assert answers_of(content, "label_studio", BOXES) == [
        ("3", "cancelled"),
        ("ann@example.org", {"marks": {"kind": "boxes", "boxes": []}}),
    ]


def test_annotation_without_a_name_takes_the_one_of_the_mapping():
    content = [task(result("rating", {"rating": 3}), data={"text": "t"}, completed_by=None)]
    found = answers_of(content, "label_studio", question("q", "rating"), annotator="mina")
    assert found[0][0] == "mina"


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ('[{"id": 1, "data": {"text": "x"}}, {"id": 2}]', "no_data", 2),
        ('[{"id": 1, "data": {"text": "x"}}, 5]', "not_an_object", 2),
        ('[{"id": 1, "data": {"text": "x"}}, {"id": 2, "da', "invalid_json", 2),
        ('[{"id": 1, "data": {"text": "x\\u0000"}}]', "nul", 1),
        (b'[{"id": 1, "data": {"text": "\xff"}}]', "wrong_encoding", 1),
    ],
)
def test_bad_file_names_the_place(content, code, place):
    with pytest.raises(RowProblem) as failure:
        rows_of(content, "label_studio")
    assert (failure.value.code, failure.value.line) == (code, place)


def test_file_in_another_encoding_is_read():
    content = json.dumps([task(data={"text": "민수"})], ensure_ascii=False).encode("cp949")
    rows = rows_of(content, "label_studio", encoding="cp949")
    assert rows[0][1]["payload"] == {"text": "민수"}


def test_file_that_is_larger_than_allowed_is_refused():
    content = [task(data={"text": "x" * 200_000})]
    with pytest.raises(RowProblem) as failure:
        rows_of(content, "label_studio", max_bytes=100_000)
    assert failure.value.code == "too_large"


def test_entry_that_never_ends_is_refused(monkeypatch):
    monkeypatch.setattr("datasets.formats.foreign.stream.MAX_ENTRY", 100_000)
    content = [task(data={"text": "x"}), task(data={"text": ["y"] * 200_000})]
    with pytest.raises(RowProblem) as failure:
        rows_of(content, "label_studio")
    assert (failure.value.code, failure.value.line) == ("entry_too_long", 2)
