"""Request text into typed arguments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import LANGUAGES, NEW_PASSWORD_HELP, password_field
from projects.models import Layout
from projects.roles import Role

INVITATION_LIVES = [("1", _("A day")), ("7", _("A week")), ("30", _("30 days"))]

ROLE_CHOICES = [
    (Role.ANNOTATOR.value, _("Annotator: labels items")),
    (Role.REVIEWER.value, _("Reviewer: sees all answers and settles disagreement")),
    (Role.LEAD.value, _("Lead: writes the guideline, imports items, watches quality")),
    (Role.ADMIN.value, _("Admin: manages people, exports labels, reads the audit log")),
]


class ProjectForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    overlap = forms.IntegerField(
        label=_("Annotators per item"),
        min_value=1,
        max_value=50,
        initial=2,
        help_text=_("How many people answer each item, without seeing each other's answers."),
    )


class SettingsForm(ProjectForm):
    lease_minutes = forms.IntegerField(
        label=_("Minutes to hold an item"),
        min_value=1,
        max_value=1440,
        help_text=_("An item that is not answered by then goes back to the queue."),
    )
    layout = forms.ChoiceField(
        label=_("Parts of an item"),
        choices=Layout.choices,
        help_text=_("For items of several parts, such as a picture and a text."),
        widget=forms.RadioSelect,
    )
    no_device_storage = forms.BooleanField(
        label=_("Keep nothing on devices"),
        required=False,
        help_text=_(
            "For sensitive items. Answers that wait for the network are then lost on reload."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["overlap"].help_text = _(
            "Holds for items that come from now on; items that are here keep theirs."
        )


class ConfirmNameForm(forms.Form):
    name = forms.CharField(label=_("Type the name of the project"), max_length=120)

    def __init__(self, *args: object, expected: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.expected = expected

    def clean_name(self) -> str:
        """A check against the wrong tab."""
        name = str(self.cleaned_data["name"])
        if name != self.expected:
            raise forms.ValidationError(_("This is not the name of the project."), code="mismatch")
        return name


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple
    )


class InvitationForm(RolesForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_(
            "If given, only this address may accept. No mail is sent: you pass on the link."
        ),
    )
    days = forms.TypedChoiceField(
        label=_("Works for"), choices=INVITATION_LIVES, coerce=int, initial="7"
    )


class JoinForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(_("Choose a password"), new=True, help_text=NEW_PASSWORD_HELP)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)

    def __init__(self, *args: object, fixed_email: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if fixed_email:
            self.fields["email"].initial = fixed_email
            self.fields["email"].disabled = True
