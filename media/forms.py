"""Request text into typed arguments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media.models import MediaKind


class FilterForm(forms.Form):
    """Which files the page shows; sent by GET."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All kinds")), *MediaKind.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )
    name = forms.CharField(label=_("Name begins with"), required=False, max_length=255)
    after = forms.CharField(required=False, widget=forms.HiddenInput)


class ZipForm(forms.Form):
    file = forms.FileField(
        label=_("Zip archive"),
        max_length=1000,
        allow_empty_file=True,
        help_text=_(
            "All of its files are stored, or none. Their folders become part of their names."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class AddressesForm(forms.Form):
    addresses = forms.CharField(
        label=_("Addresses"),
        max_length=2_000_000,
        help_text=_("One a line. After a space you may give the file another name."),
        widget=forms.Textarea(
            attrs={"rows": 5, "class": "code", "spellcheck": "false", "placeholder": "https://"}
        ),
    )


class FolderForm(forms.Form):
    """The server has a folder for each project."""

    folder = forms.CharField(
        label=_("Folder"), required=False, max_length=255, help_text=_("Empty for all files.")
    )

    def __init__(self, *args: Any, project: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
