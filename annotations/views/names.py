"""Asking for the names behind the answers to an item."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from annotations.actions.show_names import show_names
from annotations.queries.items import item_of
from annotations.views.threads import back_of
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@project_view(Permission.VIEW_ITEMS)
@require_POST
def show(request: ProjectRequest, pk: int) -> HttpResponse:
    """From now on, for this person, on every page about this item, and on the record."""
    item = item_of(request.project, pk)
    show_names(membership=request.membership, item=item, now=timezone.now())
    path = reverse("annotations:item", args=[request.project.slug, pk])
    return redirect(back_of(request) or path)
