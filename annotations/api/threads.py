"""REST: threads about items."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from annotations.actions.comment import LONGEST_TEXT, begin_thread, comment_on, mark_read
from annotations.forms.answers import BIGGEST_ID
from annotations.models import CommentKind, FlagKind
from annotations.queries.comments import ThreadFilter, count_unread, thread_of, thread_page
from projects.api.base import ProjectAPIView, StrictSerializer
from projects.roles import Permission

THREADS = ["threads"]
MAY_READ = (Permission.VIEW_GUIDELINE, Scope.READ)
MAY_SAY = (Permission.VIEW_GUIDELINE, Scope.WRITE)


class ThreadsInput(StrictSerializer):
    """Which threads."""

    state = serializers.ChoiceField(choices=["open", "closed", "all"], default="open")
    mine = serializers.BooleanField(default=False)
    asked = serializers.BooleanField(default=False)
    unread = serializers.BooleanField(default=False)
    kind = serializers.ChoiceField(
        choices=FlagKind.choices, required=False, allow_blank=True, default=""
    )
    item = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID
    )
    after = serializers.CharField(required=False, default="")
    size = serializers.IntegerField(required=False, default=25, min_value=1, max_value=100)


class NewThreadInput(StrictSerializer):
    """A remark on an item; `asked`: the user it is meant for."""

    item = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    asked = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID
    )


class CommentInput(StrictSerializer):
    """One more entry; `internal`: annotators do not see it."""

    text = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default=""
    )
    kind = serializers.ChoiceField(choices=CommentKind.choices, default=CommentKind.REPLY)
    asked = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID
    )
    internal = serializers.BooleanField(default=False)


class EntryOutput(serializers.Serializer[Any]):
    """A reply, a resolution, opening again, or an answer of the lead."""

    kind = serializers.CharField()
    text = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    asked = serializers.CharField()
    internal = serializers.BooleanField()


class ThreadOutput(serializers.Serializer[Any]):
    """A thread as the caller may read it."""

    id = serializers.IntegerField(source="flag.pk")
    kind = serializers.CharField(source="flag.kind")
    item = serializers.IntegerField(source="flag.item_id")
    external_id = serializers.CharField(source="flag.item.external_id")
    guideline_version = serializers.IntegerField(source="flag.version.number")
    comment = serializers.CharField(source="flag.comment")
    by = serializers.CharField()
    asked = serializers.CharField()
    annotation = serializers.UUIDField(source="flag.annotation_id", allow_null=True)
    created_at = serializers.DateTimeField(source="flag.created_at")
    is_open = serializers.BooleanField()
    is_unread = serializers.BooleanField()
    entries = EntryOutput(many=True)


class ThreadsOutput(serializers.Serializer[Any]):
    """A page of threads, newest first. `unread`: of all the caller's, counted up to 100."""

    results = ThreadOutput(many=True)
    next_after = serializers.CharField(allow_null=True)
    unread = serializers.IntegerField()


class ReadOutput(serializers.Serializer[Any]):
    """How many threads are not new any more."""

    read = serializers.IntegerField()


class ThreadsView(ProjectAPIView):
    """Threads of a project that the caller may read."""

    rules: ClassVar = {"GET": MAY_READ, "POST": (Permission.VIEW_ITEMS, Scope.WRITE)}

    @extend_schema(
        parameters=[ThreadsInput],
        responses=ThreadsOutput,
        operation_id="threads_list",
        tags=THREADS,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """A page of them, newest first."""
        given = ThreadsInput.validated(request.query_params.dict())
        after, size = given.pop("after"), given.pop("size")
        wanted = ThreadFilter(**given | {"state": given["state"].replace("all", "")})
        page, threads = thread_page(self.membership, wanted, after=after, size=size)
        answer = {
            "results": threads,
            "next_after": page.next_after,
            "unread": count_unread(self.membership),
        }
        return Response(ThreadsOutput(answer).data)

    @extend_schema(
        request=NewThreadInput,
        responses={201: ThreadOutput},
        operation_id="threads_create",
        tags=THREADS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Remark on an item. Questions about the guideline are asked at `questions/`."""
        given = NewThreadInput.validated(request.data)
        flag = begin_thread(membership=self.membership, now=timezone.now(), **given)
        return Response(ThreadOutput(thread_of(self.membership, flag.pk)).data, status=201)


class ThreadView(ProjectAPIView):
    """One thread."""

    rules: ClassVar = {"GET": MAY_READ, "POST": MAY_SAY}

    @extend_schema(responses=ThreadOutput, operation_id="thread", tags=THREADS)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """With all its entries. Reading does not mark it as read."""
        return Response(ThreadOutput(thread_of(self.membership, pk)).data)

    @extend_schema(
        request=CommentInput,
        responses={201: ThreadOutput},
        operation_id="thread_comment",
        tags=THREADS,
    )
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Reply, resolve or reopen. 409 when somebody has done so in the meantime."""
        given = CommentInput.validated(request.data)
        comment_on(
            membership=self.membership,
            thread=thread_of(self.membership, pk).flag,
            now=timezone.now(),
            **given | {"kind": CommentKind(given["kind"])},
        )
        return Response(ThreadOutput(thread_of(self.membership, pk)).data, status=201)


class ThreadReadView(ProjectAPIView):
    """Marking one thread as read."""

    rules: ClassVar = {"POST": MAY_SAY}

    @extend_schema(request=None, responses=ReadOutput, operation_id="thread_read", tags=THREADS)
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Nothing in it is new any more."""
        thread = thread_of(self.membership, pk).flag.pk
        read = mark_read(membership=self.membership, thread=thread, now=timezone.now())
        return Response(ReadOutput({"read": read}).data)
