"""REST: questions about the guideline."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.answer_flag import answer_flag
from annotations.actions.flag_item import flag_item
from annotations.forms.answers import BIGGEST_ID, LONGEST_COMMENT
from annotations.models import GUIDELINE_KINDS, FlagDecision, FlagKind
from annotations.queries.questions import question_of
from projects.access import check_permission
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission

QUESTIONS = ["questions"]
MAY_LEAD = (Permission.EDIT_GUIDELINE, Scope.WRITE)

# Comments and what is sent back begin elsewhere.
_KINDS = [(kind.value, kind.label) for kind in GUIDELINE_KINDS]


class QuestionInput(StrictSerializer):
    """A question, or (for those who watch the project) a gap in the guideline."""

    item = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    comment = serializers.CharField(max_length=LONGEST_COMMENT)
    kind = serializers.ChoiceField(choices=_KINDS, default=FlagKind.ASK)


class QuestionAnswerInput(StrictSerializer):
    """`rule_number` for a changed rule or a new example; `choice` is "question.choice"."""

    decision = serializers.ChoiceField(choices=FlagDecision.choices)
    rule_number = serializers.IntegerField(min_value=1, max_value=9999, required=False)
    choice = serializers.CharField(required=False, allow_blank=True, max_length=130)
    reply = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_COMMENT)


class QuestionAnswerOutput(serializers.Serializer[Any]):
    """One answer; one in a discarded draft does not count."""

    decision = serializers.CharField()
    rule_number = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    version_state = serializers.CharField(source="version.state", default=None, allow_null=True)
    reply = serializers.CharField()
    by = serializers.CharField(source="by.name")
    created_at = serializers.DateTimeField()


class QuestionOutput(serializers.Serializer[Any]):
    """A question with the answer that counts, and all there were."""

    id = serializers.IntegerField(source="flag.pk")
    kind = serializers.CharField(source="flag.kind")
    item = serializers.IntegerField(source="flag.item_id")
    external_id = serializers.CharField(source="flag.item.external_id")
    version = serializers.IntegerField(source="flag.version.number")
    comment = serializers.CharField(source="flag.comment")
    by = serializers.CharField()
    created_at = serializers.DateTimeField(source="flag.created_at")
    answer = QuestionAnswerOutput(allow_null=True)
    history = QuestionAnswerOutput(many=True)


class QuestionsView(ProjectAPIView):
    """Asking."""

    rules: ClassVar = {"POST": (Permission.VIEW_GUIDELINE, Scope.WRITE)}

    @extend_schema(
        request=QuestionInput,
        responses={201: QuestionOutput},
        operation_id="questions_create",
        tags=QUESTIONS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Ask about an item that was served to you; any item for those who watch the project."""
        wanted = QuestionInput.validated(request.data)
        if wanted["kind"] == FlagKind.GAP:
            check_permission(self.membership, Permission.VIEW_ITEMS)
        flag = flag_item(
            membership=self.membership,
            by=self.person,
            now=timezone.now(),
            item=wanted["item"],
            comment=wanted["comment"],
            kind=FlagKind(wanted["kind"]),
        )
        return Response(QuestionOutput(question_of(self.membership, flag.pk)).data, status=201)


class QuestionView(ProjectAPIView):
    """One question."""

    rules: ClassVar = {"GET": (Permission.VIEW_GUIDELINE, Scope.READ), "POST": MAY_LEAD}

    @extend_schema(responses=QuestionOutput, operation_id="question", tags=QUESTIONS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """One's own; any for those who watch the project."""
        return Response(QuestionOutput(question_of(self.membership, pk)).data)

    @extend_schema(
        request=QuestionAnswerInput,
        responses={201: QuestionOutput},
        operation_id="question_answer",
        tags=QUESTIONS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Answer it: a rule or an example in the draft, or a reply. 409 if it is answered."""
        wanted = QuestionAnswerInput.validated(request.data)
        answer_flag(
            project=self.project,
            flag=question_of(self.membership, pk).flag,
            by=self.person,
            now=timezone.now(),
            **wanted | {"decision": FlagDecision(wanted["decision"])},
        )
        return Response(QuestionOutput(question_of(self.membership, pk)).data, status=201)
