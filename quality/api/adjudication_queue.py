"""REST: the next disputed item, who said what about it, undoing a decision, and reasons."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.show_names import show_names
from annotations.queries.blindness import is_blind_on
from annotations.queries.items import item_of
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission
from quality.actions.adjudication.next import take_next
from quality.actions.adjudication.undo import undo_decision
from quality.api.adjudication import AdjudicationOutput
from quality.api.views import TAGS
from quality.models import Adjudication, Order
from quality.queries.adjudication.case import case
from quality.queries.adjudication.queue import Ordering
from quality.queries.adjudication.reasons import reason_counts
from quality.queries.lookups import question_by_key
from quality.queries.naming import QuestionNames, vocabulary

MAY_DECIDE = (Permission.ADJUDICATE, Scope.WRITE)
BIGGEST = 2**63 - 1


class DecidedQuestionInput(StrictSerializer):
    """Which question the decisions are about."""

    question = serializers.CharField(max_length=60)


class NextAdjudicationInput(DecidedQuestionInput):
    """`pair`: two choice keys, for the order "pair"; `after`: the item that was put aside."""

    order = serializers.ChoiceField(choices=Order.choices, default=Order.DISPUTED)
    pair = serializers.ListField(
        child=serializers.CharField(max_length=60), min_length=2, max_length=2, required=False
    )
    after = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST
    )


class AdjudicationNamesInput(DecidedQuestionInput):
    """An item."""

    item = serializers.IntegerField(min_value=1, max_value=BIGGEST)


class AdjudicationRuleOutput(serializers.Serializer[Any]):
    """A rule that a comment cites."""

    number = serializers.IntegerField()
    title = serializers.CharField()


class AdjudicationVoiceOutput(serializers.Serializer[Any]):
    """Who gave an answer: a letter until names are asked for."""

    name = serializers.CharField()
    guideline_version = serializers.IntegerField(source="version")
    submitted_at = serializers.DateTimeField(source="at")
    active_seconds = serializers.FloatField(source="seconds", allow_null=True)
    comment = serializers.CharField()
    rules = AdjudicationRuleOutput(many=True)


class AdjudicationColumnOutput(serializers.Serializer[Any]):
    """One distinct answer; `annotation` is what an adjudication adopts."""

    annotation = serializers.CharField()
    value = serializers.JSONField(source="raw")
    summary = serializers.CharField(source="answer.text")
    voices = AdjudicationVoiceOutput(many=True)


class AdjudicationCaseOutput(serializers.Serializer[Any]):
    """A disputed item with its answers; `head` is what a decision has to supersede."""

    item = serializers.IntegerField(source="item.pk")
    external_id = serializers.CharField(source="item.external_id")
    payload = serializers.JSONField(source="item.payload")
    answers = AdjudicationColumnOutput(source="columns", many=True)
    merged = serializers.JSONField(allow_null=True)
    head = serializers.IntegerField(source="head.pk", default=None, allow_null=True)
    names_shown = serializers.BooleanField()


class NextAdjudicationOutput(serializers.Serializer[Any]):
    """The item that is the caller's from now on; null when nothing waits."""

    case = AdjudicationCaseOutput(allow_null=True)


class AdjudicationReasonOutput(serializers.Serializer[Any]):
    """Decisions with one reason of all that stand; shares in per cent, 95 % interval."""

    reason = serializers.CharField()
    n = serializers.IntegerField()
    of = serializers.IntegerField()
    percent = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class AdjudicationReasonsOutput(serializers.Serializer[Any]):
    """Every reason, the most frequent first."""

    results = AdjudicationReasonOutput(many=True)


class NextAdjudicationView(ProjectAPIView):
    """Taking the next item."""

    rules: ClassVar = {"POST": MAY_DECIDE}

    @extend_schema(
        request=NextAdjudicationInput,
        responses=NextAdjudicationOutput,
        operation_id="adjudication_next",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Hold the next item of an order; what the caller held of the question is free again."""
        given = NextAdjudicationInput.validated(request.data)
        names = _names(self, given["question"])
        pair = given.get("pair")
        item = take_next(
            membership=self.membership,
            question=question_by_key(self.project, names.key),
            ordering=Ordering(Order(given["order"]), (pair[0], pair[1]) if pair else None),
            after=given["after"],
        )
        found = case(self.membership, item_of(self.project, item), names) if item else None
        return Response(NextAdjudicationOutput({"case": found}).data)


class AdjudicationCaseView(ProjectAPIView):
    """Who said what about an item."""

    rules: ClassVar = {"POST": MAY_DECIDE}

    @extend_schema(
        request=AdjudicationNamesInput,
        responses=AdjudicationCaseOutput,
        operation_id="adjudication_names",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Names beside the answers, from now on; the audit log keeps that they were asked for."""
        given = AdjudicationNamesInput.validated(request.data)
        names = _names(self, given["question"])
        item = item_of(self.project, given["item"])
        show_names(membership=self.membership, item=item, now=timezone.now())
        return Response(AdjudicationCaseOutput(case(self.membership, item, names)).data)


class AdjudicationUndoView(ProjectAPIView):
    """Undoing one decision."""

    rules: ClassVar = {"POST": MAY_DECIDE}

    @extend_schema(
        request=None,
        responses={201: AdjudicationOutput},
        operation_id="adjudication_undo",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """What held before holds again, as a new row. 409 when another decision stands by now."""
        rows = Adjudication.objects.filter(project=self.project, pk=pk)
        undone = rows.select_related("item", "question").first()
        if undone is None or is_blind_on(self.membership, undone.item_id):
            raise Http404(_("There is no such decision in this project."))
        made = undo_decision(
            membership=self.membership,
            item=undone.item,
            question=undone.question,
            undone=pk,
            now=timezone.now(),
        )
        return Response(AdjudicationOutput(made).data, status=201)


class AdjudicationReasonsView(ProjectAPIView):
    """Why answers differed."""

    rules: ClassVar = {"GET": (Permission.VIEW_QUALITY, Scope.READ)}

    @extend_schema(
        parameters=[DecidedQuestionInput],
        responses=AdjudicationReasonsOutput,
        operation_id="adjudication_reasons",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Counted over the decisions that stand."""
        given = DecidedQuestionInput.validated(request.query_params.dict())
        question = question_by_key(self.project, given["question"])
        counts = reason_counts(self.project, question.pk)
        return Response(AdjudicationReasonsOutput({"results": counts}).data)


def _names(view: ProjectAPIView, key: str) -> QuestionNames:
    found = vocabulary(view.project, get_language() or "en").question(
        question_by_key(view.project, key).key
    )
    if found is None:
        raise Http404(_("The project has no such question."))
    return found
