"""The HTML door: upload, mapping, progress, export page."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Item
from core.jobs import JobFailed
from core.models import Job
from datasets.models import Import
from projects.models import ProjectState
from tests.factories.datasets import ImportFactory, an_upload, bring, import_file, run

pytestmark = pytest.mark.django_db

MESSAGES = "번호,본문,작업자,분류\n1,<b>환불</b>,영희,0\n2,안녕,영희,1\n"


def page(project, name, **kwargs):
    return reverse(f"datasets:{name}", kwargs={"slug": project.slug, **kwargs})


def upload(client, project, content=MESSAGES, **fields):
    data = {"file": an_upload(content), "encoding": "utf-8", **fields}
    return client.post(page(project, "import_new"), data)


def test_imports_page_empty_leads_to_the_first_file(client_of, project, lead):
    answer = client_of(lead).get(page(project, "imports"))
    assert page(project, "import_new") in answer.content.decode()


def test_imports_page_lists_states_in_few_statements(
    client_of,
    project,
    lead,
    django_assert_max_num_queries,
):
    import_file(project, "id,text\n1,a\n")
    bring(project, "id,text\n2,b\n", name="later.csv")
    client = client_of(lead)
    with django_assert_max_num_queries(5):
        text = client.get(page(project, "imports")).content.decode()
    assert text.index("later.csv") < text.index("messages.csv")


def test_upload_then_mapping_then_start(client_of, project, lead, version):
    client = client_of(lead)
    answer = upload(client, project)
    file_import = Import.objects.get()
    mapping_page = page(project, "import_mapping", import_id=file_import.pk)
    assert answer.url == mapping_page
    text = client.get(mapping_page).content.decode()
    assert "&lt;b&gt;환불&lt;/b&gt;" in text
    assert "<b>환불" not in text
    roles = {
        "column-0": "id",
        "column-1": "text",
        "column-2": "annotator",
        "column-3": "answer:sentiment",
    }
    form = {"format": "csv", "encoding": "utf-8", "overlap": 2, "order": "file", "version": 1}
    unknown = client.post(mapping_page, {**form, **roles})
    assert unknown.status_code == 422
    text = unknown.content.decode()
    assert "value-sentiment-0" in text
    assert 'value="answer:sentiment" selected' in text
    assert not file_import.is_started
    values = {"value-sentiment-0": "negative", "value-sentiment-1": "positive"}
    started = client.post(mapping_page, {**form, **roles, **values})
    detail = page(project, "import_detail", import_id=file_import.pk)
    assert started.url == detail
    assert client.get(mapping_page).url == detail
    assert 'hx-trigger="every 1s"' in client.get(detail).content.decode()
    file_import.refresh_from_db()
    done = run(file_import)
    assert (done.items_added, done.annotations_added) == (2, 2)
    assert Item.objects.get(external_id="1").payload == {"text": "<b>환불</b>"}


def test_mapping_page_rereads_in_another_encoding(client_of, project, lead):
    content = MESSAGES.encode("cp949")
    file_import = ImportFactory(project=project, content=content)
    client = client_of(lead)
    where = page(project, "import_mapping", import_id=file_import.pk)
    assert "cp949" in client.get(where).content.decode()
    text = client.get(where, {"format": "csv", "encoding": "cp949"}).content.decode()
    assert "본문" in text
    file_import.refresh_from_db()
    assert file_import.encoding == "utf-8"


def test_mapping_page_shows_problems_beside_the_rows(client_of, project, lead):
    file_import = ImportFactory(project=project, content=b"id,text\n1,a\n2\n3,\n")
    text = (
        client_of(lead)
        .get(page(project, "import_mapping", import_id=file_import.pk))
        .content.decode()
    )
    assert "This row has 1 fields; the header has 2." in text
    assert "Line 4" in text


def test_mapping_page_columns_without_a_role_are_complained_about(client_of, project, lead):
    file_import = ImportFactory(project=project, content=b"id,text,colour\n1,a,red\n")
    form = {"format": "csv", "encoding": "utf-8", "overlap": 2, "order": "file"}
    answer = client_of(lead).post(
        page(project, "import_mapping", import_id=file_import.pk),
        {**form, "column-0": "id", "column-1": "text", "column-2": ""},
    )
    assert answer.status_code == 422
    assert "“colour”" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file is empty."), (None, "This field is required")],
)
def test_upload_bad_file_is_422_with_a_message(client_of, project, lead, content, words):
    fields = {} if content is None else {"file": an_upload(content)}
    answer = client_of(lead).post(page(project, "import_new"), {"encoding": "utf-8", **fields})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Import.objects.exists()


def test_upload_too_large_is_413(client_of, project, lead, settings):
    settings.IMPORT_MAX_BYTES = -999_990
    assert upload(client_of(lead), project).status_code == 413
    assert not Import.objects.exists()


def test_upload_without_the_csrf_token_is_refused(project, lead):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    assert upload(client, project).status_code == 403
    assert not Import.objects.exists()


def test_upload_to_a_closed_project_is_409(client_of, project, lead):
    project.state = ProjectState.CLOSED
    project.save()
    assert upload(client_of(lead), project).status_code == 409
    assert client_of(lead).get(page(project, "imports")).status_code == 200


def test_import_detail_failed_lists_lines_and_columns(client_of, project, lead):
    file_import = bring(project, "id,text\n1,a\n1,a\n")
    with pytest.raises(JobFailed) as failure:
        run(file_import)
    Job.objects.filter(pk=file_import.job_id).update(state="failed", error=failure.value.errors)
    text = (
        client_of(lead)
        .get(page(project, "import_detail", import_id=file_import.pk))
        .content.decode()
    )
    assert "stands in lines 2 and 3" in text
    assert page(project, "import_mapping", import_id=file_import.pk) in text
    assert 'hx-trigger="every' not in text


def test_import_progress_is_a_fragment(client_of, project, lead):
    done = import_file(project, "id,text\n1,a\n")
    Job.objects.filter(pk=done.job_id).update(state="done")
    text = client_of(lead).get(page(project, "import_progress", import_id=done.pk)).content.decode()
    assert "<html" not in text
    assert 'hx-trigger="every' not in text


def test_import_cancel_stops_a_waiting_one(client_of, project, lead):
    file_import = bring(project, "id,text\n1,a\n")
    where = page(project, "import_cancel", import_id=file_import.pk)
    client = client_of(lead)
    assert client.get(where).status_code == 405
    assert client.post(where).status_code == 302
    file_import.job.refresh_from_db()
    assert file_import.job.state == "cancelled"
    assert client.post(where).status_code == 409


def test_export_page_builds_the_commands(client_of, project, admin, version, settings):
    settings.PUBLIC_URL = "https://labels.example.org"
    client = client_of(admin)
    text = client.get(page(project, "export")).content.decode()
    address = f"/api/v1/projects/{project.pk}/export?"
    assert f"https://labels.example.org{address}format=jsonl&amp;what=labels" in text
    chosen = {"what": "labels", "format": "spreadsheet", "question": "sentiment", "current": "on"}
    text = client.get(page(project, "export"), chosen).content.decode()
    query = "format=csv&what=labels&question=sentiment&current=true&spreadsheet=true"
    assert f"{address}{query}".replace("&", "&amp;") in text
    download = client.get(page(project, "export"), {**chosen, "download": "1"})
    assert download.url == address + query
    assert client.get(page(project, "export"), {"what": "nonsense"}).status_code == 422


def test_export_page_download_works_with_the_session(client_of, project, admin, version):
    import_file(project, "id,text,annotator,label\n1,a,x,mixed\n")
    answer = client_of(admin).get(f"/api/v1/projects/{project.pk}/export?format=csv")
    assert b"mixed" in answer.getvalue()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("imports", "lead"), ("import_new", "lead"), ("import_detail", "lead"),
        ("import_mapping", "lead"), ("import_progress", "lead"), ("export", "admin"),
    ],
)  # fmt: skip
def test_pages_access(client_of, client, project, request, annotator, outsider, name, role):
    kwargs = (
        {"import_id": bring(project, "id,text\n1,a\n").pk} if name.startswith("import_") else {}
    )
    if name == "import_new":
        kwargs = {}
    where = page(project, name, **kwargs)
    other = "admin" if role == "lead" else "lead"
    assert client_of(request.getfixturevalue(role)).get(where).status_code in (200, 302)
    assert client_of(request.getfixturevalue(other)).get(where).status_code == 403
    assert client_of(annotator).get(where).status_code == 403
    assert client_of(outsider).get(where).status_code == 404
    assert client.get(where).url.startswith("/accounts/sign-in/")
