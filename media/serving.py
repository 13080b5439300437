"""A media file as an answer: inert, in parts where asked, never under the uploader's name.

Whoever calls this has asked whether the person may see the file.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from core.problems import Problem
from core.ranges import file_response
from media.inspecting.kinds import SUFFIXES
from media.inspector import Inspector
from media.models import MediaFile, MediaKind
from media.queries.files import no_such_file
from media.storage import copy_of, media_storage

# What browsers show by themselves without running anything. PDF may hold programs.
INLINE = {MediaKind.IMAGE, MediaKind.AUDIO, MediaKind.VIDEO}
SECONDS = 300  # for going back and forth; after a change of roles a browser keeps files as long
# Nothing runs. The three exceptions are for the page that a browser makes around a lone image.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
THUMBNAIL_TYPE = "image/webp"


def content_response(request: HttpRequest, media: MediaFile) -> HttpResponseBase:
    """The file itself, or a part of it."""
    response = _stored(request, media, media.storage_name, media.digest, media.content_type)
    shown = "inline" if media.kind in INLINE else "attachment"
    suffix = SUFFIXES.get(media.content_type, "bin")
    return _inert(response, media, f'{shown}; filename="media-{media.pk}.{suffix}"')


def thumbnail_response(request: HttpRequest, media: MediaFile) -> HttpResponseBase:
    """A small picture of an image or of the first page of a PDF; 404 for sound and video."""
    if not media.thumbnail_name:
        raise Http404(_("This file has no small picture."))
    etag = f"{media.digest}-thumbnail"
    response = _stored(request, media, media.thumbnail_name, etag, THUMBNAIL_TYPE)
    return _inert(response, media, f'inline; filename="media-{media.pk}-small.webp"')


def page_response(request: HttpRequest, media: MediaFile, number: int) -> HttpResponseBase:
    """A page of a PDF as an image, made when it is asked for; the browser keeps it."""
    if media.pages is None or not 1 <= number <= media.pages:
        raise Http404(_("There is no such page."))
    etag = f'"{media.digest}-{number}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(_page(media, number), content_type=THUMBNAIL_TYPE)
    response["ETag"] = etag
    return _inert(response, media, f'inline; filename="media-{media.pk}-{number}.webp"')


def _page(media: MediaFile, number: int) -> bytes:
    with TemporaryDirectory(prefix="labelhub-media-") as folder, Inspector() as inspector:
        target = Path(folder) / "page"
        try:
            inspector.page(copy_of(media.storage_name, media.bytes, Path(folder)), number, target)
        except Problem as problem:
            raise Http404(_("This page cannot be shown.")) from problem
        except FileNotFoundError as error:
            raise no_such_file() from error
        return target.read_bytes()


def _stored(
    request: HttpRequest, media: MediaFile, name: str, etag: str, content_type: str
) -> HttpResponseBase:
    is_whole = name == media.storage_name

    def read(start: int, end: int) -> Iterator[bytes]:
        return media_storage().read(name, start, end)

    try:
        size = media.bytes if is_whole else media_storage().size(name)
        return file_response(request, size=size, etag=etag, content_type=content_type, read=read)
    except FileNotFoundError as error:
        raise no_such_file() from error


def _inert(response: HttpResponseBase, media: MediaFile, disposition: str) -> HttpResponseBase:
    """Nothing in it runs, no other site embeds it, and no cache on the way keeps it."""
    keeps = not media.project.no_device_storage
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = f"private, max-age={SECONDS}" if keeps else "no-store"
    response["Vary"] = "Cookie, Authorization"
    return response
