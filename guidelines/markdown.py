"""Markdown of leads to HTML that is safe to show: raw HTML is text, and one sanitizer behind it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Pictures are left out: they would call other people's servers from the annotator's browser.
_PARSER = (
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
)

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
TAGS = {
    *HEADINGS, "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, **{tag: {"id"} for tag in HEADINGS}}
URL_SCHEMES = {"http", "https", "mailto"}

_CITATION = re.compile(r"\bR-?(\d{1,4})\b", re.ASCII)


@dataclass(frozen=True)
class Heading:
    """An entry of the table of contents; `level` is 2 to 6."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class RenderedText:
    """Safe HTML, and its headings in reading order."""

    html: str
    headings: tuple[Heading, ...]


def render_markdown(text: str, *, rules: Iterable[int] = ()) -> RenderedText:
    """`text` as HTML. Headings start at h2 and carry ids; R7 links to rule 7 of `rules`."""
    numbers = frozenset(rules)
    tokens = _PARSER.parse(text)
    headings = tuple(_anchored(tokens))
    for token in tokens:
        if token.type == "inline":
            token.children = list(_with_citations(token.children or [], numbers))
    return RenderedText(_clean(_PARSER.renderer.render(tokens, _PARSER.options, {})), headings)


def render_line(text: str, *, rules: Iterable[int] = ()) -> str:
    """A short text (a condition, an example) as HTML; its line breaks are kept."""
    numbers = frozenset(rules)
    parts = []
    for line in text.split("\n"):
        tokens = _PARSER.parseInline(line)
        for token in tokens:
            token.children = list(_with_citations(token.children or [], numbers))
        parts.append(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return _clean("<br>".join(parts))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener noreferrer",
    )


def _anchored(tokens: list[Token]) -> Iterator[Heading]:
    """Move headings one level down (the page has the h1) and give each an id."""
    count = 0
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            count += 1
            level = min(int(token.tag[1]) + 1, 6)
            anchor = f"section-{count}"
            token.tag = tokens[place + 2].tag = f"h{level}"
            token.attrs["id"] = anchor
            children = tokens[place + 1].children or []
            text = "".join(t.content for t in children if t.type in ("text", "code_inline"))
            yield Heading(level, anchor, text)


def _with_citations(tokens: list[Token], numbers: frozenset[int]) -> Iterator[Token]:
    """The same tokens, with "R7" in plain text as a link to the rule; not inside other links."""
    depth = 0
    for token in tokens:
        depth += (token.type == "link_open") - (token.type == "link_close")
        if depth or token.type != "text":
            yield token
        else:
            yield from _cited(token.content, numbers)


def _cited(text: str, numbers: frozenset[int]) -> Iterator[Token]:
    start = 0
    for found in _CITATION.finditer(text):
        number = int(found[1])
        if number in numbers:
            yield Token("text", "", 0, content=text[start : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": f"#R{number}"})
            yield Token("text", "", 0, content=found[0])
            yield Token("link_close", "a", -1)
            start = found.end()
    yield Token("text", "", 0, content=text[start:])
