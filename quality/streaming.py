"""What both doors need to send a table as a file."""

from datetime import datetime

from django.http import StreamingHttpResponse

from core.csv_files import csv_bytes
from projects.access import check_permission
from quality.queries.tables.registry import Asked, Reader, Table, pieces, plain


def opened(table: Table, asked: Asked) -> Reader:
    """The reader of a table for somebody who may see the page it stands on; 403, 404, 400."""
    check_permission(asked.viewer, table.permission)
    return table.open(asked)


def csv_response(table: Table, asked: Asked, *, bom: bool, now: datetime) -> StreamingHttpResponse:
    """The whole table, piece by piece, with nothing in it that a spreadsheet would run.

    The first piece is read before the answer begins, so that what is wrong is still told.
    """
    found = pieces(opened(table, asked))
    chunks = ([[plain(value) for value in row] for row in piece] for piece in found)
    names = [column.key for column in table.columns]
    response = StreamingHttpResponse(
        csv_bytes(names, chunks, safe=True, bom=bom), content_type="text/csv; charset=utf-8"
    )
    name = f"{asked.viewer.project.slug}-{table.name}-{now:%Y%m%d-%H%M%S}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
