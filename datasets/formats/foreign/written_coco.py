"""Our labels as COCO: images, annotations and categories in one object. PURE.

Images are written at once; annotations wait in a temporary file, since they come after all images.
Every picture of an item is an image; categories are the keys of the choices. A point is an
annotation with one keypoint. Under “labelhub” stands who said it under which guideline; the last
key of the file counts what COCO could not hold.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from annotations.parts import IMAGE, Part
from datasets.formats.foreign.exported import Asked, Said, Shown, items_of, pieces
from datasets.formats.foreign.found import EXTENSION
from datasets.formats.written import Chunks

_IN_MEMORY = 4_000_000  # bytes of annotations before they go to the disk
_BLOCK = 1 << 16


def coco_bytes(chunks: Chunks, asked: Sequence[Asked]) -> Iterator[bytes]:
    """One JSON object."""
    questions = {question.key: question for question in asked}
    book = _Book(asked)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
        images = (
            image for item in items_of(chunks) for image in book.images(item, questions, waiting)
        )
        yield b'{"info":{"description":"labelhub"},"licenses":[],\n"images":['
        yield from pieces(images)
        yield b'],\n"annotations":['
        waiting.seek(0)
        while block := waiting.read(_BLOCK):
            yield block
    yield from pieces(book.categories(), before='],\n"categories":[')
    left_out = {"left_out_items": book.left_out}
    yield f'],\n"{EXTENSION}":{json.dumps(left_out)}}}\n'.encode()


class _Book:
    """Numbers images, annotations and categories while they are written."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._numbers: dict[str, int] = {}
        self._has_points = any(question.kind == "points" for question in asked)
        for question in asked:
            for key in question.choices:
                self._category(key)
        self._images = self._annotations = self.left_out = 0

    def _category(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def categories(self) -> list[dict[str, Any]]:
        """All classes, those of older versions last."""
        return [
            {"id": number, "name": key, "supercategory": ""}
            | ({"keypoints": [key], "skeleton": []} if self._has_points else {})
            for key, number in self._numbers.items()
        ]

    def images(
        self, item: Shown, questions: dict[str, Asked], waiting: IO[bytes]
    ) -> Iterator[dict[str, Any]]:
        """The images of an item; what is on them is written to `waiting`."""
        pictures = [part for part in item.parts if part.kind == IMAGE]
        self.left_out += not pictures
        for part in pictures:
            self._images += 1
            for said in item.said:
                for mark in _marks(said, part, questions):
                    self._write(mark, waiting)
            yield self._image(item, part, alone=len(pictures) == 1)

    def _write(self, mark: dict[str, Any], waiting: IO[bytes]) -> None:
        self._annotations += 1
        body = {
            "id": self._annotations,
            "image_id": self._images,
            "category_id": self._category(mark.pop("choice")),
            **mark,
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        waiting.write(((",\n" if self._annotations > 1 else "\n") + text).encode())

    def _image(self, item: Shown, part: Part, *, alone: bool) -> dict[str, Any]:
        nothing = [
            {**said.about(), "answered": said.answered} for said in item.said if said.answered
        ]
        about = {
            "external_id": item.external_id if alone else f"{item.external_id}/{part.key}",
            "part": part.key,
            "metadata": item.metadata,
        }
        return {
            "id": self._images,
            "file_name": part.data.get("file") or f"media-{part.media}",
            "width": part.data.get("width") or 0,
            "height": part.data.get("height") or 0,
            EXTENSION: about | ({"annotations": nothing} if nothing else {}),
        }


def _marks(said: Said, part: Part, questions: dict[str, Asked]) -> Iterator[dict[str, Any]]:
    for key, value in said.values.items():
        if key not in questions:
            continue
        kind = value["kind"]
        for mark in value[kind]:
            if mark["part"] == part.key:
                about = {**said.about(), "kind": kind, "question": key}
                yield {**_SHAPES[kind](mark), "choice": mark["choice"], EXTENSION: about}


def _box(mark: dict[str, Any]) -> dict[str, Any]:
    x, y, width, height = (mark[name] for name in ("x", "y", "width", "height"))
    area = width * height
    return {"bbox": [x, y, width, height], "area": area, "segmentation": [], "iscrowd": 0}


def _outline(mark: dict[str, Any]) -> dict[str, Any]:
    points = mark["points"]
    across, down = [x for x, _y in points], [y for _x, y in points]
    box = [min(across), min(down), max(across) - min(across), max(down) - min(down)]
    flat = [number for point in points for number in point]
    return {"segmentation": [flat], "bbox": box, "area": _area(points), "iscrowd": 0}


def _area(points: list[list[float]]) -> float:
    """The shoelace formula."""
    following = points[1:] + points[:1]
    twice = sum(
        x * below - right * y for (x, y), (right, below) in zip(points, following, strict=True)
    )
    return abs(twice) / 2


def _spot(mark: dict[str, Any]) -> dict[str, Any]:
    place = [mark["x"], mark["y"], 2]
    box = [mark["x"], mark["y"], 0, 0]
    return {"keypoints": place, "num_keypoints": 1, "bbox": box, "area": 0, "iscrowd": 0}


_SHAPES = {"boxes": _box, "polygons": _outline, "points": _spot}
