"""REST: reviews of single answers, the next one to review, figures, and how much is reviewed."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.api.serializers import AnnotationOutput
from annotations.queries.names import names_for
from core.pages import Page
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.models import ReviewMode
from projects.roles import Permission
from quality.actions.adjudication.adjudicate import LONGEST_COMMENT
from quality.actions.review.give import Opinion, review_answer
from quality.actions.review.next import take_next_review
from quality.actions.review.settings import set_review
from quality.api.views import TAGS, listed
from quality.models import Reason, ReviewCase, ReviewVerdict
from quality.queries.review.figures import review_figures
from quality.queries.review.screen import answer_of, review_screen, reviews_page

MAY_SEE = (Permission.VIEW_QUALITY, Scope.READ)
MAY_REVIEW = (Permission.ADJUDICATE, Scope.WRITE)
BIGGEST = 2**63 - 1


class ReviewInput(StrictSerializer):
    """A review. `values`: raw answers by question key, for the verdict "fixed"; `decisions`: the
    decision that stands by question key, where a correction supersedes one."""

    annotation = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=ReviewVerdict.choices)
    values = serializers.DictField(required=False, default=dict)
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT
    )
    reason = serializers.ChoiceField(choices=Reason.choices, default=Reason.SLIP)
    rule_number = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=9999
    )
    supersedes = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=BIGGEST,
        help_text="The review that stands; without one, null.",
    )
    decisions = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST), required=False, default=dict
    )


class ReviewOutput(serializers.Serializer[Any]):
    """One review; `thread` is where an answer that was sent back is talked about."""

    id = serializers.IntegerField()
    annotation = serializers.UUIDField(source="annotation_id")
    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    verdict = serializers.CharField()
    values = serializers.JSONField(allow_null=True)
    comment = serializers.CharField()
    thread = serializers.IntegerField(source="thread_id", allow_null=True)
    guideline_version = serializers.IntegerField(source="version.number")
    by = serializers.CharField(source="by.name")
    created_at = serializers.DateTimeField()
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)


class ReviewsOutput(serializers.Serializer[Any]):
    """A page of reviews."""

    results = ReviewOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class ReviewsInput(StrictSerializer):
    """A page of reviews, of one verdict or of one source."""

    after = serializers.CharField(required=False, default="")
    size = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)
    verdict = serializers.ChoiceField(
        choices=ReviewVerdict.choices, required=False, allow_blank=True, default=""
    )
    source_id = serializers.IntegerField(required=False, default=0, min_value=0, max_value=BIGGEST)


class NextReviewInput(StrictSerializer):
    """`after`: the case that was put aside."""

    after = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST
    )


class ReviewCaseOutput(serializers.Serializer[Any]):
    """An answer that is the caller's to review. `head` and `decisions` are what a review names."""

    case = serializers.IntegerField(source="case.pk", default=None, allow_null=True)
    cause = serializers.CharField(source="case.cause", default="")
    annotation = AnnotationOutput()
    values = serializers.DictField()
    head = serializers.IntegerField(source="head.pk", default=None, allow_null=True)
    decisions = serializers.DictField()


class NextReviewOutput(serializers.Serializer[Any]):
    """Null when nothing waits."""

    review = ReviewCaseOutput(allow_null=True)


class ReviewFiguresOutput(serializers.Serializer[Any]):
    """Of one source, or of all; shares in per cent with a 95 % interval."""

    source_id = serializers.IntegerField(source="source", allow_null=True)
    name = serializers.CharField()
    due = serializers.IntegerField()
    waiting = serializers.IntegerField()
    reviewed = serializers.IntegerField()
    accepted = serializers.IntegerField()
    fixed = serializers.IntegerField()
    sent_back = serializers.IntegerField()
    again = serializers.IntegerField()
    accepted_again = serializers.IntegerField()
    percent = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class AllReviewFiguresOutput(serializers.Serializer[Any]):
    """Together, and by source: the lowest accepted share first."""

    together = ReviewFiguresOutput()
    results = ReviewFiguresOutput(many=True)


class ReviewSettings(StrictSerializer):
    """How much of the work of annotators is reviewed."""

    mode = serializers.ChoiceField(choices=ReviewMode.choices)
    share = serializers.IntegerField(min_value=0, max_value=100)
    newcomers = serializers.IntegerField(min_value=0, max_value=1000)


class ReviewsView(ProjectAPIView):
    """Reviews of a project."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_REVIEW}

    @extend_schema(
        parameters=[ReviewsInput],
        responses=ReviewsOutput,
        operation_id="review_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first, without those that were superseded."""
        given = ReviewsInput.validated(request.query_params.dict())
        page: Page[Any] = reviews_page(
            self.membership,
            after=given["after"],
            size=given["size"],
            verdict=given["verdict"],
            source=given["source_id"],
        )
        return Response(ReviewsOutput(listed(page)).data)

    @extend_schema(
        request=ReviewInput,
        responses={201: ReviewOutput},
        operation_id="review_create",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Accept, correct or send back. 403 for one's own answer, 409 when it has moved on."""
        given = ReviewInput.validated(request.data)
        annotation = answer_of(self.project, given.pop("annotation"))
        opinion = Opinion(
            **given
            | {"verdict": ReviewVerdict(given["verdict"]), "reason": Reason(given["reason"])}
        )
        made = review_answer(
            membership=self.membership, annotation=annotation, opinion=opinion, now=timezone.now()
        )
        return Response(ReviewOutput(made).data, status=201)


class NextReviewView(ProjectAPIView):
    """Taking the next answer to review."""

    rules: ClassVar = {"POST": MAY_REVIEW}

    @extend_schema(
        request=NextReviewInput,
        responses=NextReviewOutput,
        operation_id="review_next",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Hold the next answer; what the caller held is free again."""
        given = NextReviewInput.validated(request.data)
        case = take_next_review(
            membership=self.membership, now=timezone.now(), after=given["after"]
        )
        names = names_for(self.membership, [case.item_id] if case else [], judging=True)
        answer = {"review": self._screen(case)}
        return Response(NextReviewOutput(answer, context={"names": names}).data)

    def _screen(self, case: ReviewCase | None) -> Any:
        if case is None:
            return None
        return review_screen(answer_of(self.project, case.annotation_id))


class ReviewFiguresView(ProjectAPIView):
    """What reviews say about annotators."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(responses=AllReviewFiguresOutput, operation_id="review_figures", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """Accepted shares with their denominators."""
        together, each = review_figures(self.project)
        return Response(AllReviewFiguresOutput({"together": together, "results": each}).data)


class ReviewSettingsView(ProjectAPIView):
    """Whether and how much is reviewed."""

    rules: ClassVar = {
        "GET": MAY_SEE,
        "PUT": (Permission.EDIT_PROJECT, Scope.WRITE),
    }

    @extend_schema(responses=ReviewSettings, operation_id="review_settings", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """As it is now."""
        return Response(self._settings())

    @extend_schema(
        request=ReviewSettings,
        responses=ReviewSettings,
        operation_id="review_settings_change",
        tags=TAGS,
    )
    def put(self, request: Request, project_id: int) -> Response:
        """Holds for answers from now on."""
        given = ReviewSettings.validated(request.data)
        self.project = set_review(
            project=self.project,
            by=self.person,
            now=timezone.now(),
            **given | {"mode": ReviewMode(given["mode"])},
        )
        return Response(self._settings())

    def _settings(self) -> dict[str, Any]:
        return {
            "mode": self.project.review,
            "share": self.project.review_share,
            "newcomers": self.project.review_newcomers,
        }
