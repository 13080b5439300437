"""REST: impact previews and carrying labels over; and what all views of this app share."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from campaigns.actions.cancel_carry_over import cancel_carry_over
from campaigns.actions.start_carry_over import start_carry_over
from campaigns.actions.start_impact import start_impact
from campaigns.api import serializers as shapes
from campaigns.queries.lookups import (
    carry_over_by_id,
    carry_overs,
    impact_by_id,
    impacts,
    version_for_impact,
)
from core.pages import Page, keyset_page
from guidelines.queries import version_by_number
from projects.api.base import ProjectAPIView
from projects.roles import Permission

TAGS = ["campaigns"]
MAY_SEE = (Permission.VIEW_QUALITY, Scope.READ)
MAY_START = (Permission.PUBLISH_GUIDELINE, Scope.WRITE)


def page_of(request: Request) -> dict[str, Any]:
    """The typed page arguments of a list."""
    return shapes.PageInput.validated(request.query_params.dict())


def listed(page: Page[Any]) -> dict[str, Any]:
    """A page as every list answers it."""
    return {"results": page.rows, "next_after": page.next_after}


class ImpactsView(ProjectAPIView):
    """Impact previews of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.ImpactsOutput,
        operation_id="impacts_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(impacts(self.project), newest_first=True, **page_of(request))
        return Response(shapes.ImpactsOutput(listed(page)).data)

    @extend_schema(
        request=shapes.ImpactInput,
        responses={202: shapes.ImpactOutput},
        operation_id="impacts_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Count what a version touches, in the background."""
        asked = shapes.ImpactInput.validated(request.data)
        version = version_for_impact(self.project, asked.get("version"))
        if version is None:
            raise Http404(_("The project has no such guideline version."))
        impact = start_impact(version=version, by=self.person, now=timezone.now())
        return Response(shapes.ImpactOutput(impact).data, status=202)


class ImpactView(ProjectAPIView):
    """One impact preview."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=shapes.ImpactOutput, operation_id="impacts_retrieve", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Labels, items and annotators touched, by class and by rule."""
        return Response(shapes.ImpactOutput(impact_by_id(self.project, pk)).data)


class CarryOversView(ProjectAPIView):
    """Carry-overs of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.CarryOversOutput,
        operation_id="carry_overs_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(carry_overs(self.project), newest_first=True, **page_of(request))
        return Response(shapes.CarryOversOutput(listed(page)).data)

    @extend_schema(
        request=shapes.CarryOverInput,
        responses={202: shapes.CarryOverOutput},
        operation_id="carry_overs_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Write the labels of renamed, merged and moved choices anew under a version."""
        asked = shapes.CarryOverInput.validated(request.data)
        work = start_carry_over(
            project=self.project,
            version=version_by_number(self.project, asked["version"]),
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.CarryOverOutput(work).data, status=202)


class CarryOverView(ProjectAPIView):
    """One carry-over."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=shapes.CarryOverOutput, operation_id="carry_overs_retrieve", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """How far it is and what it wrote."""
        return Response(shapes.CarryOverOutput(carry_over_by_id(self.project, pk)).data)


class CancelCarryOverView(ProjectAPIView):
    """Cancelling a carry-over."""

    rules: ClassVar = {"POST": MAY_START}

    @extend_schema(
        request=None,
        responses={202: shapes.CarryOverOutput},
        operation_id="carry_overs_cancel",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Nothing of it is kept; one that is finished stays."""
        work = carry_over_by_id(self.project, pk)
        cancel_carry_over(carry_over=work, by=self.person, now=timezone.now())
        found = carry_over_by_id(self.project, pk)
        return Response(shapes.CarryOverOutput(found).data, status=202)
