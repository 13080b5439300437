"""The Korean catalogue without gettext's own tools: extract, check, compile.

python -m tools.messages extract   # bring locale/*/LC_MESSAGES/django.po up to date
python -m tools.messages check     # fail on missing, fuzzy, stale or malformed translations
python -m tools.messages compile   # write the .mo files that Django reads
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
LANGUAGES = ["ko"]
FOLDERS = ["core", "accounts", "projects", "guidelines", "annotations", "quality", "datasets"]
KEYWORDS = {
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
    "Problem": None,  # pure rooms name the sentence, the door translates it
    "N_": None,
}
PLACE = re.compile(r"%\((\w+)\)[sdf]")


def python_files() -> Iterator[Path]:
    yield from sorted((ROOT / "labelhub").glob("*.py"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def found_messages() -> Iterator[tuple[Path, int, object, object, str | None]]:
    """(file, line, message, comments, context) of every string meant for people."""
    for path in python_files():
        with path.open("rb") as file:
            for line, message, comments, context in extract("python", file, keywords=KEYWORDS):
                yield path, line, message, comments, context
    for path in sorted((ROOT / "templates").rglob("*.html")):
        source = templatize(path.read_text(), origin=str(path))
        # The tokenizer minds indentation, which means nothing in a template.
        flat = "\n".join(line.lstrip() for line in source.split("\n"))
        for line, message, comments, context in extract(
            "python", io.BytesIO(flat.encode()), keywords=KEYWORDS
        ):
            yield path, line, message, comments, context


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def extracted(language: str) -> Catalog:
    catalogue = Catalog(
        locale=language, project="labelhub", version="1", header_comment="", fuzzy=False
    )
    for path, _line, message, _comments, context in found_messages():
        if not message or message == "":
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
    return [message.string] if isinstance(message.string, str) else list(message.string)


def faults(language: str) -> Iterator[str]:
    """What a reader would stumble over."""
    catalogue, wanted = load(language), extracted(language)
    for message in wanted:
        if not message.id:
            continue
        known = catalogue.get(message.id, context=message.context)
        if known is None or not any(texts(known)) or known.fuzzy:
            yield f"{language}: not translated: {message.id!r} ({message.locations[0][0]})"
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        places = set(PLACE.findall(" ".join(ids)))
        for text in texts(known):
            if set(PLACE.findall(text)) - places:
                yield f"{language}: unknown place in the translation of {message.id!r}"
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
