"""Makes sure of a Chromium for the browser tests: installs Debian's when root, else says so.

Standard library only. `find_chromium` is what the tests use, too.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys

# The shell first: the same engine without windows, which takes a fifth less of the processor.
SHELL = "chromium-headless-shell"
PROGRAMS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PROGRAM = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Fonts for Korean, and the library that playwright's own node needs.
PACKAGES = ("fonts-noto-cjk", "libatomic1")


def find_chromium() -> "str | None":
    """The browser to drive: CHROME, a system browser, or the one on macOS."""
    for name in (os.environ.get("CHROME"), *PROGRAMS, MAC_PROGRAM):
        found = shutil.which(name) if name else None
        if found:
            return found
    return None


def playwright_can_start() -> bool:
    """Whether playwright's node has its library, or another node stands in for it."""
    if sys.platform != "linux" or ctypes.util.find_library("atomic") is not None:
        return True
    return shutil.which("node") is not None


def main() -> None:
    if find_chromium() and playwright_can_start():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if find_chromium() and playwright_can_start():
        return
    advice = "As root, `make browser` installs it; or set CHROME=/path/to/chromium."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        sys.exit("No Chromium, and REQUIRE_BROWSER=1. " + advice)
    print("No Chromium: the browser tests will be skipped.", advice, file=sys.stderr)


def install() -> None:
    print("Installing a Chromium and fonts for the browser tests ...", flush=True)
    if not apt_get("install", SHELL, *PACKAGES):
        apt_get("update")
        if not apt_get("install", SHELL, *PACKAGES):
            apt_get("install", "chromium", *PACKAGES)


def apt_get(*order: str) -> bool:
    options = ["-y", "-qq", "--no-install-recommends"] if order[0] == "install" else ["-qq"]
    done = subprocess.run(
        ["apt-get", *options, *order],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    main()
