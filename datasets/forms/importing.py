"""What comes with an import, from request text into typed arguments."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from datasets.formats.base import ENCODINGS
from datasets.formats.mapping import (
    ANNOTATIONS,
    ANNOTATOR,
    ANSWER,
    COMMENT,
    ID,
    IGNORE,
    LABELED_AT,
    METADATA,
    PAYLOAD,
    SKIP,
    TEXT,
)
from datasets.models import FileFormat, ItemOrder
from guidelines.label_schema import LabelSchema, text_in

ROLE_NAMES = {
    ID: _("Id of the item"),
    TEXT: _("Text of the item"),
    PAYLOAD: _("Payload (an object)"),
    METADATA: _("Metadata, goes along"),
    ANNOTATOR: _("Annotator"),
    LABELED_AT: _("Time of the answer"),
    COMMENT: _("Comment of the annotator"),
    SKIP: _("Reason for a skip"),
    ANNOTATIONS: _("Annotations (a list)"),
    IGNORE: _("Ignore this column"),
}
TYPES = ".csv,.tsv,.tab,.txt,.jsonl,.ndjson,.json,.conll,.bio,.gz"
ENCODING_NAMES = {
    "utf-8": _("UTF-8"),
    "cp949": _("Korean, Windows (CP949)"),
    "euc-kr": _("Korean (EUC-KR)"),
    "shift_jis": _("Japanese (Shift JIS)"),
    "gb18030": _("Chinese (GB 18030)"),
    "windows-1252": _("Western European (Windows-1252)"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        max_length=1000,
        allow_empty_file=True,
        help_text=_(
            "CSV, TSV, JSONL, or an export of Label Studio, COCO, CoNLL, doccano or Prodigy, also "
            "as .gz. What is in it is decided on the next page."
        ),
        widget=forms.FileInput(attrs={"accept": TYPES}),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=[(name, ENCODING_NAMES[name]) for name in ENCODINGS],
        initial="utf-8",
    )


class ReadingForm(forms.Form):
    """How bytes become rows; sent by GET, since looking at a file changes nothing."""

    format = forms.ChoiceField(label=_("Format"), choices=FileFormat.choices)
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=[(name, ENCODING_NAMES[name]) for name in ENCODINGS],
    )


class ImportForm(forms.Form):
    """What becomes of the items; the roles of the columns are in `MappingForm`."""

    format = forms.ChoiceField(choices=FileFormat.choices, widget=forms.HiddenInput)
    encoding = forms.ChoiceField(
        choices=[(name, name) for name in ENCODINGS],
        widget=forms.HiddenInput,
    )
    overlap = forms.IntegerField(
        label=_("Annotators per item"),
        min_value=1,
        max_value=50,
        help_text=_("Answers that come with the file count towards it."),
    )
    order = forms.ChoiceField(label=_("Order of the items"), choices=ItemOrder.choices)
    version = forms.TypedChoiceField(
        label=_("Guideline version of the answers"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Under which version the answers in the file were given."),
    )

    def __init__(self, *args: Any, versions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined]
        if not versions:
            del self.fields["version"]


class MappingForm(forms.Form):
    """One select per column, and one per answer that is no key of its question.

    Columns are named by their position, since their names may be anything.
    """

    def __init__(
        self,
        *args: Any,
        columns: list[str],
        guess: dict[str, str],
        schema: LabelSchema | None,
        file_format: str,
        language: str,
        unknown: dict[str, list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.proposal = {"columns": guess}
        self.unknown = unknown or {}
        choices = [("", _now("Choose…")), *_roles(schema, file_format, language)]
        for position, column in enumerate(columns):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=guess.get(column, ""),
                widget=forms.Select(attrs={"class": "input"}),
            )
        self.fields.update(value_fields(self.unknown, schema, language))

    def column_fields(self) -> list[forms.BoundField]:
        """One per column, in the order of the file."""
        return [self[f"column-{position}"] for position in range(len(self.columns))]

    def value_fields(self) -> list[forms.BoundField]:
        """One per answer that the guideline does not know."""
        return [self[name] for name in self.fields if name.startswith("value-")]

    def mapping(self) -> dict[str, Any]:
        """As `parse_mapping` reads it; columns without a role stay out and are complained about."""
        chosen = {
            column: self.cleaned_data[f"column-{position}"]
            for position, column in enumerate(self.columns)
        }
        return {
            "columns": {column: role for column, role in chosen.items() if role},
            "values": chosen_values(self.unknown, self.cleaned_data),
        }


def value_fields(
    unknown: dict[str, list[str]], schema: LabelSchema | None, language: str
) -> dict[str, forms.Field]:
    """One select per answer that is no key of its question, by the position of the answer."""
    fields: dict[str, forms.Field] = {}
    for question, answers in unknown.items():
        spec = schema.question(question) if schema else None
        keys = [
            (choice.key, text_in(choice.names, language) or choice.key)
            for choice in (spec.choices if spec else ())
        ]
        for position, answer in enumerate(answers):
            fields[f"value-{question}-{position}"] = forms.ChoiceField(
                label=answer,
                choices=[("", _now("Choose…")), *keys],
                required=False,
            )
    return fields


def chosen_values(unknown: dict[str, list[str]], cleaned: dict[str, Any]) -> dict[str, Any]:
    """{question: {answer: key}} of what was chosen."""
    values = {
        question: {
            answer: key
            for position, answer in enumerate(answers)
            if (key := cleaned.get(f"value-{question}-{position}"))
        }
        for question, answers in unknown.items()
    }
    return {question: table for question, table in values.items() if table}


def _roles(schema: LabelSchema | None, file_format: str, language: str) -> list[tuple[str, Any]]:
    for_json = (PAYLOAD, ANNOTATIONS)
    roles: list[tuple[str, Any]] = [
        (role, name)
        for role, name in ROLE_NAMES.items()
        if file_format == FileFormat.JSONL or role not in for_json
    ]
    answers = [
        (
            ANSWER + question.key,
            _now("Answer to “%(question)s”")
            % {"question": text_in(question.titles, language) or question.key},
        )
        for question in (schema.questions if schema else ())
    ]
    return [*roles[:-1], *answers, roles[-1]]
