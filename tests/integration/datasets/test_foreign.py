"""Files of other programs through both doors, into the ledger."""

import json

import pytest

from annotations.models import Annotation, Item, Label
from core.jobs import JobFailed
from datasets.models import Import
from tests.factories import media as files
from tests.factories.datasets import an_upload, bring, import_file, run
from tests.factories.guidelines import publish_version
from tests.integration.datasets.test_pages import page

pytestmark = pytest.mark.django_db

CLASSES = [
    {"key": "person", "name": {"en": "Person", "ko": "사람"}},
    {"key": "place", "name": {"en": "Place", "ko": "장소"}},
]
QUESTIONS = [
    {"key": "who", "kind": "spans", "title": "Who?", "choices": CLASSES},
    {"key": "topic", "kind": "choice", "title": "Topic?", "choices": CLASSES, "required": False},
    {"key": "marks", "kind": "boxes", "title": "Boxes?", "choices": CLASSES, "required": False},
]
SPAN = {"start": 0, "end": 2, "text": "민수", "labels": ["사람"]}


@pytest.fixture
def asked(project):
    """A guideline with marks on texts and pictures."""
    return publish_version(project, document={"questions": QUESTIONS, "rules": []})


def task(number=1, *, value=SPAN, kind="labels", data=None, name="label"):
    """One task of Label Studio as JSON would hold it."""
    result = {"id": "r", "type": kind, "from_name": name, "to_name": "text", "value": value}
    result |= {"original_width": 40, "original_height": 30}
    body = {"completed_by": {"id": 3, "email": "mina@example.org"}, "result": [result]}
    body |= {"created_at": "2024-05-01T10:00:00Z"}
    return {"id": number, "data": data or {"text": "민수 왔다"}, "annotations": [body]}


def text(value):
    return json.dumps(value, ensure_ascii=False)


def values():
    return {label.question.key: label.value for label in Label.objects.select_related("question")}


def faults(file_import):
    with pytest.raises(JobFailed) as failure:
        run(file_import)
    assert not Item.objects.exists()
    return [(each["line"], each["code"]) for each in failure.value.errors]


def test_label_studio_answers_come_with_their_annotator_and_time(project, asked):
    done = import_file(project, text([task()]), "export.json")
    assert (done.format, done.items_added, done.annotations_added) == ("label_studio", 1, 1)
    assert Item.objects.get().external_id == "1"
    annotation = Annotation.objects.get()
    assert annotation.source.name == "mina@example.org"
    assert annotation.submitted_at.isoformat() == "2024-05-01T10:00:00+00:00"
    span = {"part": "text", "start": 0, "end": 2, "choice": "person", "quote": "민수"}
    assert values() == {"who": {"kind": "spans", "spans": [span]}}


def test_same_file_again_adds_nothing(project, asked):
    import_file(project, text([task()]), "export.json")
    again = import_file(project, text([task()]), "export.json")
    assert (again.items_known, again.annotations_added, again.annotations_known) == (1, 0, 1)


def test_text_without_an_id_is_the_item_that_a_csv_file_brought(project, asked):
    import_file(project, "text\n민수 왔다\n")
    done = import_file(project, "민수 B-person\n왔다 O\n", "a.conll")
    assert (done.items_added, done.items_known, done.annotations_added) == (0, 1, 1)
    assert Annotation.objects.get().source.name == "conll"


def test_pictures_are_found_by_the_last_part_of_their_path(project, asked):
    stored = files.stored(project, files.image(), "a.png")
    value = {"x": 0, "y": 0, "width": 50, "height": 50, "rectanglelabels": ["Place"]}
    tasks = [
        task(number, value=value, kind="rectanglelabels", data={"image": path})
        for number, path in enumerate(["/data/upload/2/61ed6a99-a.png", "s3://x/y/a.png"])
    ]
    import_file(project, text(tasks), "export.json")
    assert {item.payload["parts"][0]["media"] for item in Item.objects.all()} == {stored.pk}
    box = {"part": "image", "x": 0, "y": 0, "width": 20, "height": 15, "choice": "place"}
    assert values()["marks"]["boxes"] == [box]


def test_coco_boxes_are_stored_in_pixels(project, asked):
    files.stored(project, files.image(), "a.png")
    content = {
        "images": [{"id": 1, "file_name": "val/a.png", "width": 40, "height": 30}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 9, "bbox": [1, 2, 3, 4]}],
        "categories": [{"id": 9, "name": "place"}],
    }
    import_file(project, text(content), "instances.json")
    assert values()["marks"]["boxes"][0]["height"] == 4


