"""Real exports of other programs through the readers, against facts counted independently.

Reads the reference folder beside the checkout (see `datasets.py`); skipped with a loud reason where
it is absent. Nothing of it is copied here.
"""

import io
import json
from collections import Counter

import pytest

from datasets.formats.base import RowProblem
from datasets.formats.foreign.found import Marked
from datasets.formats.foreign.targets import labels_of
from datasets.formats.rows import guess_format, read_rows
from tests.unit.datasets.foreign.reading import answers_of, question
from tests.verification.datasets import FOLDER

FORMATS = FOLDER / "import_formats"
pytestmark = pytest.mark.skipif(
    not FORMATS.is_dir(),
    reason="VERIFICATION SKIPPED: the reference files of import formats are absent",
)

EXPECTED = {
    "label_studio/*.json": "label_studio",
    "vision/coco_*.json": "coco",
    "conll/*.conll": "conll",
    "prodigy/*.jsonl": "prodigy",
}
NO_TASKS = "test_export_json_min__label_config_repeater.json"


def read(name):
    """(rows, problems) of a reference file."""
    content = (FORMATS / name).read_bytes()
    problems = []
    file_format = guess_format(name, content[: 1 << 16])
    rows = read_rows(io.BytesIO(content), file_format=file_format, report=problems.append)
    return [row for _place, row in rows], problems


def found_in(rows):
    return [
        found
        for row in rows
        for marked in row["annotations"]
        if isinstance(marked, Marked)
        for found in marked.found
    ]


def classes_of(rows):
    """The questions that would take every label as it is written."""
    labels = Counter(label for found in found_in(rows) for label in labels_of(found))
    return [{"key": f"k{n}", "name": label} for n, label in enumerate(sorted(labels), start=1)]


@pytest.mark.parametrize(("pattern", "expected"), EXPECTED.items())
def test_every_file_is_recognised_by_its_content(pattern, expected):
    paths = [path for path in sorted(FORMATS.glob(pattern)) if path.name != NO_TASKS]
    assert paths
    for path in paths:
        with path.open("rb") as file:
            assert guess_format("upload", file.read(1 << 16)) == expected, path.name


def test_newspaper_boxes_all_arrive_in_pixels():
    name = "label_studio/newspaper_boxes_80_tasks.json"
    tasks = json.loads((FORMATS / name).read_text())
    submitted = [
        annotation
        for task in tasks
        for annotation in task["annotations"]
        if not annotation["was_cancelled"]
    ]
    rows, problems = read(name)
    asked = question("boxes", "boxes", choices=classes_of(rows))
    content = (FORMATS / name).read_bytes()
    answers = answers_of(content, "label_studio", asked, sizes=(2000, 2000))

    assert not problems
    assert [row["id"] for row in rows] == [str(task["id"]) for task in tasks]
    skipped = [reason for _who, reason in answers if isinstance(reason, str)]
    assert len(skipped) == 80 - len(submitted)
    boxes = [
        box
        for _who, labels in answers
        if isinstance(labels, dict)
        for box in labels["boxes"]["boxes"]
    ]
    wanted = {
        (round(result["value"]["x"] * 20, 2), round(result["value"]["y"] * 20, 2))
        for annotation in submitted
        for result in annotation["result"]
    }
    assert {(box["x"], box["y"]) for box in boxes} == wanted


def test_wnut_sentences_and_entities_match_the_columns():
    name = "conll/wnut17_emerging.dev.conll"
    text = (FORMATS / name).read_text()
    blocks = [block for block in text.replace("\r", "").split("\n\n") if block.strip()]
    begins = sum(line.rpartition("\t")[2].startswith("B-") for line in text.splitlines())
    rows, problems = read(name)
    found = found_in(rows)

    assert not problems
    assert len(rows) == len(blocks) == 1009
    assert sum(len(each.raw) for each in found) == begins == 836
    for row, each in zip(rows, found, strict=True):
        words = row["payload"]["text"]
        assert all(words[span["start"] : span["end"]] == span["quote"] for span in each.raw)


