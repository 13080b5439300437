"""What people call a file: a label, never a path. PURE."""

import unicodedata

from media.problems import FileProblem

MOST_CHARACTERS = 255


def plain_name(raw: str) -> str:
    """In composed Unicode form (archives made on a Mac have the other); Problem: media_name.

    Folders in it stay, so that `a/1.png` and `b/1.png` are two files.
    """
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").strip().strip("/")
    if not name:
        raise FileProblem("A file has no name.", code="media_name")
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in name):
        raise FileProblem(
            "The name of a file has signs that cannot be written: %(name)s",
            code="media_name",
            name=ascii(name)[:200],
        )
    if len(name) > MOST_CHARACTERS:
        raise FileProblem(
            "The name “%(name)s…” has more than %(limit)d characters.",
            code="media_name",
            name=name[:60],
            limit=MOST_CHARACTERS,
        )
    return name
