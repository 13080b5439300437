"""REST: who said what about an item, on the record."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.show_names import show_names
from annotations.api.serializers import NamesOutput
from annotations.queries.items import item_of
from annotations.queries.names import raters_by_letter
from projects.api.base import ProjectAPIView
from projects.roles import Permission


class NamesView(ProjectAPIView):
    """The people behind the answers to one item."""

    rules: ClassVar = {"POST": (Permission.VIEW_ITEMS, Scope.WRITE)}

    @extend_schema(
        request=None, responses=NamesOutput, operation_id="items_names", tags=["annotations"]
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Names instead of letters, from now on and everywhere; the audit log keeps who asked.

        403 while the caller may still be asked about the item.
        """
        item = item_of(self.project, pk)
        show_names(membership=self.membership, item=item, now=timezone.now())
        return Response(NamesOutput({"results": raters_by_letter(item.pk)}).data)
