"""The content of a version as people and programs send it: checked, normalised, hashed."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.digest import canonical_json, digest
from core.errors import validation_error
from core.problems import Problems
from guidelines.changes import Decisions, parse_changes
from guidelines.diff import VersionContent
from guidelines.document_reader import UNSTORABLE
from guidelines.label_schema import LabelSchema, parse_document, to_document

MAX_TITLE = 200
MAX_PROSE = 100_000
MAX_DOCUMENT_BYTES = 1_000_000

EMPTY_DOCUMENT: dict[str, Any] = {"questions": [], "rules": []}


@dataclass(frozen=True)
class Content:
    """Title, prose in Markdown, and the label schema as a document."""

    title: str
    prose: str
    document: Any


def checked_content(content: Content, *, complete: bool) -> Content:
    """The normalised content, or ValidationError with every fault by field or path."""
    faults: dict[str, Any] = {}
    title, prose = _plain(content.title), _plain(content.prose)
    for field, value, most in (("title", title, MAX_TITLE), ("prose", prose, MAX_PROSE)):
        if fault := _fault(value, most):
            faults[field] = [fault]
    if not title:
        faults["title"] = [_("The guideline needs a title.")]
    document: Any = EMPTY_DOCUMENT
    try:
        document = to_document(_schema(content.document, complete))
    except Problems as problems:
        faults.update(validation_error(problems).error_dict)
    else:
        if len(canonical_json(document)) > MAX_DOCUMENT_BYTES:
            faults["questions"] = [_("Questions and rules together are too long (1 MB at most).")]
    if faults:
        raise ValidationError(faults)
    return Content(title, prose, document)


def compared(content: Content) -> VersionContent:
    """Checked content as it is compared with another version's."""
    return VersionContent(content.title, content.prose, _schema(content.document, False))


def checked_decisions(
    raw: Any, before: VersionContent, after: VersionContent, *, complete: bool
) -> Decisions:
    """The decisions about what changed, or ValidationError with every fault by path."""
    try:
        return parse_changes(raw, before, after, complete=complete)
    except Problems as problems:
        raise validation_error(problems) from None


def _schema(document: Any, complete: bool) -> LabelSchema:
    return parse_document(document, complete=complete)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _fault(text: str, most: int) -> str:
    if len(text) > most:
        return _("This text has %(count)s characters; at most %(most)s are allowed.") % {
            "count": len(text),
            "most": most,
        }
    if UNSTORABLE.search(text):
        return _("This text has a character that cannot be stored.")
    return ""


def content_hash(content: Content) -> str:
    """SHA-256 over title, prose and document: equal contents have equal hashes."""
    return digest({"title": content.title, "prose": content.prose, "document": content.document})
