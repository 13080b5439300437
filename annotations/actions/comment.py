"""Threads go on: a reply, a resolution, opening again; and what a person has read."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.flag_item import flag_item
from annotations.models import Comment, CommentKind, Flag, FlagKind, ThreadRead
from annotations.queries.comments import is_open, may_be_asked, unread_threads, visible_threads
from core.errors import Conflict
from projects.access import check_permission, has_permission
from projects.models import Membership
from projects.roles import Permission

LONGEST_TEXT = 2000


@transaction.atomic
def begin_thread(
    *, membership: Membership, item: int, text: str, now: datetime, asked: int | None = None
) -> Flag:
    """A remark on an item for those who watch the project. 404 for an item of another one."""
    check_permission(membership, Permission.VIEW_ITEMS)
    person = _checked_person(membership, None, asked)
    words = _checked_text(CommentKind.REPLY, text)
    return flag_item(
        membership=membership,
        by=membership.user,
        item=item,
        comment=words,
        kind=FlagKind.NOTE,
        now=now,
        asked=person,
    )


@transaction.atomic
def comment_on(
    *,
    membership: Membership,
    thread: Flag,
    now: datetime,
    text: str = "",
    kind: CommentKind = CommentKind.REPLY,
    asked: int | None = None,
    internal: bool = False,
) -> Comment:
    """One more entry, read by its author already.

    ValidationError by field; Conflict when somebody has resolved or reopened it in the meantime;
    PermissionDenied for an annotator who resolves what was sent back: answering again does that.
    """
    Flag.objects.select_for_update(no_key=True).get(pk=thread.pk)
    watches = has_permission(membership, Permission.VIEW_ITEMS)
    words = _checked_text(kind, text)
    person = _checked_person(membership, thread, asked)
    if internal and not watches:
        raise PermissionDenied(_("Your role in this project does not allow this."))
    _check_state(thread, kind, watches=watches)
    made = Comment.objects.create(
        project=membership.project,
        thread=thread,
        kind=kind,
        text=words,
        asked=person,
        internal=internal,
        by=membership.user,
        created_at=now,
    )
    _read(membership, [thread.pk], now)
    return made


@transaction.atomic
def mark_read(*, membership: Membership, now: datetime, thread: int | None = None) -> int:
    """Nothing in this thread, or in any that concerns the person, is new; how many there were."""
    if thread is None:
        rows = list(unread_threads(membership).values_list("pk", flat=True))
    else:
        rows = list(visible_threads(membership).filter(pk=thread).values_list("pk", flat=True))
    _read(membership, rows, now)
    return len(rows)


def _read(membership: Membership, threads: Iterable[int], now: datetime) -> None:
    rows = [
        ThreadRead(thread_id=pk, person_id=membership.user_id, seen_at=now)
        for pk in sorted(threads)
    ]
    ThreadRead.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["thread", "person"],
        update_fields=["seen_at"],
    )


def _checked_text(kind: CommentKind, text: str) -> str:
    words = text.strip()
    if not words and kind == CommentKind.REPLY:
        raise ValidationError({"text": _("Please write something.")})
    if len(words) > LONGEST_TEXT:
        raise ValidationError({"text": _("The comment is too long.")})
    return words


def _checked_person(membership: Membership, thread: Flag | None, asked: int | None) -> User | None:
    if asked is None:
        return None
    for each in may_be_asked(membership, thread):
        if each.user_id == asked:
            return each.user
    raise ValidationError({"asked": _("This person cannot read this thread.")})


def _check_state(thread: Flag, kind: CommentKind, *, watches: bool) -> None:
    if kind == CommentKind.REPLY:
        return
    if kind == CommentKind.RESOLVE and thread.kind == FlagKind.BACK and not watches:
        raise PermissionDenied(_("Please answer the item again; that closes the thread."))
    closed = not Flag.objects.filter(is_open(), pk=thread.pk).exists()
    if closed == (kind == CommentKind.RESOLVE):
        message = (
            _("Somebody has resolved this thread in the meantime.")
            if closed
            else _("Somebody has opened this thread again in the meantime.")
        )
        raise Conflict(message, code="thread_state")
