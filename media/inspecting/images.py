"""Images: size as seen, proof that they decode, and a thumbnail. PURE but for the files named.

Pixels are counted from the header, before anything is decoded.
"""

import struct
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from core.problems import Problem
from media.inspecting.kinds import IMAGE, Facts, Limits
from media.problems import FileProblem

TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
TURNED = {5, 6, 7, 8}  # EXIF orientations that swap width and height
ORIENTATION = 0x0112
# What Pillow raises on broken files, beside its own; each is a fault of the file, not of ours.
BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    MemoryError,
)


def inspect_image(path: Path, container: str, limits: Limits, thumbnail: Path) -> Facts:
    """Size with the EXIF orientation applied, as browsers show it. Raises Problem."""
    try:
        return _inspect(path, container, limits, thumbnail)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(limits) from error
    except BROKEN as error:
        if isinstance(error, Problem):
            raise
        message = "“%(name)s” is a broken or incomplete image."
        raise FileProblem(message, code="media_broken") from error


def _inspect(path: Path, container: str, limits: Limits, thumbnail: Path) -> Facts:
    with Image.open(path, formats=(container.upper(),)) as image:
        width, height = image.size
        if width * height > limits.pixels:
            raise _too_many_pixels(limits)
        if image.getexif().get(ORIENTATION) in TURNED:
            width, height = height, width
        # JPEG can be decoded at a fraction of its size; the others are decoded as they are.
        image.draft("RGB", (limits.thumbnail * 2, limits.thumbnail * 2))
        image.load()
        small = image
        small.thumbnail((limits.thumbnail, limits.thumbnail))
        write_thumbnail(ImageOps.exif_transpose(small), thumbnail)
    return Facts(TYPES[container], IMAGE, width=width, height=height, has_thumbnail=True)


def write_thumbnail(image: Image.Image, path: Path) -> None:
    """WebP without metadata: a place or a name in the original does not travel along."""
    if image.mode not in ("RGB", "RGBA"):
        has_alpha = image.mode in ("LA", "PA", "RGBa", "La") or "transparency" in image.info
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.save(path, "WEBP", quality=80, method=2, exif=b"", icc_profile=b"", xmp=b"")


def _too_many_pixels(limits: Limits) -> Problem:
    return FileProblem(
        "“%(name)s” has more than %(limit)d million pixels.",
        code="media_too_many_pixels",
        limit=limits.pixels // 1_000_000,
    )
