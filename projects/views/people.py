"""Who works in a project: roles, leaving, invitations."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import add_errors, sent, status_of
from projects import queries
from projects.access import ProjectRequest, project_view
from projects.actions.invitations import create_invitation, revoke_invitation
from projects.actions.people import change_roles, readd_member, remove_member
from projects.forms import InvitationForm, RolesForm
from projects.models import Membership
from projects.roles import Permission

GET_OR_POST = ("GET", "HEAD", "POST")


def member_of(request: ProjectRequest, user_id: int) -> Membership:
    """One membership of this project, present or past; 404 for anybody else."""
    return get_object_or_404(queries.members(request.project), user_id=user_id)


@project_view(Permission.MANAGE_PEOPLE)
@never_cache
@require_http_methods(GET_OR_POST)
def people(request: ProjectRequest) -> HttpResponse:
    """The list, and a form that makes an invitation, whose link is in this answer only."""
    now = timezone.now()
    form = InvitationForm(sent(request))
    link = ""
    if form.is_valid():
        days = timedelta(days=form.cleaned_data.pop("days"))
        try:
            _invitation, secret = create_invitation(
                project=request.project,
                by=request.user,
                now=now,
                expires_at=now + days,
                **form.cleaned_data,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            link = request.build_absolute_uri(reverse("projects:join", args=[secret]))
            form = InvitationForm()
    context = {
        "form": form,
        "link": link,
        "members": queries.members(request.project),
        "invitations": queries.open_invitations(request.project, now=now),
    }
    status = 201 if link else status_of(form)
    return render(request, "projects/people.html", context, status=status)


@project_view(Permission.MANAGE_PEOPLE)
@require_http_methods(GET_OR_POST)
def member(request: ProjectRequest, user_id: int) -> HttpResponse:
    """Roles of one person; for somebody who left, the way back in."""
    membership = member_of(request, user_id)
    form = RolesForm(sent(request), initial={"roles": membership.roles})
    if form.is_valid():
        action = readd_member if membership.left_at else change_roles
        action(
            membership=membership,
            roles=form.cleaned_data["roles"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("Saved."))
        return redirect("projects:people", slug=request.project.slug)
    context = {"form": form, "membership": membership}
    return render(request, "projects/member.html", context, status=status_of(form))


@project_view(Permission.MANAGE_PEOPLE)
@require_http_methods(GET_OR_POST)
def remove(request: ProjectRequest, user_id: int) -> HttpResponse:
    """Spells out what removing means before it happens."""
    membership = member_of(request, user_id)
    if request.method != "POST":
        return render(request, "projects/remove_member.html", {"membership": membership})
    remove_member(membership=membership, by=request.user, now=timezone.now())
    name = membership.user.name
    messages.success(request, _("%(name)s is no longer in the project.") % {"name": name})
    return redirect("projects:people", slug=request.project.slug)


@project_view(Permission.VIEW_PROJECT)
@require_http_methods(GET_OR_POST)
def leave(request: ProjectRequest) -> HttpResponse:
    """Anybody may go, but for the last admin."""
    if request.method != "POST":
        return render(request, "projects/leave.html")
    remove_member(membership=request.membership, by=request.user, now=timezone.now())
    messages.success(request, _("You have left the project."))
    return redirect("projects:home")


@project_view(Permission.MANAGE_PEOPLE)
@require_http_methods(GET_OR_POST)
def take_back_invitation(request: ProjectRequest, invitation_id: int) -> HttpResponse:
    """Revoke a link that nobody has used."""
    invitation = get_object_or_404(request.project.invitations, pk=invitation_id)
    if request.method != "POST":
        return render(request, "projects/revoke_invitation.html", {"invitation": invitation})
    revoke_invitation(invitation=invitation, by=request.user, now=timezone.now())
    messages.success(request, _("The invitation is taken back."))
    return redirect("projects:people", slug=request.project.slug)
