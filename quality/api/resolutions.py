"""REST: resolution runs, their items and why, comparisons, checks, and costs of mistakes."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.pages import Page, keyset_page
from projects.api.base import ProjectAPIView
from quality.actions.resolution.deciding_rules import Deciding
from quality.actions.resolution.save_costs import save_costs
from quality.actions.resolution.start import repeat_resolution, start_resolution
from quality.actions.resolution.start_check import start_check
from quality.actions.resolution.start_comparison import start_comparison
from quality.api import resolution_shapes as shapes
from quality.api.serializers import PageInput
from quality.api.views import MAY_SEE, MAY_START, TAGS, listed, page_of
from quality.queries.lookups import (
    question_by_key,
    resolution_details,
    resolution_rows,
    version_by_number,
)
from quality.queries.resolution.comparing import Change
from quality.queries.resolution.costs import cost_matrices, plain_costs
from quality.queries.resolution.pages import comparison_page, item_page, two_runs
from quality.queries.resolution.runs import resolution_run, resolution_runs

MOST_COSTS = 100


class ResolutionRunsView(ProjectAPIView):
    """Resolution runs of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.ResolutionRunsOutput,
        operation_id="resolutions_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(resolution_runs(self.project), newest_first=True, **page_of(request))
        return Response(shapes.ResolutionRunsOutput(listed(page)).data)

    @extend_schema(
        request=shapes.ResolutionInput,
        responses={202: shapes.ResolutionRunOutput},
        operation_id="resolutions_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Resolve a question in the background; earlier runs stay as they are."""
        asked = shapes.ResolutionInput.validated(request.data)
        run = start_resolution(
            project=self.project,
            question=question_by_key(self.project, asked["question"]),
            method=asked["method"],
            parameters=asked["parameters"],
            version=version_by_number(self.project, asked["version"]),
            source_kinds=asked.get("source_kinds"),
            seed=asked["seed"],
            deciding=Deciding(by_costs=asked["by_costs"], abstain_below=asked["abstain_below"]),
            as_of=resolution_run(self.project, asked["as_of"]) if asked["as_of"] else None,
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.ResolutionRunOutput(run).data, status=202)


class ResolutionRunView(ProjectAPIView):
    """One resolution run."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        responses=shapes.ResolutionOutput, operation_id="resolutions_retrieve", tags=TAGS
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """The run and what it learned about its sources."""
        details = resolution_details(resolution_run(self.project, pk))
        return Response(shapes.ResolutionOutput(details).data)


class ResolvedItemsView(ProjectAPIView):
    """Items of a resolution run."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.ResolvedItemsOutput,
        operation_id="resolutions_items",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """In the order of item ids; `after` is an item id."""
        run = resolution_run(self.project, pk)
        page, blind = resolution_rows(run, viewer=self.membership, **page_of(request))
        return Response(shapes.ResolvedItemsOutput(listed(page), context={"blind": blind}).data)


class ItemWhyView(ProjectAPIView):
    """One item of a resolution run."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=shapes.ItemWhyOutput, operation_id="resolutions_item", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int, item_id: int) -> Response:
        """Why the run decided it so: labels, tables, members, classes, and words."""
        page = item_page(
            self.project, pk, item_id, viewer=self.membership, language=get_language() or "en"
        )
        why = page.why
        shown = {
            "row": why.row,
            "why": page.words,
            "voices": why.voices,
            "candidates": why.candidates,
            "members": why.members,
            "standing": why.standing,
        }
        blind = {why.row.item_id} if why.blind else set()
        return Response(shapes.ItemWhyOutput(shown, context={"blind": blind}).data)


class ComparisonView(ProjectAPIView):
    """Two resolution runs of one question."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_SEE}

    @extend_schema(
        parameters=[shapes.ComparisonInput],
        responses=shapes.ComparisonOutput,
        operation_id="resolutions_compare",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int, other: int) -> Response:
        """What the other run would change: counts, from what to what, and the items.

        Everything but `state` is empty until somebody has asked for the comparison (POST), and its
        state is done.
        """
        asked = shapes.ComparisonInput.validated(request.query_params.dict())
        page = comparison_page(
            self.project,
            pk,
            other,
            viewer=self.membership,
            language=get_language() or "en",
            change=Change(asked["from"], asked["to"]),
            after=asked["after"],
            size=asked["size"],
        )
        return Response(shapes.ComparisonOutput(page).data)

    @extend_schema(
        request=None,
        responses={202: shapes.ComparisonStartedOutput},
        operation_id="resolutions_compare_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int, other: int) -> Response:
        """Compare them in the background; asked for again it is the same comparison."""
        first, second = two_runs(self.project, pk, other)
        made = start_comparison(first=first, second=second, by=self.person, now=timezone.now())
        return Response(shapes.ComparisonStartedOutput(made).data, status=202)


class AgainView(ProjectAPIView):
    """The same once more."""

    rules: ClassVar = {"POST": MAY_START}

    @extend_schema(
        request=shapes.AgainInput,
        responses={202: shapes.ResolutionRunOutput},
        operation_id="resolutions_again",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """A new run that asks for the same; the earlier one stays."""
        asked = shapes.AgainInput.validated(request.data)
        run = repeat_resolution(
            run=resolution_run(self.project, pk),
            with_labels_of_then=asked["labels"] == "then",
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.ResolutionRunOutput(run).data, status=202)


class ChecksView(ProjectAPIView):
    """Checks of a resolution run: is it what computing it anew gives?"""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.ResolutionChecksOutput,
        operation_id="resolutions_checks",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Newest first."""
        checks = resolution_run(self.project, pk).checks.select_related("job")
        page: Page[Any] = keyset_page(checks, newest_first=True, **page_of(request))
        return Response(shapes.ResolutionChecksOutput(listed(page)).data)

    @extend_schema(
        request=None,
        responses={202: shapes.CheckOutput},
        operation_id="resolutions_check",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Compute the run anew in the background and compare every figure; changes nothing."""
        run = resolution_run(self.project, pk)
        check = start_check(run=run, by=self.person, now=timezone.now())
        return Response(shapes.CheckOutput(check).data, status=202)


class CostsView(ProjectAPIView):
    """What wrong decisions about a question cost."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(responses=shapes.CostsListOutput, operation_id="costs_list", tags=TAGS)
    def get(self, request: Request, project_id: int, question: str) -> Response:
        """All versions, the one that stands first."""
        asked = question_by_key(self.project, question)
        shown = {
            "results": list(cost_matrices(asked.pk)[:MOST_COSTS]),
            "plain": plain_costs(asked),
        }
        return Response(shapes.CostsListOutput(shown).data)

    @extend_schema(
        request=shapes.CostsInput,
        responses={201: shapes.CostsOutput},
        operation_id="costs_create",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, question: str) -> Response:
        """The next version. 409 when another stands than the one it was made from."""
        given = shapes.CostsInput.validated(request.data)
        made = save_costs(
            project=self.project,
            question=question_by_key(self.project, question),
            costs=given["costs"],
            based_on=given["based_on"],
            comment=given["comment"],
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.CostsOutput(made).data, status=201)
