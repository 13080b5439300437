"""The options of a question in the draft editor: one control each, by the kind of the question."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guidelines.question_options import (
    CONTROLS,
    FLAG,
    KEYS,
    KIND_OPTIONS,
    TEXTS,
    with_defaults,
)

KIND_NAMES: dict[str, Promise] = {
    "choice": _("One choice"),
    "choices": _("Several choices"),
    "soft_choice": _("A share for each choice"),
    "rating": _("Rating on a scale"),
    "number": _("Number"),
    "text": _("Text"),
    "spans": _("Spans of a text"),
    "relations": _("Relations between spans"),
    "pairwise": _("Comparison of two parts"),
    "ranking": _("Ranking"),
    "boxes": _("Boxes on a picture"),
    "polygons": _("Outlines on a picture"),
    "points": _("Points on a picture"),
    "segments": _("Segments of a recording"),
}

_LABELS: dict[str, Promise] = {
    "least": _("Smallest"),
    "most": _("Largest"),
    "step": _("Step"),
    "longest": _("Most characters"),
    "least_label": _("What the smallest means"),
    "most_label": _("What the largest means"),
    "unit": _("Unit"),
    "lines": _("Several lines"),
    "transcript": _("A transcript: what was said, word for word"),
    "overlap": _("Spans may overlap and nest"),
    "tie": _("A tie may be said"),
    "both_bad": _("“Both are bad” may be said"),
    "part": _("Key of the part of the item"),
    "spans": _("Key of the question that marks the spans"),
    "sides": _("Keys of the two parts"),
    "parts": _("Keys of the parts that are ranked; none: the choices"),
}
# Where the same option means a number of answers.
_COUNTS: dict[str, Promise] = {"least": _("At least"), "most": _("At most")}


@dataclass(frozen=True)
class OptionRow:
    """One control: `control` says which, `language` is set on each text of several."""

    name: str
    label: str
    control: str
    value: str
    is_on: bool = False
    language: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace("[", "-").replace("]", "").replace(".", "-")


def option_rows(raw: Any, path: str, kind: str, languages: list[str]) -> list[OptionRow]:
    """The controls of a question's options, filled with what was given or else the default."""
    given = with_defaults(kind, raw if isinstance(raw, dict) else {})
    rows = []
    for name in KIND_OPTIONS.get(kind, {}):
        label = str((_COUNTS if kind == "choices" else _LABELS).get(name, _LABELS[name]))
        control, value = CONTROLS[name], given.get(name)
        if control == TEXTS:
            texts = value if isinstance(value, dict) else {}
            rows += [
                OptionRow(f"{path}.{name}.{each}", label, control, texts.get(each, ""), False, each)
                for each in languages
            ]
            continue
        if control == KEYS and isinstance(value, list):
            value = " ".join(map(str, value))
        text = "" if value is None else str(value)
        rows.append(
            OptionRow(f"{path}.{name}", label, control, text, control == FLAG and value is True)
        )
    return rows
