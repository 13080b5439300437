"""The process that looks at files: it answers, it may die, and it knows no secrets."""

import pytest

from core.problems import Problem
from media.inspector import Inspector
from tests.factories import media as files


@pytest.fixture
def path(tmp_path):
    return tmp_path / "content"


def test_one_process_looks_at_many_files(path, tmp_path):
    with Inspector() as inspector:
        path.write_bytes(files.image())
        first = inspector.inspect(path, "a.png", tmp_path / "small")
        process = inspector._process
        path.write_bytes(files.wav())
        second = inspector.inspect(path, "둘.wav", tmp_path / "small")

        assert (first.kind, second.kind) == ("image", "audio")
        assert inspector._process is process
    assert process.poll() is not None


def test_refusal_names_the_file(path, tmp_path):
    path.write_bytes(b"<svg/>")

    with Inspector() as inspector, pytest.raises(Problem, match=r"“a%s\.svg” is an SVG drawing"):
        inspector.inspect(path, "a%s.svg", tmp_path / "small")


def test_file_that_kills_the_process_is_refused_and_the_next_is_not(path, tmp_path):
    with Inspector() as inspector:
        path.write_bytes(files.image())
        inspector.inspect(path, "a.png", tmp_path / "small")
        inspector._process.kill()
        inspector._process.wait()

        with pytest.raises(Problem) as refused:
            inspector.inspect(path, "b.png", tmp_path / "small")
        assert (refused.value.code, refused.value.params["name"]) == ("media_broken", "b.png")
        assert inspector.inspect(path, "c.png", tmp_path / "small").kind == "image"


def test_process_that_hangs_is_ended(path, tmp_path, settings):
    settings.MEDIA_INSPECT_SECONDS = 0.01
    path.write_bytes(files.image(size=(4000, 4000)))

    with Inspector() as inspector, pytest.raises(Problem, match="memory or time"):
        inspector.inspect(path, "slow.png", tmp_path / "small")


def test_memory_is_bounded(path, tmp_path, settings):
    settings.MEDIA_INSPECT_MEMORY = 200_000_000
    path.write_bytes(files.image("PNG", size=(7000, 7000)))

    with Inspector() as inspector, pytest.raises(Problem) as refused:
        inspector.inspect(path, "large.png", tmp_path / "small")

    assert refused.value.code == "media_broken"


def test_process_has_none_of_this_servers_environment(path, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    path.write_bytes(files.image())

    with Inspector() as inspector:
        inspector.inspect(path, "a.png", tmp_path / "small")
        with open(f"/proc/{inspector._process.pid}/environ", "rb") as environment:
            assert b"do-not-tell" not in environment.read()
