"""Command line of the embedded part: `python -m labelhub.embedded run`, `with`, `throwaway`..."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import environ

from labelhub.embedded import application, paths
from labelhub.embedded.backup import BackupError, files_of, restore_backup, write_backup
from labelhub.embedded.binaries import MissingProgramError
from labelhub.embedded.instance import (
    AlreadyRunningError,
    Instance,
    InstanceLock,
    free_port,
    instance_lock,
)
from labelhub.embedded.postgres import ClusterError
from labelhub.embedded.servers import embedded_servers, leave_run_dir
from labelhub.embedded.supervisor import StartupError, StopRequested, Supervisor

DEFAULT_PORT = 8000
FRAME = "=" * 78


def main(arguments: list[str]) -> int:
    # As the settings do it, so that both agree on which servers are somebody else's.
    environ.Env.read_env(paths.ROOT / ".env")
    options = _parser().parse_args(arguments)
    try:
        return int(options.action(options))
    except (
        StartupError,
        ClusterError,
        MissingProgramError,
        paths.UnsafeFolderError,
        PermissionError,
    ) as error:
        print(f"\nlabelhub did not start: {error}", file=sys.stderr)
        return 1
    except BackupError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m labelhub.embedded")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    run = actions.add_parser("run", help="start everything and keep it running")
    run.add_argument("--port", type=int, default=os.environ.get("PORT") or DEFAULT_PORT)
    run.set_defaults(action=_run)
    there = actions.add_parser("with", help="run a command on the servers of this instance")
    there.add_argument("command", nargs="+")
    there.set_defaults(action=_with)
    backup = actions.add_parser("backup", help="write a dump of the running database")
    backup.set_defaults(action=_backup)
    restore = actions.add_parser("restore", help="put a dump into an empty database")
    restore.add_argument("file", type=Path)
    restore.set_defaults(action=_restore)
    return parser


def _run(options: argparse.Namespace) -> int:
    try:
        with instance_lock() as lock, _supervised() as supervisor:
            _start_all(supervisor, lock, options.port)
            supervisor.run_forever()
    except AlreadyRunningError as error:
        print(error)
    return 0


def _start_all(supervisor: Supervisor, lock: InstanceLock, wanted_port: int) -> None:
    for server in embedded_servers():
        supervisor.start_server(server)
    port = free_port(wanted_port)
    if port != wanted_port:
        _say("labelhub", f"Port {wanted_port} is taken; using {port}.")
    url = f"http://localhost:{port}"
    environment = application.environment_of(url)
    supervisor.run_steps(*application.preparations(environment))
    supervisor.keep(application.worker(environment))
    web = supervisor.keep(application.web(environment, port))
    news = supervisor.run_steps(application.first_steps(environment), quiet=True)
    supervisor.wait_until(lambda: application.answers(port), web)
    lock.describe(Instance(os.getpid(), url))
    print("\n".join(["", FRAME, f"  labelhub is running at {url}", "  Ctrl-C stops it."]))
    print("\n".join(f"  {line}".rstrip() for line in news))
    print(FRAME, "", sep="\n", flush=True)
    # Last: nobody waits for them.
    supervisor.keep(application.prompt(environment))
    supervisor.keep(application.beat(environment))


def _with(options: argparse.Namespace) -> int:
    """Use the servers that are running, or start them just for the command."""
    try:
        with instance_lock(), _supervised() as supervisor:
            for server in embedded_servers():
                supervisor.start_server(server)
            return supervisor.run_in_foreground(options.command)
    except AlreadyRunningError:
        return subprocess.run(options.command, check=False).returncode


def _backup(options: argparse.Namespace) -> int:
    file = write_backup()
    for part in (file, files_of(file)):
        print(f"{part} ({part.stat().st_size:,} bytes)")
    return 0


def _restore(options: argparse.Namespace) -> int:
    restore_backup(options.file)
    print(f"{options.file} is restored.")
    return 0


@contextmanager
def _supervised() -> Iterator[Supervisor]:
    supervisor = Supervisor(_say)
    supervisor.listen_to_signals()
    try:
        yield supervisor
    except StopRequested:
        print(flush=True)
    finally:
        supervisor.stop()
        leave_run_dir()


def _say(name: str, line: str) -> None:
    with suppress(OSError):  # the terminal may be gone; what runs here must stop in order even so
        print(f"{time.strftime('%H:%M:%S')} {name:<9}| {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
