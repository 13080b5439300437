"""One door to the formats of other programs. PURE."""

from typing import BinaryIO

from datasets.formats.base import Report, Rows, refuse
from datasets.formats.foreign import coco, conll, doccano, label_studio, prodigy
from datasets.formats.foreign.found import Reader, Source, row_of

READERS: dict[str, Reader] = {
    "label_studio": label_studio.entries,
    "coco": coco.entries,
    "conll": conll.entries,
    "doccano": doccano.entries,
    "prodigy": prodigy.entries,
}


def foreign_rows(
    file: BinaryIO,
    *,
    file_format: str,
    encoding: str = "utf-8",
    max_bytes: int | None = None,
    report: Report = refuse,
) -> Rows:
    """(place, row) with the columns id, payload, metadata and annotations.

    `place` is the number of the entry from 1, or the line where the format has lines; the answers
    in annotations are `Marked`, since only the guideline knows what they answer.
    """
    source = Source(file, encoding=encoding, max_bytes=max_bytes, report=report)
    for place, entry in READERS[file_format](source):
        yield place, row_of(entry)
