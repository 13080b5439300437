"""Files whose values are of other types than a format says: problems, never a crash."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.problems import Problem, Problems
from datasets.formats.mapping_reader import parse_mapping
from datasets.formats.shape import Known, Shaper
from tests.unit.datasets.foreign.reading import question, rows_of, schema_of

SCHEMA = schema_of(
    *(
        question(kind, kind)
        for kind in ("spans", "boxes", "polygons", "points", "choice", "text", "rating")
    ),
    question("choices", "choices", options={"least": 0}),
    question("segments", "segments", options={"transcript": True}),
    question("relations", "relations", options={"spans": "spans"}),
    question("pairwise", "pairwise"),
    question("ranking", "ranking", options={"parts": ["a", "b"]}),
)
OUTLINE = [[1, 2], [3, 4], [9, 9]]
SIZE = {"original_width": 10, "original_height": 10, "image_rotation": 0}
SPAN = {"start": 0, "end": 1, "text": "a", "labels": ["per"]}
OTHER = {"start": 2, "end": 3, "text": "b", "labels": ["loc"]}
SHAPE = {"x": 1, "y": 1, "width": 5, "height": 5, "rotation": 0, "rectanglelabels": ["per"]}
PARTS = [
    {"key": "text", "kind": "text", "text": "a b"},
    {"key": "image", "kind": "image"},
    {"key": "audio", "kind": "audio"},
    {"key": "a", "kind": "text", "text": "a"},
    {"key": "b", "kind": "text", "text": "b"},
]
HEAD = {"start": 0, "end": 1, "label": "per"}
CHILD = {"start": 2, "end": 3, "label": "per"}
TARGETS = {"cats": "choice", "accept": "choices"}
FILES = {
    "label_studio": [
        {
            "id": 1,
            "data": {"text": "a b", "image": "/a.png", "audio": "x.wav", "d": [{"text": "x"}]},
            "annotations": [
                {
                    "completed_by": {"id": 1, "email": "x"},
                    "created_at": "2024-01-01T00:00:00Z",
                    "comment": "c",
                    "labelhub": {"answered": {"choices": "choices"}},
                    "result": [
                        {"id": "1", "type": "labels", "to_name": "text", "value": SPAN},
                        {"id": "2", "type": "labels", "to_name": "text", "value": OTHER},
                        {"type": "relation", "from_id": "1", "to_id": "2", "labels": ["per"]},
                        {"type": "rectanglelabels", "value": SHAPE, **SIZE},
                        {
                            "type": "polygonlabels",
                            "value": {"points": OUTLINE, "polygonlabels": ["per"]},
                            **SIZE,
                        },
                        {"type": "taxonomy", "value": {"taxonomy": [["a", "per"]]}},
                        {"type": "textarea", "value": {"text": ["x"]}},
                        {"type": "rating", "value": {"rating": 3}},
                        {"type": "ranker", "value": {"ranker": {"rank": ["a", "b"]}}},
                        {"type": "pairwise", "value": {"selected": "left"}, "to_name": ["a", "b"]},
                        {
                            "id": "s",
                            "type": "labels",
                            "value": {"start": 0, "end": 1, "channel": 0},
                        },
                    ],
                }
            ],
            "labelhub": {"external_id": "x", "parts": PARTS},
        }
    ],
    "coco": {
        "images": [
            {"id": 1, "file_name": "a.png", "labelhub": {"annotations": [{"answered": {}}]}}
        ],
        "annotations": [
            {
                "image_id": 1,
                "category_id": 1,
                "bbox": [0, 0, 1, 1],
                "segmentation": [[0, 0, 1, 1, 0, 1]],
            },
            {
                "image_id": 1,
                "category_id": 1,
                "keypoints": [1, 2, 2],
                "labelhub": {"kind": "points"},
            },
        ],
        "categories": [{"id": 1, "name": "per", "keypoints": ["per"]}],
    },
    "doccano": [
        {
            "id": 1,
            "text": "a b",
            "label": ["per"],
            "entities": [
                {"id": 1, "start_offset": 0, "end_offset": 1, "label": "per"},
                {"id": 2, "start_offset": 2, "end_offset": 3, "label": "per"},
            ],
            "relations": [{"from_id": 1, "to_id": 2, "type": "per"}],
            "cats": ["per"],
            "meta": {"a": 1},
            "labelhub": {"questions": {"label": "choices"}, "annotator": "x"},
        },
        {
            "filename": "a.png",
            "bbox": [{"x": 1, "y": 1, "width": 1, "height": 1, "label": "per"}],
            "segmentation": [{"points": [1, 2, 3, 4, 5, 9], "label": "per"}],
        },
    ],
    "prodigy": [
        {
            "text": "a b",
            "spans": [
                {"start": 0, "end": 1, "label": "per"},
                {"start": 2, "end": 3, "label": "per"},
            ],
            "relations": [{"head_span": HEAD, "child_span": CHILD, "label": "per"}],
            "accept": ["per"],
            "options": [],
            "answer": "accept",
            "label": "per",
            "meta": {},
            "_timestamp": 5,
        },
        {"image": "a.png", "spans": [{"points": OUTLINE, "label": "per"}], "answer": "accept"},
        {
            "audio": "x.wav",
            "audio_spans": [{"start": 0, "end": 1, "label": "per"}],
            "answer": "accept",
        },
    ],
}
KNOWN = Known(
    media=lambda name: (
        {"kind": "audio", "media": 2, "file": "x.wav", "duration": 5}
        if str(name).endswith("wav")
        else {"kind": "image", "media": 1, "file": "a.png", "width": 10, "height": 10}
    ),
    payload=lambda _external_id: {},
)
VALUES = st.sampled_from(
    [None, True, 0, -1, 1.5, 1e400, "", "x", "per", [], {}, [None], [[]], {"a": 1}, ["x"], 10**30]
)


def paths(value, at=()):
    """Ways to every node."""
    yield at
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(each, (*at, name))


def replaced(value, path, new):
    """A copy with another value at the end of the way."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    node = changed
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = new
    return changed


@pytest.mark.parametrize("file_format", FILES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_values_of_other_types_are_problems_and_never_a_crash(file_format, data):
    whole = FILES[file_format]
    path = data.draw(st.sampled_from([each for each in paths(whole) if each]))
    content = json.dumps(replaced(whole, path, data.draw(VALUES)))
    keys = [each.key for each in SCHEMA.questions]
    shaper = Shaper(
        parse_mapping({"targets": TARGETS}, question_keys=keys, file_format=file_format),
        SCHEMA,
        KNOWN,
    )
    problems = []
    try:
        for place, row in rows_of(content, file_format, report=problems.append):
            shaper.shape(place, row)
    except (Problem, Problems) as problem:
        problems.append(problem)
    assert all(getattr(each, "line", 1) >= 1 for each in problems)
