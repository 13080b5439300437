"""The allow-list: which types are stored, how they begin, and which endings their names may have.

PURE. A type is told from the first bytes alone; the name is only asked whether it contradicts.
"""

from dataclasses import dataclass

from core.problems import Problem
from media.inspecting.mp3 import frame_bytes
from media.problems import FileProblem

IMAGE, AUDIO, VIDEO, PDF = "image", "audio", "video", "pdf"
HEAD_BYTES = 4096  # enough for the first page of an Ogg stream

# Endings by the kinds their files may have. One that is not here says nothing.
ENDINGS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "jfif", "webp", "gif"), frozenset({IMAGE})),
    **dict.fromkeys(("wav", "mp3", "flac", "ogg", "oga", "opus", "m4a"), frozenset({AUDIO})),
    **dict.fromkeys(("mp4", "m4v", "webm"), frozenset({AUDIO, VIDEO})),
    "pdf": frozenset({PDF}),
}
# What a file is called in a download, by its type: nothing of the uploader's name is used.
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "application/pdf": "pdf",
}
STORED = "PNG, JPEG, WebP, GIF, WAV, MP3, FLAC, Ogg, Opus, M4A, MP4, WebM, PDF"


@dataclass(frozen=True)
class Facts:
    """What is known of a file. Pixels as a person sees them (turned as its camera said), seconds,
    pages; `has_thumbnail` says whether a small picture was written."""

    content_type: str
    kind: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    pages: int | None = None
    has_thumbnail: bool = False


@dataclass(frozen=True)
class Limits:
    """The most that a file may hold before it is refused."""

    pixels: int
    pages: int
    thumbnail: int = 320  # longest side, pixels


def container_of(head: bytes) -> str:
    """`png`, `jpeg`, `webp`, `gif`, `wav`, `mp3`, `flac`, `ogg`, `mp4`, `webm` or `pdf`.

    Raises Problem `media_markup` for SVG, HTML and XML, `media_unknown` for everything else.
    """
    for begin, name in _BEGINNINGS:
        if head.startswith(begin):
            return name
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp" and head[8:12] not in _PICTURES_IN_BOXES:
        return "mp4"
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return "webm"
    if head.startswith(b"ID3") or frame_bytes(head):
        return "mp3"
    raise _refusal(head)


_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"%PDF-", "pdf"),
)
# HEIC, AVIF and JPEG 2000 begin like MP4; few browsers show them.
_PICTURES_IN_BOXES = {
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
    *(b"avif", b"avis", b"jp2 ", b"jpx ", b"jpm ", b"crx "),
}
_RIFF = {b"WAVE": "wav", b"WEBP": "webp"}


def _refusal(head: bytes) -> Problem:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1000].lower()
    text = text.replace(b"\x00", b"")  # UTF-16 markup is markup
    if b"<svg" in text:
        return FileProblem(
            "“%(name)s” is an SVG drawing. These can hold programs and are not stored; "
            "save it as PNG.",
            code="media_markup",
        )
    if text.lstrip(b"\xff\xfe").startswith(b"<"):
        return FileProblem(
            "“%(name)s” is HTML or XML. These can hold programs and are not stored.",
            code="media_markup",
        )
    return FileProblem(
        "“%(name)s” is not of a type that is stored (%(types)s).",
        code="media_unknown",
        types=STORED,
    )


def check_ending(name: str, kind: str) -> None:
    """Problem `media_lies` when the ending belongs to another kind than the content."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if kind not in ENDINGS.get(ending, {kind}):
        raise FileProblem(
            "“%(name)s” is called .%(ending)s, but its content is of the kind “%(kind)s”. "
            "Give it its right name, or check where it comes from.",
            code="media_lies",
            ending=ending,
            kind=kind,
        )
