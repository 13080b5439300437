"""The page behind an invitation link: public, used once."""

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import person_of, secret_path
from accounts.forms import add_errors, sent, status_of
from core.access import public
from core.errors import Conflict, Gone
from projects import queries
from projects.actions.invitations import accept_invitation, accept_invitation_as_new_person
from projects.forms import JoinForm
from projects.models import Invitation
from projects.permissions import check_invitation_open


@public
@secret_path
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A signed-in person joins with one button; a new one makes an account."""
    try:
        invitation = check_invitation_open(queries.invitation_of_link(token), now=timezone.now())
        if request.user.is_authenticated:
            return _join_as_oneself(request, token, invitation)
        return _join_as_new_person(request, token, invitation)
    except Gone as error:
        return render(request, "projects/invitation_gone.html", {"error": error}, status=410)
    except Conflict as error:
        return render(request, "conflict.html", {"error": error}, status=409)
    except PermissionDenied as error:
        return render(request, "403.html", {"exception": str(error)}, status=403)


def _join_as_oneself(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    if request.method != "POST":
        return render(request, "projects/join.html", {"invitation": invitation})
    project = accept_invitation(secret=token, by=person_of(request), now=timezone.now())
    return redirect("projects:overview", slug=project.slug)


def _join_as_new_person(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    form = JoinForm(sent(request), fixed_email=invitation.email)
    if form.is_valid():
        try:
            project, person = accept_invitation_as_new_person(
                secret=token, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            login(request, person)
            return redirect("projects:overview", slug=project.slug)
    context = {"form": form, "invitation": invitation}
    return render(request, "projects/join.html", context, status=status_of(form))
