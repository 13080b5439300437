"""CoNLL columns: one token per line, its tag in the last column, to one entry per text. PURE.

Columns are separated by tabs, or by blanks; an empty line ends a sentence. With lines that begin
with -DOCSTART- an item is a document, its sentences on lines of their own; without them each
sentence is an item. The text is made of the tokens with one blank between them, so offsets are
exact. Tags are BIO, BIOES or BILOU; I- after another class begins a span, as in the files of 2003.
Comments are lines "# key = value" or "# text" before a sentence: `id` (or `sent_id`, `newdoc id`)
is the id of the item, `text` its text where the tokens are found in it in their order (`json` may
hold metadata, annotator and time, as in our own exports); "#" with a tab behind it is a token.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from datasets.formats.foreign.found import (
    Entries,
    Entry,
    Found,
    Marked,
    Source,
    row_fault,
    text_or_none,
)
from datasets.formats.lines import text_lines

MAX_TOKENS = 1_000_000
_TAG = re.compile(r"([BIESLUM])-(\S+)")
# What begins with “#” and is a token all the same: “#Quito B-LOC”.
_TAGGED = re.compile(r"#\S* (?:O|[BIESLUM]-\S+)")
_DOCUMENT = "-DOCSTART-"
_COMMENT = re.compile(r"#\s*([\w ]+?)\s*=\s?(.*)")
_IDS = ("id", "sent_id", "newdoc id")


@dataclass
class _Text:
    """What was read of one item."""

    line: int
    tokens: list[tuple[int, int, str]] = field(default_factory=list)  # start, end, tag
    words: list[str] = field(default_factory=list)
    comments: dict[str, str] = field(default_factory=dict)
    length: int = 0
    broken: bool = False  # a blank between sentences is a line end

    def add(self, word: str, tag: str) -> None:
        if self.words:
            self.words.append("\n" if self.broken else " ")
            self.length += 1
        self.broken = False
        self.tokens.append((self.length, self.length + len(word), tag))
        self.words.append(word)
        self.length += len(word)


def entries(source: Source) -> Entries:
    """(line where it begins, Entry). A line that is no token with its tag goes to the report."""
    text: _Text | None = None
    by_document = False
    lines = text_lines(source.file, encoding=source.encoding, max_bytes=source.max_bytes)
    for number, line in enumerate(lines, start=1):
        line = line.rstrip("\r\n")
        is_start = line.startswith(_DOCUMENT)
        by_document = by_document or is_start
        if is_start or (not line.strip() and not by_document):
            if text and text.tokens:
                yield text.line, _entry(text)
                text = None
        elif line.strip():
            text = text or _Text(number)
            _read(source, number, line, text)
        elif text:
            text.broken = True
    if text and text.tokens:
        yield text.line, _entry(text)


def _read(source: Source, number: int, line: str, text: _Text) -> None:
    """One line that is not empty: a comment, or a token with its tag."""
    is_token = "\t" in line or _TAGGED.fullmatch(line)
    if not line.startswith("#") or is_token:
        _add(source, number, line, text)
    elif matched := _COMMENT.fullmatch(line):
        text.comments.setdefault(matched[1], matched[2])


def _add(source: Source, number: int, line: str, text: _Text) -> None:
    columns = line.split("\t") if "\t" in line else line.split()
    columns = [column.strip() for column in columns]
    while len(columns) > 2 and not columns[-1]:
        columns.pop()
    word, tag = columns[0], columns[-1]
    if len(columns) < 2 or not word or not (tag == "O" or _TAG.fullmatch(tag)):
        source.report(
            row_fault(
                number,
                str(len(columns)),
                "bad_tag",
                "This line must be a token and its tag, such as O, B-PER or I-PER, in the last "
                "column, not “%(tag)s”.",
                tag=tag[:60],
            )
        )
    elif len(text.tokens) >= MAX_TOKENS:
        template = "This text has more than %(most)d tokens. Is an empty line missing?"
        raise row_fault(number, "", "too_many_tokens", template, most=MAX_TOKENS)
    else:
        text.add(word, tag)


def _entry(text: _Text) -> Entry:
    words = "".join(text.words)
    tokens, own = text.tokens, _text_of(text.comments)
    if own is not None:
        words, tokens = _placed(own, words, tokens)
    known = _known(text.comments)
    metadata = known.get("metadata")
    marked = Marked(
        annotator=text_or_none(known.get("annotator")) or "",
        labeled_at=text_or_none(known.get("labeled_at")),
        found=(Found(str(known.get("question") or "tags"), ("spans",), _spans(tokens, words)),),
    )
    return Entry(
        id=text_or_none(known.get("id"))
        or next((text.comments[each] for each in _IDS if text.comments.get(each)), None),
        payload=_payload(words, str(known.get("part") or "text")),
        metadata=metadata if isinstance(metadata, dict) else {},
        marked=(marked,),
    )


def _payload(words: str, part: str) -> dict[str, Any]:
    if part == "text":
        return {"text": words}
    return {"parts": [{"key": part, "kind": "text", "text": words}]}


def _known(comments: dict[str, str]) -> dict[str, Any]:
    try:
        known = json.loads(comments.get("json", "{}"))
    except (ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _text_of(comments: dict[str, str]) -> str | None:
    """The text before it was cut into tokens: plain, or as a JSON string (with its line ends)."""
    said = comments.get("text")
    if said is None or not said.startswith('"'):
        return said
    try:
        return str(json.loads(said))
    except (ValueError, RecursionError):
        return said


def _placed(
    own: str, words: str, tokens: list[tuple[int, int, str]]
) -> tuple[str, list[tuple[int, int, str]]]:
    """The tokens where they stand in the text itself; as they were where one is not found."""
    placed, after = [], 0
    for start, end, tag in tokens:
        at = own.find(words[start:end], after)
        if at < 0:
            return words, tokens
        after = at + end - start
        placed.append((at, after, tag))
    return own, placed


def _spans(tokens: list[tuple[int, int, str]], words: str) -> list[dict[str, Any]]:
    spans: list[dict[str, Any]] = []
    begun = ""
    for start, end, tag in tokens:
        matched = _TAG.fullmatch(tag)
        if matched is None:
            begun = ""
            continue
        prefix, label = matched.groups()
        if prefix in "BSU" or label != begun:
            spans.append({"start": start, "end": end, "label": label})
        else:
            spans[-1]["end"] = end
        begun = "" if prefix in "ELSU" else label
    return [{**span, "quote": words[span["start"] : span["end"]]} for span in spans]
