"""Uploads, archives, addresses and folders: what is stored, and what is not."""

import hashlib
import os

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Conflict
from core.jobs import JobFailed
from core.models import AuditEntry, Job
from media.actions import store_file
from media.actions.start_arrival import cancel_arrival, start_addresses, start_folder, start_zip
from media.actions.upload_files import upload_file, upload_files
from media.models import Arrival, MediaFile
from media.storage import content_name
from projects.models import ProjectState
from tests.factories import media as files
from tests.unit.media.test_fetching import Canary

pytestmark = pytest.mark.django_db


def upload(who, content, name):
    return upload_file(upload=files.an_upload(content, name), **who)


def names(project):
    return sorted(MediaFile.objects.filter(project=project).values_list("name", flat=True))


def stored_files(storage):
    return sorted(str(each.relative_to(storage)) for each in storage.rglob("*") if each.is_file())


# -- uploads ---------------------------------------------------------------------------------------


def test_upload_is_stored_under_a_name_made_from_its_content(who, project, lead, storage):
    content = files.image(size=(64, 48))

    media, is_new = upload(who, content, "고양이.png")

    digest = hashlib.sha256(content).hexdigest()
    assert (is_new, media.digest, media.bytes) == (True, digest, len(content))
    assert (media.name, media.kind, media.width, media.height) == ("고양이.png", "image", 64, 48)
    assert (media.came_from, media.created_by) == ("upload", lead)
    place = content_name(project.pk, digest)
    assert stored_files(storage) == [place, f"{place}.thumbnail"]
    assert (storage / place).read_bytes() == content
    assert (storage / place).stat().st_mode & 0o077 == 0
    entry = AuditEntry.objects.get(action="media.uploaded")
    assert entry.detail == {"files": 1, "names": ["고양이.png"]}


def test_same_file_again_adds_nothing(who):
    first, _new = upload(who, files.image(), "a.png")
    again, is_new = upload(who, files.image(), "a.png")

    assert (again, is_new, MediaFile.objects.count()) == (first, False, 1)
    assert AuditEntry.objects.filter(action="media.uploaded").count() == 1


def test_same_name_with_another_content_is_a_conflict(who):
    upload(who, files.image(), "a.png")

    with pytest.raises(Conflict) as refused:
        upload(who, files.image(color="red"), "a.png")

    assert (refused.value.code, MediaFile.objects.count()) == ("media_name_taken", 1)


def test_equal_content_under_two_names_lies_there_once(who, storage):
    first, _new = upload(who, files.image(), "a.png")
    second, is_new = upload(who, files.image(), "b.png")

    assert (is_new, first.storage_name) == (True, second.storage_name)
    assert len(stored_files(storage)) == 2


def test_name_in_the_other_unicode_form_is_the_same_name(who):
    upload(who, files.image(), "\u1112\u1161\u11ab.png")

    assert upload(who, files.image(), "한.png")[1] is False


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.png", "is empty"),
        (b"<svg/>", "a.svg", "SVG"),
        (b"<html><script>alert(1)</script>", "a.png", "HTML"),
        (files.image()[:60], "a.png", "broken"),
        (files.pixel_bomb(), "a.png", "pixels"),
        (files.image(), "a.mp3", "called .mp3"),
        (files.image(), "n" * 300, "255 characters"),
        (files.image(), "a\u202eb\x07.png", "cannot be written"),
    ],
)
def test_file_that_may_not_be_stored_is_refused_by_name(who, storage, content, name, words):
    with pytest.raises(ValidationError) as refused:
        upload_file(upload=files.an_upload(content, "x"), name=name, **who)

    (message,) = refused.value.message_dict["file"]
    assert words in message
    assert not MediaFile.objects.exists()
    assert not storage.exists()


def test_file_above_the_limit_is_refused(who, settings):
    settings.MEDIA_MAX_BYTES = 50

    with pytest.raises(ValidationError, match="larger than 50 bytes"):
        upload(who, files.image(), "a.png")


def test_closed_project_takes_no_files(who, project):
    project.state = ProjectState.CLOSED

    with pytest.raises(Conflict, match="closed"):
        upload(who, files.image(), "a.png")


