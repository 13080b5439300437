"""Reading answers: from JSON or a plain form to typed arguments, or what is wrong with them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from annotations.answers import ANSWER, INVALID, RETRACTION, SKIP, Answer, Outcome
from annotations.forms.plain import values_of_form
from annotations.tickets import slot_of, slots_of
from core.digest import digest
from guidelines.document_reader import UNSTORABLE

KINDS = (ANSWER, SKIP, RETRACTION)
MOST_ANSWERS = 20
MOST_HAVE = 100
LONGEST_COMMENT = 2000
LONGEST_REASON = 60
LONGEST_TOOL = 60
DEEPEST = 20
BIGGEST_ID = 2**63 - 1
BIGGEST_INTEGER = 2**31 - 1

ANSWER_FIELDS = frozenset(
    {
        "id",
        "kind",
        "assignment",
        "supersedes",
        "version",
        "values",
        "reason",
        "comment",
        "started_at",
        "submitted_at",
        "active_ms",
        "screen",
    }
)
OUTBOX_FIELDS = frozenset({"answers", "want", "have", "user"})
NEXT_FIELDS = frozenset({"n", "have"})


class Unreadable(ValueError):
    """One field of an answer is missing or of the wrong type."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Outbox:
    """Answers to store, and how many items to hand out beside those the client has.

    `user` is the person whose screen it was, 0 if the client does not say.
    """

    answers: list[Answer | Outcome] = field(default_factory=list)
    want: int = 0
    have: list[int] = field(default_factory=list)
    user: int = 0


def read_json(body: bytes) -> dict[str, Any]:
    """An object, or ValidationError. NaN and nesting without end are refused."""
    try:
        data = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("The request is not valid JSON."), code="json") from error
    if not isinstance(data, dict):
        raise ValidationError(_("The request must be a JSON object."), code="json")
    return data


def read_outbox(data: dict[str, Any]) -> Outbox:
    """{"answers": [...], "want": n, "have": [...], "user": id of the person who answered}.

    An answer that cannot be read is an outcome.
    """
    _check_names(data, OUTBOX_FIELDS)
    return Outbox(
        answers=_answers(data.get("answers", [])),
        want=_number(data, "want", 0),
        have=slots_of(_numbers(data, "have")),
        user=_number(data, "user", 0),
    )


def read_submission(data: Any) -> list[Answer | Outcome]:
    """{"answers": [...]} and nothing else."""
    if not isinstance(data, dict):
        raise ValidationError(_("The request must be a JSON object."), code="json")
    _check_names(data, frozenset({"answers"}))
    return _answers(data.get("answers"))


def _answers(raw: Any) -> list[Answer | Outcome]:
    if not isinstance(raw, list) or len(raw) > MOST_ANSWERS:
        message = _("“answers” must be a list of at most %(most)s answers.")
        raise ValidationError({"answers": message % {"most": MOST_ANSWERS}})
    return [read_answer(each) for each in raw]


def read_next(data: dict[str, Any]) -> Outbox:
    """{"n": how many, "have": [...]}."""
    _check_names(data, NEXT_FIELDS)
    return Outbox(want=_number(data, "n", 1), have=slots_of(_numbers(data, "have")))


def read_answer(raw: Any) -> Answer | Outcome:
    """The answer, or the outcome 422 that names the field at fault."""
    name = raw.get("id") if isinstance(raw, dict) else None
    try:
        return _answer(raw)
    except Unreadable as fault:
        return Outcome(
            id=name[:60] if isinstance(name, str) else "",
            status=INVALID,
            code="invalid",
            message=fault.message,
            errors={fault.field: [fault.message]},
        )


