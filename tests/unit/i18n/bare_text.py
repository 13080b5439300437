"""Finds English that never reaches gettext: in templates by token and tag, in Python by call."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

SPOKEN = {"title", "aria-label", "aria-description", "placeholder", "alt", "label", "summary"}
PROGRAM_TEXT = {"code", "kbd", "samp", "script", "style"}
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]+\b|\S+ +\S")
LITERAL = re.compile(r"""([\w.]*)[=:]("[^"]*"|'[^']*')""")
NOT_SPOKEN = {"date", "time", "stringformat", "class", "file"}
HIDING = {
    "comment": "endcomment",
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
    "verbatim": "endverbatim",
}


class _Reader(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in PROGRAM_TEXT:
            self.open.append(tag)
        for name, value in attrs:
            spoken = name in SPOKEN and WORD.search(value or "")
            if spoken or (name.startswith("data-") and SENTENCE.match(value or "")):
                self.found.append((self.getpos()[0], str(value)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            return
        for offset, line in enumerate(data.split("\n")):
            if WORD.search(line):
                self.found.append((self.getpos()[0] + offset, line.strip()))


def in_template(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of what a template says without asking gettext."""
    plain, until = [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.contents.strip() else ""
        if until:
            until = "" if token.token_type == TokenType.BLOCK and name == until else until
            plain.append("\n" * token.contents.count("\n"))
        elif token.token_type == TokenType.TEXT:
            plain.append(token.contents)
        else:
            yield from _in_tag(token)
            plain.append("\n" * token.contents.count("\n"))
            if token.token_type == TokenType.BLOCK:
                until = HIDING.get(name, "")
    reader = _Reader()
    reader.feed("".join(plain))
    reader.close()
    yield from reader.found


def _in_tag(token: Token) -> Iterator[tuple[int, str]]:
    """Sentences handed on inside a tag: `include ... with title="Bare"`, `default:"Bare"`."""
    name = token.contents.split(" ")[0]
    if token.token_type == TokenType.COMMENT or name in {"translate", "trans", "extends", "load"}:
        return
    for key, quoted in LITERAL.findall(token.contents):
        if key not in NOT_SPOKEN and SENTENCE.match(quoted[1:-1]):
            yield token.lineno or 0, quoted[1:-1]


SAID = {
    "ValidationError",
    "PermissionDenied",
    "Conflict",
    "Gone",
    "Http404",
    "NotFound",
    "AuthenticationFailed",
    "JobFailed",
    "success",
    "warning",
    "add_error",
    "fail_job",
}
SAID_AS = {"label", "help_text", "empty_label"}


def in_python(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of messages, labels and help texts written without gettext."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "message":
                    yield from _bare(value)
        if not isinstance(node, ast.Call):
            continue
        owner = node.func
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        logs = isinstance(owner, ast.Attribute) and "log" in ast.unparse(owner.value)
        candidates: list[ast.expr] = list(node.args) if name in SAID and not logs else []
        if "Field" in name and not ast.unparse(owner).startswith(("models.", "serializers.")):
            candidates += [word.value for word in node.keywords if word.arg in SAID_AS]
        for candidate in candidates:
            yield from _bare(candidate)


def _bare(expression: ast.expr) -> Iterator[tuple[int, str]]:
    """Literals outside any call, so outside gettext; codes and keys are one lower-case word."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        if SENTENCE.match(expression.value):
            yield expression.lineno, expression.value
    elif isinstance(expression, ast.JoinedStr):
        text = "".join(str(part.value) for part in expression.values if hasattr(part, "value"))
        if WORD.search(text):
            yield expression.lineno, ast.unparse(expression)
    elif isinstance(expression, ast.List | ast.Tuple):
        for part in expression.elts:
            yield from _bare(part)
    elif isinstance(expression, ast.BinOp):
        yield from _bare(expression.left)
