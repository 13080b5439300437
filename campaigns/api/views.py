"""REST: campaigns, their sample and their reports."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from campaigns.actions.move_campaign import end_campaign, pause_campaign, resume_campaign
from campaigns.actions.start_campaign import Plan, start_campaign
from campaigns.actions.start_report import start_report
from campaigns.api import serializers as shapes
from campaigns.api.work import MAY_SEE, MAY_START, TAGS, listed, page_of
from campaigns.models import Campaign
from campaigns.queries.campaign_pages import campaign_row
from campaigns.queries.lookups import (
    campaign_by_number,
    campaigns,
    report_by_id,
    reports,
    sampled_labels,
)
from core.pages import keyset_page
from guidelines.queries import version_by_number
from projects.api.base import ProjectAPIView
from projects.roles import Permission


class CampaignsView(ProjectAPIView):
    """Campaigns of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.CampaignsOutput,
        operation_id="campaigns_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(campaigns(self.project), newest_first=True, **page_of(request))
        return Response(shapes.CampaignsOutput(listed(page)).data)

    @extend_schema(
        request=shapes.CampaignInput,
        responses={202: shapes.CampaignOutput},
        operation_id="campaigns_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Draw the sample and open its slots in the background."""
        asked = shapes.CampaignInput.validated(request.data)
        version = version_by_number(self.project, asked.pop("version"))
        despite_running = asked.pop("despite_running")
        campaign = start_campaign(
            project=self.project,
            version=version,
            plan=Plan(**asked),
            despite_running=despite_running,
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.CampaignOutput(campaign).data, status=202)


class CampaignView(ProjectAPIView):
    """One campaign."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        responses=shapes.CampaignDetailOutput, operation_id="campaigns_retrieve", tags=TAGS
    )
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """What it asks for, and how far it is."""
        row = campaign_row(campaign_by_number(self.project, number))
        return Response(shapes.CampaignDetailOutput(row).data)


class SampledLabelsView(ProjectAPIView):
    """The sample of a campaign; it shows answers, so only those who may see items read it."""

    rules: ClassVar = {"GET": (Permission.VIEW_ITEMS, Scope.READ)}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.SampledLabelsOutput,
        operation_id="campaigns_labels",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """Every label that was drawn, with its probability."""
        campaign = campaign_by_number(self.project, number)
        page, blind = sampled_labels(campaign, viewer=self.membership, **page_of(request))
        return Response(shapes.SampledLabelsOutput(listed(page), context={"blind": blind}).data)


class MoveView(ProjectAPIView):
    """What pausing, resuming and ending have in common."""

    rules: ClassVar = {"POST": MAY_START}
    move: ClassVar[Callable[..., Campaign]]

    def moved(self, number: int) -> Response:
        """The campaign as it is afterwards."""
        type(self).move(
            campaign=campaign_by_number(self.project, number), by=self.person, now=timezone.now()
        )
        return Response(shapes.CampaignOutput(campaign_by_number(self.project, number)).data)


class PauseView(MoveView):
    """Pausing a campaign."""

    move = staticmethod(pause_campaign)

    @extend_schema(
        request=None, responses=shapes.CampaignOutput, operation_id="campaigns_pause", tags=TAGS
    )
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Hand nothing out any more; what is on a screen may be finished."""
        return self.moved(number)


class ResumeView(MoveView):
    """Resuming a campaign."""

    move = staticmethod(resume_campaign)

    @extend_schema(
        request=None, responses=shapes.CampaignOutput, operation_id="campaigns_resume", tags=TAGS
    )
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Hand out again what was not answered."""
        return self.moved(number)


class EndView(MoveView):
    """Ending a campaign."""

    move = staticmethod(end_campaign)

    @extend_schema(
        request=None, responses=shapes.CampaignOutput, operation_id="campaigns_end", tags=TAGS
    )
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Close what waits, for good; answers stay."""
        return self.moved(number)


class ReportsView(ProjectAPIView):
    """Reports of a campaign."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.ReportsOutput,
        operation_id="campaigns_reports",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """Newest first."""
        found = reports(campaign_by_number(self.project, number))
        page = keyset_page(found, newest_first=True, **page_of(request))
        return Response(shapes.ReportsOutput(listed(page)).data)

    @extend_schema(
        request=None,
        responses={202: shapes.ReportOutput},
        operation_id="campaigns_report_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Compute a report in the background; earlier ones stay."""
        campaign = campaign_by_number(self.project, number)
        report = start_report(campaign=campaign, by=self.person, now=timezone.now())
        return Response(shapes.ReportOutput(report).data, status=202)


class ReportView(ProjectAPIView):
    """One report."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        responses=shapes.ReportOutput, operation_id="campaigns_report_retrieve", tags=TAGS
    )
    def get(self, request: Request, project_id: int, number: int, pk: int) -> Response:
        """Flips, cost and agreement before and after."""
        campaign: Any = campaign_by_number(self.project, number)
        return Response(shapes.ReportOutput(report_by_id(campaign, pk)).data)
