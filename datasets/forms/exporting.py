"""What is exported, and how, from request text into typed arguments."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """Choices of the export page; `query` is what they come to in an address."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("labels", _("Every label, with its lineage")),
            ("resolved", _("One resolved value per item and question")),
        ],
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("jsonl", _("JSONL")),
            ("csv", _("CSV")),
            ("spreadsheet", _("CSV for spreadsheets (formulas made inert)")),
            ("label_studio", _("Label Studio (JSON)")),
            ("coco", _("COCO (boxes, polygons, points)")),
            ("conll", _("CoNLL (spans as BIO)")),
            ("doccano", _("doccano (JSONL)")),
        ],
    )
    question = forms.ChoiceField(label=_("Question"), required=False)
    run = forms.ChoiceField(
        label=_("Resolution run"),
        required=False,
        help_text=_("Its decisions stand beside the labels, or are what is exported."),
    )
    annotator = forms.CharField(
        label=_("Annotator"),
        required=False,
        help_text=_("A name; without one the answers of all."),
    )
    current = forms.BooleanField(
        label=_("Only current answers, without what was superseded"),
        required=False,
    )
    include = forms.BooleanField(label=_("With the items' content and metadata"), required=False)

    def __init__(
        self,
        *args: Any,
        questions: list[str],
        runs: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        any_question = [("", _now("All questions")), *((key, key) for key in questions)]
        self.fields["question"].choices = any_question  # type: ignore[attr-defined]
        self.fields["run"].choices = [("", _now("None, or the latest")), *runs]  # type: ignore[attr-defined]

    def query(self) -> dict[str, str]:
        """The parameters of the REST address, without those that are as they are anyway."""
        chosen = self.cleaned_data
        spreadsheet = chosen["format"] == "spreadsheet"
        parameters = {
            "format": "csv" if spreadsheet else chosen["format"],
            "what": chosen["what"],
            "question": chosen["question"],
            "annotator": chosen["annotator"] if chosen["what"] == "labels" else "",
            "run": chosen["run"],
            "current": "true" if chosen["current"] and chosen["what"] == "labels" else "",
            "include": "payload" if chosen["include"] else "",
            "spreadsheet": "true" if spreadsheet else "",
        }
        return {name: value for name, value in parameters.items() if value}
