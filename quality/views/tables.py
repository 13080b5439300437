"""Any table as a CSV file, with the filters of the page it stands on."""

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.queries.tables.registry import Asked, table_named
from quality.streaming import csv_response
from quality.views.agreement import language_of
from quality.views.marks import invalid_is_missing


@project_view(Permission.VIEW_QUALITY)
@require_safe
def csv_file(request: ProjectRequest, name: str) -> StreamingHttpResponse:
    """`?bom=1` begins with a mark of the encoding. A table may ask for a further permission."""
    filters = {key: [str(value) for value in values] for key, values in request.GET.lists()}
    asked = Asked(request.membership, language_of(), filters)
    with invalid_is_missing():
        return csv_response(
            table_named(name), asked, bom=asked.one("bom") == "1", now=timezone.now()
        )
