"""Files as parts of items: what a payload keeps of them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from media.models import MediaFile
from media.queries.files import files_of
from projects.models import Project

REMEMBERED = 10_000
_MEASURES = ("width", "height", "duration", "pages")


def part_fields(media: MediaFile) -> dict[str, Any]:
    """`kind`, `media` (the id), `file` (the name) and those of width, height, duration and pages
    that its kind has."""
    measures = {name: getattr(media, name) for name in _MEASURES}
    known = {name: value for name, value in measures.items() if value is not None}
    return {"kind": media.kind, "media": media.pk, "file": media.name, **known}


def find_part(project: Project) -> Callable[[str | int], dict[str, Any] | None]:
    """A function that finds a present file of the project by its name or its id.

    It asks the database once for each file, and remembers the last ten thousand.
    """

    @lru_cache(maxsize=REMEMBERED)
    def find(wanted: str | int) -> dict[str, Any] | None:
        by = {"pk": wanted} if isinstance(wanted, int) else {"name": wanted}
        media = files_of(project).filter(**by).first()
        return part_fields(media) if media else None

    return find
