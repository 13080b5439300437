"""The writers of the formats of other programs. PURE."""

from collections.abc import Callable, Iterator, Sequence

from datasets.formats.foreign.exported import Asked
from datasets.formats.foreign.written_coco import coco_bytes
from datasets.formats.foreign.written_conll import conll_bytes
from datasets.formats.foreign.written_doccano import doccano_bytes
from datasets.formats.foreign.written_label_studio import label_studio_bytes
from datasets.formats.written import Chunks

Writer = Callable[[Chunks, Sequence[Asked]], Iterator[bytes]]

WRITERS: dict[str, Writer] = {
    "label_studio": label_studio_bytes,
    "coco": coco_bytes,
    "conll": conll_bytes,
    "doccano": doccano_bytes,
}
