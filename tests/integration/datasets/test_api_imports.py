"""REST: uploading, watching and cancelling imports."""

import json

import pytest

from annotations.models import Item
from core.models import Job
from datasets.models import Import
from projects.models import ProjectState
from tests.factories.datasets import an_upload, bring, run
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db

CSV = "id,text\n1,Hello\n"


def url(project, tail=""):
    return f"/api/v1/projects/{project.pk}/imports/{tail}"


def post(client, project, content=CSV, name="messages.csv", **fields):
    return client.post(url(project), {"file": an_upload(content, name), **fields})


def test_imports_post_starts_a_job_and_detail_tells_the_outcome(api_of, project, lead):
    client = api_of(lead, scopes=["write", "read"])
    answer = post(client, project, overlap=3, order="shuffled")
    assert answer.status_code == 202
    body = answer.json()
    assert (body["state"], body["overlap"], body["order"]) == ("queued", 3, "shuffled")
    assert body["mapping"]["columns"] == {"id": "id", "text": "text"}
    assert Job.objects.get(pk=body["job"]).kind == "datasets.import"
    run(Import.objects.get(pk=body["id"]))
    detail = client.get(url(project, f"{body['id']}/")).json()
    assert (detail["items_added"], detail["items_known"], detail["errors"]) == (1, 0, [])


def test_imports_post_with_mapping_encoding_and_version(api_of, project, lead, version):
    content = "번호,본문,작업자,분류\n1,환불,영희,0\n".encode("cp949")
    columns = {"번호": "id", "본문": "text", "작업자": "annotator", "분류": "answer:sentiment"}
    mapping = {"columns": columns, "values": {"sentiment": {"0": "negative"}}}
    answer = post(
        api_of(lead),
        project,
        content,
        encoding="cp949",
        mapping=json.dumps(mapping),
        version=1,
    )
    assert answer.status_code == 202, answer.json()
    done = run(Import.objects.get(pk=answer.json()["id"]))
    assert (done.items_added, done.annotations_added) == (1, 1)
    assert Item.objects.get().payload == {"text": "환불"}


def test_imports_post_without_start_only_stores_the_file(api_of, project, lead):
    answer = post(api_of(lead), project, start="false")
    assert (answer.status_code, answer.json()["state"]) == (201, "uploaded")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("content", "fields", "field"),
    [
        (b"", {}, "file"),
        (b"id,text,colour\n1,a,red\n", {}, "mapping"),
        (b"PK\x03\x04 workbook", {}, "file"),
        ("id,text\n1,환불\n".encode("utf-16"), {}, "file"),
        (CSV, {"format": "xml"}, "format"),
        (CSV, {"encoding": "klingon"}, "encoding"),
        (CSV, {"overlap": 0}, "overlap"),
        (CSV, {"overlap": 51}, "overlap"),
        (CSV, {"mapping": "{"}, "mapping"),
        (CSV, {"mapping": '{"columns": {"id": "key", "text": "text"}}'}, "mapping.id"),
        (CSV, {"mapping": '{"columns": {"id": "id", "text": "answer:x"}}'}, "mapping.text"),
        (CSV, {"typo": "1"}, "typo"),
    ],
)
def test_imports_post_bad_input_is_400_names_the_field_and_keeps_nothing(
    api_of,
    project,
    lead,
    media,
    content,
    fields,
    field,
):
    answer = post(api_of(lead), project, content, **fields)
    assert answer.status_code == 400, answer.json()
    assert field in answer.json()["errors"]
    assert not Import.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_imports_post_unknown_version_is_404(api_of, project, lead):
    assert post(api_of(lead), project, version=7).status_code == 404


def test_imports_post_too_large_is_413_before_reading(api_of, project, lead, settings):
    settings.IMPORT_MAX_BYTES = -999_990
    assert post(api_of(lead), project).status_code == 413
    assert not Import.objects.exists()


def test_imports_post_file_over_the_cap_is_400(api_of, project, lead, settings):
    settings.IMPORT_MAX_BYTES = 5
    answer = post(api_of(lead), project)
    assert answer.status_code == 400
    assert "larger than 5 bytes" in answer.json()["errors"]["file"][0]


def test_imports_post_closed_project_is_409(api_of, project, lead):
    project.state = ProjectState.CLOSED
    project.save()
    answer = post(api_of(lead), project)
    assert (answer.status_code, answer.json()["code"]) == (409, "project_closed")


def test_imports_names_never_become_paths(api_of, project, lead, media):
    answer = post(api_of(lead), project, name="../../etc/passwd")
    assert answer.json()["name"] == "passwd"
    stored = Import.objects.get()
    assert stored.file.name.startswith(f"imports/{project.pk}/")
    assert (media / stored.file.name).read_bytes() == CSV.encode()


def test_imports_list_costs_the_same_for_any_number(
    api_of,
    project,
    lead,
    django_assert_max_num_queries,
):
    for _n in range(3):
        bring(project, CSV)
    client = api_of(lead)
    with django_assert_max_num_queries(4):
        body = client.get(url(project)).json()
    assert len(body["results"]) == 3
    assert body["next_after"] is None
    assert client.get(url(project), {"after": "x"}).status_code == 400


def test_import_cancel_before_a_worker_took_it(api_of, project, lead):
    file_import = bring(project, CSV)
    client = api_of(lead)
    answer = client.post(url(project, f"{file_import.pk}/cancel/"))
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    again = client.post(url(project, f"{file_import.pk}/cancel/"))
    assert (again.status_code, again.json()["code"]) == (409, "import_not_running")


def test_import_of_another_project_is_404(api_of, project, lead):
    elsewhere = bring(ProjectFactory(), CSV)
    assert api_of(lead).get(url(project, f"{elsewhere.pk}/")).status_code == 404


@pytest.mark.parametrize("tail", ["", "1/", "1/cancel/"])
def test_imports_access(api_of, project, admin, annotator, outsider, client, tail):
    method = "post" if "cancel" in tail else "get"
    assert getattr(api_of(annotator), method)(url(project, tail)).status_code == 403
    assert getattr(api_of(admin), method)(url(project, tail)).status_code == 403
    assert getattr(api_of(outsider), method)(url(project, tail)).status_code == 404
    assert getattr(client, method)(url(project, tail)).status_code == 401


def test_imports_post_needs_the_write_scope(api_of, project, lead, annotator, outsider):
    assert post(api_of(lead, scopes=["read"]), project).status_code == 403
    assert post(api_of(annotator), project).status_code == 403
    assert post(api_of(outsider), project).status_code == 404
    assert not Import.objects.exists()