def test_many_files_are_judged_one_by_one(who, project):
    upload(who, files.image(), "known.png")

    outcome = upload_files(
        uploads=[
            files.an_upload(files.image(), "known.png"),
            files.an_upload(files.wav(), "new.wav"),
            files.an_upload(b"<svg/>", "bad.svg"),
            files.an_upload(files.image(color="red"), "known.png"),
            files.an_upload(files.pdf(), "new.pdf"),
        ],
        **who,
    )

    assert [each.name for each in outcome.added] == ["new.wav", "new.pdf"]
    assert [each.name for each in outcome.known] == ["known.png"]
    codes = [(fault.name, fault.code) for fault in outcome.faults]
    assert codes == [("bad.svg", "media_markup"), ("known.png", "media_name_taken")]
    assert names(project) == ["known.png", "new.pdf", "new.wav"]


# -- archives --------------------------------------------------------------------------------------


def start(who, contents, name="scans.zip"):
    return start_zip(upload=files.an_upload(files.archive(contents), name), **who)


def failure(run, arrival):
    with pytest.raises(JobFailed) as failed:
        run(arrival)
    return failed.value.errors


def test_archive_brings_all_of_its_files(who, project, run, storage):
    arrival = start(who, {"a/1.png": files.image(), "a/2.wav": files.wav(), "p.pdf": files.pdf()})
    assert (arrival.job.state, names(project)) == ("queued", [])

    done = run(arrival)

    assert (done.added, done.known, done.faults) == (3, 0, [])
    assert names(project) == ["a/1.png", "a/2.wav", "p.pdf"]
    assert set(MediaFile.objects.values_list("came_from", flat=True)) == {"zip"}
    assert not any(name.startswith("arrivals/") for name in stored_files(storage))


def test_same_archive_again_adds_nothing(who, run):
    run(start(who, {"1.png": files.image()}))

    done = run(start(who, {"1.png": files.image()}))

    assert (done.added, done.known) == (0, 1)


@pytest.mark.parametrize(
    ("bad", "content", "code"),
    [
        ("../x.png", files.image(), "zip_name"),
        ("x.svg", b"<svg/>", "media_markup"),
        ("x.zip", b"PK", "zip_nested"),
        ("x.png", b"\0" * 50_000_000, "zip_bomb"),
        ("x.png", files.image()[:60], "media_broken"),
        ("taken.png", files.image(color="red"), "media_name_taken"),
    ],
)
def test_archive_with_one_bad_file_brings_nothing(who, project, run, storage, bad, content, code):
    upload(who, files.image(), "taken.png")
    arrival = start(who, {"1.png": files.image(color="blue"), bad: content})

    (error,) = failure(run, arrival)

    assert error["code"] == code
    assert names(project) == ["taken.png"]
    assert not any(name.startswith("arrivals/") for name in stored_files(storage))


def test_all_bad_files_of_an_archive_are_named(who, run):
    errors = failure(run, start(who, {"1.svg": b"<svg/>", "ok.png": files.image(), "2.txt": b"?"}))

    assert [error["message"].split("”")[0] for error in errors] == ["“1.svg", "“2.txt"]


def test_what_is_no_archive_says_so(who, run):
    arrival = start_zip(upload=files.an_upload(files.image(), "a.zip"), **who)

    assert failure(run, arrival)[0]["code"] == "zip_broken"


def test_stopped_archive_is_removed(who, lead, storage, django_capture_on_commit_callbacks):
    arrival = start(who, {"1.png": files.image()})
    assert len(stored_files(storage)) == 1

    with django_capture_on_commit_callbacks(execute=True):
        cancel_arrival(arrival=arrival, by=lead, now=timezone.now())

    assert (arrival.job.state, stored_files(storage)) == ("cancelled", [])
    with pytest.raises(Conflict):
        cancel_arrival(arrival=arrival, by=lead, now=timezone.now())


# -- addresses -------------------------------------------------------------------------------------


@pytest.fixture
def canary(settings):
    server = Canary()
    settings.MEDIA_FETCH_HOSTS = [f"127.0.0.1:{server.port}"]
    settings.MEDIA_FETCH_NETWORKS = ["127.0.0.1/32"]
    yield server
    server.socket.close()


