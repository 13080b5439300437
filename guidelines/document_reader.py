"""Reading untrusted JSON: collects every fault with its path. PURE.

Each method returns a usable value even after a fault, so that the reader can go on.
"""

import re
from collections.abc import Iterable
from typing import Any

from core.problems import Problem

Texts = dict[str, str]

KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")
REFERENCE = re.compile(r"[a-z][a-z0-9_-]{0,59}\.[a-z][a-z0-9_-]{0,59}\Z")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?\Z")
MAX_NUMBER = 1e15
# NUL cannot be stored by PostgreSQL, lone surrogates cannot be written as UTF-8.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def quote(value: Any) -> Any:
    """A value as it may stand in a message: numbers as they are, texts cut and encodable."""
    if isinstance(value, int | float):
        return value
    text = str(value).encode("utf-8", "replace").decode().replace("\x00", "?")
    return text if len(text) <= 300 else f"{text[:299]}…"


class DocumentReader:
    """`problems` is the list of all faults found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, path: str, code: str, template: str, **params: Any) -> None:
        """Note a fault. What is quoted from the document is cut and made printable."""
        quoted = {name: quote(value) for name, value in params.items()}
        self.problems.append(Problem(template, code=code, field=quote(path), **quoted))

    def mapping(self, raw: Any, path: str, fields: frozenset[str]) -> dict[str, Any]:
        """An object with no other fields than `fields`."""
        if not isinstance(raw, dict):
            self.fail(path, "not_an_object", "This must be an object with named fields.")
            return {}
        for name in raw:
            if name not in fields:
                self.fail(
                    f"{path}.{name}" if path else str(name),
                    "unknown_field",
                    "The field “%(name)s” is not known. Known fields: %(known)s.",
                    name=name,
                    known=", ".join(sorted(fields)),
                )
        return raw

    def entries(self, raw: Any, path: str, *, most: int) -> list[Any]:
        """A list of at most `most` entries; a missing one is empty."""
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self.fail(path, "not_a_list", "This must be a list.")
            return []
        if len(raw) > most:
            self.fail(
                path,
                "too_many",
                "There are %(count)s entries here; at most %(most)s are allowed.",
                count=len(raw),
                most=most,
            )
            return []
        return list(raw)

    def key(self, raw: Any, path: str) -> str:
        """A stable key."""
        if isinstance(raw, str) and KEY.match(raw):
            return raw
        self.fail(
            path,
            "bad_key",
            "A key starts with a lower-case letter a to z and goes on with at most 59 letters"
            " a to z, digits, hyphens or underscores.",
        )
        return ""

    def reference(self, raw: Any, path: str) -> str:
        """A choice as "question.choice"."""
        if isinstance(raw, str) and REFERENCE.match(raw):
            return raw
        self.fail(path, "bad_reference", "Name a choice as question.choice, both by their keys.")
        return ""

    def texts(self, raw: Any, path: str, *, most: int, required: bool = False) -> Texts:
        """Texts by language; a plain string is English. Blank texts are left out."""
        if isinstance(raw, str):
            raw = {"en": raw}
        if raw is not None and not isinstance(raw, dict):
            self.fail(path, "not_a_text", "This must be a text, or texts by language.")
            return {}
        texts = {}
        for language, value in (raw or {}).items():
            text = self._text(language, value, f"{path}.{language}", most)
            if text:
                texts[language] = text
        if required and not texts:
            self.fail(path, "missing_text", "This text is missing.")
        return dict(sorted(texts.items()))

    def _text(self, language: Any, value: Any, path: str, most: int) -> str:
        if not isinstance(language, str) or not LANGUAGE.match(language):
            self.fail(path, "bad_language", "“%(name)s” is not a language code.", name=language)
        elif not isinstance(value, str):
            self.fail(path, "not_a_text", "This must be a text.")
        elif len(value) > most:
            self.fail(
                path,
                "too_long",
                "This text has %(count)s characters; at most %(most)s are allowed.",
                count=len(value),
                most=most,
            )
        elif UNSTORABLE.search(value):
            self.fail(path, "bad_character", "This text has a character that cannot be stored.")
        else:
            return value.replace("\r\n", "\n").replace("\r", "\n").strip()
        return ""

    def whole_number(self, raw: Any, path: str, *, least: int, most: int) -> int:
        """An integer in a closed range. True and False are no numbers."""
        if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most:
            return raw
        self.fail(
            path,
            "bad_number",
            "This must be a whole number from %(least)s to %(most)s.",
            least=least,
            most=most,
        )
        return least

    def number(self, raw: Any, path: str) -> float:
        """A finite number; whole ones stay whole."""
        if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < MAX_NUMBER:
            return raw
        self.fail(path, "bad_number", "This must be a number.")
        return 1

    def text(self, raw: Any, path: str, *, most: int) -> str:
        """One text in no language, such as a unit."""
        return self._text("en", raw, path, most)

    def flag(self, raw: Any, path: str) -> bool:
        if isinstance(raw, bool):
            return raw
        self.fail(path, "bad_flag", "This must be true or false.")
        return False

    def unique(self, found: Iterable[tuple[str, Any]], code: str, template: str) -> None:
        """Fail at each (path, value) whose value came before; empty values do not count."""
        seen = set()
        for path, value in found:
            if value and value in seen:
                self.fail(path, code, template, value=value)
            seen.add(value)
