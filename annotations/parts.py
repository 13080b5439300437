"""What an item consists of: texts, pictures, sound, conversations and facts. PURE.

A payload is {"text": ...}, which is one part with the key "text", or {"parts": [part, ...]}. Any
other payload is shown as facts. Every part has `key`, `kind` and, by kind:
text: text, lang; image: media, width, height; audio, video: media, duration; pdf: media, pages;
turns: turns [{speaker, text}]; facts: facts {name: value}; page: url. `title` is optional.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.problems import Problem, Problems
from guidelines.document_reader import KEY, UNSTORABLE

TEXT, IMAGE, AUDIO, VIDEO, PDF = "text", "image", "audio", "video", "pdf"
TURNS, FACTS, PAGE = "turns", "facts", "page"
MEDIA_KINDS = frozenset({IMAGE, AUDIO, VIDEO, PDF})

MOST_PARTS = 20
MOST_TURNS = 1000
MOST_FACTS = 200
LONGEST_TEXT = 1_000_000
LONGEST_NAME = 300
LONGEST_URL = 2000

# A part is never called like a verdict of a comparison.
RESERVED_KEYS = frozenset({"tie", "both_bad"})


@dataclass(frozen=True)
class Part:
    """One part as it is stored; `data` holds the fields of its kind."""

    key: str
    kind: str
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The text of a text part, "" for others."""
        text = self.data.get("text")
        return text if self.kind == TEXT and isinstance(text, str) else ""

    @property
    def media(self) -> int | None:
        """The id of its file, None for parts without one."""
        media = self.data.get("media")
        return media if self.kind in MEDIA_KINDS and isinstance(media, int) else None

    def as_json(self) -> dict[str, Any]:
        return {"key": self.key, "kind": self.kind, **self.data}


