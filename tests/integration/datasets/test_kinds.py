"""Items of several parts and answers of every kind, from a file into the ledger."""

import json

import pytest

from annotations.models import Annotation, Item, ItemMedia, Label
from core.jobs import JobFailed
from tests.factories import media as files
from tests.factories.datasets import bring, import_file, run
from tests.factories.guidelines import publish_version

pytestmark = pytest.mark.django_db

TEXT = "민수가 👩‍👩‍👧 서울에서"
CLASSES = [{"key": "person", "name": "Person"}, {"key": "place", "name": "Place"}]
QUESTIONS = [
    {"key": "who", "kind": "spans", "title": "Who?", "choices": CLASSES},
    {"key": "tags", "kind": "choices", "title": "Tags?", "choices": CLASSES},
    {"key": "stars", "kind": "rating", "title": "Stars?"},
    {"key": "marks", "kind": "boxes", "title": "Boxes?", "choices": CLASSES, "required": False},
]


@pytest.fixture
def asked(project):
    """A guideline with questions of several kinds."""
    return publish_version(project, document={"questions": QUESTIONS, "rules": []})


def jsonl(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def faults(file_import):
    with pytest.raises(JobFailed) as failure:
        run(file_import)
    assert not Item.objects.exists()
    assert not Annotation.objects.exists()
    return [(each["line"], each["column"], each["code"]) for each in failure.value.errors]


def said(answers, **more):
    return {"annotations": [{"annotator": "w1", "answers": answers}], **more}


def values():
    return {label.question.key: label.value for label in Label.objects.select_related("question")}


def test_spans_come_along_and_are_checked_against_the_text_of_their_row(project, asked):
    spans = [{"start": 0, "end": 2, "choice": "person", "quote": "민수"}]
    import_file(project, jsonl({"id": "a", "text": TEXT, **said({"who": spans, "stars": 4})}))

    assert values() == {
        "who": {"kind": "spans", "spans": [{"part": "text", **spans[0]}]},
        "stars": {"kind": "rating", "number": 4},
    }
    assert Label.objects.get(question__key="stars").number == 4


def test_answers_of_a_row_without_a_payload_are_checked_against_the_stored_item(project, asked):
    import_file(project, jsonl({"id": "a", "text": TEXT}))
    spans = [{"start": 10, "end": 12, "choice": "place", "quote": "서울"}]
    wrong = [{**spans[0], "start": 9, "end": 11}]
    with pytest.raises(JobFailed) as failure:
        run(bring(project, jsonl({"id": "a", **said({"who": wrong})})))
    assert [each["code"] for each in failure.value.errors] == ["wrong_quote"]

    import_file(project, jsonl({"id": "a", **said({"who": spans})}))

    assert values()["who"]["spans"][0]["quote"] == "서울"


def test_answers_in_fields_of_a_csv_file_are_json_or_words(project, asked):
    spans = json.dumps([{"start": 0, "end": 2, "choice": "person"}])
    quoted = spans.replace('"', '""')
    content = f'id,text,annotator,who,tags,stars\na,{TEXT},w1,"{quoted}","place, person",3\n'
    import_file(project, content)

    assert values()["tags"] == {"kind": "choices", "choices": ["person", "place"]}
    assert values()["stars"]["number"] == 3
    assert values()["who"]["spans"][0]["end"] == 2


@pytest.mark.parametrize(
    ("answers", "column", "code"),
    [
        ({"who": [{"start": 0, "end": 99, "choice": "person"}]}, "who", "bad_offsets"),
        ({"who": [{"start": 0, "end": 2, "choice": "person", "quote": "x"}]}, "who", "wrong_quote"),
        ({"tags": ["thing"]}, "tags", "unknown_choice"),
        ({"stars": 9}, "stars", "off_scale"),
        ({"marks": [{"x": 0, "y": 0, "width": 1, "height": 1}]}, "marks", "no_such_part"),
    ],
)
def test_wrong_answer_names_line_and_question_and_nothing_is_stored(
    project, asked, answers, column, code
):
    content = jsonl({"id": "a", "text": TEXT}, {"id": "b", "text": TEXT, **said(answers)})

    found = faults(bring(project, content))

    assert found == [(2, f"annotations[0].answers.{column}", code)]


def test_files_become_parts_with_their_measured_sizes(project, asked):
    image = files.stored(project, files.image(), "a.png")
    box = [{"x": 1, "y": 2, "width": 30, "height": 20, "choice": "place"}]
    part = {"key": "image", "kind": "image", "file": "a.png", "width": 9999}
    row = {"id": "a", "payload": {"parts": [part]}, **said({"marks": box})}
    import_file(project, jsonl(row))

    item = Item.objects.get()
    assert item.payload["parts"] == [
        {
            "key": "image",
            "kind": "image",
            "media": image.pk,
            "file": "a.png",
            "width": 40,
            "height": 30,
        }
    ]
    assert ItemMedia.objects.get().media == image
    assert values()["marks"]["boxes"][0]["part"] == "image"


def test_columns_become_parts_in_their_order(project):
    files.stored(project, files.wav(), "call.wav")
    mapping = {
        "columns": {"id": "id", "prompt": "text:prompt", "sound": "audio:call", "b": "text:b"}
    }
    import_file(project, "id,prompt,sound,b\n1,Listen,call.wav,\n", mapping=mapping)

    parts = Item.objects.get().payload["parts"]
    assert [(part["key"], part["kind"]) for part in parts] == [
        ("prompt", "text"),
        ("call", "audio"),
    ]
    assert parts[1]["duration"] == 0.5


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("b.png", "image", "no_such_file"), ("a.png", "audio", "wrong_kind")],
)
def test_file_that_is_not_there_or_of_another_kind_names_its_column(project, name, kind, code):
    files.stored(project, files.image(), "a.png")
    mapping = {"columns": {"id": "id", "file": f"{kind}:it"}}

    assert faults(bring(project, f"id,file\n1,{name}\n", mapping=mapping)) == [(2, "file", code)]


def test_box_outside_the_picture_is_refused(project, asked):
    files.stored(project, files.image(), "a.png")
    box = [{"x": 30, "y": 2, "width": 30, "height": 20, "choice": "place"}]
    part = {"key": "image", "kind": "image", "file": "a.png"}
    row = {"id": "a", "payload": {"parts": [part]}, **said({"marks": box})}

    found = faults(bring(project, jsonl(row)))

    assert found == [(1, "annotations[0].answers.marks", "outside")]
