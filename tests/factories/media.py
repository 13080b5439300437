"""Files of every kind that is stored, made by the test itself, and rows for them."""

import hashlib
import io
import math
import struct
import wave
import zipfile
import zlib

import factory
import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from media.actions.upload_files import upload_file
from media.models import MediaFile
from tests.factories.projects import ProjectFactory


def image(file_format="PNG", size=(40, 30), color="teal", **options):
    """An image of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, file_format, **options)
    return buffer.getvalue()


def turned_jpeg(size=(40, 30)):
    """As a camera writes it that was held upright: EXIF orientation 6."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return image("JPEG", size, exif=exif)


def pixel_bomb(side=30_000):
    """A PNG of a few kilobytes whose header says 900 million pixels."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def wav(seconds=0.5, rate=8000):
    """A sine wave."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        count = int(seconds * rate)
        sound.writeframes(
            b"".join(struct.pack("<h", int(9000 * math.sin(n / 5))) for n in range(count))
        )
    return buffer.getvalue()


def mp3(frames=100):
    """Silent frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes and 26.1 ms each."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def flac(seconds=2, rate=44_100):
    """The header alone: that is what tells the duration."""
    samples = seconds * rate
    packed = (rate << 44) | (0 << 41) | (15 << 36) | samples
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + packed.to_bytes(8, "big") + b"\0" * 16
    return b"fLaC" + b"\x80" + len(info).to_bytes(3, "big") + info + b"\0" * 64


def opus(seconds=3):
    """Two pages of Ogg: the head, and one whose position is the end."""

    def page(flags, position, number, body):
        header = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, 7, number, 0)
        return header + bytes([1, len(body)]) + body

    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 0)
    pages = page(2, 0, 0, head) + page(0, 0, 1, tags)
    return pages + page(4, 312 + seconds * 48_000, 2, b"\0" * 20)


def box(name, *bodies):
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), name) + body


def mp4(handler=b"vide", size=(640, 360), seconds=5.0, turned=False):
    """The boxes that tell what a film is."""
    matrix = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30) if turned else (
        65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)  # fmt: skip
    width, height = size if handler == b"vide" else (0, 0)
    tkhd = struct.pack(">IIIIII", 3, 0, 0, 1, 0, int(seconds * 1000)) + b"\0" * 16
    tkhd += struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16)
    hdlr = struct.pack(">II4s", 0, 0, handler) + b"\0" * 13
    mvhd = struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)) + b"\0" * 80
    track = box(b"trak", box(b"tkhd", tkhd), box(b"mdia", box(b"hdlr", hdlr)))
    moov = box(b"moov", box(b"mvhd", mvhd), track)
    return box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"mdat", b"\0" * 100) + moov


def element(name, *bodies):
    body = b"".join(bodies)
    key = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return key + (0x0100000000000000 | len(body)).to_bytes(8, "big") + body


def webm(size=(320, 240), milliseconds=1500.0, live=False):
    """The elements that tell what a recording is; a live one tells its length by its clusters."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    length = b"" if live else element(0x4489, struct.pack(">d", milliseconds))
    info = element(0x1549A966, element(0x2AD7B1, (1_000_000).to_bytes(3, "big")), length)
    if size:
        picture = element(
            0xE0,
            element(0xB0, size[0].to_bytes(2, "big")),
            element(0xBA, size[1].to_bytes(2, "big")),
        )
        track = element(0xAE, element(0x83, b"\x01"), picture)
    else:
        track = element(0xAE, element(0x83, b"\x02"))
    block = element(0xA3, b"\x81" + struct.pack(">h", 500) + b"\x80data")
    cluster = element(0x1F43B675, element(0xE7, int(milliseconds - 500).to_bytes(3, "big")), block)
    return head + element(0x18538067, info, element(0x1654AE6B, track), cluster)


def pdf(pages=2):
    """Empty pages of A4."""
    document = pypdfium2.PdfDocument.new()
    for _number in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def archive(files, compression=zipfile.ZIP_DEFLATED):
    """A zip of {name or ZipInfo: content}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def an_upload(content, name):
    """Bytes as a browser sends them."""
    return SimpleUploadedFile(name, content)


def stored(project, content=None, name="a.png"):
    """A file that really lies in the storage."""
    media, _is_new = upload_file(
        project=project,
        upload=an_upload(image() if content is None else content, name),
        by=project.created_by,
        now=timezone.now(),
    )
    return media


class MediaFileFactory(factory.django.DjangoModelFactory):
    """The row alone: nothing lies in the storage."""

    class Meta:
        model = MediaFile

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"scan-{n}.png")
    digest = factory.LazyAttribute(lambda each: hashlib.sha256(each.name.encode()).hexdigest())
    storage_name = factory.LazyAttribute(lambda each: f"media/{each.digest}")
    content_type = "image/png"
    bytes = 100
    kind = "image"
    width = 40
    height = 30
    came_from = "upload"
    created_by = factory.SelfAttribute("project.created_by")
    created_at = factory.LazyFunction(timezone.now)