def parts_of(payload: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts of a stored payload, in their order."""
    entries = payload.get("parts")
    if isinstance(entries, list):
        return tuple(
            Part(
                str(entry.get("key") or number),
                str(entry.get("kind")),
                {name: value for name, value in entry.items() if name not in ("key", "kind")},
            )
            for number, entry in enumerate(entries, start=1)
            if isinstance(entry, dict)
        )
    text = payload.get("text")
    if isinstance(text, str):
        lang = payload.get("lang")
        return (Part(TEXT, TEXT, {"text": text} | ({"lang": lang} if lang else {})),)
    return (Part(FACTS, FACTS, {"facts": dict(payload)}),) if payload else ()


def part_named(parts: tuple[Part, ...], key: str | None, kinds: frozenset[str]) -> Part | None:
    """The part of that key, or without a key the first one of these kinds."""
    for part in parts:
        if part.kind in kinds and key in (None, "", part.key):
            return part
    return None


def text_of(payload: Mapping[str, Any]) -> str:
    """The words of an item for tables and search results: its texts and turns, "" without any."""
    words: list[str] = []
    for part in parts_of(payload):
        if part.text:
            words.append(part.text)
        elif part.kind == TURNS:
            words.extend(str(turn.get("text", "")) for turn in part.data.get("turns", ()))
        elif part.kind == FACTS:
            facts = part.data.get("facts") or {}
            words.extend(f"{name}: {value}" for name, value in facts.items())
        elif part.data.get("file"):
            words.append(str(part.data["file"]))
    return "\n".join(words)


def read_payload(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it is stored: line ends are "\\n", nothing else is changed.

    Raises `Problems` for parts that no screen could show. A media part names its file either by
    `media`, the id, or by `file`, its name; the names are looked up by whoever stores the item.
    """
    payload = _with_plain_line_ends(dict(raw))
    if "parts" not in payload:
        return payload
    problems: list[Problem] = []
    entries = payload["parts"]
    if set(payload) != {"parts"} or not isinstance(entries, list) or not entries:
        problem = _problem("“parts” is a list, and nothing stands beside it.", "parts", "bad_parts")
        raise Problems([problem])
    if len(entries) > MOST_PARTS:
        raise Problems(
            [
                _problem(
                    "An item has at most %(most)s parts.",
                    "parts",
                    "too_many_parts",
                    most=MOST_PARTS,
                )
            ]
        )
    for place, entry in enumerate(entries):
        problems.extend(_check_part(entry, f"parts[{place}]"))
    keys = [entry.get("key") for entry in entries if isinstance(entry, dict)]
    if not problems and len(set(keys)) != len(keys):
        problems.append(_problem("Two parts have the same key.", "parts", "duplicate_key"))
    if problems:
        raise Problems(problems)
    return payload


def with_media(
    payload: dict[str, Any], media: Callable[[str | int], dict[str, Any] | None]
) -> dict[str, Any]:
    """The payload with each file as the project has it: id, kind, sizes. `media` finds a file by
    name or id. Raises `Problems` for a file that is not there, or of another kind."""
    if "parts" not in payload:
        return payload
    return {"parts": [_with_file(part, media) for part in payload["parts"]]}


def _with_file(
    part: dict[str, Any], media: Callable[[str | int], dict[str, Any] | None]
) -> dict[str, Any]:
    if part["kind"] not in MEDIA_KINDS:
        return part
    wanted = part.get("file") or part.get("media")
    found = media(wanted or "")
    if found is None:
        raise Problems(
            [
                _absent(
                    "The project has no file “%(name)s”. Upload it under Media first.",
                    "no_such_file",
                    part,
                    wanted,
                )
            ]
        )
    if found["kind"] != part["kind"]:
        raise Problems(
            [
                _absent(
                    "The file “%(name)s” is of the kind %(found)s, not %(wanted)s.",
                    "wrong_kind",
                    part,
                    wanted,
                    found["kind"],
                )
            ]
        )
    kept = {name: value for name, value in part.items() if name in ("key", "title", "alt")}
    return {**kept, **found}


def _absent(template: str, code: str, part: dict[str, Any], name: Any, found: str = "") -> Problem:
    return _problem(
        template,
        "file",
        code,
        name=str(name)[:200],
        key=part["key"],
        found=found,
        wanted=part["kind"],
    )


def _with_plain_line_ends(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    if isinstance(value, dict):
        return {name: _with_plain_line_ends(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_plain_line_ends(each) for each in value]
    return value


def _problem(template: str, path: str, code: str, **params: Any) -> Problem:
    return Problem(template, code=code, field=path, **params)


def _check_part(entry: Any, path: str) -> list[Problem]:
    if not isinstance(entry, dict):
        return [_problem("A part is an object with “key” and “kind”.", path, "bad_part")]
    key, kind = entry.get("key"), entry.get("kind")
    if not isinstance(key, str) or not KEY.match(key) or key in RESERVED_KEYS:
        return [
            _problem(
                "A key starts with a letter a to z; “tie” and “both_bad” are taken.",
                f"{path}.key",
                "bad_key",
            )
        ]
    if not isinstance(kind, str) or kind not in _CHECKS:
        return [
            _problem(
                "The kind of a part is one of: %(known)s.",
                f"{path}.kind",
                "unknown_part",
                known=", ".join(sorted(_CHECKS)),
            )
        ]
    fields, check = _CHECKS[kind]
    unknown = sorted(set(entry) - fields - {"key", "kind", "title"})
    if unknown:
        return [
            _problem(
                "The field “%(name)s” is not known. Known fields: %(known)s.",
                f"{path}.{unknown[0]}",
                "unknown_field",
                name=unknown[0],
                known=", ".join(sorted(fields | {"key", "kind", "title"})),
            )
        ]
    if not _is_text(entry.get("title", ""), LONGEST_NAME):
        return [
            _problem(
                "A title is a text of at most %(most)s characters.",
                f"{path}.title",
                "bad_title",
                most=LONGEST_NAME,
            )
        ]
    return check(entry, path)


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not UNSTORABLE.search(value)


def _check_text(entry: dict[str, Any], path: str) -> list[Problem]:
    text = entry.get("text")
    if _is_text(text, LONGEST_TEXT) and str(text).strip():
        return []
    return [
        _problem(
            "A text part needs a text of 1 to %(most)s characters.",
            f"{path}.text",
            "bad_text",
            most=LONGEST_TEXT,
        )
    ]


def _check_media(entry: dict[str, Any], path: str) -> list[Problem]:
    media, name = entry.get("media"), entry.get("file")
    if type(media) is int or (isinstance(name, str) and name):
        return []
    return [
        _problem(
            "This part needs its file: “file” is its name among the media of the project.",
            f"{path}.file",
            "no_file",
        )
    ]


def _check_turns(entry: dict[str, Any], path: str) -> list[Problem]:
    turns = entry.get("turns")
    sound = isinstance(turns, list) and 0 < len(turns) <= MOST_TURNS
    if sound and all(_is_turn(turn) for turn in turns or ()):
        return []
    return [
        _problem(
            "“turns” is a list of at most %(most)s objects with “speaker” and “text”.",
            f"{path}.turns",
            "bad_turns",
            most=MOST_TURNS,
        )
    ]


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict)
        and set(turn) <= {"speaker", "text"}
        and _is_text(turn.get("text"), LONGEST_TEXT)
        and _is_text(turn.get("speaker", ""), LONGEST_NAME)
    )


def _check_facts(entry: dict[str, Any], path: str) -> list[Problem]:
    facts = entry.get("facts")
    plain = (str, int, float, bool, type(None))
    sound = isinstance(facts, dict) and 0 < len(facts) <= MOST_FACTS
    if sound and all(isinstance(value, plain) for value in (facts or {}).values()):
        return []
    return [
        _problem(
            "“facts” is an object of at most %(most)s names with texts or numbers.",
            f"{path}.facts",
            "bad_facts",
            most=MOST_FACTS,
        )
    ]


def _check_page(entry: dict[str, Any], path: str) -> list[Problem]:
    url = entry.get("url")
    if _is_text(url, LONGEST_URL) and str(url).startswith(("https://", "http://")):
        return []
    return [_problem("“url” is the address of a page: https://…", f"{path}.url", "bad_url")]


# Sizes are those of the stored file, whatever a sender says: they are in an export, so may be sent.
_FILE = frozenset({"file", "media", "alt", "width", "height", "duration", "pages"})
_CHECKS: dict[str, tuple[frozenset[str], Callable[[dict[str, Any], str], list[Problem]]]] = {
    TEXT: (frozenset({"text", "lang"}), _check_text),
    IMAGE: (_FILE, _check_media),
    AUDIO: (_FILE, _check_media),
    VIDEO: (_FILE, _check_media),
    PDF: (_FILE, _check_media),
    TURNS: (frozenset({"turns", "lang"}), _check_turns),
    FACTS: (frozenset({"facts"}), _check_facts),
    PAGE: (frozenset({"url"}), _check_page),
}
