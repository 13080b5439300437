"""The one way out, against servers on this machine: who may be reached, and what they may do."""

import contextlib
import socket
import threading
import time

import pytest

from core.problems import Problem
from media.addresses import Policy, parse_networks
from media.fetching import fetch

HERE = parse_networks(["127.0.0.1/32"])


class Canary:
    """A server that says what it is told to, and remembers who came."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.requests = []
        self.connections = 0
        self.replies = [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"]
        self.pause = 0.0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/a.png"

    def _serve(self):
        while True:
            try:
                connection, _peer = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with contextlib.suppress(OSError), connection:
            self.requests.append(connection.recv(10_000))
            for reply in self.replies:
                connection.sendall(reply)
                time.sleep(self.pause)


@pytest.fixture
def canary():
    server = Canary()
    yield server
    server.socket.close()


@pytest.fixture
def get(tmp_path, canary):
    def fetched(address="", *, networks=HERE, hosts=None, limit=1000, seconds=5.0, resolving=None):
        policy = Policy(hosts=hosts or (f"*:{canary.port}", "*"), networks=networks)
        options = {"resolving": resolving} if resolving else {}
        return fetch(
            address or canary.address,
            tmp_path,
            policy=policy,
            limit=limit,
            seconds=seconds,
            **options,
        )

    return fetched


def code_of(call):
    with pytest.raises(Problem) as refused:
        call()
    return refused.value.code


def test_body_is_fetched_and_the_request_says_little(get, canary):
    found = get()

    assert (found.path.read_bytes(), found.bytes) == (b"hello", 5)
    (request,) = canary.requests
    assert request.startswith(b"GET /a.png HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{canary.port}\r\n".encode() in request
    assert b"ookie" not in request


def hostile(port):
    """All of these mean this machine, or try to."""
    hosts = [
        "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001",
        "2130706433", "017700000001", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[0:0:0:0:0:0:0:1]", "①②⑦.⓪.⓪.①", "127。0。0。1",
    ]  # fmt: skip
    tails = ["/", "/a.png", "?x", "/..%2f", "/#x"]
    wrong = [
        f"file:///etc/passwd#{port}", f"gopher://127.0.0.1:{port}/_GET", f"ftp://127.0.0.1:{port}/",
        f"http://example.org@127.0.0.1:{port}/", f"http://127.0.0.1:{port}\\@example.org/",
        f"HTTP://user:pass@127.0.0.1:{port}/", f"http://127.0.0.1:{port}/\r\nX: y",
    ]  # fmt: skip
    return [f"http://{host}:{port}{tail}" for host in hosts for tail in tails] + wrong


def test_no_byte_reaches_this_machine(get, canary):
    targets = hostile(canary.port)
    assert len(targets) > 80

    codes = {
        code_of(lambda target=target: get(target, networks=(), seconds=2)) for target in targets
    }

    assert canary.connections == 0
    assert codes <= {"address_not_public", "address_invalid", "fetch_failed"}


def test_second_answer_of_the_name_server_is_not_asked_for(get, canary):
    answers = iter([["8.8.8.8", "127.0.0.1"], ["127.0.0.1"]])

    code = code_of(
        lambda: get(
            f"http://rebind.org:{canary.port}/", networks=(), resolving=lambda *_: next(answers)
        )
    )

    assert (code, canary.connections, len(list(answers))) == ("address_not_public", 0, 1)


def test_name_is_resolved_once_and_sent_along(get, canary):
    asked = []

    def resolving(host, port):
        asked.append((host, port))
        return ["127.0.0.1"]

    get(f"http://files.house:{canary.port}/x", resolving=resolving)

    assert asked == [("files.house", canary.port)]
    assert f"Host: files.house:{canary.port}".encode() in canary.requests[0]


def test_host_that_is_not_allowed_is_not_asked(get, canary):
    assert code_of(lambda: get(hosts=("example.org",))) == "address_not_allowed"
    assert canary.connections == 0


def redirect(to):
    return [f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()]


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_not_public"),
        ("http://localhost:22/", "address_not_allowed"),
        ("file:///etc/passwd", "address_invalid"),
        ("//user@example.org/", "address_invalid"),
        ("", "fetch_redirects"),
        ("/again", "fetch_redirects"),
    ],
)
def test_redirect_is_judged_anew(get, canary, to, code):
    canary.replies = redirect(to)

    assert code_of(get) == code
    assert canary.connections <= 4


@pytest.mark.parametrize("status", [204, 206, 304, 401, 404, 500])
def test_other_status_is_told_without_a_word_of_the_answer(get, canary, status):
    canary.replies = [f"HTTP/1.1 {status} Secret-words\r\nContent-Length: 6\r\n\r\nsecret".encode()]

    with pytest.raises(Problem) as refused:
        get()

    assert (refused.value.code, refused.value.params["status"]) == ("fetch_status", status)
    assert "ecret" not in str(refused.value)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
    ],
)
def test_answer_that_breaks_off_is_refused(get, canary, reply):
    canary.replies = [reply]

    assert code_of(get) == "fetch_failed"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n",
    ],
)
def test_large_body_is_refused(get, canary, head):
    canary.replies = [head, b"x" * 5000]

    assert code_of(get) == "media_too_large"


def test_empty_body_is_refused(get, canary):
    canary.replies = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]

    assert code_of(get) == "media_empty"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_slow_answer_ends_in_time(get, canary, head):
    canary.replies, canary.pause = [head, *[b"x"] * 100], 0.1
    began = time.monotonic()

    assert code_of(lambda: get(seconds=0.6)) == "fetch_failed"
    assert time.monotonic() - began < 3


def test_encrypted_address_needs_a_certificate(get, canary):
    canary.replies = [b"\x15\x03\x01\x00\x02\x02\x28"]

    assert code_of(lambda: get(canary.address.replace("http", "https"))) == "fetch_failed"


def test_unknown_name_cannot_be_reached(get):
    def resolving(*_where):
        raise socket.gaierror

    assert code_of(lambda: get("http://nowhere.org/", resolving=resolving)) == "fetch_failed"
