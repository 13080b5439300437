"""REST: one's own figures, and groups by consent."""

from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from core.errors import Conflict
from projects.api.base import ProjectAPIView
from projects.models import Project
from projects.roles import Permission
from quality.actions.people.groups import (
    answer_group,
    ask_for_group,
    retire_group_question,
    withdraw_group,
)
from quality.api import people_shapes as shapes
from quality.api.people import MAY_LEAD, MAY_SEE, TAGS, named_question
from quality.models import GroupQuestion
from quality.queries.naming import vocabulary
from quality.queries.people.coaching import PACE_DAYS, coaching
from quality.queries.people.groups import group_question, group_rows, own_answer
from quality.queries.people.pages import latest_people_run


class CoachingView(ProjectAPIView):
    """One's own figures."""

    rules: ClassVar = {"GET": (Permission.LABEL, Scope.READ)}

    @extend_schema(responses=shapes.CoachingOutput, operation_id="coaching_retrieve", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """What you mix up, the rules that decide it, your trend and pace. Nobody else's."""
        language = get_language() or "en"
        found = coaching(
            self.project,
            self.person,
            vocabulary(self.project, language).questions,
            language=language,
            since=timezone.now() - timedelta(days=PACE_DAYS),
            zone=timezone.get_current_timezone_name(),
        )
        return Response(shapes.CoachingOutput(found).data)


class GroupsView(ProjectAPIView):
    """Groups of annotators, by their own word."""

    rules: ClassVar = {"GET": MAY_SEE, "PUT": MAY_LEAD, "DELETE": MAY_LEAD}

    @extend_schema(
        parameters=[shapes.QuestionInput],
        responses=shapes.GroupsOutput,
        operation_id="groups_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Figures of groups that are large enough, by the last run; never of a person."""
        asked = shapes.QuestionInput.validated(request.query_params.dict())
        names = named_question(self.project, asked["question"])
        run = latest_people_run(self.project, names.id)
        data = {
            "question": group_question(self.project),
            "results": group_rows(run, names) if run is not None else [],
        }
        return Response(shapes.GroupsOutput(data).data)

    @extend_schema(
        request=shapes.GroupQuestionInput,
        responses=shapes.GroupQuestionOutput,
        operation_id="groups_ask",
        tags=TAGS,
    )
    def put(self, request: Request, project_id: int) -> Response:
        """Ask annotators; the answers to an earlier question are deleted."""
        wanted = shapes.GroupQuestionInput.validated(request.data)
        made = ask_for_group(project=self.project, by=self.person, now=timezone.now(), **wanted)
        return Response(shapes.GroupQuestionOutput(made).data)

    @extend_schema(request=None, responses={204: None}, operation_id="groups_stop", tags=TAGS)
    def delete(self, request: Request, project_id: int) -> Response:
        """Ask no more, and delete the answers."""
        retire_group_question(project=self.project, by=self.person, now=timezone.now())
        return Response(status=204)


class OwnGroupView(ProjectAPIView):
    """One's own word about oneself."""

    rules: ClassVar = {
        "GET": (Permission.LABEL, Scope.READ),
        "PUT": (Permission.LABEL, Scope.WRITE),
        "DELETE": (Permission.LABEL, Scope.WRITE),
    }

    @extend_schema(responses=shapes.OwnGroupOutput, operation_id="own_group_retrieve", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """What is asked, and what you said."""
        return Response(self._shown())

    @extend_schema(
        request=shapes.OwnGroupInput,
        responses=shapes.OwnGroupOutput,
        operation_id="own_group_update",
        tags=TAGS,
    )
    def put(self, request: Request, project_id: int) -> Response:
        """Answer, or decline with null. 409 when nothing is asked."""
        wanted = shapes.OwnGroupInput.validated(request.data)
        answer_group(
            question=_asked(self.project), person=self.person, now=timezone.now(), **wanted
        )
        return Response(self._shown())

    @extend_schema(request=None, responses={204: None}, operation_id="own_group_delete", tags=TAGS)
    def delete(self, request: Request, project_id: int) -> Response:
        """Take it back; nothing is kept."""
        withdraw_group(question=_asked(self.project), person=self.person)
        return Response(status=204)

    def _shown(self) -> Any:
        question = group_question(self.project)
        said = own_answer(question, self.person) if question else None
        data = {
            "question": question,
            "consent": said.consent if said else None,
            "option": (said.option or None) if said else None,
        }
        return shapes.OwnGroupOutput(data).data


def _asked(project: Project) -> GroupQuestion:
    question = group_question(project)
    if question is None:
        raise Conflict(_("This question is not asked any more."), code="group_question_moved")
    return question
