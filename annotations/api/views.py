"""REST: items, assignments, the ledger, flags."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.lease_items import lease
from annotations.actions.receive_items import NewItem, receive_items
from annotations.actions.return_items import return_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.api import serializers as shapes
from annotations.forms.answers import read_submission
from annotations.queries.items import item_of, plain_page
from annotations.queries.ledger import annotation_of, annotation_page, flag_page
from annotations.queries.names import names_for
from annotations.tickets import slot_of, slots_of, ticket_of
from guidelines.queries import served_schema
from projects.api.base import ProjectAPIView
from projects.roles import Permission

MAY_WATCH = (Permission.VIEW_ITEMS, Scope.READ)
MAY_LABEL = (Permission.LABEL, Scope.LABEL)
IS_MEMBER = (Permission.VIEW_PROJECT, Scope.READ)
TAGS = ["annotations"]


class ItemsView(ProjectAPIView):
    """The items of a project."""

    rules: ClassVar = {"GET": MAY_WATCH, "POST": (Permission.IMPORT, Scope.WRITE)}

    @extend_schema(
        parameters=[shapes.ItemPageInput],
        responses=shapes.ItemsOutput,
        operation_id="items_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """A page of items in the order of their ids; `after` is the last id of the page before."""
        wanted = shapes.ItemPageInput.validated(request.query_params)
        page = plain_page(self.project, after=wanted["after"], size=wanted["limit"])
        return Response(shapes.ItemsOutput(_page(page)).data)

    @extend_schema(
        request=shapes.NewItemsInput,
        responses={201: shapes.NewItemsOutput},
        operation_id="items_add",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Add at most 1000 items with open slots: all of them, or none.

        Items that are there already with the same content add nothing. More items at once are an
        import.
        """
        wanted = shapes.NewItemsInput.validated(request.data)
        items = [NewItem(**item) for item in wanted["items"]]
        counts = receive_items(
            project=self.project, by=self.person, items=items, now=timezone.now()
        )
        return Response(shapes.NewItemsOutput(counts).data, status=201)


class ItemView(ProjectAPIView):
    """One item."""

    rules: ClassVar = {"GET": MAY_WATCH}

    @extend_schema(responses=shapes.ItemOutput, operation_id="items_read", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """The item with payload and metadata."""
        return Response(shapes.ItemOutput(item_of(self.project, pk)).data)


class NextView(ProjectAPIView):
    """The queue."""

    rules: ClassVar = {"POST": MAY_LABEL}

    @extend_schema(
        request=shapes.NextInput,
        responses=shapes.ServingsOutput,
        operation_id="assignments_next",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Lease the next `n` items; leases one holds already (and does not name) come first.

        `gate` says what keeps new items back: "reading" (acknowledge the guideline's changes),
        "training", or "paused" (somebody who leads the project lets the person go on).
        """
        wanted = shapes.NextInput.validated(request.data)
        have = slots_of(wanted["have"])
        leased = lease(project=self.project, by=self.person, count=wanted["n"], have=have)
        items = [
            vars(serving)
            | {
                "assignment": ticket_of(serving.assignment or 0),
                "version": served_schema(serving.version_id).number,
            }
            for serving in leased.servings
        ]
        return Response(shapes.ServingsOutput({"items": items, "gate": leased.gate}).data)


class ReturnView(ProjectAPIView):
    """Giving back."""

    rules: ClassVar = {"POST": MAY_LABEL}

    @extend_schema(
        request=None, responses=shapes.ReturnedOutput, operation_id="assignments_return", tags=TAGS
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Open the slot again for others. Drafts stay with their annotator."""
        count = return_items(project=self.project, by=self.person, assignments=[slot_of(pk)])
        return Response({"returned": count})


class AnnotationsView(ProjectAPIView):
    """The ledger."""

    rules: ClassVar = {"GET": IS_MEMBER, "POST": MAY_LABEL}

    @extend_schema(
        parameters=[shapes.AnnotationPageInput],
        responses=shapes.AnnotationsOutput,
        operation_id="annotations_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """A page in the order in which they were stored.

        Annotators see their own. Who watches the project sees all, but not on items on which they
        may still be asked themselves.
        """
        wanted = shapes.AnnotationPageInput.validated(request.query_params)
        page = annotation_page(
            self.membership, mine=wanted["mine"], after=wanted["after"], size=wanted["limit"]
        )
        names = names_for(self.membership, [row.item_id for row in page.rows])
        return Response(shapes.AnnotationsOutput(_page(page), context={"names": names}).data)

    @extend_schema(
        request=shapes.AnswersInput,
        responses=shapes.OutcomesOutput,
        operation_id="annotations_submit",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Store at most 20 answers, each on its own: 200, with a status per answer.

        201 stored; 200 the same answer was stored before; 409 conflict (another body under this
        id, or the line of answers has moved on, or the project is closed); 410 the lease was lost;
        422 not valid. What could not be stored changes nothing.
        """
        answers = read_submission(request.data)
        outcomes = submit_annotations(
            project=self.project, by=self.person, answers=answers, now=timezone.now()
        )
        return Response({"results": [outcome.as_json() for outcome in outcomes]})


class AnnotationView(ProjectAPIView):
    """One row of the ledger."""

    rules: ClassVar = {"GET": IS_MEMBER}

    @extend_schema(responses=shapes.AnnotationOutput, operation_id="annotations_read", tags=TAGS)
    def get(self, request: Request, project_id: int, pk: UUID) -> Response:
        """With all that is known about where it comes from."""
        row = annotation_of(self.membership, pk)
        names = names_for(self.membership, [row.item_id])
        return Response(shapes.AnnotationOutput(row, context={"names": names}).data)


class FlagsView(ProjectAPIView):
    """What people asked about items."""

    rules: ClassVar = {"GET": IS_MEMBER}

    @extend_schema(
        parameters=[shapes.PageInput],
        responses=shapes.FlagsOutput,
        operation_id="flags_list",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first: one's own, or all for those who watch the project."""
        wanted = shapes.PageInput.validated(request.query_params)
        page = flag_page(self.membership, after=wanted["after"], size=wanted["limit"])
        names = names_for(self.membership, [row.item_id for row in page.rows])
        return Response(shapes.FlagsOutput(_page(page), context={"names": names}).data)


def _page(page: Any) -> dict[str, Any]:
    return {"results": page.rows, "next_after": page.next_after}
