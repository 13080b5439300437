"""Signing in and out, one's password, profile and tokens."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, queries
from accounts.access import person_of, secret_path
from accounts.authentication import authenticate_person
from accounts.forms import (
    ChangePasswordForm,
    ProfileForm,
    SetPasswordForm,
    SignInForm,
    TokenForm,
    add_errors,
    sent,
    status_of,
)
from accounts.models import ApiToken, User
from accounts.throttle import TooManyTries
from core.access import public, signed_in
from core.errors import Gone

GET_OR_POST = ("GET", "HEAD", "POST")


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: `next` when it stays on this server, else home."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if inside else resolve_url(settings.LOGIN_REDIRECT_URL)


def set_language(response: HttpResponse, user: User) -> HttpResponse:
    """The person's language of choice on this device; the middleware reads the cookie."""
    if user.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(GET_OR_POST)
def sign_in(request: HttpRequest) -> HttpResponse:
    """The same answer, in the same time, for a wrong password and an unknown address."""
    target = safe_next(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(sent(request))
    status = status_of(form)
    if form.is_valid():
        address = request.META.get("REMOTE_ADDR", "")
        try:
            user = authenticate_person(address=address, **form.cleaned_data)
        except TooManyTries as error:
            form.add_error(None, error.message)
            status = 429
        except ValidationError as error:
            add_errors(form, error)
            status = 422
        else:
            login(request, user)
            return set_language(redirect(target), user)
    return render(request, "accounts/sign_in.html", {"form": form, "next": target}, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Harmless when nobody is signed in."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("accounts:sign_in")


@public
@secret_path
@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(GET_OR_POST)
def set_password(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Behind a one-time link; whoever uses it is signed in."""
    person = queries.person_of_link(uidb64=uidb64, token=token)
    if person is None:
        return render(request, "accounts/link_used.html", status=410)
    form = SetPasswordForm(sent(request))
    if form.is_valid():
        password = form.cleaned_data["password"]
        try:
            user = actions.set_password_by_link(
                uidb64=uidb64, token=token, password=password, now=timezone.now()
            )
        except ValidationError as error:
            add_errors(form, error)
        except Gone:
            return render(request, "accounts/link_used.html", status=410)
        else:
            login(request, user)
            messages.success(request, _("Your password is set."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "person": person}
    return render(request, "accounts/set_password.html", context, status=status_of(form))


@signed_in
@never_cache
@require_http_methods(GET_OR_POST)
def profile(request: HttpRequest) -> HttpResponse:
    """Name and language."""
    person = person_of(request)
    initial = {"name": person.name, "language": person.language}
    form = ProfileForm(sent(request), initial=initial)
    if form.is_valid():
        try:
            actions.update_profile(by=person, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            with translation.override(person.language or translation.get_language()):
                messages.success(request, _("Saved."))
            return set_language(redirect("accounts:profile"), person)
    return render(request, "accounts/profile.html", {"form": form}, status=status_of(form))


@signed_in
@sensitive_post_parameters("old", "new")
@never_cache
@require_http_methods(GET_OR_POST)
def change_password(request: HttpRequest) -> HttpResponse:
    """Ends every other session; this one gets a new key."""
    person = person_of(request)
    form = ChangePasswordForm(sent(request))
    if form.is_valid():
        address = request.META.get("REMOTE_ADDR", "")
        try:
            actions.change_password(
                by=person, address=address, now=timezone.now(), **form.cleaned_data
            )
        except TooManyTries as error:
            form.add_error(None, error.message)
        except ValidationError as error:
            add_errors(form, error)
        else:
            update_session_auth_hash(request, person)
            messages.success(request, _("Your password is changed. Other sessions have ended."))
            return redirect("accounts:profile")
    return render(request, "accounts/change_password.html", {"form": form}, status=status_of(form))


@signed_in
@never_cache
@require_http_methods(GET_OR_POST)
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and a form that makes one. The text of a new token is in this answer only."""
    person, now = person_of(request), timezone.now()
    form = TokenForm(sent(request))
    new_token = new_text = None
    if form.is_valid():
        days = form.cleaned_data.pop("days")
        try:
            new_token, new_text = actions.create_token(
                by=person, expires_at=now + timedelta(days=days), now=now, **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            form = TokenForm()
    context = {
        "form": form,
        "tokens": queries.tokens_of(person),
        "new_token": new_token,
        "new_text": new_text and str(new_text),
        "now": now,
    }
    status = 201 if new_token else status_of(form)
    return render(request, "accounts/tokens.html", context, status=status)


@signed_in
@require_http_methods(GET_OR_POST)
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Asks first: a program may depend on the token."""
    person = person_of(request)
    token = get_object_or_404(ApiToken, pk=token_id, user=person)
    if request.method != "POST":
        return render(request, "accounts/revoke_token.html", {"token": token})
    actions.revoke_token(token=token, by=person, now=timezone.now())
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:tokens")


@public
@require_safe
def help_with_password(request: HttpRequest) -> HttpResponse:
    """What to do without one: no mail is sent by this server."""
    return render(request, "accounts/help_with_password.html")
