"""Parts of a file over HTTP (RFC 9110): one byte range, conditional requests, HEAD."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)

ReadPart = Callable[[int, int], Iterator[bytes]]


class Unsatisfiable(ValueError):
    """The range begins after the end of the file: 416."""


@dataclass(frozen=True)
class ByteRange:
    """`start` to `end`, both of them included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


def parse_range(header: str, size: int) -> ByteRange | None:
    """The one range that is asked for, cut to the file; None where the whole file is the answer.

    That is also so for several ranges and for what is no range of bytes: a server may ignore them.
    Raises Unsatisfiable.
    """
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":  # the last so many bytes
        start, end = max(0, size - int(found[2])), size - 1
        if found[2].strip("0") == "":
            raise Unsatisfiable(header)
    else:
        start = int(found[1])
        end = min(int(found[2]), size - 1) if found[2] else size - 1
        if found[2] and int(found[2]) < start:
            return None
    if start >= size:
        raise Unsatisfiable(header)
    return ByteRange(start, end)


def file_response(
    request: HttpRequest, *, size: int, etag: str, content_type: str, read: ReadPart
) -> HttpResponseBase:
    """The file or the part of it that is asked for, streamed; 206, 304 and 416 where they belong.

    `etag` is strong and without quotes; `read(start, end)` gives the bytes of both ends included.
    """
    tag = f'"{etag}"'
    if _names(request.headers.get("If-None-Match", ""), tag):
        return _with(HttpResponse(status=304), tag)
    part = None
    if request.method == "GET" and request.headers.get("If-Range", tag) == tag:
        try:
            part = parse_range(request.headers.get("Range", ""), size)
        except Unsatisfiable:
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{size}"
            return _with(refused, tag)
    whole = ByteRange(0, size - 1)
    asked = part or whole
    response: HttpResponseBase
    if request.method == "HEAD" or not size:
        response = HttpResponse(content_type=content_type)
    else:
        response = StreamingHttpResponse(read(asked.start, asked.end), content_type=content_type)
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.end}/{size}"
    response["Content-Length"] = str(asked.length)
    return _with(response, tag)


def _with(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    return response


def _names(header: str, tag: str) -> bool:
    """Weak comparison, as RFC 9110 asks for If-None-Match."""
    candidates = {each.strip().removeprefix("W/") for each in header.split(",")}
    return tag in candidates or "*" in candidates
