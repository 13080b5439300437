"""Who is served which file, and how."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from annotations.models import GoldItem, Item, ItemMedia
from media.actions.withdraw_file import withdraw_file
from media.models import MediaFile
from projects.models import Membership
from tests.factories import media as files
from tests.factories.annotations import ItemFactory, answered, leased, open_slots
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(project):
    return files.stored(project, files.wav(1.0), "sound.wav")


@pytest.fixture
def shown(project, version, media):
    """The file is a part of an item with one open slot."""
    item = ItemFactory(project=project)
    open_slots(item, overlap=1)
    ItemMedia.objects.create(item=item, media=media)
    return item


def url(media, name="media", **more):
    slug = media.project.slug
    return reverse(f"annotations:{name}", kwargs={"slug": slug, "pk": media.pk, **more})


def status(client, media, name="media", **more):
    return client.get(url(media, name, **more)).status_code


# -- who -------------------------------------------------------------------------------------------


def test_those_who_see_items_see_files(client_of, media, lead, reviewer, admin):
    for person in (lead, reviewer, admin):
        assert status(client_of(person), media) == 200


def test_stranger_and_former_member_get_404(client_of, media, outsider, former_member):
    for person in (outsider, former_member):
        for name, more in (("media", {}), ("media_thumbnail", {}), ("media_page", {"number": 1})):
            assert status(client_of(person), media, name, **more) == 404


def test_visitor_is_asked_to_sign_in(client, media):
    assert client.get(url(media)).status_code == 302


def test_annotator_sees_a_file_from_the_lease_on(
    client_of, project, shown, media, annotator, second_annotator
):
    mine, other = client_of(annotator), client_of(second_annotator)
    assert status(mine, media) == 404

    leased(project, annotator)
    assert (status(mine, media), status(other, media)) == (200, 404)


def test_annotator_still_sees_a_file_after_the_answer(client_of, project, shown, media, annotator):
    answered(project, annotator)

    assert status(client_of(annotator), media) == 200


def test_annotator_of_a_withdrawn_item_sees_nothing(client_of, project, shown, media, annotator):
    leased(project, annotator)
    Item.objects.filter(pk=shown.pk).update(withdrawn_at=shown.created_at)

    assert status(client_of(annotator), media) == 404


def test_annotator_in_training_sees_files_of_gold_items(
    client_of, project, shown, media, version, lead, annotator
):
    GoldItem.objects.create(
        project=project, item=shown, version=version, values={}, created_by=lead,
        created_at=shown.created_at,
    )  # fmt: skip
    assert status(client_of(annotator), media) == 404

    project.training_items = 1
    project.save()
    assert status(client_of(annotator), media) == 200


def test_file_of_another_project_is_404_under_this_one(client_of, project, lead):
    foreign = files.MediaFileFactory(project=ProjectFactory())

    address = reverse("annotations:media", kwargs={"slug": project.slug, "pk": foreign.pk})
    assert client_of(lead).get(address).status_code == 404
    assert client_of(lead).get(address.replace(str(foreign.pk), "9" * 30)).status_code == 404


def test_withdrawn_file_is_served_to_nobody(client_of, media, lead):
    withdraw_file(media=media, by=lead, now=media.created_at)

    assert status(client_of(lead), media) == 404


def test_person_who_left_is_not_served_any_more(client_of, project, media, lead):
    client = client_of(lead)
    assert status(client, media) == 200
    Membership.objects.filter(project=project, user=lead).update(left_at=media.created_at)
    assert status(client, media) == 404


POLICY = {
    "default-src": "'none'",
    "img-src": "'self'",
    "media-src": "'self'",
    "style-src": "'unsafe-inline'",
    "sandbox": "",
}


def policy_of(response):
    """{directive: sources}; nothing here may run a script."""
    parts = (each.strip().partition(" ") for each in response["Content-Security-Policy"].split(";"))
    return {name: sources for name, _space, sources in parts}


# -- how -------------------------------------------------------------------------------------------


def test_file_is_inert_and_under_a_made_name(client_of, project, lead):
    media = files.stored(project, files.image(), '"><script>.png')

    response = client_of(lead).get(url(media))

    assert b"".join(response) == files.image()
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == f'inline; filename="media-{media.pk}.png"'
    assert policy_of(response) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, max-age=300"
    assert response["ETag"] == f'"{media.digest}"'
    assert response["Content-Length"] == str(media.bytes)


def test_pdf_is_a_download_and_its_pages_are_images(client_of, project, lead):
    media = files.stored(project, files.pdf(2), "a.pdf")
    client = client_of(lead)

    assert client.get(url(media))["Content-Disposition"].startswith("attachment")
    page = client.get(url(media, "media_page", number=2))
    assert (page.status_code, page["Content-Type"]) == (200, "image/webp")
    assert page.content[8:12] == b"WEBP"
    again = client.get(url(media, "media_page", number=2), headers={"If-None-Match": page["ETag"]})
    assert again.status_code == 304
    for number in (0, 3, 10**30):
        assert status(client, media, "media_page", number=number) == 404


def test_thumbnail_is_small_and_sound_has_none(client_of, project, media, lead):
    image = files.stored(project, files.image(size=(2000, 1000)), "a.png")
    client = client_of(lead)

    response = client.get(url(image, "media_thumbnail"))
    assert (response["Content-Type"], b"".join(response)[8:12]) == ("image/webp", b"WEBP")
    assert status(client, media, "media_thumbnail") == 404
    assert status(client, image, "media_page", number=1) == 404


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-3", (206, b"RIFF", "bytes 0-3/16044")),
        ("bytes=-2", (206, None, "bytes 16042-16043/16044")),
        ("bytes=99999-", (416, b"", "bytes */16044")),
        ("bytes=0-1,4-5", (200, None, None)),
    ],
)
def test_player_gets_the_part_it_asks_for(client_of, media, lead, asked, expected):
    response = client_of(lead).get(url(media), headers={"Range": asked})

    code, body, content_range = expected
    got = b"".join(response) if response.streaming else response.content
    assert (response.status_code, response.get("Content-Range")) == (code, content_range)
    assert body is None or got == body
    assert policy_of(response) == POLICY


def test_head_and_known_file_send_no_body(client_of, media, lead):
    client = client_of(lead)

    head = client.head(url(media))
    assert (head.status_code, head["Content-Length"], head.content) == (200, "16044", b"")
    known = client.get(url(media), headers={"If-None-Match": head["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_project_without_device_storage_is_not_cached(client_of, project, media, lead):
    project.no_device_storage = True
    project.save()

    assert client_of(lead).get(url(media))["Cache-Control"] == "no-store"


def test_file_that_vanished_from_the_storage_is_404(client_of, media, lead, storage):
    (storage / media.storage_name).unlink()

    assert status(client_of(lead), media) == 404


def test_writing_methods_are_405(client_of, media, lead):
    assert client_of(lead).post(url(media)).status_code == 405


# -- what the database refuses ---------------------------------------------------------------------


def refused(call):
    with pytest.raises(DatabaseError), transaction.atomic():
        call()


def test_file_never_changes_but_may_be_withdrawn(media):
    rows = MediaFile.objects.filter(pk=media.pk)

    refused(lambda: rows.update(name="other"))
    refused(lambda: rows.update(storage_name="other"))
    refused(rows.delete)
    assert rows.update(withdrawn_at=media.created_at) == 1


def test_item_shows_no_file_of_another_project(project, media):
    refused(lambda: ItemMedia.objects.create(item=ItemFactory(), media=media))


def test_link_between_item_and_file_is_kept(shown):
    refused(ItemMedia.objects.all().delete)
    refused(lambda: ItemMedia.objects.update(item=shown))


@pytest.mark.parametrize(
    "fields",
    [
        {"width": None},
        {"width": 0},
        {"kind": "audio", "width": None, "height": None},
        {"kind": "pdf", "width": None, "height": None},
        {"kind": "video", "duration": None},
        {"duration": 1.0},
        {"kind": "audio"},
        {"kind": "pdf"},
        {"bytes": 0},
        {"digest": "X" * 64},
    ],
)
def test_row_with_impossible_measures_is_refused(project, fields):
    refused(lambda: files.MediaFileFactory(project=project, **fields))


def test_two_files_of_one_name_are_refused(project):
    files.MediaFileFactory(project=project, name="a")
    refused(lambda: files.MediaFileFactory(project=project, name="a"))
