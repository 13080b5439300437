"""Files in a bucket: the same doors on a server that speaks as much of S3 as is needed."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import reverse

from media.actions.start_arrival import start_folder
from media.models import MediaFile
from media.storage import media_storage
from tests.factories import media as files

pytestmark = pytest.mark.django_db


class Bucket(BaseHTTPRequestHandler):
    """PUT, HEAD, GET with a range, DELETE, and a listing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    @property
    def key(self):
        return unquote(urlsplit(self.path).path)

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.server.objects[self.key] = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.acls.append(self.headers.get("x-amz-acl"))
        self.reply(200, ETag='"x"')

    def do_HEAD(self):
        body = self.server.objects.get(self.key)
        if body is None:
            return self.reply(404)
        modified = "Sat, 21 Nov 2026 00:00:00 GMT"
        return self.reply(200, length=str(len(body)), Last_Modified=modified, ETag='"x"')

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query or "prefix" in query:
            return self.listing(query["prefix"][0])
        body = self.server.objects.get(self.key)
        if body is None:
            return self.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")
        self.server.ranges.append(self.headers.get("Range"))
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not found:
            return self.reply(200, body, ETag='"x"')
        part = body[int(found[1]) : int(found[2]) + 1]
        return self.reply(206, part, ETag='"x"')

    def do_DELETE(self):
        self.server.objects.pop(self.key, None)
        self.reply(204)

    def listing(self, prefix):
        bucket = self.key.strip("/")
        keys = sorted(key.removeprefix(f"/{bucket}/") for key in self.server.objects)
        below = [key for key in keys if key.startswith(prefix)]
        folders = sorted({
            prefix + key.removeprefix(prefix).partition("/")[0] + "/"
            for key in below if "/" in key.removeprefix(prefix)
        })  # fmt: skip
        contents = "".join(
            f"<Contents><Key>{key}</Key><Size>1</Size></Contents>"
            for key in below
            if "/" not in key.removeprefix(prefix)
        )
        common = "".join(f"<CommonPrefixes><Prefix>{f}</Prefix></CommonPrefixes>" for f in folders)
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}{common}"
        self.reply(200, f"{body}</ListBucketResult>".encode(), Content_Type="application/xml")


@pytest.fixture
def bucket(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    server.objects, server.ranges, server.acls = {}, [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = {
        "access_key": "key",
        "secret_key": "secret",
        "region_name": "us-east-1",
        "endpoint_url": f"http://127.0.0.1:{server.server_address[1]}",
        "default_acl": None,
        "file_overwrite": True,
        "max_memory_size": 1_000_000,
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "media": {
            "BACKEND": "media.s3.S3Media",
            "OPTIONS": {**options, "bucket_name": "media", "location": "labels"},
        },
        "inbox": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**options, "bucket_name": "inbox", "location": ""},
        },
    }
    yield server
    server.shutdown()
    server.server_close()


def test_file_is_kept_read_in_parts_and_private(bucket, project, lead, client_of):
    content = files.wav(1.0)
    media = files.stored(project, content, "a.wav")

    assert list(bucket.objects) == [f"/media/labels/{media.storage_name}"]
    assert bucket.objects[f"/media/labels/{media.storage_name}"] == content
    assert bucket.acls == [None]
    address = reverse("annotations:media", kwargs={"slug": project.slug, "pk": media.pk})
    response = client_of(lead).get(address, headers={"Range": "bytes=4-9"})
    assert (response.status_code, b"".join(response)) == (206, content[4:10])
    assert bucket.ranges == ["bytes=4-9"]
    bucket.objects.clear()
    assert client_of(lead).get(address).status_code == 404


def test_pages_and_thumbnails_come_from_the_bucket(bucket, project, lead, client_of):
    media = files.stored(project, files.pdf(2), "a.pdf")
    slug = {"slug": project.slug, "pk": media.pk}

    page = client_of(lead).get(reverse("annotations:media_page", kwargs={**slug, "number": 2}))
    small = client_of(lead).get(reverse("annotations:media_thumbnail", kwargs=slug))

    assert (page.status_code, small.status_code) == (200, 200)
    assert b"".join(small)[8:12] == b"WEBP"


def test_prefix_of_a_bucket_is_an_inbox(bucket, project, who, run):
    bucket.objects[f"/inbox/{project.slug}/batch/1.png"] = files.image()
    bucket.objects[f"/inbox/{project.slug}/batch/deep/2.wav"] = files.wav()
    bucket.objects["/inbox/other/3.png"] = files.image()

    done = run(start_folder(folder="batch", **who))

    assert (done.added, done.faults) == (2, [])
    names = sorted(MediaFile.objects.values_list("name", flat=True))
    assert names == ["batch/1.png", "batch/deep/2.wav"]


def test_object_is_deleted_when_it_has_done_its_work(bucket, tmp_path):
    source = tmp_path / "x"
    source.write_bytes(b"archive")
    media_storage().keep("arrivals/x", source)

    media_storage().delete("arrivals/x")

    assert bucket.objects == {}