def test_faults_name_the_place_and_nothing_is_stored(project, asked):
    wrong = {**SPAN, "labels": ["Thing"]}
    far = {**SPAN, "start": 90, "end": 99}
    content = text([task(1), task(2, value=wrong), task(3, value=far), {"id": 4}])
    found = faults(bring(project, content, "export.json"))
    assert found == [(2, "unknown_choice"), (3, "bad_offsets"), (4, "no_data")]


def test_picture_that_the_project_does_not_have_is_refused(project, asked):
    content = text([task(data={"image": "/data/a.png"})])
    assert faults(bring(project, content, "export.json")) == [(1, "no_such_file")]


def test_items_alone_need_no_guideline_and_answers_do(project):
    bare = {"id": 1, "data": {"text": "x"}, "annotations": []}
    done = import_file(project, text([bare]), "export.json")
    assert (done.items_added, done.annotations_added) == (1, 0)


def post(client, project, content, **fields):
    return client.post(
        f"/api/v1/projects/{project.pk}/imports/",
        {"file": an_upload(content, "export.json"), **fields},
    )


def test_rest_takes_targets_values_and_annotator(api_of, project, lead, asked):
    content = text([{"text": "민수", "label": ["1"]}])
    mapping = {"targets": {"label": "topic"}, "values": {"topic": {"1": "place"}}}
    answer = post(api_of(lead), project, content, mapping=json.dumps({**mapping, "annotator": "m"}))
    assert answer.status_code == 202, answer.json()
    assert answer.json()["format"] == "doccano"
    assert answer.json()["mapping"]["targets"] == {"label": "topic"}
    run(Import.objects.get())
    assert values() == {"topic": {"kind": "choice", "choice": "place"}}
    assert Annotation.objects.get().source.name == "m"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"targets": {"label": "nothing"}}, "targets"),
        ({"targets": []}, "targets"),
        ({"annotator": 5}, "annotator"),
        ({"values": {"topic": 3}}, "values"),
    ],
)
def test_rest_refuses_a_bad_mapping(api_of, project, lead, asked, mapping, words):
    answer = post(api_of(lead), project, text([task()]), mapping=json.dumps(mapping))
    assert answer.status_code == 400
    assert words in json.dumps(answer.json(), ensure_ascii=False)
    assert not Import.objects.exists()


def test_mapping_page_shows_what_was_recognised_and_maps_labels(client_of, project, lead, asked):
    client = client_of(lead)
    content = text([task(value={**SPAN, "labels": ["PER"]}, name="<b>ner</b>")])
    sent = {"file": an_upload(content, "export.json"), "encoding": "utf-8"}
    where = client.post(page(project, "import_new"), sent).url
    shown = client.get(where).content.decode()
    assert "What was recognised" in shown
    assert "&lt;b&gt;ner&lt;/b&gt;" in shown
    assert 'value="who" selected' in shown
    assert 'name="value-who-0"' in shown
    form = {"format": "label_studio", "encoding": "utf-8", "overlap": "1", "order": "file"}
    form |= {"version": "1", "answers": "on", "target-0": "who"}
    refused = client.post(where, form)
    assert refused.status_code == 422
    assert "“PER” is not a choice" in refused.content.decode()
    started = client.post(where, {**form, "value-who-0": "place"})
    assert started.status_code == 302
    run(Import.objects.get())
    assert values()["who"]["spans"][0]["choice"] == "place"


def test_mapping_page_can_leave_answers_out(client_of, project, lead, asked):
    client = client_of(lead)
    content = text([task(value={"brushlabels": ["x"]}, kind="brushlabels", name="brush")])
    sent = {"file": an_upload(content, "export.json"), "encoding": "utf-8"}
    where = client.post(page(project, "import_new"), sent).url
    assert "“brush” holds what no question can take" in client.get(where).content.decode()
    form = {"format": "label_studio", "encoding": "utf-8", "overlap": "1", "order": "file"}
    started = client.post(where, {**form, "version": "1", "answers": "on", "target-0": "-"})
    assert started.status_code == 302
    assert run(Import.objects.get()).annotations_added == 0
    assert Item.objects.count() == 1
