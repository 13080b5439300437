"""The Korean catalogue without gettext's own tools: extract, check, compile.

python -m tools.messages extract   # bring locale/*/LC_MESSAGES/django.po up to date
python -m tools.messages check     # fail on missing, fuzzy, stale or malformed translations
python -m tools.messages compile   # write the .mo files that Django reads
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
LANGUAGES = ["ko"]
FOLDERS = [
    "core",
    "accounts",
    "projects",
    "guidelines",
    "media",
    "annotations",
    "quality",
    "campaigns",
    "datasets",
]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_noop": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_now": None,  # gettext beside gettext_lazy
    # Pure rooms name the sentence, the door translates it.
    "Problem": None,
    "RowProblem": None,
    "FileProblem": None,
    "_NotPlain": None,
    "_problem": None,
    "_absent": None,
    "problem": (3,),
    "row_fault": (4,),
    "_mapping_problem": None,
    "fail": (3,),
    "unique": (3,),
}
PLACE = re.compile(r"%\(\w+\)[sdf]|\{\w+\}")
TAG = re.compile(r"</?[a-z]\w*")
# A Korean particle depends on the sound before it, which nobody knows when that is a value.
PARTICLE = re.compile(
    r"(?:%\(\w+\)[sdf]|\{\w+\})[”’\"')]*(?:을|를|은|는|이|가|와|과|으로|로|이나|나|이라|라)(?:\([은는이가을를]\))?(?![가-힣])"
)


def python_files() -> Iterator[Path]:
    yield from sorted((ROOT / "labelhub").glob("*.py"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def assigned(tree: ast.AST) -> dict[str, list[str]]:
    """Sentences that a name of this file stands for: `text = "..."; raise Problem(text, ...)`."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            for sentence in written(node.value, {}):
                found.setdefault(node.targets[0].id, []).append(sentence)
    return found


def written(argument: ast.expr, names: dict[str, list[str]]) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.IfExp):
        return written(argument.body, names) + written(argument.orelse, names)
    if isinstance(argument, ast.Name):
        return [text for text in names.get(argument.id, []) if " " in text]
    return []


def python_messages(path: Path) -> Iterator[tuple[Any, str | None]]:
    """(message, context) of every call in KEYWORDS whose sentence is written in the same file."""
    tree = ast.parse(path.read_text())
    names = assigned(tree)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or named(call) not in KEYWORDS:
            continue
        context, forms = None, []
        for place in KEYWORDS[named(call)] or (1,):
            index = place[0] if isinstance(place, tuple) else place
            texts = written(call.args[index - 1], names) if len(call.args) >= index else []
            if isinstance(place, tuple):
                context = "".join(texts)
            else:
                forms.append(texts)
        for message in zip(*forms, strict=False):
            yield (message[0] if len(message) == 1 else message), context


def template_messages(path: Path) -> Iterator[tuple[Any, str | None]]:
    source = templatize(path.read_text(), origin=str(path))
    # The tokenizer minds indentation, which means nothing in a template.
    flat = "\n".join(line.lstrip() for line in source.split("\n"))
    found = extract("python", io.BytesIO(flat.encode()), keywords=KEYWORDS)
    for _line, message, _comments, context in found:
        yield message, context


def found_messages() -> Iterator[tuple[Path, Any, str | None]]:
    """(file, message, context) of every string meant for people."""
    for path in python_files():
        for message, context in python_messages(path):
            yield path, message, context
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for message, context in template_messages(path):
            yield path, message, context


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def extracted(language: str) -> Catalog:
    catalogue = Catalog(
        locale=language, project="labelhub", version="1", header_comment="", fuzzy=False
    )
    for path, message, context in found_messages():
        if not message:
            continue
        place = str(path.relative_to(ROOT))
        catalogue.add(message, None, locations=[(place, 0)], context=context)
    return catalogue


def load(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str) -> None:
    old, new = load(language), extracted(language)
    for message in new:
        known = old.get(message.id, context=message.context) if message.id else None
        if known is not None:
            message.string = known.string
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, new, width=100, omit_header=False, sort_output=True, include_lineno=False,
            ignore_obsolete=True,
        )  # fmt: skip
    text = path.read_text()
    text = re.sub(
        r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid|Generated-By)[^\n]*\n',
        "",
        text,
    )
    path.write_text(text)


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def broken(original: list[str], text: str) -> Iterator[str]:
    """What is wrong with one translation of a sentence (singular and plural form)."""
    if set(PLACE.findall(text)) != set(PLACE.findall(" ".join(original))):
        yield "other places"
    if sorted(TAG.findall(text)) != sorted(TAG.findall(original[-1])):
        yield "other tags"
    is_format = any("%%" in each or "%(" in each for each in original)
    if is_format and "%" in PLACE.sub("", text.replace("%%", "")):
        yield "a percent sign that is not doubled"
    if text != text.strip() and original[-1] == original[-1].strip():
        yield "space at an end"
    if PARTICLE.search(text):
        yield "a particle joined to a value"


def faults(language: str) -> Iterator[str]:
    """What a reader would stumble over."""
    catalogue, wanted = load(language), extracted(language)
    for message in wanted:
        if not message.id:
            continue
        known = catalogue.get(message.id, context=message.context)
        if known is None or not all(texts(known)) or known.fuzzy:
            yield f"{language}: not translated: {message.id!r} ({message.locations[0][0]})"
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in texts(known):
            for fault in broken(ids, text):
                yield f"{language}: {fault} in the translation of {message.id!r}"
    for message in catalogue:
        if message.id and wanted.get(message.id, context=message.context) is None:
            yield f"{language}: no longer used: {message.id!r}"


def compile_all() -> None:
    for language in LANGUAGES:
        if catalogue_path(language).exists():
            with catalogue_path(language).with_suffix(".mo").open("wb") as file:
                write_mo(file, load(language))


def main(command: str) -> int:
    settings.configure(USE_I18N=True)
    if command == "extract":
        for language in LANGUAGES:
            write(language)
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = [fault for language in LANGUAGES for fault in faults(language)]
        print("\n".join(found) or "messages: complete")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
