"""The HTML door: the page of files, uploads with and without a script, archives, items of files."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Item, ItemMedia
from annotations.parts import with_media
from annotations.queries.media import media_finder
from media.models import Arrival, MediaFile
from projects.models import ProjectState
from tests.factories import media as files
from tests.factories.annotations import ItemFactory
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def page(project, name="files", **kwargs):
    return reverse(f"media:{name}", kwargs={"slug": project.slug, **kwargs})


def upload(client, project, *uploads, **options):
    return client.post(page(project, "upload"), {"files": list(uploads)}, **options)


def test_empty_page_says_what_to_do(client_of, project, lead):
    answer = client_of(lead).get(page(project))

    assert "No files yet" in answer.content.decode()
    assert "MEDIA_FETCH_HOSTS" in answer.content.decode()


def test_page_shows_files_escaped_in_few_statements(
    client_of, project, lead, django_assert_max_num_queries
):
    files.stored(project, files.image(), "<b>.png")
    files.stored(project, files.wav(), "sound.wav")
    client = client_of(lead)

    with django_assert_max_num_queries(6):  # one of them may prepare a statement
        text = client.get(page(project)).content.decode()

    assert "&lt;b&gt;.png" in text
    assert "<b>.png" not in text
    assert "40 × 30" in text
    assert "0.5 s" in text


def test_page_is_cut_and_filtered(client_of, project, lead):
    for number in range(61):
        files.MediaFileFactory(project=project, name=f"a/{number:02}.png")
    files.MediaFileFactory(
        project=project, name="b/1.pdf", kind="pdf", width=None, height=None, pages=3
    )
    client = client_of(lead)

    first = client.get(page(project))
    assert (len(first.context["page"].rows), first.context["page"].next_after is None) == (
        60,
        False,
    )
    after = first.context["page"].next_after
    assert len(client.get(page(project), {"after": after}).context["page"].rows) == 2
    assert len(client.get(page(project), {"name": "b/"}).context["page"].rows) == 1
    assert len(client.get(page(project), {"kind": "pdf"}).context["page"].rows) == 1
    assert client.get(page(project), {"name": "zzz"}).context["page"].rows == []
    assert client.get(page(project), {"after": "x"}).status_code == 404


def test_files_without_a_script_are_stored_and_the_bad_ones_named(client_of, project, lead):
    client = client_of(lead)

    good = upload(client, project, files.an_upload(files.image(), "a.png"))
    assert (good.status_code, good.url) == (302, page(project))
    mixed = upload(
        client,
        project,
        files.an_upload(b"<svg/>", "x.svg"),
        files.an_upload(files.wav(), "b.wav"),
    )
    assert mixed.status_code == 422
    assert "“x.svg” is an SVG drawing" in mixed.content.decode()
    assert MediaFile.objects.count() == 2


def test_script_gets_json_for_each_file(client_of, project, lead):
    client = client_of(lead)

    def sent(content, name):
        answer = upload(client, project, files.an_upload(content, name), headers=JSON)
        return answer.status_code, answer.json()

    assert sent(files.image(), "a.png") == (200, {"added": 1, "known": 0, "message": ""})
    assert sent(files.image(), "a.png") == (200, {"added": 0, "known": 1, "message": ""})
    code, answer = sent(files.image(color="red"), "a.png")
    assert (code, "another content" in answer["message"]) == (422, True)
    nothing = client.post(page(project, "upload"), headers=JSON)
    assert (nothing.status_code, nothing.json()) == (422, {"message": "Choose files."})


def test_upload_that_is_too_large_is_refused_unread(client_of, project, lead, settings):
    settings.MEDIA_MAX_BYTES = -999_000
    upload_of = files.an_upload(files.image(size=(900, 900)), "a.png")

    answer = upload(client_of(lead), project, upload_of)

    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_upload_needs_the_token_against_forgery(project, lead):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    assert upload(client, project, files.an_upload(files.image(), "a.png")).status_code == 403
    assert not MediaFile.objects.exists()


def test_roles_without_the_permission_get_403_and_strangers_404(
    client_of, project, annotator, reviewer, outsider
):
    for person, code in ((annotator, 403), (reviewer, 403), (outsider, 404)):
        client = client_of(person)
        assert client.get(page(project)).status_code == code
        sent = upload(client, project, files.an_upload(files.image(), "a.png"))
        assert sent.status_code == code
        for name in ("zip", "addresses", "folder"):
            assert client.post(page(project, name)).status_code == code
    assert not MediaFile.objects.exists()


def test_archive_is_started_watched_and_shown(client_of, project, lead, run):
    client = client_of(lead)
    content = files.archive({"1.png": files.image()})

    answer = client.post(page(project, "zip"), {"file": files.an_upload(content, "scans.zip")})
    arrival = Arrival.objects.get()
    assert answer.url == page(project, "arrival", pk=arrival.pk)
    assert 'hx-trigger="every 1s"' in client.get(answer.url).content.decode()
    run(arrival)
    arrival.job.state = "done"
    arrival.job.save()
    state = client.get(page(project, "progress", pk=arrival.pk)).content.decode()
    assert "New files" in state
    assert "every 1s" not in state
    assert "scans.zip" in client.get(page(project)).content.decode()
    assert client.post(page(project, "cancel", pk=arrival.pk)).status_code == 409


def test_waiting_archive_can_be_stopped(client_of, project, lead):
    client = client_of(lead)
    content = files.archive({"1.png": files.image()})
    client.post(page(project, "zip"), {"file": files.an_upload(content, "scans.zip")})
    arrival = Arrival.objects.get()

    answer = client.post(page(project, "cancel", pk=arrival.pk), follow=True)

    assert "Cancelled" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("zip", {}, "This field is required"),
        ("addresses", {"addresses": "file:///etc/passwd"}, "is no address of the form"),
        ("folder", {"folder": "../other"}, "Name a folder below"),
    ],
)
def test_bad_input_comes_back_with_what_is_wrong(
    client_of, project, lead, settings, inbox, name, data, words
):
    settings.MEDIA_FETCH_HOSTS = ["example.org"]

    answer = client_of(lead).post(page(project, name), data)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Arrival.objects.exists()


def test_addresses_are_a_conflict_where_the_owner_allows_none(client_of, project, lead):
    answer = client_of(lead).post(page(project, "addresses"), {"addresses": "https://a.org/x"})

    assert answer.status_code == 409


def test_arrival_of_another_project_is_404(client_of, project, lead):
    assert client_of(lead).get(page(project, "arrival", pk=10**9)).status_code == 404


def test_withdrawn_file_leaves_the_page(client_of, project, lead, annotator):
    media = files.MediaFileFactory(project=project)
    assert client_of(annotator).post(page(project, "withdraw", pk=media.pk)).status_code == 403

    client_of(lead).post(page(project, "withdraw", pk=media.pk))

    assert client_of(lead).get(page(project)).context["page"].rows == []
    assert client_of(lead).post(page(project, "withdraw", pk=media.pk)).status_code == 404


def test_closed_project_offers_no_upload(client_of, project, lead):
    project.state = ProjectState.CLOSED
    project.save()
    client = client_of(lead)

    assert "data-upload" not in client.get(page(project)).content.decode()
    assert upload(client, project, files.an_upload(files.image(), "a.png")).status_code == 409


# -- items of files --------------------------------------------------------------------------------


def make(client, project):
    return client.post(reverse("annotations:media_items", kwargs={"slug": project.slug}))


def test_each_unused_file_becomes_one_item_with_slots(client_of, project, lead):
    sound = files.stored(project, files.wav(), "b.wav")
    image = files.stored(project, files.image(), "a.png")
    client = client_of(lead)

    assert make(client, project).status_code == 302

    first, second = Item.objects.order_by("pk")
    assert (first.external_id, second.external_id) == ("a.png", "b.wav")
    part = {"key": "image", "kind": "image", "media": image.pk, "file": "a.png"}
    part |= {"width": 40, "height": 30}
    assert first.payload == {"parts": [part]}
    assert second.payload["parts"][0]["duration"] == 0.5
    assert set(ItemMedia.objects.values_list("item", "media")) == {
        (first.pk, image.pk),
        (second.pk, sound.pk),
    }
    assert Assignment.objects.filter(item=first).count() == project.overlap
    assert make(client, project).status_code == 409
    assert Item.objects.count() == 2


def test_file_of_a_part_is_found_by_name_and_id_in_its_project_alone(project):
    media = files.stored(project, files.wav(), "b.wav")
    foreign = files.MediaFileFactory(project=ProjectFactory(), name="c.png")
    find = media_finder(project.pk)

    fields = {"kind": "audio", "media": media.pk, "file": "b.wav", "duration": 0.5}
    assert (find("b.wav"), find(media.pk)) == (fields, fields)
    assert (find("c.png"), find(foreign.pk), find("")) == (None, None, None)
    assert with_media({"parts": [{"key": "s", "kind": "audio", "file": "b.wav"}]}, find) == {
        "parts": [{"key": "s", **fields}]
    }


def test_item_with_the_name_of_a_file_stops_all(client_of, project, lead):
    ItemFactory(project=project, external_id="a.png")
    files.stored(project, files.image(), "a.png")
    files.stored(project, files.image(), "b.png")

    answer = make(client_of(lead), project)

    assert answer.status_code == 400
    assert "a.png" in answer.content.decode()
    assert Item.objects.count() == 1


def test_annotator_makes_no_items(client_of, project, annotator, outsider):
    assert make(client_of(annotator), project).status_code == 403
    assert make(client_of(outsider), project).status_code == 404
