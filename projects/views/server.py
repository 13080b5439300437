"""The people of the server: accounts, links for a new password, deactivation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import owner_view, person_of
from accounts.actions import offer_password_link, reactivate_user
from accounts.links import set_password_link
from accounts.models import User
from accounts.queries import people_page
from projects.actions.people import retire_person


@owner_view
@require_safe
def server_people(request: HttpRequest) -> HttpResponse:
    """Every account; roles are per project and not shown here."""
    try:
        page = people_page(after=request.GET.get("after"))
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
    return render(request, "projects/server_people.html", {"page": page})


@owner_view
@never_cache
@require_POST
def password_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """The link is in this answer only; the owner passes it on."""
    user = get_object_or_404(User, pk=user_id)
    offer_password_link(user=user, by=person_of(request), now=timezone.now())
    link = request.build_absolute_uri(set_password_link(user))
    context = {"person": user, "link": link}
    return render(request, "projects/password_link.html", context, status=201)


@owner_view
@require_http_methods(("GET", "HEAD", "POST"))
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Asks first; the person is signed out at their next request."""
    user = get_object_or_404(User, pk=user_id)
    if request.method != "POST":
        return render(request, "projects/deactivate.html", {"person": user})
    retire_person(person=user, by=person_of(request), now=timezone.now())
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
    return redirect("projects:server_people")


@owner_view
@require_POST
def reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """With the old password and roles."""
    user = get_object_or_404(User, pk=user_id)
    reactivate_user(user=user, by=person_of(request), now=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": user.name})
    return redirect("projects:server_people")