def serve(canary, content):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(content)}\r\n\r\n"
    canary.replies = [head.encode() + content]


def test_addresses_bring_what_is_sound_and_tell_the_rest(who, project, run, canary):
    serve(canary, files.image())
    bad = "http://169.254.169.254/latest/meta-data"

    done = run(start_addresses(text=f"{canary.address} 고양이.png\n{bad}", **who))

    assert (done.added, done.known, names(project)) == (1, 0, ["고양이.png"])
    (fault,) = done.faults
    assert (fault["name"], fault["code"]) == (bad, "address_not_allowed")
    assert MediaFile.objects.get().content_type == "image/png"


def test_page_behind_an_address_is_not_stored(who, run, canary):
    serve(canary, b"<html>secret</html>")

    done = run(start_addresses(text=canary.address, **who))

    assert (done.added, done.faults[0]["code"]) == (0, "media_markup")
    assert "secret" not in str(done.faults)


def test_server_that_allows_no_hosts_fetches_nothing(who, settings):
    settings.MEDIA_FETCH_HOSTS = []

    with pytest.raises(Conflict) as refused:
        start_addresses(text="https://example.org/a.png", **who)

    assert (refused.value.code, Job.objects.exists()) == ("fetching_off", False)


def test_list_with_a_bad_line_is_refused_before_anything_is_fetched(who, canary):
    with pytest.raises(ValidationError) as refused:
        start_addresses(text=f"{canary.address}\nfile:///etc/passwd", **who)

    assert list(refused.value.message_dict) == ["addresses"]
    assert not Arrival.objects.exists()


# -- folders ---------------------------------------------------------------------------------------


def test_folder_brings_its_files_and_follows_no_link(who, project, run, inbox):
    mine = inbox / project.slug / "batch"
    (mine / "deep").mkdir(parents=True)
    (mine / "1.png").write_bytes(files.image())
    (mine / "deep" / "2.wav").write_bytes(files.wav())
    (mine / "bad.svg").write_bytes(b"<svg/>")
    (mine / ".hidden.png").write_bytes(files.image())
    (inbox / "secret.png").write_bytes(files.image(color="red"))
    os.symlink(inbox / "secret.png", mine / "link.png")
    os.symlink(inbox, mine / "out")

    done = run(start_folder(folder="batch", **who))

    assert names(project) == ["batch/1.png", "batch/deep/2.wav"]
    assert (done.added, [fault["name"] for fault in done.faults]) == (2, ["batch/bad.svg"])


def test_folder_of_another_project_is_out_of_reach(who, run, inbox):
    (inbox / "other").mkdir()
    (inbox / "other" / "1.png").write_bytes(files.image())

    for folder in ("../other", "a/../../other"):
        with pytest.raises(ValidationError):
            start_folder(folder=folder, **who)
    assert failure(run, start_folder(folder="other", **who))[0]["code"] == "folder_empty"


def test_folder_with_too_many_files_is_refused(who, project, run, inbox, settings):
    settings.MEDIA_MAX_FILES = 2
    (inbox / project.slug).mkdir()
    for number in range(3):
        (inbox / project.slug / f"{number}.png").write_bytes(files.image())

    assert failure(run, start_folder(folder="", **who))[0]["code"] == "too_many"


def test_server_without_an_inbox_says_so(who):
    with pytest.raises(Conflict, match="no folder"):
        start_folder(folder="", **who)


# -- two at the same moment ------------------------------------------------------------------------


@pytest.mark.parametrize(("color", "outcome"), [("teal", "known"), ("red", "media_name_taken")])
def test_name_that_somebody_brings_in_this_moment(who, monkeypatch, color, outcome):
    """The first look finds nothing; then the database refuses the second row."""
    upload(who, files.image(), "a.png")
    looks = iter([lambda *_: None])
    real = store_file._known
    monkeypatch.setattr(store_file, "_known", lambda *args: next(looks, real)(*args))

    try:
        told = "new" if upload(who, files.image(color=color), "a.png")[1] else "known"
    except Conflict as conflict:
        told = conflict.code

    assert (told, MediaFile.objects.count()) == (outcome, 1)
