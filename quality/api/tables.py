"""REST: every table of the pages, as JSON page by page and as CSV."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from projects.access import has_permission
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission
from quality.api.serializers import PageInput
from quality.queries.tables.registry import TABLES, Asked, Table, table_named
from quality.streaming import csv_response, opened

TAGS = ["quality"]
MAY_SEE = (Permission.VIEW_QUALITY, Scope.READ)

# The URLconf is loaded after the apps, so every table is registered by now.
NAME = OpenApiParameter(
    "name",
    str,
    OpenApiParameter.PATH,
    enum=sorted(TABLES),
    description="\n".join(
        f"- `{table.name}`: {', '.join(column.key for column in table.columns)}"
        + (f". Filters: {', '.join(table.filters)}" if table.filters else "")
        for table in sorted(TABLES.values(), key=lambda table: table.name)
    ),
)


class FilterInput(StrictSerializer):
    """Filters of a table; one that the table does not know is refused."""

    question = serializers.CharField(required=False, help_text="Key; the first by default.")
    version = serializers.CharField(required=False, help_text="Number; all by default.")
    kind = serializers.CharField(required=False, help_text="Kind of source; people by default.")
    run = serializers.CharField(required=False, help_text="Number; the last by default.")
    other = serializers.CharField(required=False, help_text="The run to compare with.")
    source = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text="One or two ids of sources."
    )
    show = serializers.CharField(required=False, help_text='"undecided" for those alone.')
    a = serializers.CharField(required=False, help_text="Key of a class, together with `b`.")
    b = serializers.CharField(required=False, help_text="Key of another class.")
    campaign = serializers.CharField(required=False, help_text="Number of a campaign.")


class TableInput(FilterInput, PageInput):
    """Filters, and the page of the results."""


class CsvInput(FilterInput):
    """Filters, and whether the file begins with a mark of its encoding."""

    bom = serializers.BooleanField(required=False, default=False)


class ColumnOutput(serializers.Serializer):
    """One column: its key in rows and files, its name for people."""

    key = serializers.CharField()
    name = serializers.CharField()


class TableDescription(serializers.Serializer):
    """A table, its columns and the filters that it understands."""

    name = serializers.CharField()
    title = serializers.CharField()
    columns = ColumnOutput(many=True)
    filters = serializers.ListField(child=serializers.CharField())


class TablesOutput(serializers.Serializer):
    """All tables that the person may read."""

    results = TableDescription(many=True)


class TableOutput(TableDescription):
    """Rows by column key, and where the next page begins."""

    results = serializers.ListField(child=serializers.DictField())
    next_after = serializers.CharField(allow_null=True)


def asked_of(view: ProjectAPIView, request: Request, table: Table) -> Asked:
    """The filters of the request; ValidationError for one that the table does not know."""
    given = {name: list(values) for name, values in request.query_params.lists()}
    filters = {name: values for name, values in given.items() if name in FilterInput().fields}
    unknown = sorted(set(filters) - set(table.filters))
    if unknown:
        message = _("This table has no such filter.")
        raise ValidationError({unknown[0]: ValidationError(message, code="unknown_filter")})
    return Asked(view.membership, get_language() or "en", filters)


class TablesView(ProjectAPIView):
    """The tables of a project."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=TablesOutput, operation_id="tables_list", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """By name, with columns and filters."""
        tables = sorted(TABLES.values(), key=lambda table: table.name)
        mine = [table for table in tables if has_permission(self.membership, table.permission)]
        return Response(TablesOutput({"results": mine}).data)


class TableView(ProjectAPIView):
    """One table as JSON."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[NAME, TableInput],
        responses=TableOutput,
        operation_id="tables_read",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, name: str) -> Response:
        """In a stable order; `after` is `next_after` of the page before."""
        table = table_named(name)
        page = TableInput.validated(request.query_params)
        piece = opened(table, asked_of(self, request, table))(page["after"], page["size"])
        keys = [column.key for column in table.columns]
        answer: dict[str, Any] = {
            "name": table.name,
            "title": table.title,
            "columns": table.columns,
            "filters": table.filters,
            "results": [dict(zip(keys, row, strict=True)) for row in piece.rows],
            "next_after": piece.next_after,
        }
        return Response(TableOutput(answer).data)


class TableFileView(ProjectAPIView):
    """One table as CSV."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[NAME, CsvInput],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY)},
        operation_id="tables_csv",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, name: str) -> StreamingHttpResponse:
        """All rows, streamed; what a spreadsheet would run as a formula has a quote in front."""
        table = table_named(name)
        given = CsvInput.validated(request.query_params)
        asked = asked_of(self, request, table)
        return csv_response(table, asked, bom=given["bom"], now=timezone.now())
