"""A small HTTP client on raw sockets: the benchmark must not measure its own client."""

import socket
import threading
import time
from collections.abc import Callable


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connect()

    def _connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, body: bytes, headers: str = "") -> tuple[int, bytes]:
        """Status and body; a connection that the server closed is opened anew."""
        request = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Accept: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        for _attempt in range(3):
            try:
                self.socket.sendall(request)
                return self._read()
            except ConnectionError:
                self._connect()
        raise ConnectionError("the server keeps closing the connection")

    def _read(self) -> tuple[int, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        mark = lower.find(b"content-length:")
        if mark < 0:
            raise ConnectionError("no content length")
        length = int(lower[mark + 15 :].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._receive()
        return int(head.split(b" ", 2)[1]), body

    def _receive(self) -> bytes:
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("closed")
        return chunk


def run_clients(count: int, seconds: float, cycle: Callable[[int], Callable[[], None]]) -> float:
    """`count` threads repeat the cycle that `cycle(number)` makes; cycles per second."""
    done = [0] * count
    deadline = 0.0
    start = threading.Barrier(count + 1)

    def work(number: int) -> None:
        step = cycle(number)
        start.wait()
        while time.monotonic() < deadline:
            step()
            done[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds + 0.2
    begun = time.monotonic()
    start.wait()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - begun)
