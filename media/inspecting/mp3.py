"""Frames of MPEG layer III (ISO/IEC 11172-3): two in a row are sound, one is chance. PURE."""

from pathlib import Path

RATES = (44_100, 48_000, 32_000)  # of MPEG 1; halved for 2, quartered for 2.5
KILOBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KILOBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG_1, RESERVED = 3, 1
JUNK = 64 << 10  # between the tags and the first frame


def frame_bytes(header: bytes) -> int:
    """The length of the frame that begins with these four bytes; 0 when none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bit_rate, sample_rate = header[2] >> 4, header[2] >> 2 & 3
    if version == RESERVED or layer != 1 or bit_rate in (0, 15) or sample_rate == 3:
        return 0
    kilobits = (KILOBITS_1 if version == MPEG_1 else KILOBITS_2)[bit_rate]
    rate = RATES[sample_rate] // {3: 1, 2: 2, 0: 4}[version]
    samples = 144 if version == MPEG_1 else 72
    return samples * kilobits * 1000 // rate + (header[2] >> 1 & 1)


def check_frames(path: Path) -> None:
    """ValueError unless a frame follows another, behind the tags at the beginning."""
    with path.open("rb") as file:
        head = file.read(10)
        if head.startswith(b"ID3"):
            size = sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(head[6:10]))
            file.seek(10 + size)
        else:
            file.seek(0)
        content = file.read(JUNK)
    place = content.find(b"\xff")
    while place >= 0:
        length = frame_bytes(content[place : place + 4])
        if length and frame_bytes(content[place + length : place + length + 4]):
            return
        place = content.find(b"\xff", place + 1)
    raise ValueError("no two frames")
