"""The list of one's projects, and a new one."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import owner_view, person_of
from accounts.forms import add_errors, sent, status_of
from core.access import signed_in
from projects import queries
from projects.actions.projects import create_project
from projects.forms import ProjectForm
from projects.navigation import next_steps
from projects.overview import progress_of
from projects.permissions import can_create_project


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One's projects, each with what to do next."""
    person = person_of(request)
    memberships = list(queries.memberships_of(person))
    progress = progress_of(person, [membership.project for membership in memberships])
    rows = [
        {
            "membership": membership,
            "project": membership.project,
            "steps": next_steps(membership)[:3],
            "progress": progress[membership.project_id],
        }
        for membership in memberships
    ]
    context = {"rows": rows, "can_create": can_create_project(person)}
    return render(request, "projects/home.html", context)


@owner_view
@require_http_methods(("GET", "HEAD", "POST"))
def new_project(request: HttpRequest) -> HttpResponse:
    """Its creator holds every role at first."""
    form = ProjectForm(sent(request))
    if form.is_valid():
        try:
            project = create_project(by=person_of(request), now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("projects:overview", slug=project.slug)
    return render(request, "projects/new_project.html", {"form": form}, status=status_of(form))
