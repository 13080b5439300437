"""REST: how good, how far, what next, from the last count."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission
from quality.actions.overview.start import start_overview
from quality.models import AgreementResult
from quality.queries.agreement.measures import Measure
from quality.queries.lookups import question_by_key
from quality.queries.overview.dashboard import Choosing
from quality.queries.overview.page import OverviewPage, overview_page

TAGS = ["quality"]
MAY_SEE = (Permission.VIEW_QUALITY, Scope.READ)
# Counting is work for a worker, so a token needs more than to read.
MAY_ASK = (Permission.VIEW_QUALITY, Scope.WRITE)


class OverviewInput(StrictSerializer):
    """As on the page: the first question, all versions and all people by default."""

    question = serializers.CharField(required=False, default="", max_length=60)
    version = serializers.IntegerField(required=False, default=None, min_value=1)
    kind = serializers.CharField(required=False, default="", max_length=12)


class AskInput(StrictSerializer):
    """Which question is to be counted."""

    question = serializers.CharField(max_length=60)


class AlphaOutput(serializers.Serializer):
    """Krippendorff's alpha with both intervals; `undefined` says why there is none."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    annotator_low = serializers.FloatField(allow_null=True)
    annotator_high = serializers.FloatField(allow_null=True)
    n_items = serializers.IntegerField()
    n_annotators = serializers.IntegerField()
    undefined = serializers.CharField(allow_blank=True)
    run = serializers.IntegerField(
        source="run_id", allow_null=True, help_text="null: live figures, of no run"
    )


class ForecastOutput(serializers.Serializer):
    """Days from the day of the count; null beyond two years; `undefined` says why there is none."""

    days = serializers.IntegerField(allow_null=True)
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    undefined = serializers.CharField(allow_blank=True)


class ProgressOutput(serializers.Serializer):
    """Slots by state, slots answered on each of the last whole days, and the forecast."""

    slots = serializers.DictField(child=serializers.IntegerField())
    pace = serializers.ListField(child=serializers.IntegerField())
    pace_from = serializers.DateField()
    forecast = ForecastOutput()


class NeedsOutput(serializers.Serializer):
    """Items that need somebody, of all items that are not withdrawn."""

    items = serializers.IntegerField()
    unfinished = serializers.IntegerField(help_text="With a slot that waits or is on a screen.")
    begun = serializers.IntegerField(help_text="Unfinished ones with an answered slot.")
    skipped = serializers.IntegerField()
    questions = serializers.IntegerField(help_text="Open questions to the lead.")


class OverviewOutput(serializers.Serializer):
    """`counted_at` and what follows are null until the question was counted.

    Answers by day and week, classes and annotators are tables: `throughput_days`,
    `throughput_weeks`, `balance`, `throughput_annotators`.
    """

    question = serializers.CharField()
    state = serializers.CharField(help_text="current, old, waiting or failed")
    counted_at = serializers.DateTimeField(allow_null=True)
    alpha = AlphaOutput(allow_null=True)
    answers = serializers.IntegerField(allow_null=True)
    last_7_days = serializers.IntegerField(allow_null=True)
    progress = ProgressOutput(allow_null=True)
    needs = NeedsOutput(allow_null=True)


class OverviewRunOutput(serializers.Serializer):
    """A count that was asked for."""

    id = serializers.IntegerField()
    state = serializers.CharField(source="job.state")
    job = serializers.UUIDField(source="job_id")
    created_at = serializers.DateTimeField()
    computed_at = serializers.DateTimeField(allow_null=True)


class OverviewView(ProjectAPIView):
    """The overview of a question."""

    rules: ClassVar = {"GET": MAY_SEE, "POST": MAY_ASK}

    @extend_schema(
        parameters=[OverviewInput],
        responses=OverviewOutput,
        operation_id="overview_read",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """From the last count; reading counts nothing."""
        asked = OverviewInput.validated(request.query_params.dict())
        version = str(asked["version"] or "")
        choosing = Choosing(asked["question"], version, asked["kind"])
        page = overview_page(self.membership, get_language() or "en", choosing, timezone.now())
        return Response(OverviewOutput(_shaped(page)).data)

    @extend_schema(
        request=AskInput,
        responses={202: OverviewRunOutput},
        operation_id="overview_start",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Count in the background, unless that was done within the last minute."""
        asked = AskInput.validated(request.data)
        run = start_overview(
            project=self.project,
            question=question_by_key(self.project, asked["question"]),
            by=self.person,
            now=timezone.now(),
        )
        return Response(OverviewRunOutput(run).data, status=202)


def _shaped(page: OverviewPage) -> dict[str, Any]:
    found = page.figures
    alpha = page.agreeing.alpha if page.agreeing else None
    return {
        "question": page.slice.question.key if page.slice else "",
        "state": _state(page),
        "counted_at": found.run.computed_at if found else None,
        "alpha": _told(alpha) if alpha else None,
        "answers": found.throughput.total if found else None,
        "last_7_days": found.throughput.this_week if found else None,
        "progress": found.run.figures["progress"] if found else None,
        "needs": found.run.figures["needs"] if found else None,
    }


def _told(alpha: Measure) -> AgreementResult:
    """Without the value where too little data stands behind it, as on the page."""
    result = alpha.result
    if code := alpha.withheld:
        result.value = result.low = result.high = None
        result.annotator_low = result.annotator_high = None
        result.undefined = code
    return result


def _state(page: OverviewPage) -> str:
    if page.waiting:
        return "waiting"
    if page.failed:
        return "failed"
    return "old" if page.is_old else "current"
