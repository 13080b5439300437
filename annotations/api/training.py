"""REST: gold items and training."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.training import (
    answer_training,
    mark_gold,
    retire_gold,
    set_training,
)
from annotations.forms.answers import BIGGEST_ID, LONGEST_COMMENT
from annotations.models import GoldItem
from annotations.queries.items import item_of
from annotations.queries.training import trainees, training_state
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission

TRAINING = ["training"]
MAY_LABEL = (Permission.LABEL, Scope.WRITE)
MAY_LEAD = (Permission.EDIT_GUIDELINE, Scope.WRITE)


class GoldInput(StrictSerializer):
    """The trusted answer: values by question key."""

    item = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    values = serializers.DictField()
    explanation = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_COMMENT
    )
    rule_number = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=1, max_value=9999
    )


class GoldOutput(serializers.Serializer[Any]):
    """A gold item with its right answer."""

    id = serializers.IntegerField(source="pk")
    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    version = serializers.IntegerField(source="version.number")
    values = serializers.DictField()
    explanation = serializers.CharField()
    rule_number = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class GoldsOutput(serializers.Serializer[Any]):
    """Active gold items, newest first."""

    results = GoldOutput(many=True)


class GoldsView(ProjectAPIView):
    """Gold items; annotators never see them here."""

    rules: ClassVar = {"GET": (Permission.EDIT_GUIDELINE, Scope.READ), "POST": MAY_LEAD}

    @extend_schema(responses=GoldsOutput, operation_id="gold_list", tags=TRAINING)
    def get(self, request: Request, project_id: int) -> Response:
        """The active ones, at most 1000."""
        rows = GoldItem.objects.filter(project=self.project, retired_at=None)
        rows = rows.select_related("item", "version").order_by("-pk")[:1000]
        return Response(GoldsOutput({"results": rows}).data)

    @extend_schema(
        request=GoldInput, responses={201: GoldOutput}, operation_id="gold_create", tags=TRAINING
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Mark an item as gold. Wrong values are named by question."""
        wanted = GoldInput.validated(request.data)
        gold = mark_gold(
            project=self.project,
            item=item_of(self.project, wanted.pop("item")),
            by=self.person,
            now=timezone.now(),
            **wanted,
        )
        return Response(GoldOutput(gold).data, status=201)


class GoldView(ProjectAPIView):
    """One gold item."""

    rules: ClassVar = {"DELETE": MAY_LEAD}

    @extend_schema(responses={204: None}, operation_id="gold_retire", tags=TRAINING)
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Take it out of training; answers to it stay."""
        gold = get_object_or_404(GoldItem, project=self.project, pk=pk)
        retire_gold(gold=gold, by=self.person, now=timezone.now())
        return Response(status=204)


class TrainingItemOutput(serializers.Serializer[Any]):
    """What a person in training sees of an item; the right answer comes after theirs."""

    gold = serializers.IntegerField(source="pk")
    payload = serializers.DictField(source="item.payload")
    version = serializers.IntegerField(source="version.number")


class TrainingOutput(serializers.Serializer[Any]):
    """Where one stands."""

    attempt = serializers.IntegerField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    has_passed = serializers.BooleanField()
    next = TrainingItemOutput(allow_null=True)


class TrainingInput(StrictSerializer):
    """One answer in training."""

    gold = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    attempt = serializers.IntegerField(min_value=1, max_value=10_000)
    values = serializers.DictField()


class FeedbackOutput(serializers.Serializer[Any]):
    """What was right; `passed` is null before the end of the attempt."""

    is_right = serializers.BooleanField(source="answer.is_right")
    right = serializers.DictField(source="gold.values")
    explanation = serializers.CharField(source="gold.explanation")
    rule_number = serializers.IntegerField(source="gold.rule_number", allow_null=True)
    passed = serializers.BooleanField(source="result.passed", default=None, allow_null=True)


class TrainingView(ProjectAPIView):
    """One's own training."""

    rules: ClassVar = {"GET": (Permission.LABEL, Scope.READ), "POST": MAY_LABEL}

    @extend_schema(responses=TrainingOutput, operation_id="training", tags=TRAINING)
    def get(self, request: Request, project_id: int) -> Response:
        """The next gold item, without its answer."""
        return Response(TrainingOutput(training_state(self.project, self.person)).data)

    @extend_schema(
        request=TrainingInput,
        responses=FeedbackOutput,
        operation_id="training_answer",
        tags=TRAINING,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Answer it; the same answer again says the same."""
        wanted = TrainingInput.validated(request.data)
        feedback = answer_training(
            project=self.project, by=self.person, now=timezone.now(), **wanted
        )
        return Response(FeedbackOutput(feedback).data)


class TraineeOutput(serializers.Serializer[Any]):
    """Where one annotator stands."""

    person = serializers.CharField(source="person.name")
    attempts = serializers.IntegerField()
    n_right = serializers.IntegerField(allow_null=True)
    n_items = serializers.IntegerField(allow_null=True)
    answered = serializers.IntegerField()
    passed_at = serializers.DateTimeField(allow_null=True)


class TraineesOutput(serializers.Serializer[Any]):
    """Everybody who labels."""

    results = TraineeOutput(many=True)


class TrainingSettingsInput(StrictSerializer):
    """How many gold items, and the per cent of them that must be right."""

    items = serializers.IntegerField(min_value=0, max_value=100)
    pass_mark = serializers.IntegerField(min_value=1, max_value=100)


class TraineesView(ProjectAPIView):
    """Training as its lead sees it."""

    rules: ClassVar = {"GET": (Permission.EDIT_GUIDELINE, Scope.READ), "PUT": MAY_LEAD}

    @extend_schema(responses=TraineesOutput, operation_id="trainees", tags=TRAINING)
    def get(self, request: Request, project_id: int) -> Response:
        """Who is where."""
        return Response(TraineesOutput({"results": trainees(self.project)}).data)

    @extend_schema(
        request=TrainingSettingsInput,
        responses=TrainingSettingsInput,
        operation_id="training_set",
        tags=TRAINING,
    )
    def put(self, request: Request, project_id: int) -> Response:
        """How much training new annotators get; 0 items is none."""
        wanted = TrainingSettingsInput.validated(request.data)
        set_training(project=self.project, by=self.person, now=timezone.now(), **wanted)
        return Response(wanted)
