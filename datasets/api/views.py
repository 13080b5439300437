"""REST: imports and the export."""

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from core.pages import keyset_page
from datasets.actions.bring_file import bring_file
from datasets.actions.open_export import ExportRequest, open_export
from datasets.actions.start_import import cancel_import
from datasets.api import serializers as shapes
from datasets.queries.imports import import_of, imports_of
from datasets.streaming import export_response, is_too_large
from projects.api.base import ProjectAPIView
from projects.roles import Permission


class TooLarge(APIException):
    """The body says itself that it is larger than an import may be."""

    status_code = 413
    default_code = "too_large"


class ImportListView(ProjectAPIView):
    """The imports of a project."""

    rules: ClassVar = {
        "GET": (Permission.IMPORT, Scope.READ),
        "POST": (Permission.IMPORT, Scope.WRITE),
    }
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything of the body is read."""
        if is_too_large(request.META.get("CONTENT_LENGTH")):
            raise TooLarge
        super().initial(request, *args, **kwargs)

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.ImportsOutput,
        operation_id="imports_list",
        tags=["imports"],
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first, 50 a page."""
        after = shapes.PageInput.validated(request.query_params.dict())["after"]
        page = keyset_page(imports_of(self.project), after=after, size=50, newest_first=True)
        return Response(
            shapes.ImportsOutput({"results": page.rows, "next_after": page.next_after}).data,
        )

    @extend_schema(
        request={"multipart/form-data": shapes.ImportInput},
        responses={202: shapes.ImportOutput, 201: shapes.ImportOutput},
        operation_id="imports_create",
        tags=["imports"],
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Upload a file and start its import; poll the answer's `id` until it is done.

        All of the file is stored or nothing. Items that are there already are known by their
        external id; the same file again adds nothing.
        """
        arguments = shapes.ImportInput.validated(request.data)
        file_import = bring_file(
            project=self.project,
            by=self.person,
            now=timezone.now(),
            **arguments,
        )
        status = 202 if file_import.is_started else 201
        return Response(shapes.ImportOutput(file_import).data, status=status)


class ImportDetailView(ProjectAPIView):
    """One import."""

    rules: ClassVar = {"GET": (Permission.IMPORT, Scope.READ)}

    @extend_schema(responses=shapes.ImportOutput, operation_id="import", tags=["imports"])
    def get(self, request: Request, project_id: int, import_id: int) -> Response:
        """State, progress, and what is wrong with the file (the first hundred faults)."""
        return Response(shapes.ImportOutput(import_of(self.project, import_id)).data)


class ImportCancelView(ProjectAPIView):
    """Stop an import."""

    rules: ClassVar = {"POST": (Permission.IMPORT, Scope.WRITE)}

    @extend_schema(
        request=None,
        responses={202: shapes.ImportOutput},
        operation_id="import_cancel",
        tags=["imports"],
    )
    def post(self, request: Request, project_id: int, import_id: int) -> Response:
        """Nothing of it is kept. 409 when it is not running."""
        file_import = import_of(self.project, import_id)
        cancel_import(file_import=file_import, by=self.person, now=timezone.now())
        return Response(shapes.ImportOutput(import_of(self.project, import_id)).data, status=202)


class OwnFormats(BaseContentNegotiation):
    """`format` is ours to read; errors are JSON whatever the client accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self,
        request: Request,
        renderers: Any,
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ExportView(ProjectAPIView):
    """Labels or resolved items as a stream."""

    rules: ClassVar = {"GET": (Permission.EXPORT, Scope.EXPORT)}
    content_negotiation_class = OwnFormats

    @extend_schema(
        parameters=[shapes.ExportInput],
        responses={
            (200, "application/jsonl"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "application/json"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "text/plain"): OpenApiResponse(OpenApiTypes.BINARY),
        },
        operation_id="export",
        tags=["export"],
    )
    def get(self, request: Request, project_id: int) -> StreamingHttpResponse:
        """One snapshot, in constant memory, in a stable order; noted in the audit log."""
        arguments = shapes.ExportInput.validated(request.query_params.dict())
        export = open_export(
            project=self.project,
            request=ExportRequest(
                file_format=arguments["format"],
                what=arguments["what"],
                question=arguments["question"],
                annotator=arguments["annotator"],
                run=arguments["run"],
                since=arguments["since"],
                current_only=arguments["current"],
                with_payload="include" in arguments,
                spreadsheet=arguments["spreadsheet"],
                trailer=arguments["trailer"],
            ),
            by=self.person,
            now=timezone.now(),
        )
        return export_response(export)
