"""REST: the content of files, for those who may see it, and items made of files."""

from typing import ClassVar

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.make_items import make_items_of_files
from annotations.api.serializers import NewItemsOutput
from annotations.queries.media import visible_file
from media.serving import content_response
from projects.api.base import ProjectAPIView
from projects.roles import Permission


class MediaContentView(ProjectAPIView):
    """The bytes of a file."""

    rules: ClassVar = {"GET": (Permission.VIEW_PROJECT, Scope.READ)}

    @extend_schema(
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
            (206, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
        },
        operation_id="media_content",
        tags=["media"],
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponseBase:
        """Also in parts (`Range: bytes=…`). Annotators get the files of items they were given."""
        return content_response(request._request, visible_file(self.membership, pk))

    @extend_schema(exclude=True)
    def head(self, request: Request, project_id: int, pk: int) -> HttpResponseBase:
        """The same without the bytes."""
        return self.get(request, project_id, pk)


class MediaItemsView(ProjectAPIView):
    """Items made of files."""

    rules: ClassVar = {"POST": (Permission.IMPORT, Scope.WRITE)}

    @extend_schema(
        request=None,
        responses={201: NewItemsOutput},
        operation_id="media_items",
        tags=["media"],
    )
    def post(self, request: Request, project_id: int) -> Response:
        """One item for each file that no item shows yet; its id is the name of the file."""
        counts = make_items_of_files(project=self.project, by=self.person, now=timezone.now())
        return Response(NewItemsOutput(counts).data, status=201)
