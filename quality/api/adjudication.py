"""REST: what people decided about disputed items."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.queries.items import item_of
from core.pages import keyset_page
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission
from quality.actions.adjudication.adjudicate import LONGEST_COMMENT, Decision, adjudicate
from quality.api.serializers import PageInput
from quality.api.views import TAGS, listed, page_of
from quality.models import Reason, Verdict
from quality.queries.adjudication.case import standing_decisions
from quality.queries.lookups import question_by_key

# "Open again" is made by undoing.
_VERDICTS = [each for each in Verdict.choices if each[0] != Verdict.REOPENED.value]


class AdjudicationInput(StrictSerializer):
    """A decision; `value` is a raw answer of the question's kind, or `adopt` an annotation."""

    item = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    question = serializers.CharField(max_length=60)
    verdict = serializers.ChoiceField(choices=_VERDICTS, default=Verdict.DECIDED)
    value = serializers.JSONField(required=False, allow_null=True, default=None)
    adopt = serializers.UUIDField(required=False, allow_null=True, default=None)
    reason = serializers.ChoiceField(choices=Reason.choices, default=Reason.SLIP)
    rule_number = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=9999
    )
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT
    )
    supersedes = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**63 - 1,
        help_text="The decision that stands; without one, null.",
    )


class AdjudicationOutput(serializers.Serializer):
    """One decision."""

    id = serializers.IntegerField()
    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    question = serializers.CharField(source="question.key")
    verdict = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    adopted = serializers.UUIDField(source="adopted_id", allow_null=True)
    reason = serializers.CharField()
    rule_number = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    guideline_version = serializers.IntegerField(source="version.number")
    by = serializers.CharField(source="by.name")
    names_shown = serializers.BooleanField()
    review = serializers.IntegerField(source="review_id", allow_null=True)
    created_at = serializers.DateTimeField()
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)


class AdjudicationsOutput(serializers.Serializer):
    """A page of decisions."""

    results = AdjudicationOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class AdjudicationsView(ProjectAPIView):
    """Decisions of a project: those that stand, and new ones."""

    rules: ClassVar = {
        "GET": (Permission.VIEW_QUALITY, Scope.READ),
        "POST": (Permission.ADJUDICATE, Scope.WRITE),
    }

    @extend_schema(
        parameters=[PageInput],
        responses=AdjudicationsOutput,
        operation_id="adjudication_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first, without those that were superseded."""
        page = keyset_page(standing_decisions(self.project), newest_first=True, **page_of(request))
        return Response(AdjudicationsOutput(listed(page)).data)

    @extend_schema(
        request=AdjudicationInput,
        responses={201: AdjudicationOutput},
        operation_id="adjudication_create",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Decide an item. 409 when another decision stands than the one that is superseded."""
        given = AdjudicationInput.validated(request.data)
        adopt = given["adopt"]
        made = adjudicate(
            membership=self.membership,
            item=item_of(self.project, given["item"]),
            question=question_by_key(self.project, given["question"]),
            decision=Decision(
                verdict=Verdict(given["verdict"]),
                reason=Reason(given["reason"]),
                value=given["value"],
                adopt=str(adopt) if adopt else None,
                rule_number=given["rule_number"],
                comment=given["comment"],
                supersedes=given["supersedes"],
            ),
            now=timezone.now(),
        )
        return Response(AdjudicationOutput(made).data, status=201)
