"""REST: list, upload, read, content, arrivals, items; by token."""

import pytest

from annotations.models import Item, ItemMedia
from media.models import Arrival, MediaFile
from tests.factories import media as files
from tests.factories.annotations import ItemFactory, leased, open_slots
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


def url(project, tail=""):
    return f"/api/v1/projects/{project.pk}/media/{tail}"


def post(client, project, content=None, name="a.png", **fields):
    content = files.image() if content is None else content
    return client.post(url(project), {"file": files.an_upload(content, name), **fields})


def test_upload_read_list_and_content(api_of, project, lead):
    client = api_of(lead, scopes=["read", "write"])

    created = post(client, project, name="고양이.png")
    assert created.status_code == 201
    body = created.json()
    assert (body["name"], body["kind"], body["width"], body["height"]) == (
        "고양이.png", "image", 40, 30,
    )  # fmt: skip
    assert client.get(url(project, f"{body['id']}/")).json() == body
    listed = client.get(url(project), {"kind": "image", "prefix": "고"}).json()
    assert listed == {"results": [body], "next_after": None}
    content = client.get(url(project, f"{body['id']}/content"), headers={"Range": "bytes=1-3"})
    assert (content.status_code, b"".join(content)) == (206, b"PNG")
    head = client.head(url(project, f"{body['id']}/content"))
    assert (head.status_code, head["Content-Length"]) == (200, str(body["bytes"]))


def test_same_file_again_is_200_and_another_content_409(api_of, project, lead):
    client = api_of(lead)
    first = post(client, project)

    again, other = post(client, project), post(client, project, files.image(color="red"))

    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (other.status_code, other.json()["code"]) == (409, "media_name_taken")
    assert post(client, project, files.image(color="red"), "b.png").status_code == 201
    data = {"file": files.an_upload(files.image(), "a.png"), "name": "folder/c.png"}
    assert client.post(url(project), data).json()["name"] == "folder/c.png"


@pytest.mark.parametrize(
    ("content", "fields", "field"),
    [
        (b"<svg/>", {}, "file"),
        (b"", {}, "file"),
        (None, {"name": "a\x07"}, "file"),
        (None, {"typo": "1"}, "typo"),
    ],
)
def test_bad_upload_is_400_and_stores_nothing(api_of, project, lead, content, fields, field):
    client = api_of(lead)
    data = {"file": files.an_upload(files.image() if content is None else content, "a.png")}

    answer = client.post(url(project), {**data, **fields})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not MediaFile.objects.exists()


def test_upload_that_is_too_large_is_413(api_of, project, lead, settings):
    settings.MEDIA_MAX_BYTES = -999_990

    assert post(api_of(lead), project).status_code == 413


def test_roles_scopes_and_strangers(api_of, project, lead, reviewer, annotator, outsider):
    media = files.stored(project)
    for person, get, send in ((lead, 200, 200), (reviewer, 200, 403), (annotator, 403, 403),
                              (outsider, 404, 404)):  # fmt: skip
        client = api_of(person)
        assert client.get(url(project, f"{media.pk}/")).status_code == get
        assert post(client, project).status_code == send
    assert post(api_of(lead, scopes=["read"]), project).status_code == 403


def test_annotator_gets_content_of_items_on_screen_alone(api_of, project, version, annotator):
    media = files.stored(project)
    item = ItemFactory(project=project)
    open_slots(item)
    ItemMedia.objects.create(item=item, media=media)
    client = api_of(annotator)

    assert client.get(url(project, f"{media.pk}/content")).status_code == 404
    leased(project, annotator)
    assert client.get(url(project, f"{media.pk}/content")).status_code == 200


def test_file_of_another_project_is_404(api_of, project, lead):
    foreign = files.MediaFileFactory(project=ProjectFactory())

    for tail in (f"{foreign.pk}/", f"{foreign.pk}/content", "99999999999999999999/"):
        assert api_of(lead).get(url(project, tail)).status_code == 404


def test_archive_is_202_and_its_outcome_is_read(api_of, project, lead, run):
    client = api_of(lead)
    content = files.archive({"1.png": files.image()})

    answer = client.post(url(project, "arrivals/"), {"file": files.an_upload(content, "a.zip")})

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    run(Arrival.objects.get())
    done = client.get(url(project, f"arrivals/{answer.json()['id']}/")).json()
    assert (done["added"], done["known"], done["faults"]) == (1, 0, [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400),
        ({"addresses": "x", "folder": "y"}, 400),
        ({"addresses": "file:///etc/passwd"}, 400),
        ({"addresses": 1.5}, 400),
        ({"folder": "../x"}, 400),
        ({"typo": "x"}, 400),
        ({"folder": "x"}, 202),
        ({"addresses": "https://example.org/a.png"}, 202),
    ],
)
def test_arrival_takes_exactly_one_source(api_of, project, lead, settings, inbox, body, code):
    settings.MEDIA_FETCH_HOSTS = ["example.org"]

    answer = api_of(lead).post(url(project, "arrivals/"), body, format="json")

    assert answer.status_code == code
    assert Arrival.objects.count() == (code == 202)


def test_items_are_made_of_files(api_of, project, lead, annotator):
    files.stored(project)

    assert api_of(annotator).post(url(project, "items/")).status_code == 403
    answer = api_of(lead).post(url(project, "items/"))

    assert (answer.status_code, answer.json()) == (201, {"added": 1, "known": 0})
    assert Item.objects.get().external_id == "a.png"
