"""Archives of strangers: names, links, nests and bombs."""

import io
import stat
import struct
import zipfile

import pytest

from core.problems import Problem
from media.zips import BoundedZip, ZipLimits
from tests.factories.media import archive, image

LIMITS = ZipLimits(members=5, total=30_000_000)


def read(content, limits=LIMITS):
    """{name: bytes} of all that may come out."""
    bounded = BoundedZip(io.BytesIO(content), len(content), limits)
    return {name: b"".join(bounded.chunks(name, entry)) for name, entry in bounded.members()}


def refused(content, limits=LIMITS):
    with pytest.raises(Problem) as problem:
        read(content, limits)
    return problem.value


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_files_come_out_under_their_paths_and_leftovers_stay():
    content = archive({
        "a/1.png": b"one", "b/1.png": b"two", "b/": b"", "__MACOSX/._1.png": b"x",
        "b/.DS_Store": b"x", "Thumbs.db": b"x",
    })  # fmt: skip

    assert read(content) == {"a/1.png": b"one", "b/1.png": b"two"}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("한글.png".encode("cp949"), "한글.png"),
        ("한글.png".encode(), "한글.png"),
        ("\u1112\u1161\u11ab.png".encode(), "한.png"),
    ],
)
def test_korean_names_without_a_mark_are_read(raw, name):
    placeholder = "N" * len(raw)
    content = archive({placeholder: b"x"}).replace(placeholder.encode(), raw)

    assert list(read(content)) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "../a.png", "a/../../b.png", "/etc/a.png", "C:\\a.png", "..\\a.png", "a/..", "c:a.png",
        "\\\\server\\share\\a.png",
    ],
)  # fmt: skip
def test_name_that_leads_out_is_refused(name):
    assert refused(archive({name: b"x"})).code == "zip_name"


@pytest.mark.parametrize("name", ["a\nb.png", "a\x1b[31m.png", "n" * 300])
def test_name_that_cannot_be_shown_is_refused(name):
    assert refused(archive({name: b"x"})).code == "media_name"


@pytest.mark.parametrize("name", ["b.zip", "b.TAR", "deep/b.7z"])
def test_archive_in_the_archive_is_refused(name):
    assert refused(archive({"a.png": b"x", name: b"x"})).code == "zip_nested"


def test_link_is_refused():
    assert refused(archive({link("a.png"): b"/etc/passwd"})).code == "zip_link"


def test_unusual_compression_is_refused():
    assert refused(archive({"a.png": b"x" * 1000}, zipfile.ZIP_LZMA)).code == "zip_method"


def test_encrypted_file_is_refused():
    content = bytearray(archive({"a.png": b"x"}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1

    assert refused(bytes(content)).code == "zip_encrypted"


def test_bomb_is_refused_while_it_unpacks():
    bomb = archive({"a.png": b"\0" * 20_000_000})
    assert len(bomb) < 50_000

    problem = refused(bomb)

    assert (problem.code, "100 times" in str(problem)) == ("zip_bomb", True)


def test_bomb_of_many_names_for_the_same_bytes_is_refused():
    """Each entry of the directory points at one and the same file in the archive."""
    single = archive({"0.png": b"\0" * 4_000_000})
    start = single.rfind(b"PK\x01\x02")
    entry, end = single[start : single.rfind(b"PK\x05\x06")], single[single.rfind(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"0.png", f"{n}.png".encode()) for n in range(5))
    end = end[:8] + struct.pack("<HHI", 5, 5, len(entries)) + end[16:]

    assert refused(single[:start] + entries + end).code in ("zip_bomb", "zip_broken")


def test_size_that_the_header_lies_about_is_counted_for_real():
    content = bytearray(archive({"a.png": b"\0" * 20_000_000}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 100)

    assert refused(bytes(content)).code in ("zip_bomb", "zip_broken")


def test_too_many_files_are_refused():
    assert refused(archive({f"{n}.png": b"x" for n in range(6)})).code == "zip_too_many"


def test_directory_of_many_megabytes_is_not_read():
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, 40_000_000, 0, 0)

    assert refused(b"\0" * 40_000_000 + end).code == "zip_too_many"


def test_all_files_together_may_not_be_too_large():
    content = archive({"a": b"x" * 600, "b": b"y" * 600}, zipfile.ZIP_STORED)

    assert refused(content, ZipLimits(members=5, total=1000)).code == "zip_bomb"


def test_same_name_twice_is_refused():
    content = archive({"a.png": b"1", "b.png": b"2"}).replace(b"b.png", b"a.png")

    assert refused(content).code == "zip_twice"


@pytest.mark.parametrize("content", [b"", b"PK", image(), b"PK\x05\x06" + b"\0" * 17])
def test_what_is_no_archive_is_refused(content):
    assert refused(content).code == "zip_broken"


def test_archive_without_files_is_refused():
    assert refused(archive({"folder/": b""})).code == "zip_no_files"


def test_damaged_content_is_refused():
    content = bytearray(archive({"a.png": bytes(range(256)) * 40}))
    content[60] ^= 0xFF

    assert refused(bytes(content)).code == "zip_broken"
