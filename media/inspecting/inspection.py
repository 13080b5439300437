"""One file, looked at: from its bytes to what is known of it. PURE but for the files named."""

from pathlib import Path

from media.inspecting.images import TYPES as IMAGE_CONTAINERS
from media.inspecting.images import inspect_image
from media.inspecting.kinds import HEAD_BYTES, Facts, Limits, check_ending, container_of
from media.inspecting.mp4 import inspect_mp4
from media.inspecting.pdf import inspect_pdf
from media.inspecting.sound import inspect_sound
from media.inspecting.webm import inspect_webm


def inspect(path: Path, name: str, limits: Limits, thumbnail: Path) -> Facts:
    """What the file is; a thumbnail is written to `thumbnail` for images and PDF.

    `name` is what people call it. Raises Problem with a template that names the file as `name`:
    media_unknown, media_markup, media_lies, media_broken, media_too_many_pixels, media_pages.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    container = container_of(head)
    if container in IMAGE_CONTAINERS:
        facts = inspect_image(path, container, limits, thumbnail)
    elif container == "mp4":
        facts = inspect_mp4(path)
    elif container == "webm":
        facts = inspect_webm(path)
    elif container == "pdf":
        facts = inspect_pdf(path, limits, thumbnail)
    else:
        facts = inspect_sound(path, container, head)
    check_ending(name, facts.kind)
    return facts
