"""Which question takes what of a file of another program, from request text into a mapping."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from datasets.formats.base import MAX_ANNOTATOR
from datasets.formats.mapping import ANNOTATIONS, FOREIGN_COLUMNS, IGNORE
from datasets.forms.importing import chosen_values, value_fields
from datasets.queries.recognised import Control
from guidelines.label_schema import LabelSchema, text_in

LEAVE_OUT = "-"


class ForeignForm(forms.Form):
    """One select per control of the file, and one per label that the guideline does not know.

    Controls are named by their position, since their names may be anything.
    """

    answers = forms.BooleanField(label=_("Take the answers along"), required=False)
    annotator = forms.CharField(
        label=_("Annotator where the file names none"),
        max_length=MAX_ANNOTATOR,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        controls: list[Control],
        schema: LabelSchema | None,
        language: str,
        proposal: dict[str, Any],
        unknown: dict[str, list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.controls = controls
        self.proposal = proposal
        self.unknown = unknown or {}
        for position, control in enumerate(controls):
            questions = [
                (question.key, text_in(question.titles, language) or question.key)
                for question in (schema.questions if schema else ())
                if question.kind in control.kinds
            ]
            self.fields[f"target-{position}"] = forms.ChoiceField(
                label=control.name,
                choices=[("", _now("Choose…")), *questions, (LEAVE_OUT, _now("Leave it out"))],
                required=False,
                initial=control.question,
                widget=forms.Select(attrs={"class": "input"}),
            )
        self.fields.update(value_fields(self.unknown, schema, language))

    def control_fields(self) -> list[tuple[Control, forms.BoundField]]:
        """Each control with its select, in the order of the file."""
        return [
            (control, self[f"target-{position}"]) for position, control in enumerate(self.controls)
        ]

    def value_fields(self) -> list[forms.BoundField]:
        """One per label that the guideline does not know."""
        return [self[name] for name in self.fields if name.startswith("value-")]

    def mapping(self) -> dict[str, Any]:
        """As `parse_mapping` reads it; a control without a question is complained about later."""
        cleaned = self.cleaned_data
        targets = {
            control.target: "" if chosen == LEAVE_OUT else chosen
            for position, control in enumerate(self.controls)
            if (chosen := cleaned[f"target-{position}"])
        }
        role = ANNOTATIONS if cleaned["answers"] else IGNORE
        return {
            "columns": {**FOREIGN_COLUMNS, "annotations": role},
            "values": chosen_values(self.unknown, cleaned),
            "targets": targets,
            "annotator": cleaned["annotator"],
        }
