"""What a file is, told from its content: every kind that is stored, and hostile ones."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from core.problems import Problem
from media.inspecting.inspection import inspect
from media.inspecting.kinds import Limits
from media.inspecting.pdf import render_page
from tests.factories import media as files

LIMITS = Limits(pixels=50_000_000, pages=50)


@pytest.fixture
def look(tmp_path):
    def at(content, name="", limits=LIMITS):
        path = tmp_path / "content"
        path.write_bytes(content)
        return inspect(path, name, limits, tmp_path / "thumbnail")

    return at


@pytest.mark.parametrize(
    ("file_format", "name", "content_type"),
    [
        ("PNG", "a.png", "image/png"),
        ("JPEG", "a.JPG", "image/jpeg"),
        ("WEBP", "a.webp", "image/webp"),
        ("GIF", "a.gif", "image/gif"),
        ("PNG", "a.jpg", "image/png"),
        ("PNG", "no ending", "image/png"),
    ],
)
def test_image_is_measured_and_gets_a_thumbnail(look, tmp_path, file_format, name, content_type):
    facts = look(files.image(file_format, (900, 600)), name)

    assert (facts.content_type, facts.kind) == (content_type, "image")
    assert (facts.width, facts.height, facts.has_thumbnail) == (900, 600, True)
    with Image.open(tmp_path / "thumbnail") as small:
        assert (small.format, small.size) == ("WEBP", (320, 213))


def test_image_of_a_turned_camera_has_the_size_that_people_see(look, tmp_path):
    facts = look(files.turned_jpeg((900, 600)), "a.jpg")

    assert (facts.width, facts.height) == (600, 900)
    with Image.open(tmp_path / "thumbnail") as small:
        assert small.size == (213, 320)
        assert not small.getexif()


def test_transparent_image_stays_transparent_when_small(look, tmp_path):
    buffer = io.BytesIO()
    Image.new("P", (10, 10), 0).save(buffer, "PNG", transparency=0)

    look(buffer.getvalue(), "a.png")

    with Image.open(tmp_path / "thumbnail") as small:
        assert small.mode == "RGBA"


@pytest.mark.parametrize(
    ("content", "name", "content_type", "seconds"),
    [
        (files.wav(0.5), "a.wav", "audio/wav", 0.5),
        (files.mp3(100), "a.mp3", "audio/mpeg", 2.61),
        (files.flac(2), "a.flac", "audio/flac", 2.0),
        (files.opus(3), "a.opus", "audio/ogg", 3.0),
        (files.mp4(b"soun", seconds=7), "a.m4a", "audio/mp4", 7.0),
        (files.webm(None, 1500), "a.webm", "audio/webm", 1.5),
    ],
)
def test_sound_has_a_duration(look, content, name, content_type, seconds):
    facts = look(content, name)

    assert (facts.content_type, facts.kind) == (content_type, "audio")
    assert facts.duration == pytest.approx(seconds, abs=0.03)
    assert (facts.width, facts.has_thumbnail) == (None, False)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (files.mp4(seconds=5), "a.mp4", ("video/mp4", 640, 360, 5.0)),
        (files.mp4(turned=True), "a.mp4", ("video/mp4", 360, 640, 5.0)),
        (files.webm(), "a.webm", ("video/webm", 320, 240, 1.5)),
        (files.webm(live=True), "a.webm", ("video/webm", 320, 240, 1.5)),
    ],
)
def test_video_has_size_and_duration(look, content, name, expected):
    facts = look(content, name)

    assert (facts.content_type, facts.width, facts.height, facts.duration) == expected
    assert facts.kind == "video"


@pytest.mark.parametrize(
    ("name", "content_type", "size"),
    [
        ("sound.mp3", "audio/mpeg", (None, None)),
        ("sound.flac", "audio/flac", (None, None)),
        ("sound.opus", "audio/ogg", (None, None)),
        ("sound.m4a", "audio/mp4", (None, None)),
        ("sound.webm", "audio/webm", (None, None)),
        ("film.mp4", "video/mp4", (64, 48)),
        ("fragments.mp4", "video/mp4", (64, 48)),
        ("film.webm", "video/webm", (64, 48)),
        ("live.webm", "video/webm", (64, 48)),
    ],
)
def test_recording_of_a_real_encoder_is_understood(look, name, content_type, size):
    facts = look((Path(__file__).parent / "recordings" / name).read_bytes(), name)

    assert (facts.content_type, (facts.width, facts.height)) == (content_type, size)
    assert facts.duration == pytest.approx(1.0, abs=0.12)


def test_pdf_has_pages_and_a_thumbnail(look, tmp_path):
    facts = look(files.pdf(3), "a.pdf")

    assert (facts.kind, facts.pages, facts.has_thumbnail) == ("pdf", 3, True)
    render_page(tmp_path / "content", 3, tmp_path / "page")
    with Image.open(tmp_path / "page") as page:
        assert max(page.size) == 1600


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "media_markup"),
        (b"<?xml version='1.0'?>\n<svg/>", "a.png", "media_markup"),
        ("\ufeff<html><script>".encode(), "a.png", "media_markup"),
        ("<html>".encode("utf-16"), "a.png", "media_markup"),
        (b"  \n<!DOCTYPE html>", "a.jpg", "media_markup"),
        (b"MZ\x90\0", "a.png", "media_unknown"),
        (b"just text", "a.wav", "media_unknown"),
        (b"PK\x03\x04", "a.png", "media_unknown"),
        (b"\xff\xf1\x50\x80", "a.mp3", "media_unknown"),
        (b"RIFF\x10\0\0\0AVI LIST", "a.wav", "media_unknown"),
        (b"\x1aE\xdf\xa3\x8aB\x82\x88matroska", "a.webm", "media_unknown"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.png", "media_unknown"),
        (b"OggS" + b"\0" * 24 + b"\x80theora", "a.ogg", "media_unknown"),
        (files.image(), "a.mp3", "media_lies"),
        (files.wav(), "a.png", "media_lies"),
        (files.pdf(1), "a.jpg", "media_lies"),
        (files.mp4(b"soun"), "a.pdf", "media_lies"),
    ],
)
def test_file_off_the_list_is_refused(look, content, name, code):
    with pytest.raises(Problem) as refused:
        look(content, name)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.image("PNG", (300, 300))[:200], "a.png"),
        (files.image("JPEG", (300, 300))[:-400], "a.jpg"),
        (files.image("WEBP", (300, 300))[:60], "a.webp"),
        (files.image("GIF", (300, 300))[:60], "a.gif"),
        (b"\x89PNG\r\n\x1a\n", "a.png"),
        (files.wav()[:20], "a.wav"),
        (files.mp3(1)[:20], "a.mp3"),
        (b"fLaC", "a.flac"),
        (files.opus()[:40], "a.opus"),
        (files.mp4()[:150], "a.mp4"),
        (files.box(b"ftyp", b"isom"), "a.mp4"),
        (struct.pack(">I4s", 0xFFFFFFFF, b"ftyp") * 3, "a.mp4"),
        (files.mp4(seconds=0), "a.mp4"),
        (files.webm()[:50], "a.webm"),
        (b"%PDF-1.7 and nothing else", "a.pdf"),
    ],
)
def test_cut_file_is_refused_as_broken(look, content, name):
    with pytest.raises(Problem) as refused:
        look(content, name)

    assert refused.value.code == "media_broken"


def test_pixel_bomb_is_refused_by_its_header(look):
    bomb = files.pixel_bomb()
    assert len(bomb) < 10_000

    with pytest.raises(Problem) as refused:
        look(bomb, "a.png")

    assert refused.value.code == "media_too_many_pixels"


def test_image_above_the_limit_of_this_server_is_refused(look):
    with pytest.raises(Problem) as refused:
        look(files.image(size=(101, 100)), "a.png", Limits(pixels=10_000, pages=1))

    assert refused.value.code == "media_too_many_pixels"


def test_pdf_with_too_many_pages_is_refused(look):
    with pytest.raises(Problem) as refused:
        look(files.pdf(3), "a.pdf", Limits(pixels=10_000, pages=2))

    assert refused.value.code == "media_pages"


def outcome_of(look, content):
    try:
        facts = look(content, "")
    except Problem as problem:
        return problem.code
    return "found" if facts.duration > 0 else "nothing"


def fragments():
    return (Path(__file__).parent / "recordings" / "fragments.mp4").read_bytes()


@pytest.mark.parametrize(
    "maker", [files.mp4, files.webm, files.wav, files.flac, files.opus, fragments]
)
def test_no_changed_byte_brings_anything_but_facts_or_a_problem(look, maker):
    """Each byte of the header set to 255 and to 0, one after the other."""
    content = maker()
    for place in range(min(len(content), 400)):
        for value in (0, 255):
            changed = bytearray(content)
            changed[place] = value
            outcome = outcome_of(look, bytes(changed))
            assert outcome.startswith(("media_", "found"))
