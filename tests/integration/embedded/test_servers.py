"""The embedded servers: where they listen, what they keep, and what they refuse."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ASK = """
import os, sys, psycopg2, redis
from labelhub.embedded import paths
database = psycopg2.connect(paths.database_url())
cursor = database.cursor()
broker = redis.Redis.from_url(paths.redis_url())
"""


def run_python(place, code: str) -> str:
    done = place.call("with", "--", sys.executable, "-c", ASK + code)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["mit Äpfeln 한글", "long " + "x" * 90, "comma, semicolon;"])
def test_servers_in_an_awkward_folder_start_and_keep_their_data(place_factory, name):
    place = place_factory(name)
    run_python(
        place,
        "cursor.execute('create table kept as select 7 as n'); database.commit();"
        "broker.set('kept', 8)",
    )
    shown = run_python(
        place,
        "cursor.execute('select n from kept'); print(cursor.fetchone(), broker.get('kept'))",
    )
    assert "(7,) b'8'" in shown
    assert place.members() == []


SURVIVE = """
import signal, time
postmaster = int((paths.server_dir() / "postgres/postmaster.pid").read_text().split()[0])
cursor.execute("create table kept (n int)")
database.commit()
for n in range(500):
    cursor.execute("insert into kept values (%s)", [n])
    database.commit()
    broker.rpush("kept", n)
os.kill(postmaster, signal.SIGKILL)
os.kill(broker.info()["process_id"], signal.SIGKILL)
while True:
    try:
        cursor = psycopg2.connect(paths.database_url()).cursor()
        broker.ping()
        break
    except (psycopg2.OperationalError, redis.ConnectionError, redis.BusyLoadingError):
        time.sleep(0.1)
