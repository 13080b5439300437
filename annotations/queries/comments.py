"""Threads: what was said about an item, who may read it, what is open, and what is new.

A flag begins a thread. It is closed by an answer of the lead that counts, by somebody who resolves
it, or (for an answer that was sent back) by the annotator's next answer; and opened again by
whoever reopens it after that.

Annotators see what they asked, what was sent back to them, and the replies that are not for the
team alone; who watches sees all but what could give away answers that they
must not know yet (a lead sees every question and gap, since it is theirs to answer).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import (
    GUIDELINE_KINDS,
    Annotation,
    Comment,
    Flag,
    FlagAnswer,
    FlagKind,
    OpenThread,
    ThreadRead,
)
from annotations.queries.blindness import blind_to
from annotations.queries.names import WATCHERS, Names, names_for
from core.pages import Page, keyset_page
from guidelines.models import VersionState
from projects.access import has_permission
from projects.models import Membership
from projects.queries import present_members
from projects.roles import Permission

PAGE = 25
# What happened earlier counts as read, so that the count never walks over all threads there were.
NEWS = timedelta(days=30)
MOST_NEWS = 100
MOST_LOOKED_AT = 500
MOST_SHOWN = 20


def answers_that_count() -> QuerySet[FlagAnswer]:
    """Answers, without those that went into a discarded draft."""
    return FlagAnswer.objects.exclude(version__state=VersionState.DISCARDED)


def is_open() -> Q:
    """Threads that somebody has to do something about; for rows of Flag."""
    return Q(open__isnull=False)


def visible_threads(membership: Membership) -> QuerySet[Flag]:
    """Threads that the person may read."""
    rows = Flag.objects.filter(project=membership.project).select_related(
        "item", "by", "version", "asked"
    )
    own = Q(by=membership.user_id) | Q(kind=FlagKind.BACK, asked=membership.user_id)
    if not has_permission(membership, Permission.VIEW_ITEMS):
        return rows.filter(own)
    leads = has_permission(membership, Permission.EDIT_GUIDELINE)
    always = GUIDELINE_KINDS if leads else (FlagKind.ASK,)
    return rows.filter(own | Q(kind__in=always) | ~blind_to(membership))


def visible_comments(membership: Membership) -> QuerySet[Comment]:
    """Replies that the person may read, in threads that they may read."""
    rows = Comment.objects.select_related("by", "asked")
    if has_permission(membership, Permission.VIEW_ITEMS):
        return rows
    return rows.filter(internal=False)


@dataclass(frozen=True)
class ThreadFilter:
    """Which threads: "open", "closed" or "" for all; of me, for me, not read yet; of a kind."""

    state: str = "open"
    mine: bool = False
    asked: bool = False
    unread: bool = False
    kind: str = ""
    item: int | None = None


@dataclass(frozen=True)
class Entry:
    """One line of a thread, whatever row it comes from."""

    kind: str
    text: str
    by: str
    at: datetime
    asked: str = ""
    internal: bool = False
    answer: FlagAnswer | None = None


@dataclass(frozen=True)
class Thread:
    """A flag with all that followed, in its order; `by`, `asked`: as the reader calls them."""

    flag: Flag
    by: str
    asked: str
    entries: list[Entry]
    is_open: bool
    is_unread: bool

    @property
    def replies(self) -> int:
        return len(self.entries)

    @property
    def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None


def thread_page(
    membership: Membership, wanted: ThreadFilter, *, after: str | None, size: int = PAGE
) -> tuple[Page[Flag], list[Thread]]:
    """A page of threads, newest first."""
    rows = visible_threads(membership)
    if wanted.state:
        rows = rows.filter(is_open() if wanted.state == "open" else ~is_open())
    if wanted.mine:
        rows = rows.filter(by=membership.user_id)
    if wanted.asked:
        rows = rows.filter(_asks(membership))
    if wanted.unread:
        rows = rows.filter(pk__in=unread_threads(membership).values("pk"))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.item is not None:
        rows = rows.filter(item=wanted.item)
    page = keyset_page(rows, after=after, size=size, newest_first=True)
    return page, threads_of(membership, page.rows)


def threads_on(membership: Membership, item_id: int) -> list[Thread]:
    """The latest threads about an item, newest first."""
    rows = visible_threads(membership).filter(item=item_id).order_by("-pk")[:MOST_SHOWN]
    return threads_of(membership, list(rows))


def thread_of(membership: Membership, pk: int) -> Thread:
    """One thread; 404 for one that the person may not read."""
    flag = visible_threads(membership).filter(pk=pk).first()
    if flag is None:
        raise Http404(_("There is no such question in this project."))
    return threads_of(membership, [flag])[0]


def threads_of(membership: Membership, flags: list[Flag]) -> list[Thread]:
    """Flags with what followed them, in a few statements for any number of them."""
    ids = [flag.pk for flag in flags]
    if not ids:
        return []
    items = {flag.pk: flag.item_id for flag in flags}
    names = names_for(membership, items.values())
    entries: dict[int, list[Entry]] = {pk: [] for pk in ids}
    for row in visible_comments(membership).filter(thread__in=ids):
        entries[row.thread_id].append(_entry(row, names, items[row.thread_id]))
    answers = FlagAnswer.objects.filter(flag__in=ids).select_related("by", "version")
    for answer in answers:
        said = Entry("answer", answer.reply, answer.by.name, answer.created_at, answer=answer)
        entries[answer.flag_id].append(said)
    waiting = set(OpenThread.objects.filter(pk__in=ids).values_list("pk", flat=True))
    unread = set(_with_news(membership, Q(pk__in=ids)).values_list("pk", flat=True))
    return [
        Thread(
            flag=flag,
            by=names.person(flag.item_id, flag.by_id, flag.by.name),
            asked=names.person(flag.item_id, flag.asked_id, flag.asked.name) if flag.asked else "",
            entries=sorted(entries[flag.pk], key=lambda entry: entry.at),
            is_open=flag.pk in waiting,
            is_unread=flag.pk in unread,
        )
        for flag in flags
    ]


def _entry(row: Comment, names: Names, item: int) -> Entry:
    by = names.person(item, row.by_id, row.by.name)
    asked = names.person(item, row.asked_id, row.asked.name) if row.asked else ""
    return Entry(row.kind, row.text, by, row.created_at, asked, row.internal)


def _asks(membership: Membership) -> Q:
    """Threads in which the person is asked by name."""
    named = visible_comments(membership).filter(thread=OuterRef("pk"), asked=membership.user_id)
    return Q(asked=membership.user_id) | Q(Exists(named))


def unread_threads(membership: Membership) -> QuerySet[Flag]:
    """Threads with something new of the last 30 days by somebody else that concerns the person.

    To leads every thread is of concern; to others those that they began, took part in, or in which
    they are asked. Looked at are the latest 500 threads and the latest 500 entries of concern.
    """
    me = membership.user_id
    threads = Flag.objects.filter(project=membership.project_id)
    entries = Comment.objects.filter(project=membership.project_id)
    answers = FlagAnswer.objects.filter(flag__by=me, flag__project=membership.project_id)
    if has_permission(membership, Permission.EDIT_GUIDELINE):
        recent = Q(created_at__gt=Now() - NEWS)
        latest = [_ids(threads.filter(recent)), _ids(entries.filter(recent), "thread")]
    else:
        # Of any age: an old thread may have a new entry.
        latest = [_ids(threads.filter(by=me)), _ids(threads.filter(asked=me))]
        latest += [_ids(entries.filter(by=me), "thread"), _ids(entries.filter(asked=me), "thread")]
    return _with_news(membership, Q(pk__in=_ids(answers, "flag").union(*latest)))


def _ids(rows: QuerySet[Any], thread: str = "pk") -> QuerySet[Any]:
    """The threads of the latest rows."""
    return rows.order_by("-pk").values_list(thread)[:MOST_LOOKED_AT]


def _with_news(membership: Membership, among: Q) -> QuerySet[Flag]:
    """Of these threads the unread ones."""
    me, said, since = membership.user_id, visible_comments(membership), Now() - NEWS
    rows = visible_threads(membership).filter(among)
    if not has_permission(membership, Permission.EDIT_GUIDELINE):
        took_part = said.filter(thread=OuterRef("pk"), by=me)
        rows = rows.filter(Q(by=me) | _asks(membership) | Q(Exists(took_part)))
    mark = ThreadRead.objects.filter(thread=OuterRef("pk"), person=me).values("seen_at")[:1]
    rows = rows.annotate(seen=Coalesce(Subquery(mark), since))
    newer = said.filter(thread=OuterRef("pk"), created_at__gt=OuterRef("seen")).exclude(by=me)
    answers = FlagAnswer.objects.filter(flag=OuterRef("pk"), created_at__gt=OuterRef("seen"))
    return rows.filter(
        Q(Exists(newer))
        | Q(Exists(answers.exclude(by=me)), by=me)
        | (Q(created_at__gt=F("seen")) & ~Q(by=me))
    )


def count_unread(membership: Membership) -> int:
    """How many threads are unread; at most 100 are counted."""
    return unread_threads(membership).order_by()[:MOST_NEWS].count()


def sent_back_to(membership: Membership) -> QuerySet[Flag]:
    """Answers that came back to the person and wait for another one, the oldest first."""
    rows = Flag.objects.filter(
        open__project=membership.project,
        open__kind=FlagKind.BACK,
        open__asked=membership.user_id,
        item__withdrawn_at=None,
    )
    changed = Annotation.objects.filter(supersedes=OuterRef("annotation"))
    return rows.filter(~Exists(changed)).order_by("pk")


def own_threads_by_item(membership: Membership, items: Iterable[int]) -> dict[int, Flag]:
    """The latest thread of each item that the person began, or that came back to them."""
    mine = Q(by=membership.user_id) | Q(kind=FlagKind.BACK, asked=membership.user_id)
    rows = Flag.objects.filter(mine, project=membership.project, item__in=list(items))
    return {row.item_id: row for row in rows.order_by("pk")}


@dataclass(frozen=True)
class Askable:
    """Somebody who may be asked, and how the reader may call them."""

    user: User
    name: str

    @property
    def user_id(self) -> int:
        return self.user.pk


def may_be_asked(membership: Membership, flag: Flag | None = None) -> list[Askable]:
    """Whom a person may ask by name: who may read the thread anyway, but for themselves."""
    readers = Q(roles__overlap=WATCHERS)
    if flag is not None and flag.kind in (FlagKind.ASK, FlagKind.BACK):
        readers |= Q(user__in=[flag.by_id, flag.asked_id])
    rows = present_members(membership.project).filter(readers).exclude(user=membership.user_id)
    if flag is None:
        return [Askable(row.user, row.user.name) for row in rows]
    names = names_for(membership, [flag.item_id])
    return [
        Askable(row.user, names.person(flag.item_id, row.user_id, row.user.name)) for row in rows
    ]
