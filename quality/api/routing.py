"""REST: enough labels? Studies, policies of adaptive overlap, and what they did."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.pages import keyset_page
from projects.api.base import ProjectAPIView
from quality.actions.routing.policy import (
    check_routing_plan,
    check_within_reach,
    end_routing,
    pause_routing,
    resume_routing,
    start_routing,
)
from quality.actions.routing.study import start_routing_study
from quality.api import routing_shapes as shapes
from quality.api.serializers import PageInput
from quality.api.views import MAY_SEE, MAY_START, TAGS, listed, page_of
from quality.models import RoutingPolicy
from quality.queries.lookups import question_by_key
from quality.queries.routing.pages import slot_list
from quality.queries.routing.policies import (
    expectation,
    kept_by,
    policies,
    routing_policy,
    routing_study,
    steps_of,
    studies,
)


class StudiesView(ProjectAPIView):
    """Looks at where the items of a question stand."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.StudiesOutput,
        operation_id="routing_studies_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(studies(self.project), newest_first=True, **page_of(request))
        return Response(shapes.StudiesOutput(listed(page)).data)

    @extend_schema(
        request=shapes.StudyInput,
        responses={202: shapes.StudyOutput},
        operation_id="routing_studies_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Work out confidences and the replay in the background; poll until its state is done."""
        asked = shapes.StudyInput.validated(request.data)
        study = start_routing_study(
            project=self.project,
            question=question_by_key(self.project, asked["question"]),
            seed=asked["seed"],
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.StudyOutput(study).data, status=202)


class StudyView(ProjectAPIView):
    """One study."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=shapes.StudyOutput, operation_id="routing_studies_retrieve", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Histogram, replay and pace; empty until it is computed."""
        return Response(shapes.StudyOutput(routing_study(self.project, pk)).data)


class ForecastView(ProjectAPIView):
    """What a plan would do, from the figures of a study."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[shapes.PlanInput],
        responses=shapes.ExpectationOutput,
        operation_id="routing_studies_forecast",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Items, labels and hours; nothing is started."""
        plan = shapes.PlanInput.plan(shapes.PlanInput.validated(request.query_params.dict()))
        check_routing_plan(plan)
        study = routing_study(self.project, pk)
        if study.computed_at is None:
            message = _("This study is not computed yet.")
            raise ValidationError({"study": ValidationError(message, code="not_computed")})
        check_within_reach(plan, study)
        found = expectation(kept_by(study), plan.rule(), plan.budget)
        return Response(shapes.ExpectationOutput(found).data)


class PoliciesView(ProjectAPIView):
    """Policies of adaptive overlap."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.PoliciesOutput,
        operation_id="routing_policies_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first."""
        page = keyset_page(policies(self.project), newest_first=True, **page_of(request))
        return Response(shapes.PoliciesOutput(listed(page)).data)

    @extend_schema(
        request=shapes.PolicyInput,
        responses={201: shapes.PolicyOutput},
        operation_id="routing_policies_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Start adaptive overlap for a question that was studied."""
        asked = shapes.PolicyInput.validated(request.data)
        policy = start_routing(
            project=self.project,
            question=question_by_key(self.project, asked["question"]),
            plan=shapes.PlanInput.plan(asked),
            replaces=asked["replaces"],
            by=self.person,
            now=timezone.now(),
        )
        return _answer(self, policy, status=201)


def _answer(view: ProjectAPIView, policy: RoutingPolicy, status: int = 200) -> Response:
    """The policy with the state it is in now."""
    found = routing_policy(view.project, policy.pk)
    return Response(shapes.PolicyOutput(found).data, status=status)


class PolicyView(ProjectAPIView):
    """One policy."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        responses=shapes.PolicyOutput, operation_id="routing_policies_retrieve", tags=TAGS
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """What it asks for, and its state."""
        return Response(shapes.PolicyOutput(routing_policy(self.project, pk)).data)


class PausePolicyView(ProjectAPIView):
    """Pausing."""

    rules: ClassVar = {"POST": MAY_START}

    @extend_schema(
        request=None,
        responses=shapes.PolicyOutput,
        operation_id="routing_policies_pause",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Slots that it opened and nobody has taken are closed; labels stay."""
        policy = routing_policy(self.project, pk)
        return _answer(self, pause_routing(policy=policy, by=self.person, now=timezone.now()))


class ResumePolicyView(ProjectAPIView):
    """Resuming."""

    rules: ClassVar = {"POST": MAY_START}

    @extend_schema(
        request=None,
        responses=shapes.PolicyOutput,
        operation_id="routing_policies_resume",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """It goes on from where the items stand now."""
        policy = routing_policy(self.project, pk)
        return _answer(self, resume_routing(policy=policy, by=self.person, now=timezone.now()))


class EndPolicyView(ProjectAPIView):
    """Ending."""

    rules: ClassVar = {"POST": MAY_START}

    @extend_schema(
        request=shapes.EndInput,
        responses=shapes.PolicyOutput,
        operation_id="routing_policies_end",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """As pausing, for good."""
        asked = shapes.EndInput.validated(request.data)
        policy = end_routing(
            policy=routing_policy(self.project, pk),
            restores=asked["restores"],
            by=self.person,
            now=timezone.now(),
        )
        return _answer(self, policy)


class StepsView(ProjectAPIView):
    """What a policy did."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.StepsOutput,
        operation_id="routing_policies_steps",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Step by step, newest first."""
        steps = steps_of(routing_policy(self.project, pk))
        page = keyset_page(steps, newest_first=True, **page_of(request))
        return Response(shapes.StepsOutput(listed(page)).data)


class SlotsView(ProjectAPIView):
    """Why slots were opened and closed."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[shapes.SlotsInput],
        responses=shapes.SlotsOutput,
        operation_id="routing_policies_slots",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Newest first; of one item with `item`."""
        asked = shapes.SlotsInput.validated(request.query_params.dict())
        found = slot_list(routing_policy(self.project, pk), viewer=self.membership, **asked)
        context = {"blind": found.blind}
        return Response(shapes.SlotsOutput(listed(found.page), context=context).data)
