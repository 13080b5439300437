"""REST: files of a project, one by one or many at once."""

from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from core.pages import keyset_page
from media.actions.start_arrival import start_addresses, start_folder, start_zip
from media.actions.upload_files import upload_file
from media.api import serializers as shapes
from media.bodies import is_too_large
from media.models import Arrival
from media.queries.files import arrival_of, file_of, files_of
from projects.api.base import ProjectAPIView
from projects.roles import Permission

TAGS = ["media"]


class TooLarge(APIException):
    """The body says itself that it is larger than it may be."""

    status_code = 413
    default_code = "too_large"


class MediaFilesView(ProjectAPIView):
    """The files of a project."""

    rules: ClassVar = {
        "GET": (Permission.VIEW_ITEMS, Scope.READ),
        "POST": (Permission.IMPORT, Scope.WRITE),
    }
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything of the body is read."""
        if is_too_large(request.META.get("CONTENT_LENGTH"), settings.MEDIA_MAX_BYTES):
            raise TooLarge
        super().initial(request, *args, **kwargs)

    @extend_schema(
        parameters=[shapes.MediaPageInput],
        responses=shapes.MediaFilesOutput,
        operation_id="media_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """100 a page."""
        wanted = shapes.MediaPageInput.validated(request.query_params.dict())
        found = files_of(self.project, kind=wanted["kind"], prefix=wanted["prefix"])
        page = keyset_page(found, after=wanted["after"], size=100)
        rows = {"results": page.rows, "next_after": page.next_after}
        return Response(shapes.MediaFilesOutput(rows).data)

    @extend_schema(
        request={"multipart/form-data": shapes.MediaInput},
        responses={200: shapes.MediaOutput, 201: shapes.MediaOutput},
        operation_id="media_upload",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Upload one file. 200 when it is there already with the same name and content, 409 when
        its name stands for another content, 400 when it is of no type that is stored."""
        arguments = shapes.MediaInput.validated(request.data)
        media, is_new = upload_file(
            project=self.project,
            upload=arguments["file"],
            name=arguments["name"],
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.MediaOutput(media).data, status=201 if is_new else 200)


class MediaFileView(ProjectAPIView):
    """One file."""

    rules: ClassVar = {"GET": (Permission.VIEW_ITEMS, Scope.READ)}

    @extend_schema(responses=shapes.MediaOutput, operation_id="media_read", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """What is known of it; its bytes are at `content`."""
        return Response(shapes.MediaOutput(file_of(self.project, pk)).data)


class ArrivalsView(ProjectAPIView):
    """Many files at once."""

    rules: ClassVar = {"POST": (Permission.IMPORT, Scope.WRITE)}
    parser_classes = (MultiPartParser, JSONParser)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything of the body is read."""
        if is_too_large(request.META.get("CONTENT_LENGTH"), settings.MEDIA_ZIP_MAX_BYTES):
            raise TooLarge
        super().initial(request, *args, **kwargs)

    @extend_schema(
        request={
            "multipart/form-data": shapes.ArrivalInput,
            "application/json": shapes.ArrivalInput,
        },
        responses={202: shapes.ArrivalOutput},
        operation_id="media_arrivals_create",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """An archive is stored as a whole or not at all; of addresses and folders, what is sound.

        Poll the answer's `id` until its state is done, failed or cancelled.
        """
        arguments = shapes.ArrivalInput.validated(request.data)
        return Response(shapes.ArrivalOutput(self._start(arguments)).data, status=202)

    def _start(self, arguments: dict[str, Any]) -> Arrival:
        who: dict[str, Any] = {"project": self.project, "by": self.person, "now": timezone.now()}
        if "file" in arguments:
            return start_zip(upload=arguments["file"], **who)
        if "addresses" in arguments:
            return start_addresses(text=arguments["addresses"], **who)
        return start_folder(folder=arguments["folder"], **who)


class ArrivalView(ProjectAPIView):
    """One arrival."""

    rules: ClassVar = {"GET": (Permission.IMPORT, Scope.READ)}

    @extend_schema(responses=shapes.ArrivalOutput, operation_id="media_arrival", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """State, progress, what it brought and what was left out."""
        return Response(shapes.ArrivalOutput(arrival_of(self.project, pk)).data)
