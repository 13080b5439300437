"""A lead brings an export of another program, says which question takes what, and takes it back."""

import json

import pytest

from annotations.models import Label
from datasets.models import Import
from tests.browser.labeling import sign_in
from tests.factories.datasets import bring, run
from tests.factories.guidelines import publish_version

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}
CLASSES = [
    {"key": "person", "name": {"en": "Person", "ko": "사람"}},
    {"key": "place", "name": {"en": "Place", "ko": "장소"}},
]
QUESTIONS = [
    {"key": "who", "kind": "spans", "title": "Who is named?", "choices": CLASSES},
    {"key": "topic", "kind": "choice", "title": "Topic?", "choices": CLASSES, "required": False},
]


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def asked(project):
    return publish_version(project, document={"questions": QUESTIONS, "rules": []})


def exported():
    """Two tasks of Label Studio; one label and one control are not known here."""
    spans = [
        {"start": 0, "end": 2, "text": "민수", "labels": ["PER"]},
        {"start": 4, "end": 6, "text": "서울", "labels": ["장소"]},
    ]
    results = [
        {"id": str(n), "type": "labels", "from_name": "ner", "to_name": "text", "value": span}
        for n, span in enumerate(spans)
    ]
    brush = {"id": "b", "type": "brushlabels", "from_name": "brush", "value": {"rle": []}}
    tasks = [
        {
            "id": number,
            "data": {"text": "민수가 서울에서", "channel": "mail"},
            "annotations": [{"completed_by": 3, "result": [*results, brush]}],
        }
        for number in (1, 2)
    ]
    return json.dumps(tasks, ensure_ascii=False).encode()


def test_lead_maps_controls_and_labels_by_keyboard(
    project, lead, asked, page, live_server, page_problems
):
    page_problems.expect("422")
    sign_in(page, live_server, lead)
    page.goto("/p/support/data/imports/new/")
    upload = {"name": "project-1.json", "mimeType": "application/json", "buffer": exported()}
    page.get_by_label("File").set_input_files(upload)
    page.get_by_role("button", name="Upload").press("Enter")

    page.get_by_role("heading", name="What was recognised").wait_for()
    page.get_by_text("The file reads as Label Studio (JSON).").wait_for()
    page.get_by_text("“brush” holds what no question can take here").first.wait_for()
    page.get_by_label("brush", exact=True).select_option("Leave it out")
    page.get_by_label("PER (optional)").select_option("Person")
    page.get_by_role("button", name="Start the import").press("Enter")

    page.wait_for_url("**/imports/*/")
    run(Import.objects.get())
    values = [label.value["spans"] for label in Label.objects.all()]
    assert [[span["choice"] for span in spans] for spans in values] == [["person", "place"]] * 2


def test_admin_takes_labels_out_for_another_program(project, admin, asked, page, live_server):
    mapping = {"targets": {"brush": ""}, "values": {"who": {"PER": "person"}}}
    run(bring(project, exported(), "project-1.json", mapping=mapping))
    sign_in(page, live_server, admin)
    page.goto("/p/support/data/export/")
    page.get_by_label("Format").select_option("Label Studio (JSON)")

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").press("Enter")

    tasks = json.loads(waiting.value.path().read_text())
    assert waiting.value.suggested_filename.endswith(".label-studio.json")
    assert [task["labelhub"]["external_id"] for task in tasks] == ["1", "2"]


@pytest.mark.parametrize("look", LOOKS)
def test_mapping_page_has_no_violations_and_fits_in_every_look(
    project, lead, asked, new_page, live_server, axe, look
):
    file_import = bring(project, exported(), "project-1.json", start=False)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    page.goto(f"/p/support/data/imports/{file_import.pk}/mapping/")

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
