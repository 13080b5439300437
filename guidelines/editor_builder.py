"""Walks an unchecked document and makes the rows of the draft editor."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from guidelines.editor_options import KIND_NAMES, OptionRow, option_rows
from guidelines.label_schema import KINDS_THAT_MAY_HAVE_CHOICES, KINDS_WITH_CHOICES

COLORS = range(10)

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Field:
    """One control. `language` is "" where the text has none."""

    name: str
    label: str
    value: str
    errors: list[str]
    language: str = ""

    @property
    def id(self) -> str:
        """An id without brackets, for labels and links."""
        return "f-" + self.name.replace("[", "-").replace("]", "").replace(".", "-")


@dataclass(frozen=True)
class ExampleRow:
    """One example: its texts, and its right answer as "question.choice" ("" while unnamed)."""

    path: str
    texts: list[Field]
    choice: str


@dataclass(frozen=True)
class Row:
    """A question, choice or rule. `is_frozen`: its key was published and stays."""

    path: str
    key: Field
    texts: dict[str, list[Field]]
    errors: list[str]
    is_frozen: bool = False
    is_first: bool = False
    is_last: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    rows: list["Row"] = field(default_factory=list)
    hidden: list[Field] = field(default_factory=list)
    examples: dict[str, list["ExampleRow"]] = field(default_factory=dict)
    options: list[OptionRow] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the row is called on the page: its title or name in any language, or its key."""
        titles = self.texts.get("title") or self.texts.get("name") or []
        return next((each.value for each in titles if each.value), self.key.value)


def dicts(raw: Any) -> list[dict[str, Any]]:
    return [each for each in raw if isinstance(each, dict)] if isinstance(raw, list) else []


