"""Request text into typed arguments."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope

PASSWORD_MAX = 512
LANGUAGES = [("", _("As the browser")), *settings.LANGUAGES]
LIVES = [("7", _("A week")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("A year"))]


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing before it was sent."""
    return request.POST if request.method == "POST" else None


def status_of(form: forms.Form) -> int:
    """422 for a form that was sent and is wrong."""
    return 422 if form.is_bound and form.errors else 200


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """What an action refused, beside its field, or above the form when it has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        known = field != NON_FIELD_ERRORS and field in form.fields
        form.add_error(field if known else None, errors)


def password_field(label: Any, *, new: bool, help_text: Any = "") -> forms.CharField:
    """Spaces count; managers and browsers are told which password is meant."""
    kind = "new-password" if new else "current-password"
    return forms.CharField(
        label=label,
        max_length=PASSWORD_MAX,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": kind}),
    )


NEW_PASSWORD_HELP = _("At least 10 characters. A few unrelated words are easy to remember.")


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = password_field(_("Password"), new=False)


class SetPasswordForm(forms.Form):
    password = password_field(_("New password"), new=True, help_text=NEW_PASSWORD_HELP)
    again = password_field(_("The same again"), new=True)

    def clean_again(self) -> str:
        """Typing errors would lock the person out."""
        again = str(self.cleaned_data["again"])
        if self.cleaned_data.get("password") not in (None, again):
            raise forms.ValidationError(_("The two passwords are not the same."), code="mismatch")
        return again


class ChangePasswordForm(forms.Form):
    old = password_field(_("Present password"), new=False)
    new = password_field(_("New password"), new=True, help_text=NEW_PASSWORD_HELP)


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("Others in your projects see it beside your labels."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What uses it, so that you know which one to revoke."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May be used to"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your roles still decide in which projects."),
    )
    days = forms.TypedChoiceField(label=_("Expires after"), choices=LIVES, coerce=int, initial="90")
