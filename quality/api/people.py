"""REST: figures of people, pauses, checks."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope, User
from annotations.actions.check_pause import pause_person, resume_person
from annotations.api.training import GoldOutput
from core.pages import keyset_page
from projects.actions.projects import CHECKS
from projects.api.base import ProjectAPIView
from projects.models import Project
from projects.roles import Permission
from quality.actions.people.checks import set_checks
from quality.actions.people.gold import promote_to_gold
from quality.actions.people.start import start_people
from quality.api import people_shapes as shapes
from quality.api.serializers import PageInput
from quality.queries.lookups import question_by_key
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.people.gold import decision_of, gold_list
from quality.queries.people.pages import (
    annotator_of,
    figures_of,
    latest_people_run,
    person_rows,
)
from quality.queries.people.person import consensus_of, person_page

TAGS = ["people"]
MAY_SEE = (Permission.VIEW_QUALITY, Scope.READ)
MAY_START = (Permission.RESOLVE, Scope.WRITE)
MAY_LEAD = (Permission.EDIT_PROJECT, Scope.WRITE)


def named_question(project: Project, key: str) -> QuestionNames:
    """The question with its names; ValidationError when the project has none such."""
    known = vocabulary(project, get_language() or "en")
    if key:
        question_by_key(project, key)
    question = known.question(key)
    if question is None:
        message = _("The project has no published question yet. Publish a guideline first.")
        raise ValidationError({"question": ValidationError(message, code="no_question")})
    return question


class PeopleView(ProjectAPIView):
    """Annotators of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_START}

    @extend_schema(
        parameters=[shapes.PeoplePageInput],
        responses=shapes.PeopleOutput,
        operation_id="people_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Everybody with labels on the question, by the last run that has its results."""
        asked = shapes.PeoplePageInput.validated(request.query_params.dict())
        names = named_question(self.project, asked["question"])
        run = latest_people_run(self.project, names.id)
        if run is None:
            return Response(_listed(None, [], None))
        page = keyset_page(figures_of(run), after=asked["after"], size=asked["size"])
        rows = person_rows(self.project, page.rows, names)
        return Response(_listed(run, rows, page.next_after))

    @extend_schema(
        request=shapes.PeopleStartInput,
        responses={202: shapes.PeopleRunOutput},
        operation_id="people_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Compute the figures in the background; earlier runs stay as they are."""
        asked = shapes.PeopleStartInput.validated(request.data)
        question = question_by_key(self.project, asked["question"])
        run = start_people(
            project=self.project, question=question, by=self.person, now=timezone.now()
        )
        return Response(shapes.PeopleRunOutput(run).data, status=202)


def _listed(run: Any, rows: list[Any], next_after: str | None) -> Any:
    data = {"run": run, "results": rows, "next_after": next_after}
    return shapes.PeopleOutput(data).data


class PersonView(ProjectAPIView):
    """One annotator."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[shapes.QuestionInput],
        responses=shapes.PersonDetailOutput,
        operation_id="people_retrieve",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """All figures of one annotator, named by their source."""
        asked = shapes.QuestionInput.validated(request.query_params.dict())
        names = named_question(self.project, asked["question"])
        source = annotator_of(self.project, pk)
        page = person_page(self.project, source, names)
        data = {
            "row": page.row,
            "details": page.row.figures.details if page.row else {},
            "consensus": consensus_of(self.project, source, names),
            "pauses": page.pauses,
        }
        return Response(shapes.PersonDetailOutput(data).data)


class PauseView(ProjectAPIView):
    """Keeping new items back."""

    rules: ClassVar = {"POST": MAY_LEAD}

    @extend_schema(
        request=shapes.PauseInput,
        responses={201: shapes.PauseOutput},
        operation_id="people_pause",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """No new items for this person, who reads the reason. 409 when they are paused already."""
        wanted = shapes.PauseInput.validated(request.data)
        pause = pause_person(
            project=self.project,
            person=_person_of(self.project, pk),
            by=self.person,
            now=timezone.now(),
            **wanted,
        )
        return Response(shapes.PauseOutput(pause).data, status=201)


class ResumeView(ProjectAPIView):
    """The way back."""

    rules: ClassVar = {"POST": MAY_LEAD}

    @extend_schema(
        request=shapes.ResumeInput,
        responses={201: shapes.PauseOutput},
        operation_id="people_resume",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """New items again. 409 when the person is not paused."""
        wanted = shapes.ResumeInput.validated(request.data)
        pause = resume_person(
            project=self.project,
            person=_person_of(self.project, pk),
            by=self.person,
            now=timezone.now(),
            **wanted,
        )
        return Response(shapes.PauseOutput(pause).data, status=201)


def _person_of(project: Project, pk: int) -> User:
    source = annotator_of(project, pk)
    if source.person is None:
        message = _("This annotator was named in a file, and has no account here.")
        raise ValidationError({"person": ValidationError(message, code="no_account")})
    return source.person


class ChecksView(ProjectAPIView):
    """Checks in people's streams."""

    rules: ClassVar = {
        "GET": (Permission.EDIT_GUIDELINE, Scope.READ),
        "PATCH": (Permission.EDIT_GUIDELINE, Scope.WRITE),
    }

    @extend_schema(
        parameters=[PageInput],
        responses=shapes.ChecksOutput,
        operation_id="checks_retrieve",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The settings, and active gold items with their use, newest first."""
        return Response(self._shown(**PageInput.validated(request.query_params.dict())))

    @extend_schema(
        request=shapes.ChecksInput,
        responses=shapes.ChecksOutput,
        operation_id="checks_update",
        tags=TAGS,
    )
    def patch(self, request: Request, project_id: int) -> Response:
        """Change some of the settings."""
        wanted = shapes.ChecksInput.validated(request.data)
        self.project = set_checks(
            project=self.project, by=self.person, now=timezone.now(), **wanted
        )
        return Response(self._shown(after="", size=100))

    def _shown(self, *, after: str, size: int) -> Any:
        golds = gold_list(self.project, after, size)
        settings = {name: getattr(self.project, name) for name in CHECKS}
        data = {
            "settings": settings,
            "results": golds.rows,
            "next_after": golds.page.next_after,
        }
        return shapes.ChecksOutput(data).data


class PromotedGoldView(ProjectAPIView):
    """Gold items out of decisions."""

    rules: ClassVar = {"POST": (Permission.EDIT_GUIDELINE, Scope.WRITE)}

    @extend_schema(
        request=shapes.PromoteInput,
        responses={201: GoldOutput},
        operation_id="gold_promote",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """The item of a decision becomes gold. 409 when it is, or another decision stands."""
        wanted = shapes.PromoteInput.validated(request.data)
        gold = promote_to_gold(
            decision=decision_of(self.project, wanted.pop("decision")),
            by=self.person,
            now=timezone.now(),
            **wanted,
        )
        return Response(GoldOutput(gold).data, status=201)
