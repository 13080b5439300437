"""What a project has already, for whoever reads a file: its media by name, its items by id."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from annotations.queries.items import payload_of_item
from annotations.queries.media import media_finder
from datasets.formats.mapping import FOREIGN_FORMATS
from datasets.formats.shape import Known

Find = Callable[[str | int], dict[str, Any] | None]

# Label Studio puts eight signs before the names of what is uploaded there.
_PREFIX = re.compile(r"[0-9a-f]{8}-(?=.)")


def known_in(project_id: int, file_format: str) -> Known:
    """Files of other programs name media by a path or an address there: where the project has
    none of this name, its last part counts."""
    find = media_finder(project_id)
    return Known(
        media=partial(_find, find) if file_format in FOREIGN_FORMATS else find,
        payload=partial(payload_of_item, project_id),
    )


def _find(find: Find, name: str | int) -> dict[str, Any] | None:
    if found := find(name):
        return found
    if not isinstance(name, str):
        return None
    last = base_name(name)
    return find(last) or find(_PREFIX.sub("", last, count=1))


def base_name(name: str) -> str:
    """The last part of a path or an address: “b.png” of “https://x/a/b.png?size=1” and of
    “/data/local-files/?d=a/b.png”."""
    path = name.replace("\\", "/")
    try:
        address = urlsplit(path)
    except ValueError:  # such as a bracket where a host belongs
        return path.rpartition("/")[2]
    last = unquote(address.path.rpartition("/")[2])
    return last if last or not address.query else unquote(address.query).rpartition("/")[2]
