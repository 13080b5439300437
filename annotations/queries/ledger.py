"""The ledger for programs: annotations and flags, page by page."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from annotations.models import Annotation, Flag
from annotations.queries.blindness import blind_to
from annotations.queries.items import ledger_rows
from annotations.queries.raters import sources_of
from core.pages import Page, keyset_page
from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission


def visible_annotations(membership: Membership, *, mine: bool = False) -> QuerySet[Annotation]:
    """One's own; for people who watch all, but for items on which they must stay blind."""
    rows = ledger_rows().select_related("item").filter(project=membership.project)
    own = Q(source__in=sources_of(membership.project, membership.user))
    if mine or not has_permission(membership, Permission.VIEW_ITEMS):
        return rows.filter(own)
    return rows.filter(~blind_to(membership) | own)


def annotation_page(
    membership: Membership, *, mine: bool, after: str, size: int
) -> Page[Annotation]:
    """In the order in which they were stored; the mark is a time and an id."""
    rows = visible_annotations(membership, mine=mine).order_by("created_at", "pk")
    if after:
        at, pk = _mark(after)
        rows = rows.filter(created_at__gte=at).filter(Q(created_at__gt=at) | Q(pk__gt=pk))
    found = list(rows[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    return Page(found[:size], f"{last.created_at.isoformat()}~{last.pk}" if last else None)


def annotation_of(membership: Membership, pk: UUID) -> Annotation:
    """One that the person may see; 404 for all others."""
    row = visible_annotations(membership).filter(pk=pk).first()
    if row is None:
        raise Http404(_("There is no such annotation in this project."))
    return row


def flag_page(membership: Membership, *, after: str, size: int) -> Page[Flag]:
    """One's own flags; for people who watch all. Newest first."""
    rows = Flag.objects.filter(project=membership.project).select_related("item", "by", "version")
    if not has_permission(membership, Permission.VIEW_ITEMS):
        rows = rows.filter(by=membership.user_id)
    return keyset_page(rows, after=after, size=size, newest_first=True)


def _mark(after: str) -> tuple[datetime, UUID]:
    at, _separator, pk = after.partition("~")
    try:
        moment = parse_datetime(at)
        if moment is None or moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(pk)
    except ValueError as error:
        raise ValidationError({"after": _("This page mark is not valid.")}) from error
