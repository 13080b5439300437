"""One project: overview, settings, state, audit log."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import add_errors, sent, status_of
from projects import queries
from projects.access import ProjectRequest, has_permission, project_view
from projects.actions.projects import (
    SETTINGS,
    change_project,
    close_project,
    reopen_project,
    retire_project,
)
from projects.audit_words import action_in_words, details_in_words
from projects.forms import ConfirmNameForm, SettingsForm
from projects.navigation import next_steps
from projects.overview import cards_for
from projects.roles import Permission

GET_OR_POST = ("GET", "HEAD", "POST")


@project_view(Permission.VIEW_PROJECT)
@require_safe
def overview(request: ProjectRequest) -> HttpResponse:
    """What it is for, what to do next, figures of the upper apps, who works here."""
    context = {
        "steps": next_steps(request.membership),
        "cards": cards_for(request.membership),
        "members": queries.present_members(request.project)
        if has_permission(request.membership, Permission.VIEW_ITEMS)
        else [],
        "membership": request.membership,
    }
    return render(request, "projects/overview.html", context)


@project_view(Permission.EDIT_PROJECT)
@require_http_methods(GET_OR_POST)
def settings(request: ProjectRequest) -> HttpResponse:
    """Name, purpose, overlap, leases, device storage; and the ways to close or retire."""
    project = request.project
    initial = {name: getattr(project, name) for name in SETTINGS}
    form = SettingsForm(sent(request), initial=initial)
    if form.is_valid():
        try:
            change_project(
                project=project, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("projects:settings", slug=project.slug)
    return render(request, "projects/settings.html", {"form": form}, status=status_of(form))


@project_view(Permission.EDIT_PROJECT)
@require_http_methods(GET_OR_POST)
def close(request: ProjectRequest) -> HttpResponse:
    """Spells out what closing means before it happens."""
    done = _("The project is closed.")
    return _confirmed(request, close_project, "projects/close.html", done)


@project_view(Permission.EDIT_PROJECT)
@require_http_methods(GET_OR_POST)
def reopen(request: ProjectRequest) -> HttpResponse:
    """The way back from closing."""
    done = _("The project is open again.")
    return _confirmed(request, reopen_project, "projects/reopen.html", done)


@project_view(Permission.RETIRE_PROJECT)
@require_http_methods(GET_OR_POST)
def retire(request: ProjectRequest) -> HttpResponse:
    """There is no way back on any page, so the name must be typed."""
    form = ConfirmNameForm(sent(request), expected=request.project.name)
    if form.is_valid():
        retire_project(project=request.project, by=request.user, now=timezone.now())
        messages.success(request, _("The project is retired."))
        return redirect("projects:home")
    return render(request, "projects/retire.html", {"form": form}, status=status_of(form))


@project_view(Permission.VIEW_AUDIT)
@require_safe
def audit(request: ProjectRequest) -> HttpResponse:
    """Who did what, newest first."""
    try:
        page = queries.audit_page(request.project, after=request.GET.get("after"))
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
    lines = [(e, action_in_words(e), details_in_words(e)) for e in page.rows]
    return render(request, "projects/audit.html", {"page": page, "lines": lines})


def _confirmed(
    request: ProjectRequest, action: Callable[..., None], template: str, done: str
) -> HttpResponse:
    if request.method != "POST":
        return render(request, template)
    action(project=request.project, by=request.user, now=timezone.now())
    messages.success(request, done)
    return redirect("projects:settings", slug=request.project.slug)
