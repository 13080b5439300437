"""The same in a bucket of S3 or of anything that speaks like it, through django-storages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

from media.storage import CHUNK


class S3Media(S3Storage):
    """Objects are private; people get them through this server, which asks who they are."""

    def keep(self, name: str, source: Path) -> None:
        """One upload is one object: whole or not there."""
        if not self.exists(name):
            with source.open("rb") as file:
                self._object(name).upload_fileobj(file)

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """A ranged GET: only what is asked for leaves the bucket."""
        try:
            body = self._object(name).get(Range=f"bytes={start}-{end}")["Body"]
        except ClientError as error:
            raise FileNotFoundError(name) from error
        return _chunks(body)

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self._normalize_name(name))


def _chunks(body: Any) -> Iterator[bytes]:
    try:
        yield from body.iter_chunks(CHUNK)
    finally:
        body.close()
