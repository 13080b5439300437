"""What both doors need around the body of a request and of an answer."""

from django.conf import settings
from django.http import StreamingHttpResponse

from datasets.actions.open_export import Export

FORM_BYTES = 1_000_000  # the other fields of an upload, and the boundaries


def is_too_large(content_length: str | None) -> bool:
    """Whether a body of this announced length cannot hold an acceptable file."""
    most = int(settings.IMPORT_MAX_BYTES) + FORM_BYTES
    return content_length is not None and content_length.isdigit() and int(content_length) > most


def export_response(export: Export) -> StreamingHttpResponse:
    """A download that browsers never show inline."""
    response = StreamingHttpResponse(export.chunks, content_type=export.content_type)
    response["Content-Disposition"] = f'attachment; filename="{export.name}"'
    response["X-Labelhub-Snapshot"] = export.snapshot_at.isoformat()
    response["Cache-Control"] = "no-store"
    return response