def test_prodigy_spans_are_the_tokens_that_they_name():
    name = "prodigy/annotated_news_headlines-ORG-PERSON-LOCATION-ner.jsonl"
    lines = [json.loads(line) for line in (FORMATS / name).read_text().splitlines()]
    rows, problems = read(name)
    content = (FORMATS / name).read_bytes()
    asked = question("names", "spans", choices=classes_of(rows))
    answers = answers_of(content, "prodigy", asked)

    assert not problems
    accepted = [line for line in lines if line["answer"] == "accept"]
    spans = [labels["names"]["spans"] for _who, labels in answers if isinstance(labels, dict)]
    assert len(spans) == len(accepted)
    for line, found in zip(accepted, spans, strict=True):
        tokens = line["tokens"]
        assert {(span["start"], span["end"]) for span in found} == {
            (tokens[span["token_start"]]["start"], tokens[span["token_end"]]["end"])
            for span in line.get("spans", [])
        }


def test_prodigy_verdicts_are_counted_like_the_file():
    name = "prodigy/annotated_github-issues-DOCUMENTATION-textcat.jsonl"
    lines = [json.loads(line) for line in (FORMATS / name).read_text().splitlines()]
    counts = Counter(line["answer"] for line in lines)
    asked = question("topic", "choice")
    values = {"topic": {"DOCUMENTATION": "per", "not DOCUMENTATION": "loc"}}
    answers = answers_of((FORMATS / name).read_bytes(), "prodigy", asked, values=values)
    said = Counter(
        labels if isinstance(labels, str) else labels["topic"]["choice"] for _who, labels in answers
    )
    assert said == {"per": counts["accept"], "loc": counts["reject"], "ignored": counts["ignore"]}


@pytest.mark.parametrize("part", ["train", "val"])
def test_coco_boxes_are_those_of_the_file(part):
    name = f"vision/coco_dataset__coco_instances__annotations__instances_{part}.json"
    content = json.loads((FORMATS / name).read_text())
    rows, problems = read(name)
    asked = question("boxes", "boxes", choices=classes_of(rows))
    targets = {"segmentation": ""}
    answers = answers_of(
        (FORMATS / name).read_bytes(), "coco", asked, sizes=(10, 10), targets=targets
    )

    assert not problems
    boxes = sorted(
        [box["x"], box["y"], box["width"], box["height"]]
        for _who, labels in answers
        for box in labels["boxes"]["boxes"]
    )
    assert boxes == sorted(each["bbox"] for each in content["annotations"])


def test_coco_masks_of_run_lengths_are_refused_by_name():
    name = "vision/coco_dataset__coco_instances__annotations__instances_val.json"
    rows, _problems = read(name)
    asked = question("boxes", "boxes", choices=classes_of(rows))
    with pytest.raises(RowProblem) as failure:
        answers_of((FORMATS / name).read_bytes(), "coco", asked, sizes=(10, 10))
    assert failure.value.code == "unsupported_result"


def test_turned_boxes_keep_their_area():
    name = "label_studio/test_export_yolo__data_obb.json"
    tasks = json.loads((FORMATS / name).read_text())
    rows, _problems = read(name)
    points = [mark["points"] for found in found_in(rows) for mark in found.raw]
    areas = [
        result["value"]["width"] * result["original_width"]
        * result["value"]["height"] * result["original_height"] / 10_000
        for task in tasks
        for annotation in task["annotations"]
        for result in annotation["result"]
    ]  # fmt: skip
    assert [_area(each) for each in points] == pytest.approx(areas)


def _area(points):
    following = points[1:] + points[:1]
    return abs(sum(x * b - a * y for (x, y), (a, b) in zip(points, following, strict=True))) / 2


def test_doccano_examples_give_items_and_name_the_lines_without_one():
    for path in sorted((FORMATS / "doccano").glob("data_import__*.json*")):
        rows, problems = read(f"doccano/{path.name}")
        lines = path.read_text().splitlines()
        bad = [line for line in lines if line.strip(" ,[]") and '"text"' not in line]
        assert len(problems) == len(bad), path.name
        assert all(problem.code == "bad_text" for problem in problems)
        assert len(rows) + len(problems) == len([line for line in lines if line.strip(" ,[]")])
