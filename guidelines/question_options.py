"""The options of each question kind, and how they are read. PURE.

An option that is not given has its default, which is not stored: a document reads, and hashes,
the same before and after an option came into being.
"""

from collections.abc import Callable
from typing import Any

from guidelines.document_reader import MAX_NUMBER, DocumentReader

LONGEST_UNIT = 20
LONGEST_ANSWER = 20_000
MOST_POINTS = 100
MOST_RANKED = 20

Read = Callable[[DocumentReader, Any, str], Any]


def _whole(least: int, most: int) -> Read:
    def read(reader: DocumentReader, raw: Any, path: str) -> int:
        return reader.whole_number(raw, path, least=least, most=most)

    return read


def _flag(reader: DocumentReader, raw: Any, path: str) -> bool:
    return reader.flag(raw, path)


def _key(reader: DocumentReader, raw: Any, path: str) -> str:
    return reader.key(raw, path)


def _number(reader: DocumentReader, raw: Any, path: str) -> float:
    return reader.number(raw, path)


def _unit(reader: DocumentReader, raw: Any, path: str) -> str:
    return reader.text(raw, path, most=LONGEST_UNIT)


def _texts(reader: DocumentReader, raw: Any, path: str) -> dict[str, str]:
    return reader.texts(raw, path, most=60)


def _keys(reader: DocumentReader, raw: Any, path: str) -> list[str]:
    entries = reader.entries(raw, path, most=MOST_RANKED)
    found = [reader.key(each, f"{path}[{place}]") for place, each in enumerate(entries)]
    reader.unique(
        [(f"{path}[{place}]", key) for place, key in enumerate(found)],
        "duplicate_key",
        "The key “%(value)s” is used twice.",
    )
    return found


_POINTS = _whole(-1000, 1000)

# By kind: how each option is read.
KIND_OPTIONS: dict[str, dict[str, Read]] = {
    "choice": {},
    "choices": {"least": _whole(0, 200), "most": _whole(1, 200)},
    "soft_choice": {},
    "rating": {"least": _POINTS, "most": _POINTS, "least_label": _texts, "most_label": _texts},
    "number": {"least": _number, "most": _number, "step": _number, "unit": _unit},
    "text": {"longest": _whole(1, LONGEST_ANSWER), "lines": _flag, "transcript": _flag},
    "spans": {"part": _key, "overlap": _flag},
    "relations": {"spans": _key},
    "pairwise": {"sides": _keys, "tie": _flag, "both_bad": _flag},
    "ranking": {"parts": _keys},
    "boxes": {"part": _key},
    "polygons": {"part": _key},
    "points": {"part": _key},
    "segments": {"part": _key, "transcript": _flag},
}
QUESTION_KINDS: frozenset[str] = frozenset(KIND_OPTIONS)

# How each option is written in a form: a number, yes or no, a text, texts by language, keys.
NUMBER, FLAG, TEXT, TEXTS, KEY, KEYS = "number", "flag", "text", "texts", "key", "keys"
CONTROLS: dict[str, str] = {
    "least": NUMBER,
    "most": NUMBER,
    "step": NUMBER,
    "longest": NUMBER,
    "least_label": TEXTS,
    "most_label": TEXTS,
    "unit": TEXT,
    "lines": FLAG,
    "transcript": FLAG,
    "overlap": FLAG,
    "tie": FLAG,
    "both_bad": FLAG,
    "part": KEY,
    "spans": KEY,
    "sides": KEYS,
    "parts": KEYS,
}

# Without a choice these cannot be answered; segments and rankings may do without.
KINDS_WITH_CHOICES: frozenset[str] = frozenset(
    {"choice", "choices", "soft_choice", "spans", "relations", "boxes", "polygons", "points"}
)
KINDS_THAT_MAY_HAVE_CHOICES = KINDS_WITH_CHOICES | {"segments", "ranking"}
# After the answers of these another question may be asked.
KINDS_TO_ASK_AFTER: frozenset[str] = frozenset({"choice", "choices"})

DEFAULTS: dict[str, dict[str, Any]] = {
    "choices": {"least": 1},
    "rating": {"least": 1, "most": 5},
    "text": {"longest": 5000, "lines": True, "transcript": False},
    "spans": {"overlap": True},
    "pairwise": {"sides": ["a", "b"], "tie": True, "both_bad": False},
    "ranking": {"parts": []},
    "segments": {"transcript": False},
}


def with_defaults(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    """All options of a question, those that are not given with their defaults."""
    return DEFAULTS.get(kind, {}) | options


def typed_options(raw: dict[str, Any], kind: str) -> dict[str, Any]:
    """Options from a form's texts; what is not of its type stays text, so that the check says so.

    Options of other kinds are left out: changing the kind of a question leaves them behind.
    """
    return {
        name: _typed(value, CONTROLS[name])
        for name, value in raw.items()
        if name in KIND_OPTIONS.get(kind, {}) and value not in ("", [], {})
    }


def _typed(value: Any, control: str) -> Any:
    if control == FLAG:
        return value == "yes" if isinstance(value, str) else value
    if control == KEYS and isinstance(value, str):
        return [key for key in value.replace(",", " ").split() if key]
    if control == NUMBER and isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        return int(number) if number.is_integer() and abs(number) < MAX_NUMBER else number
    return value


def read_options(reader: DocumentReader, raw: Any, path: str, kind: str) -> dict[str, Any]:
    """The options that were given, checked one by one and against each other."""
    known = KIND_OPTIONS.get(kind, {})
    fields = reader.mapping(raw, path, frozenset(known))
    options = {
        name: read(reader, fields[name], f"{path}.{name}")
        for name, read in known.items()
        if fields.get(name) not in (None, "", {}, [])
    }
    _check_range(reader, options, path, kind)
    if kind == "pairwise" and len(with_defaults(kind, options)["sides"]) != 2:
        reader.fail(f"{path}.sides", "not_two_sides", "A comparison has exactly two sides.")
    return options


def _check_range(reader: DocumentReader, options: dict[str, Any], path: str, kind: str) -> None:
    every = with_defaults(kind, options)
    least, most = every.get("least"), every.get("most")
    if least is not None and most is not None and least > most:
        reader.fail(f"{path}.most", "empty_range", "The largest must not be below the smallest.")
    elif kind == "rating" and not 1 <= every["most"] - every["least"] < MOST_POINTS:
        reader.fail(
            f"{path}.most",
            "bad_scale",
            "A scale has from 2 to %(most)s points.",
            most=MOST_POINTS,
        )
    if every.get("step", 1) <= 0:
        reader.fail(f"{path}.step", "bad_step", "A step is larger than 0.")
