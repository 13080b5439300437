"""One byte range of RFC 9110."""

import pytest
from django.test import RequestFactory

from core.ranges import Unsatisfiable, file_response, parse_range

CONTENT = bytes(range(100))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-1000", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=99-99", (99, 99)),
    ],
)
def test_range_is_cut_to_the_file(header, expected):
    part = parse_range(header, 100)

    assert (part.start, part.end) == expected


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "items=0-1", "bytes=0-1,5-6",
     "bytes=0-" + "9" * 30, "bytes=٣-٤", "bytes=1"],
)  # fmt: skip
def test_what_is_not_one_range_means_the_whole_file(header):
    assert parse_range(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_range_behind_the_end_cannot_be_given(header):
    with pytest.raises(Unsatisfiable):
        parse_range(header, 100)


def answer(method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return file_response(
        request,
        size=100,
        etag="abc",
        content_type="audio/wav",
        read=lambda start, end: iter([CONTENT[start : end + 1]]),
    )


def body(response):
    return b"".join(response) if response.streaming else response.content


def test_whole_file_says_that_it_has_parts():
    response = answer()

    assert (response.status_code, body(response)) == (200, CONTENT)
    assert (response["Accept-Ranges"], response["ETag"]) == ("bytes", '"abc"')
    assert response["Content-Length"] == "100"


def test_part_says_which_it_is():
    response = answer(Range="bytes=10-19")

    assert (response.status_code, body(response)) == (206, CONTENT[10:20])
    assert response["Content-Range"] == "bytes 10-19/100"
    assert response["Content-Length"] == "10"


def test_part_behind_the_end_is_416_with_the_size():
    response = answer(Range="bytes=100-")

    assert (response.status_code, response["Content-Range"], body(response)) == (
        416,
        "bytes */100",
        b"",
    )


@pytest.mark.parametrize("tag", ['"abc"', 'W/"abc"', '"x", "abc"', "*"])
def test_known_file_is_304(tag):
    response = answer(**{"If-None-Match": tag})

    assert (response.status_code, body(response), response["ETag"]) == (304, b"", '"abc"')


def test_part_of_another_file_is_the_whole_of_this_one():
    assert answer(Range="bytes=0-1", **{"If-Range": '"old"'}).status_code == 200
    assert answer(Range="bytes=0-1", **{"If-Range": '"abc"'}).status_code == 206


def test_head_has_headers_and_no_body():
    response = answer("head", Range="bytes=0-1")

    assert (response.status_code, response["Content-Length"], body(response)) == (200, "100", b"")