class RowBuilder:
    """Walks a document and hands each field its errors."""

    def __init__(
        self, errors: Errors, kinds: dict[str, str], choices: set[tuple[str, str]]
    ) -> None:
        self.errors = errors
        self.kinds = kinds
        self.choices = choices
        self.languages = [str(code) for code, _name in settings.LANGUAGES]
        self.ids: dict[str, str] = {}

    def rows(self, raw: Any, path: str, build: Any, *args: Any) -> list[Row]:
        entries = dicts(raw)
        return [
            build(entry, f"{path}[{index}]", index == 0, index == len(entries) - 1, *args)
            for index, entry in enumerate(entries)
        ]

    def question(self, raw: dict[str, Any], path: str, first: bool, last: bool) -> Row:
        key = str(raw.get("key") or "")
        kind = str(raw.get("kind") or "choice")
        texts = {
            "title": self.texts(raw, path, "title", _("Question")),
            "help": self.texts(raw, path, "help", _("Help")),
        }
        return Row(
            path=path,
            key=self.field(raw, path, "key", _("Key")),
            texts=texts,
            errors=[
                *self.at(f"{path}.kind", f"{path}.choices", f"{path}.options", path),
                *self.under(f"{path}.show_when", f"{path}.options."),
            ],
            is_frozen=key in self.kinds,
            is_first=first,
            is_last=last,
            values={
                "kind": kind,
                "kind_name": KIND_NAMES.get(kind, kind),
                "kinds": KIND_NAMES.items(),
                "required": raw.get("required", True) is True,
                "has_choices": kind in KINDS_THAT_MAY_HAVE_CHOICES,
                "needs_choices": kind in KINDS_WITH_CHOICES,
                "after": self.after(raw.get("show_when")),
            },
            rows=self.choices_of(raw, path, key),
            hidden=[
                *self.others(raw, path, "title"),
                *self.others(raw, path, "help"),
            ],
            options=option_rows(raw.get("options"), f"{path}.options", kind, self.languages),
        )

    def after(self, raw: Any) -> set[str]:
        """The "question.choice" answers after which a question is asked."""
        condition = raw if isinstance(raw, dict) else {}
        keys = condition.get("choices")
        return {
            f"{condition.get('question')}.{key}" for key in (keys if isinstance(keys, list) else [])
        }

    def choices_of(self, raw: dict[str, Any], path: str, key: str) -> list[Row]:
        """The choices, each with the others that it may stand below."""
        rows = self.rows(raw.get("choices"), f"{path}.choices", self.choice, key)
        for row in rows:
            row.values["parents"] = [
                {"key": other.key.value, "name": other.name}
                for other in rows
                if other is not row and other.key.value
            ]
        return rows

    def choice(self, raw: dict[str, Any], path: str, first: bool, last: bool, question: str) -> Row:
        return Row(
            path=path,
            key=self.field(raw, path, "key", _("Key")),
            texts={
                "name": self.texts(raw, path, "name", _("Name")),
                "help": self.texts(raw, path, "help", _("Help")),
                "hotkey": [self.field(raw, path, "hotkey", _("Key to press"))],
            },
            errors=self.at(f"{path}.color", f"{path}.parent", path),
            is_frozen=(question, str(raw.get("key") or "")) in self.choices,
            is_first=first,
            is_last=last,
            values={
                "color": raw.get("color", 0),
                "colors": COLORS,
                "parent": str(raw.get("parent") or ""),
            },
            hidden=[*self.others(raw, path, "name"), *self.others(raw, path, "help")],
        )

    def rule(self, raw: dict[str, Any], path: str, first: bool, last: bool) -> Row:
        names = ("title", "condition", "decision")
        labels = (_("Title"), _("When"), _("Then"))
        return Row(
            path=path,
            key=self.field(raw, path, "number", _("Number")),
            texts={
                name: self.texts(raw, path, name, label)
                for name, label in zip(names, labels, strict=True)
            },
            errors=[
                *self.at(path),
                *self.under(f"{path}.choices", f"{path}.examples", f"{path}.counter_examples"),
            ],
            is_first=first,
            is_last=last,
            values={"choices": raw.get("choices")},
            examples={
                "examples": self.examples(raw, path, "examples", _("Example")),
                "counter_examples": self.examples(
                    raw, path, "counter_examples", _("Counter-example")
                ),
            },
            hidden=[each for name in names for each in self.others(raw, path, name)],
        )

    def field(self, raw: dict[str, Any], path: str, name: str, label: str) -> Field:
        value = raw.get(name)
        own = f"{path}.{name}"
        return self.noted(Field(own, label, "" if value is None else str(value), self.at(own)))

    def texts(self, raw: dict[str, Any], path: str, name: str, label: str) -> list[Field]:
        """One field per language of the site; what is wrong with the text stands at the first."""
        values = raw.get(name)
        texts = values if isinstance(values, dict) else {"en": values or ""}
        own = f"{path}.{name}"
        fields = []
        for place, language in enumerate(self.languages):
            errors = self.at(f"{own}.{language}", *([own] if place == 0 else []))
            value = str(texts.get(language) or "")
            fields.append(self.noted(Field(f"{own}.{language}", label, value, errors, language)))
        self.ids[own] = fields[0].id
        return fields

    def others(self, raw: dict[str, Any], path: str, name: str) -> list[Field]:
        """Texts in languages that this site has no fields for: carried along, never lost."""
        values = raw.get(name)
        texts = values if isinstance(values, dict) else {}
        return [
            Field(f"{path}.{name}.{language}", "", str(text), [], str(language))
            for language, text in texts.items()
            if language not in self.languages
        ]

    def examples(self, raw: dict[str, Any], path: str, name: str, label: str) -> list[ExampleRow]:
        values = raw.get(name)
        return [
            self.example(each, f"{path}.{name}[{index}]", label)
            for index, each in enumerate(values if isinstance(values, list) else [])
        ]

    def example(self, raw: Any, path: str, label: str) -> ExampleRow:
        """Its texts in the languages it has; one with a right answer holds them under "text"."""
        named = isinstance(raw, dict) and "text" in raw
        texts = raw["text"] if named else raw
        texts = texts if isinstance(texts, dict) else {"en": "" if texts is None else str(texts)}
        fields = []
        for language, text in texts.items():
            own = f"{path}.{language}"
            errors = self.at(own, f"{path}.text.{language}")
            fields.append(self.noted(Field(own, label, str(text), errors, str(language))))
        if fields:
            self.ids[f"{path}.choice"] = fields[0].id
        return ExampleRow(path, fields, str(raw.get("choice") or "") if named else "")

    def noted(self, made: Field) -> Field:
        self.ids[made.name] = made.id
        return made

    def at(self, *paths: str) -> list[str]:
        return [message for path in paths for message in self.errors.get(path, [])]

    def under(self, *paths: str) -> list[str]:
        """Errors at these paths and below, but for those that a field of its own shows."""
        return [
            message
            for path, messages in self.errors.items()
            for message in messages
            if path.startswith(paths) and path not in self.ids
        ]