def _answer(raw: Any) -> Answer:
    if not isinstance(raw, dict):
        raise Unreadable("answers", _("Each answer must be an object."))
    if unknown := sorted(map(str, raw.keys() - ANSWER_FIELDS)):
        message = _("The field “%(name)s” is not known.") % {"name": unknown[0][:60]}
        raise Unreadable(unknown[0][:60], message)
    kind = _text(raw, "kind", LONGEST_REASON) or ANSWER
    if kind not in KINDS:
        raise Unreadable("kind", _("“kind” must be answer, skip or retraction."))
    ticket = _integer(raw, "assignment", BIGGEST_ID)
    body: dict[str, Any] = {
        "kind": kind,
        "assignment": None if ticket is None else slot_of(ticket),
        "supersedes": _uuid(raw, "supersedes"),
        "version": _integer(raw, "version", BIGGEST_INTEGER),
        "values": _values(raw),
        "reason": _text(raw, "reason", LONGEST_REASON),
        "comment": _text(raw, "comment", LONGEST_COMMENT),
    }
    answer_id = _uuid(raw, "id")
    if answer_id is None:
        raise Unreadable("id", _("Each answer needs an id: a UUID made by the client."))
    if body["supersedes"] is None and body["assignment"] is None:
        raise Unreadable("assignment", _("A first answer names its assignment."))
    return Answer(
        id=answer_id,
        body_hash=digest(body | {"supersedes": body["supersedes"] and str(body["supersedes"])}),
        started_at=_time(raw, "started_at"),
        submitted_at=_time(raw, "submitted_at"),
        active_ms=_integer(raw, "active_ms", BIGGEST_INTEGER),
        tool=_text(raw, "screen", LONGEST_TOOL) or "unnamed client",
        **body,
    )


def answer_of_form(post: Any, *, assignment: int, screen: str) -> Answer | Outcome:
    """The same from a plain form: fields `q-<question>`, `action`, `reason`, `annotation_id` ...;
    `assignment` is a ticket."""
    kind = SKIP if post.get("action") == SKIP else ANSWER
    raw: dict[str, Any] = {
        "id": post.get("annotation_id") or str(uuid4()),
        "kind": kind,
        "assignment": assignment,
        "supersedes": post.get("supersedes") or None,
        "values": values_of_form(post) if kind == ANSWER else {},
        "reason": post.get("reason", "") if kind == SKIP else "",
        "comment": post.get("comment", ""),
        "started_at": post.get("started_at") or None,
        "screen": screen,
    }
    version = post.get("version", "")
    raw["version"] = int(version) if version.isdecimal() and len(version) < 10 else None
    return read_answer(raw)


def _check_names(data: dict[str, Any], known: frozenset[str]) -> None:
    for name in sorted(map(str, data.keys() - known)):
        raise ValidationError({name[:60]: _("This field is not known.")})


def _number(data: dict[str, Any], name: str, default: int) -> int:
    try:
        number = _integer(data, name, BIGGEST_INTEGER)
    except Unreadable as fault:
        raise ValidationError({name: fault.message}) from fault
    return default if number is None else number


def _numbers(data: dict[str, Any], name: str) -> list[int]:
    raw = data.get(name, [])
    if not isinstance(raw, list) or len(raw) > MOST_HAVE:
        raise ValidationError({name: _("This must be a list of at most 100 numbers.")})
    try:
        return [_integer({name: each}, name, BIGGEST_ID) or 0 for each in raw]
    except Unreadable as fault:
        raise ValidationError({name: fault.message}) from fault


def _integer(raw: dict[str, Any], name: str, biggest: int) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= biggest:
        raise Unreadable(name, _("“%(name)s” must be a whole number.") % {"name": name})
    return value


def _text(raw: dict[str, Any], name: str, longest: int) -> str:
    value = raw.get(name) or ""
    if not isinstance(value, str) or UNSTORABLE.search(value):
        raise Unreadable(name, _("“%(name)s” must be text.") % {"name": name})
    if len(value) > longest:
        message = _("“%(name)s” may have at most %(most)s characters.")
        raise Unreadable(name, message % {"name": name, "most": longest})
    return value


def _uuid(raw: dict[str, Any], name: str) -> UUID | None:
    return _parsed(raw, name, UUID, _("“%(name)s” must be a UUID."))


def _time(raw: dict[str, Any], name: str) -> datetime | None:
    return _parsed(raw, name, _aware, _("“%(name)s” must be a time with its zone (ISO 8601)."))


def _parsed(raw: dict[str, Any], name: str, parse: Callable[[str], Any], message: str) -> Any:
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        if not isinstance(value, str):
            raise ValueError(name)
        return parse(value)
    except (ValueError, OverflowError) as error:
        raise Unreadable(name, message % {"name": name}) from error


def _aware(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _values(raw: dict[str, Any]) -> dict[str, Any]:
    values = raw.get("values") or {}
    if not isinstance(values, dict) or not is_storable(values):
        raise Unreadable("values", _("“values” must be an object of answers by question key."))
    return values


def is_storable(value: Any, depth: int = 0) -> bool:
    """Whether PostgreSQL can keep it as JSON: no NUL, no lone surrogates, not nested for ever."""
    if isinstance(value, str):
        return not UNSTORABLE.search(value)
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(is_storable(part, depth + 1) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(is_storable(part, depth + 1) for part in value)
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