cursor.execute("select count(distinct n) from kept")
print("KEPT", cursor.fetchone()[0], broker.llen("kept"))
"""


def test_servers_killed_with_acknowledged_writes_come_back_with_all_of_them(shared_place):
    assert "KEPT 500 500" in run_python(shared_place, SURVIVE)


def test_servers_listen_on_sockets_in_a_private_folder_only(shared_place):
    shown = run_python(
        shared_place,
        "run = paths.run_dir(); print('MODE', oct(run.stat().st_mode & 0o777), run.stat().st_uid);"
        "cursor.execute('show listen_addresses'); print('ADDRESSES', cursor.fetchone());"
        "print('PORT', broker.config_get('port'))",
    )
    assert "MODE 0o700" in shown
    assert "ADDRESSES ('',)" in shown
    assert "PORT {'port': '0'}" in shown


def test_servers_are_durable_by_their_settings(shared_place):
    names = ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"]
    code = "".join(f"cursor.execute('show {name}'); print(cursor.fetchone());" for name in names)
    shown = run_python(shared_place, code + "print(broker.config_get('append*'))")
    assert shown.count("('on',)") == len(names)
    assert "'appendonly': 'yes'" in shown
    assert "'appendfsync': 'everysec'" in shown


def test_servers_of_root_run_under_another_account_without_its_groups(shared_place):
    if os.geteuid() != 0:
        pytest.skip("only root runs servers under another account")
    shown = run_python(
        shared_place,
        "cursor.execute('select pg_backend_pid()');"
        "print(open(f'/proc/{cursor.fetchone()[0]}/status').read());"
        "print(open(f\"/proc/{broker.info()['process_id']}/status\").read())",
    )
    uids = [line.split()[1] for line in shown.splitlines() if line.startswith("Uid:")]
    groups = [line.split()[1:] for line in shown.splitlines() if line.startswith("Groups:")]
    assert len(uids) == 2
    assert "0" not in uids
    assert groups == [[], []]


def test_with_returns_the_exit_status_of_the_command(shared_place):
    assert (
        shared_place.call("with", "--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7
    )


def test_postgres_with_data_of_another_version_is_refused_unharmed(place):
    run_python(place, "")
    version = place.state / "postgres/PG_VERSION"
    version.write_text("12\n")
    done = place.call("with", "--", "true")
    assert done.returncode == 1
    assert "is of PostgreSQL 12" in done.stderr
    assert "make backup" in done.stderr
    assert version.read_text() == "12\n"


def test_postgres_in_a_folder_with_foreign_files_is_refused_unharmed(place):
    (place.state / "postgres").mkdir(parents=True)
    place.state.chmod(0o755)
    (place.state / "postgres/thesis.txt").write_text("irreplaceable")
    done = place.call("with", "--", "true")
    assert done.returncode == 1
    assert "neither empty nor a PostgreSQL cluster" in done.stderr
    assert (place.state / "postgres/thesis.txt").read_text() == "irreplaceable"


def test_postgres_whose_first_start_was_interrupted_starts_afresh(place):
    half_made = place.state / "postgres.part"
    half_made.mkdir(parents=True)
    place.state.chmod(0o755)
    (half_made / "PG_VERSION").write_text("18\n")
    run_python(place, "")
    assert not half_made.exists()


def test_valkey_with_a_file_it_cannot_load_sets_it_aside_and_starts(place):
    run_python(place, "broker.set('kept', 8)")
    (folder,) = place.state.glob("valkey-*")
    (base,) = folder.glob("appendonlydir/*.base.rdb")
    base.write_bytes(b"REDIS9999 what a later version wrote")
    done = place.call("with", "--", sys.executable, "-c", ASK + "print(broker.get('kept'))")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Could not load its data; moved it to" in done.stdout
    assert "None" in done.stdout
    assert len(list(folder.glob("unreadable-*/appendonlydir/*.base.rdb"))) == 1


def test_leftover_postgres_of_a_dead_supervisor_is_stopped_first(place):
    """Neither supervisor nor guard was there to stop it: somebody killed both."""
    process = place.begin("with", "--", "sh", "-c", "echo started; sleep 15", until="started")
    guards = [pid for pid in place.members() if b"guard.py" in cmdline(pid)]
    for pid in [*guards, process.pid]:
        os.kill(pid, 9)
    time.sleep(0.2)
    left = [pid for pid in place.members() if b"postgres" in cmdline(pid)]
    assert left != []
    shown = run_python(place, "cursor.execute('select 41 + 1'); print(cursor.fetchone())")
    assert "(42,)" in shown
    assert not set(left) & set(place.members())


def test_programs_named_in_the_environment_that_are_missing_say_so(shared_place):
    done = shared_place.call("with", "--", "true", environment={"PG_BIN": "/nowhere"})
    assert done.returncode == 1
    assert "PG_BIN is /nowhere" in done.stderr
    done = shared_place.call("with", "--", "true", environment={"REDIS_SERVER": "no-such-server"})
    assert done.returncode == 1
    assert "REDIS_SERVER is no-such-server" in done.stderr


def test_outside_servers_in_the_environment_are_not_started_here(place):
    outside = {"DATABASE_URL": "postgresql://elsewhere/x", "REDIS_URL": "redis://elsewhere"}
    done = place.call("with", "--", "true", environment=outside)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (place.state / "postgres").exists()
    assert list(place.state.glob("valkey-*")) == []


def test_backup_is_private_and_restores_into_an_empty_place_only(shared_place, place):
    run_python(
        shared_place,
        "cursor.execute('create table dumped as select 7 as n'); database.commit()",
    )
    media = Path("media", "ab", "abcd")
    (shared_place.state / media).parent.mkdir(parents=True)
    (shared_place.state / media).write_bytes(b"a picture")
    ours = ("with", "--", sys.executable, "-m", "labelhub.embedded")
    done = shared_place.call(*ours, "backup")
    assert done.returncode == 0, done.stdout + done.stderr
    (dump,) = (shared_place.state / "backups").glob("*.dump")
    for file in (shared_place.state / "backups").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    done = shared_place.call(*ours, "restore", str(dump))
    assert done.returncode == 1
    assert "The database is not empty" in done.stderr
    done = place.call(*ours, "restore", str(dump))
    assert done.returncode == 0, done.stdout + done.stderr
    shown = run_python(place, "cursor.execute('select n from dumped'); print(cursor.fetchone())")
    assert "(7,)" in shown
    assert (place.state / media).read_bytes() == b"a picture"


def cmdline(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
