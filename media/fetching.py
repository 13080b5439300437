"""The one way out to other servers; nothing else in this program may open a connection to them.

A name is resolved once, every address it has is judged, and the connection goes to a judged
address, so that a second answer of the name server changes nothing. Redirects are followed a few
times, each judged anew. Proxies in the environment are not used. No word of what the other server
said reaches a message.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urljoin

from core.problems import Problem
from media.addresses import Address, Policy, Target, check_allowed, may_connect, parse_address
from media.problems import FileProblem
from media.spooling import Spooled, spool, too_large

CHUNK = 1 << 16
CONNECT_SECONDS = 10.0
REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 3
HEADERS = {"User-Agent": "labelhub", "Accept": "*/*", "Accept-Encoding": "identity"}

Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def fetch(
    address: str,
    folder: Path,
    *,
    policy: Policy,
    limit: int,
    seconds: float,
    resolving: Resolve = resolve,
) -> Spooled:
    """The body at an address into a new file in `folder`, within `limit` bytes and `seconds`.

    Problem: address_invalid, address_not_allowed, address_not_public, fetch_failed,
    fetch_status, fetch_redirects, media_too_large, media_empty.
    """
    scheme = ""
    for _hop in range(MOST_REDIRECTS + 1):
        target = parse_address(address)
        check_allowed(target, policy)
        if scheme == "https" and target.scheme == "http":
            raise _problem("“%(name)s” leads to an address that is not encrypted.", "redirects")
        scheme = target.scheme
        with _answer(target, _judged(target, policy, resolving), seconds) as answer:
            if answer.status not in REDIRECTS:
                return _spooled(answer, folder, limit)
            address = urljoin(address, answer.headers.get("Location", ""))
    raise _problem("“%(name)s” leads from one address to the next too often.", "redirects")


def _judged(target: Target, policy: Policy, resolving: Resolve) -> Address:
    """The address to connect to. One that may not be reached among several refuses the name."""
    try:
        texts = resolving(target.host, target.port)
        addresses = [ipaddress.ip_address(text) for text in texts]
    except (OSError, ValueError) as error:
        raise _problem("“%(name)s” cannot be reached.", "failed") from error
    if not addresses:
        raise _problem("“%(name)s” cannot be reached.", "failed")
    if not all(may_connect(address, policy) for address in addresses):
        raise FileProblem(
            "“%(name)s” is not on the public internet, or not only there.",
            code="address_not_public",
        )
    return addresses[0]


@contextmanager
def _answer(target: Target, address: Address, seconds: float) -> Iterator[HTTPResponse]:
    """The answer to one request; whatever the other side does, it ends after `seconds`."""
    try:
        raw = socket.create_connection((str(address), target.port), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise _problem("“%(name)s” cannot be reached.", "failed") from error
    guard, late = raw.dup(), threading.Event()
    timer = threading.Timer(seconds, _hang_up, args=(guard, late))
    timer.daemon = True
    timer.start()
    connection = HTTPConnection(target.host, target.port)
    connection.sock = raw
    try:
        raw.settimeout(seconds)
        if target.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(raw, server_hostname=target.host)
        connection.request("GET", target.path, headers={"Host": _host_header(target), **HEADERS})
        yield connection.getresponse()
        if late.is_set():  # a body of unknown length looks complete when it is cut
            raise TimeoutError
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, Problem) and not late.is_set():
            raise
        message = "“%(name)s” could not be fetched: the connection failed or took too long."
        raise _problem(message, "failed") from error
    finally:
        timer.cancel()
        connection.close()
        guard.close()


def _spooled(answer: HTTPResponse, folder: Path, limit: int) -> Spooled:
    if answer.status != 200:
        raise FileProblem(
            "“%(name)s” could not be fetched: the server answered %(status)d.",
            code="fetch_status",
            status=answer.status,
        )
    if (answer.length or 0) > limit:
        raise too_large(limit)
    announced = answer.length
    spooled = spool(iter(lambda: answer.read1(CHUNK), b""), folder, limit=limit)
    if announced is not None and spooled.bytes != announced:
        raise _problem("“%(name)s” could not be fetched: it ended too early.", "failed")
    return spooled


def _hang_up(connection: socket.socket, late: threading.Event) -> None:
    """From another thread: reading and writing end at once, wherever they wait."""
    late.set()
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"http": 80, "https": 443}[target.scheme]
    return host if target.port == usual else f"{host}:{target.port}"


def _problem(template: str, what: str) -> Problem:
    return FileProblem(template, code=f"fetch_{what}")
