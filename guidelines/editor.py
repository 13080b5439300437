"""The draft editor's rows: each field with its path as name, its value and its errors."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from guidelines.label_schema import KINDS_WITH_CHOICES
from guidelines.places import place_of

COLORS = range(10)
# With more choices than this, a rule's choices are typed instead of ticked.
MOST_BOXES = 30

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
    examples: dict[str, list[Field]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the row is called on the page: its title or name in any language, or its key."""
        titles = self.texts.get("title") or self.texts.get("name") or []
        return next((each.value for each in titles if each.value), self.key.value)


@dataclass(frozen=True)
class Editor:
    """Everything the editor's page draws beside title and prose."""

    questions: list[Row]
    rules: list[Row]
    errors: list["Fault"]
    missing: list["Fault"]


@dataclass(frozen=True)
class Fault:
    """What is wrong or missing, where in words, and the id of the field ("" without one)."""

    id: str
    place: str
    message: str


def errors_of(error: ValidationError) -> Errors:
    """Messages by field or path; those without one stand under NON_FIELD_ERRORS."""
    if not hasattr(error, "error_dict"):
        return {NON_FIELD_ERRORS: [str(message) for message in error.messages]}
    return {
        name: [str(message) for message in messages]
        for name, messages in error.message_dict.items()
    }


def editor_rows(
    document: dict[str, Any],
    errors: Errors,
    *,
    kinds: dict[str, str],
    choices: set[tuple[str, str]],
    missing: Errors | None = None,
) -> Editor:
    """Rows of an unchecked document; `kinds` and `choices` are the identities that are frozen.

    `errors` stand beside their fields and in a list, `missing` in a list of its own.
    """
    builder = _Builder(errors, kinds, choices)
    questions = builder.rows(document.get("questions"), "questions", builder.question)
    references = _references(document)
    rules = builder.rows(document.get("rules"), "rules", builder.rule)
    for rule in rules:
        wanted = rule.values["choices"]
        rule.values["typed"] = len(references) > MOST_BOXES
        rule.values["references"] = " ".join(map(str, wanted)) if isinstance(wanted, list) else ""
        rule.values["choices"] = _marked(references, wanted)
    return Editor(
        questions,
        rules,
        faults_in(document, errors, builder.ids),
        faults_in(document, missing or {}, builder.ids),
    )


def faults_in(
    document: dict[str, Any], errors: Errors, ids: dict[str, str] | None = None
) -> list[Fault]:
    """Errors by path as a list for people; `ids` finds the field of a path."""
    return [
        Fault((ids or {}).get(path, ""), place_of(document, path), message)
        for path, messages in errors.items()
        for message in messages
    ]


def _references(document: dict[str, Any]) -> dict[str, str]:
    """Label by "question.choice" of all choices that a rule may name."""
    found = {}
    for question in _dicts(document.get("questions")):
        for choice in _dicts(question.get("choices")):
            if question.get("key") and choice.get("key"):
                names = choice.get("name")
                texts = [text for text in names.values() if text] if isinstance(names, dict) else []
                reference = f"{question['key']}.{choice['key']}"
                found[reference] = " / ".join(map(str, texts)) or reference
    return found


def _marked(references: dict[str, str], chosen: Any) -> list[dict[str, Any]]:
    wanted = [str(each) for each in chosen] if isinstance(chosen, list) else []
    gone = {each: each for each in wanted if each not in references}
    return [
        {"value": value, "label": label, "checked": value in wanted, "gone": value in gone}
        for value, label in {**references, **gone}.items()
    ]


def _dicts(raw: Any) -> list[dict[str, Any]]:
    return [each for each in raw if isinstance(each, dict)] if isinstance(raw, list) else []


class _Builder:
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
        entries = _dicts(raw)
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
        options = raw.get("options")
        options = options if isinstance(options, dict) else {}
        return Row(
            path=path,
            key=self.field(raw, path, "key", _("Key")),
            texts=texts,
            errors=self.at(f"{path}.kind", f"{path}.choices", f"{path}.options", path),
            is_frozen=key in self.kinds,
            is_first=first,
            is_last=last,
            values={
                "kind": kind,
                "required": raw.get("required", True) is True,
                "has_choices": kind in KINDS_WITH_CHOICES,
            },
            rows=self.rows(raw.get("choices"), f"{path}.choices", self.choice, key),
            hidden=[
                *self.others(raw, path, "title"),
                *self.others(raw, path, "help"),
                *(Field(f"{path}.options.{name}", "", str(options[name]), []) for name in options),
            ],
        )

    def choice(self, raw: dict[str, Any], path: str, first: bool, last: bool, question: str) -> Row:
        return Row(
            path=path,
            key=self.field(raw, path, "key", _("Key")),
            texts={
                "name": self.texts(raw, path, "name", _("Name")),
                "help": self.texts(raw, path, "help", _("Help")),
                "hotkey": [self.field(raw, path, "hotkey", _("Key to press"))],
            },
            errors=self.at(f"{path}.color", path),
            is_frozen=(question, str(raw.get("key") or "")) in self.choices,
            is_first=first,
            is_last=last,
            values={"color": raw.get("color", 0), "colors": COLORS},
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

    def examples(self, raw: dict[str, Any], path: str, name: str, label: str) -> list[Field]:
        values = raw.get(name)
        fields = []
        for index, example in enumerate(values if isinstance(values, list) else []):
            texts = example if isinstance(example, dict) else {"en": str(example)}
            for language, text in texts.items():
                own = f"{path}.{name}[{index}].{language}"
                fields.append(Field(own, label, str(text), self.at(own), str(language)))
        return [self.noted(each) for each in fields]

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
