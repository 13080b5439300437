"""Makes .venv and installs a hash-locked list of packages into it: environment.py LOCKFILE.

Standard library only, and syntax that an old Python can read, so that it can say which one is
needed instead of failing on its first line.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST_TO_LOOK_FOR = 14
PYTHON = os.path.join(".venv", "bin", "python")


def main(lock: str) -> None:
    works_here = f"import pip, sys; sys.exit(sys.version_info < {OLDEST})"
    if not works([PYTHON, "-c", works_here]):
        make_venv(find_python())
    say(f"Installing {lock} into .venv ...")
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    command += ["--quiet", "--require-hashes", "--no-deps", "-r", lock]
    # As root, pip advises a virtual environment, which this is.
    if subprocess.call(command, env=dict(os.environ, PIP_ROOT_USER_ACTION="ignore")) != 0:
        sys.exit(f"\nThe packages in {lock} could not be installed; pip's message is above.\n")


def find_python() -> str:
    """The first Python that is new enough: the one running this, or one on PATH."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(NEWEST_TO_LOOK_FOR, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and works([found, "-c", ""]):
            return found
    sys.exit(
        f"\nlabelhub needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is "
        f"{sys.version.split()[0]}. Install one, or name it: "
        "make run PYTHON=/path/to/python3.11\n"
    )


def make_venv(python: str) -> None:
    if not works([python, "-c", "import ensurepip, venv"]):
        install_venv_module(python)
    say("Making .venv ...")
    if subprocess.call([python, "-m", "venv", "--clear", ".venv"]) != 0:
        sys.exit("\nPython could not make .venv; its message is above.\n")


def install_venv_module(python: str) -> None:
    """Debian and Ubuntu leave the venv module out of their python3 package."""
    ask = "import sys; print('python%d.%d-venv' % sys.version_info[:2])"
    package = subprocess.check_output([python, "-c", ask]).decode("ascii").strip()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {package} ...")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        if not works(install, environment):
            subprocess.call(["apt-get", "update", "-qq"], env=environment)
            subprocess.call(install, env=environment)
    if not works([python, "-c", "import ensurepip, venv"]):
        sys.exit(
            f"\nPython's venv module is missing. On Debian or Ubuntu: sudo apt install {package}\n"
        )


def works(command: "list[str]", environment: "dict[str, str] | None" = None) -> bool:
    nowhere = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdout=nowhere, stderr=nowhere, env=environment) == 0
    except OSError:
        return False


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: environment.py LOCKFILE")
    main(sys.argv[1])
