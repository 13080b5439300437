"""REST: agreement as it is now."""

from typing import ClassVar

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.base import ProjectAPIView
from quality.api.live_shapes import LiveInput, LiveOutput
from quality.api.views import MAY_SEE, TAGS
from quality.queries.live.details import live_details
from quality.queries.overview.dashboard import Choosing


class LiveAgreementView(ProjectAPIView):
    """Agreement that follows the ledger."""

    rules: ClassVar = {"GET": MAY_SEE}

    @extend_schema(
        parameters=[LiveInput], responses=LiveOutput, operation_id="agreement_live", tags=TAGS
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Figures of a question of any kind that agreement is computed for.

        404 before its first label was counted. `class_counts` is empty for kinds without classes,
        `confusion` for all kinds but a single choice.
        """
        asked = LiveInput.validated(request.query_params.dict())
        found = live_details(self.project, get_language() or "en", Choosing(**asked))
        if found is None:
            raise Http404(_("Agreement on this is not followed live."))
        return Response(LiveOutput(found).data)
