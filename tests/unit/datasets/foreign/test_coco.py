"""COCO: boxes, outlines and keypoints by image, whatever the order of the file."""

import pytest

from datasets.formats.base import RowProblem
from tests.unit.datasets.foreign.reading import answers_of, question, rows_of

BOXES, OUTLINES = question("marks", "boxes"), question("outlines", "polygons")
SPOTS = question("spots", "points")


def coco(*annotations, images=None, **category):
    """One file; annotations stand before their images."""
    images = images or [{"id": 5, "file_name": "val/a.jpg", "width": 100, "height": 80, "n": 1}]
    categories = [{"id": 1, "name": "Person", **category}, {"id": 2, "name": "Place"}]
    found = [
        {"id": n, "image_id": 5, "category_id": 1, **each} for n, each in enumerate(annotations)
    ]
    return {"annotations": found, "images": images, "categories": categories}


def test_image_becomes_an_item_named_by_its_file():
    ((place, row),) = rows_of(coco(), "coco")
    assert (place, row["id"]) == (1, "val/a.jpg")
    assert row["payload"]["parts"] == [{"key": "image", "kind": "image", "file": "val/a.jpg"}]
    assert row["metadata"] == {"id": 5, "n": 1}
    assert row["annotations"] == []


def test_annotations_of_many_images_are_joined_in_the_order_of_the_images():
    images = [{"id": n, "file_name": f"{n}.jpg"} for n in (2, 1)]
    marks = [{"image_id": 1, "bbox": [n, 0, 5, 5]} for n in range(3)] + [
        {"image_id": 2, "bbox": [9, 0, 5, 5], "category_id": 2}
    ]
    found = answers_of(coco(*marks, images=images), "coco", BOXES)
    assert [len(labels["marks"]["boxes"]) for _annotator, labels in found] == [1, 3]
    assert found[0][1]["marks"]["boxes"][0]["choice"] == "loc"


def test_outline_beside_a_box_needs_only_one_of_the_questions():
    content = coco({"bbox": [0, 0, 9, 9], "segmentation": [[0, 0, 9, 0, 9, 9]]})
    for asked, expected in ((BOXES, {"marks"}), (OUTLINES, {"outlines"})):
        ((_annotator, labels),) = answers_of(content, "coco", asked)
        assert set(labels) == expected
    ((annotator, labels),) = answers_of(content, "coco", BOXES, OUTLINES)
    assert (annotator, set(labels)) == ("coco", {"marks", "outlines"})
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "coco", question("q", "choice"))
    assert failure.value.code == "no_question_for"


def test_keypoints_are_named_by_their_category_and_unlabelled_ones_left_out():
    content = coco({"keypoints": [1, 2, 2, 0, 0, 0, 3, 4, 1]}, keypoints=["per", "x", "loc"])
    ((_annotator, labels),) = answers_of(content, "coco", SPOTS)
    spots = [(each["x"], each["y"], each["choice"]) for each in labels["spots"]["points"]]
    assert spots == [(1, 2, "per"), (3, 4, "loc")]


def test_mask_of_run_lengths_is_refused_and_may_be_left_out():
    content = coco({"bbox": [0, 0, 9, 9], "segmentation": {"counts": [1], "size": [1, 1]}})
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "coco", BOXES)
    assert (failure.value.code, failure.value.params["name"]) == (
        "unsupported_result",
        "segmentation",
    )
    ((_annotator, labels),) = answers_of(content, "coco", BOXES, targets={"segmentation": ""})
    assert len(labels["marks"]["boxes"]) == 1


def test_captions_of_one_image_are_by_different_people():
    found = answers_of(coco({"caption": "one"}, {"caption": "two"}), "coco", question("q", "text"))
    assert [(who, labels["q"]["text"]) for who, labels in found] == [
        ("coco", "one"),
        ("coco 2", "two"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (coco({"image_id": 77, "bbox": [0, 0, 1, 1]}), "no_such_image"),
        (coco(images=[{"id": 5}]), "bad_image"),
        ('{"images": [{"id": 5, "file_name": "a.jpg"}], "annotations": [', "invalid_json"),
    ],
)
def test_bad_file_is_refused_with_a_code(content, code):
    with pytest.raises(RowProblem) as failure:
        rows_of(content, "coco")
    assert failure.value.code == code


def test_box_outside_the_picture_names_the_image():
    content = coco({"bbox": [90, 0, 50, 9]}, images=[{"id": 5, "file_name": "a.jpg"}])
    with pytest.raises(RowProblem) as failure:
        answers_of(content, "coco", BOXES)
    assert (failure.value.code, failure.value.line) == ("outside", 1)


def test_what_lies_between_the_arrays_may_be_long(monkeypatch):
    monkeypatch.setattr("datasets.formats.foreign.stream.MAX_ENTRY", 1000)
    content = coco(*({"bbox": [n % 9, 0, 5, 5]} for n in range(3000)))
    ((_who, labels),) = answers_of(content, "coco", BOXES)
    assert len(labels["marks"]["boxes"]) == 9
