"""Spans as CoNLL columns: a token and its BIO tag per line, a block per text and annotator. PURE.

Tokens are words and single signs, cut where a span begins or ends, so that every span is exact;
the comment `text` gives the text they were cut from. BIO cannot hold overlapping spans: the longest
stay, and `left_out` counts the others of a block, `left_out_in_all` those of the file.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from annotations.parts import TEXT, Part
from datasets.formats.foreign.exported import Asked, Said, Shown, items_of
from datasets.formats.written import Chunks

_TOKEN = re.compile(r"\w+|[^\w\s]")


def conll_bytes(chunks: Chunks, asked: Sequence[Asked]) -> Iterator[bytes]:
    """Blocks with an empty line behind each, and a last comment."""
    (question,) = asked
    left_out = 0
    for item in items_of(chunks):
        texts = [part for part in item.parts if part.kind == TEXT]
        for part in texts:
            for said in item.said:
                value = said.values.get(question.key)
                if value is None:
                    continue
                spans = [span for span in value["spans"] if span["part"] == part.key]
                kept = longest(spans)
                left_out += len(spans) - len(kept)
                head = _head(item, part, said, question, alone=len(texts) == 1)
                if len(kept) < len(spans):
                    head.append(f"# left_out = {len(spans) - len(kept)}")
                lines = [*head, *_lines(part.text, kept), "", ""]
                yield "\n".join(lines).encode()
    yield f"# left_out_in_all = {left_out}\n".encode()


def longest(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Spans that do not overlap, in their order: of overlapping ones the longest, then the
    first."""
    kept: list[dict[str, Any]] = []
    for span in sorted(spans, key=lambda each: (each["start"] - each["end"], each["start"])):
        if all(span["end"] <= each["start"] or each["end"] <= span["start"] for each in kept):
            kept.append(span)
    return sorted(kept, key=lambda each: int(each["start"]))


def _head(item: Shown, part: Part, said: Said, question: Asked, *, alone: bool) -> list[str]:
    name = item.external_id if alone else f"{item.external_id}/{part.key}"
    about = {"id": name, **said.about(), "question": question.key, "part": part.key}
    if item.metadata:
        about["metadata"] = item.metadata
    text = part.text
    if not text.isprintable() or text != text.strip() or text.startswith('"'):
        text = json.dumps(text, ensure_ascii=False)
    said_about = json.dumps(about, ensure_ascii=False)
    shown = [f"# id = {name}"] if name.isprintable() else []
    return [*shown, f"# text = {text}", f"# json = {said_about}"]


def _lines(text: str, spans: list[dict[str, Any]]) -> Iterator[str]:
    """A line per token; a token that reaches over the edge of a span is cut there."""
    edges = sorted({edge for span in spans for edge in (span["start"], span["end"])})
    starts = [(span["start"], span["end"], span["choice"]) for span in spans]
    place = at = 0
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        while start < end:
            while place < len(edges) and edges[place] <= start:
                place += 1
            stop = min(end, edges[place]) if place < len(edges) else end
            while at < len(starts) and starts[at][1] <= start:
                at += 1
            yield f"{text[start:stop]}\t{_tag(start, text, starts[at : at + 1])}"
            start = stop


def _tag(start: int, text: str, span: list[tuple[int, int, str]]) -> str:
    """O outside of the span; B- on its first token, which may come after a blank."""
    if not span or start < span[0][0]:
        return "O"
    first, _end, choice = span[0]
    return f"I-{choice}" if text[first:start].strip() else f"B-{choice}"
