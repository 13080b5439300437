"""Addresses and the key of an instance, computed without any server."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2.extensions
import pytest
import redis.connection
from environ import Env

from labelhub.embedded import account, paths


@pytest.fixture
def state(monkeypatch):
    """A state folder that others can enter, in a place with a short name, unlike pytest's own."""
    place = Path(tempfile.mkdtemp(prefix="labelhub-"))
    place.chmod(0o755)

    def choose(name: str) -> Path:
        monkeypatch.setenv("LABELHUB_STATE_DIR", str(place / name))
        return place / name

    yield choose
    shutil.rmtree(place)


@pytest.mark.parametrize("name", ["var", "mit Äpfeln 한글", "50% off+more"])
def test_database_url_for_any_folder_is_read_back_by_libpq_and_django(state, name):
    folder = str(state(name) / "run")
    url = paths.database_url()
    assert psycopg2.extensions.parse_dsn(url)["host"] == folder
    settings = Env.db_url_config(url)
    assert settings["OPTIONS"]["host"] == folder
    assert (settings["NAME"], settings["USER"]) == ("labelhub", "postgres")


@pytest.mark.parametrize("name", ["var", "mit Äpfeln 한글", "50% off+more"])
def test_redis_url_for_any_folder_is_read_back_by_redis(state, name):
    socket = str(state(name) / "run/redis.sock")
    assert redis.connection.parse_url(paths.redis_url())["path"] == socket


def test_broker_url_of_a_socket_is_spelled_for_celery():
    url = paths.broker_url("unix:///a%20b/redis.sock?db=3&socket_timeout=5")
    assert url == "redis+socket:///a%20b/redis.sock?virtual_host=3&socket_timeout=5"


def test_broker_url_of_a_server_stays_as_it_is():
    assert paths.broker_url("rediss://user:pw@host:6380/2") == "rediss://user:pw@host:6380/2"


@pytest.mark.parametrize("name", ["x" * 95, "한" * 30, "a,b", "a;b"])
def test_run_dir_of_an_awkward_path_is_short_and_stable(state, name):
    state(name)
    folder = paths.run_dir()
    assert folder == paths.run_dir()
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 103
    assert not set(",;") & set(str(folder))


def test_run_dir_in_tmp_made_by_somebody_else_is_refused(state):
    state("x" * 95)
    folder = paths.run_dir()
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        with pytest.raises(paths.UnsafeFolderError, match="0700"):
            paths.database_url()
    finally:
        folder.rmdir()


def test_two_checkouts_with_long_paths_do_not_share_a_run_dir(state):
    state("x" * 95)
    first = paths.run_dir()
    state("y" * 95)
    assert paths.run_dir() != first


def test_secret_key_is_made_once_and_readable_by_the_owner_only(state):
    folder = state("var")
    key = paths.secret_key()
    assert len(key) >= 50
    assert paths.secret_key() == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret_key"]


def test_secret_key_of_two_instances_differs(state):
    state("one")
    first = paths.secret_key()
    state("two")
    assert paths.secret_key() != first


def test_secret_key_made_by_many_processes_at_once_is_one_key(state):
    state("var")
    command = [sys.executable, "-c", "from labelhub.embedded.paths import *; print(secret_key())"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in processes}) == 1


def test_secret_key_file_that_was_emptied_is_refused(state):
    folder = state("var")
    folder.mkdir()
    (folder / "secret_key").write_text("")
    with pytest.raises(ValueError, match="no usable key"):
        paths.secret_key()


def test_importing_paths_neither_writes_nor_loads_django(state):
    folder = state("var")
    code = "import sys, labelhub.embedded.paths; print('django' in sys.modules)"
    shown = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=paths.ROOT)
    assert shown.strip() == "False"
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers under another account")
def test_server_dir_of_root_in_a_closed_folder_is_a_system_folder(state):
    closed = state("closed/var").parent
    closed.mkdir(mode=0o700)
    assert paths.server_dir().is_relative_to(paths.system_dir())
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    closed.chmod(0o755)
    assert paths.server_dir() == closed / "var"


def test_can_enter_asks_every_parent(tmp_path):
    class Somebody:
        pw_uid, pw_gid = 54321, 54321

    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    assert account.can_enter(inner, None)
    (tmp_path / "a").chmod(0o700)
    assert not account.can_enter(inner, Somebody)


def test_own_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="not a folder of ours"):
        account.own_folder(tmp_path / "link", None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_own_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    os.chown(folder, 54321, 54321)
    folder.chmod(0o777)
    with pytest.raises(PermissionError, match="not a folder of ours"):
        account.own_folder(folder, None)
    assert (folder.stat().st_uid, stat.S_IMODE(folder.stat().st_mode)) == (54321, 0o777)


def test_own_folder_that_was_too_open_is_closed(tmp_path):
    folder = tmp_path / "ours"
    folder.mkdir(mode=0o755)
    account.own_folder(folder, None)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
