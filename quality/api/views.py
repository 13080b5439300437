"""REST: agreement runs, and what all lists have in common."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from core.pages import Page, keyset_page
from projects.api.base import ProjectAPIView
from projects.roles import Permission
from quality.actions.agreement.start import start_agreement
from quality.api import serializers as shapes
from quality.queries.agreement.runs import agreement_run, agreement_runs
from quality.queries.lookups import (
    agreement_details,
    disputed_rows,
    pairs_page,
    question_by_key,
    version_by_number,
)

TAGS = ["quality"]
MAY_SEE = (Permission.VIEW_QUALITY, Scope.READ)
MAY_START = (Permission.RESOLVE, Scope.WRITE)


def page_of(request: Request) -> dict[str, Any]:
    """The typed page arguments of a list."""
    return shapes.PageInput.validated(request.query_params.dict())


def listed(page: Page[Any]) -> dict[str, Any]:
    """A page as every list answers it."""
    return {"results": page.rows, "next_after": page.next_after}


class AgreementRunsView(ProjectAPIView):
    """Agreement runs of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.AgreementRunsOutput,
        operation_id="agreement_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(agreement_runs(self.project), newest_first=True, **page_of(request))
        return Response(shapes.AgreementRunsOutput(listed(page)).data)

    @extend_schema(
        request=shapes.AgreementInput,
        responses={202: shapes.StartedOutput},
        operation_id="agreement_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Compute agreement in the background; poll the run until its state is done."""
        asked = shapes.AgreementInput.validated(request.data)
        key = asked.get("question")
        runs = start_agreement(
            project=self.project,
            question=question_by_key(self.project, key) if key else None,
            version=version_by_number(self.project, asked["version"]),
            source_kinds=asked.get("source_kinds"),
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.StartedOutput({"results": runs}).data, status=202)


class AgreementRunView(ProjectAPIView):
    """One agreement run."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=shapes.AgreementOutput, operation_id="agreement_retrieve", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """All figures: coefficients, class counts, confusion, pairs."""
        details = agreement_details(agreement_run(self.project, pk))
        return Response(shapes.AgreementOutput(details).data)


class AgreementPairsView(ProjectAPIView):
    """Pairs of sources of an agreement run."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.PairsOutput,
        operation_id="agreement_pairs",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Cohen's kappa and percent agreement of every pair with common items."""
        run = agreement_run(self.project, pk)
        page = pairs_page(run, **page_of(request))
        return Response(shapes.PairsOutput(listed(page)).data)


class DisputedItemsView(ProjectAPIView):
    """Disputed items of an agreement run."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.DisputedPageOutput,
        operation_id="agreement_disputed",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Most disputed first."""
        run = agreement_run(self.project, pk)
        page, blind = disputed_rows(run, viewer=self.membership, **page_of(request))
        return Response(shapes.DisputedPageOutput(listed(page), context={"blind": blind}).data)
