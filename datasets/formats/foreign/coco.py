"""COCO: one object with images, annotations and categories, to one entry per image. PURE.

The file is read three times (categories, annotations, images); annotations wait in a file of
SQLite on the disk, ordered by image, so that memory stays small whatever the size. A box is
`bbox` [x, y, width, height], polygons are `segmentation` [[x1, y1, x2, y2, ...], ...], keypoints
[x, y, visibility, ...] with visibility 0 for what was not labelled; all in pixels. Masks by run
lengths have no question here. Where polygons or keypoints stand beside a box, the box may be left
out, and the other way round.
Format: https://cocodataset.org/#format-data
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from annotations.parts import IMAGE
from datasets.formats.foreign.found import (
    EXTENSION,
    Entries,
    Entry,
    Found,
    Marked,
    Source,
    empty_marks,
    row_fault,
    text_or_none,
)
from datasets.formats.foreign.media_names import part_key
from datasets.formats.foreign.stream import array_entries

_OWN = frozenset({"file_name", "width", "height", EXTENSION})
_CACHE_PAGES = 2000  # of 4 KB

Categories = dict[str, tuple[str, list[str]]]


def entries(source: Source) -> Entries:
    """(place of the image from 1, Entry). What is broken goes to `source.report`."""
    with (
        tempfile.TemporaryDirectory(prefix="labelhub-coco-") as folder,
        closing(_Waiting(Path(folder) / "annotations.sqlite")) as waiting,
    ):
        categories = _categories(source)
        waiting.fill(source)
        source.file.seek(0)
        for place, image in array_entries(source, "images.item"):
            entry = _entry(source, place, image, waiting, categories)
            if entry is not None:
                yield place, entry
        waiting.check_empty(source)


class _Waiting:
    """Annotations on the disk until their image comes."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size={_CACHE_PAGES};"
            "CREATE TABLE waiting (image TEXT, place INTEGER, body TEXT);"
            "CREATE TABLE seen (image TEXT PRIMARY KEY) WITHOUT ROWID; BEGIN;"
        )

    def fill(self, source: Source) -> None:
        """All annotations of the file."""
        source.file.seek(0)
        self._rows.executemany(
            "INSERT INTO waiting VALUES (?, ?, ?)",
            (
                (text_or_none(each.get("image_id")), place, json.dumps(each, ensure_ascii=False))
                for place, each in array_entries(source, "annotations.item")
                if isinstance(each, dict)
            ),
        )
        self._rows.execute("CREATE INDEX by_image ON waiting (image, place)")

    def of(self, image: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """(place, annotation) of one image, in the order of the file."""
        self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", (image,))
        found = self._rows.execute(
            "SELECT place, body FROM waiting WHERE image = ? ORDER BY place", (image,)
        )
        for place, body in found:
            yield place, json.loads(body)

    def check_empty(self, source: Source) -> None:
        """Report annotations of images that the file does not have."""
        lost = self._rows.execute(
            "SELECT place, image FROM waiting"
            " WHERE image IS NULL OR image NOT IN (SELECT image FROM seen) ORDER BY place LIMIT 20"
        )
        for place, image in lost:
            source.report(
                row_fault(
                    place,
                    f"annotations[{place - 1}].image_id",
                    "no_such_image",
                    "An annotation is about the image %(image)s, which the file does not have.",
                    image=str(image),
                )
            )

    def close(self) -> None:
        self._rows.close()


def _categories(source: Source) -> Categories:
    """{id: (name, names of its keypoints)}"""
    found: Categories = {}
    source.file.seek(0)
    for _place, each in array_entries(source, "categories.item"):
        if isinstance(each, dict):
            points = each.get("keypoints")
            names = [str(name) for name in points] if isinstance(points, list) else []
            found[str(each.get("id"))] = (str(each.get("name") or each.get("id")), names)
    return found


def _entry(
    source: Source, place: int, image: Any, waiting: _Waiting, categories: Categories
) -> Entry | None:
    name = image.get("file_name") if isinstance(image, dict) else None
    number = text_or_none(image.get("id")) if isinstance(image, dict) else None
    if not isinstance(name, str) or not name or number is None:
        template = "An image of COCO needs “id” and “file_name”."
        source.report(row_fault(place, f"images[{place - 1}]", "bad_image", template))
        return None
    extension = image.get(EXTENSION)
    known = extension if isinstance(extension, dict) else {}
    part = {"key": part_key(str(known.get("part") or IMAGE), 1), "kind": IMAGE, "file": name}
    metadata = known.get("metadata")
    rest = {key: value for key, value in image.items() if key not in _OWN}
    return Entry(
        id=text_or_none(known.get("external_id")) or name,
        payload={"parts": [part]},
        metadata=metadata if isinstance(metadata, dict) else rest,
        marked=tuple(_marked(waiting.of(number), categories, known)),
    )


def _marked(
    annotations: Iterator[tuple[int, dict[str, Any]]], categories: Categories, known: dict[str, Any]
) -> list[Marked]:
    """One `Marked` per annotator; captions of one image are by as many people."""
    people: dict[str, _Person] = {}
    answers = known.get("annotations")
    for answer in answers if isinstance(answers, list) else ():
        if isinstance(answer, dict):
            _person(people, answer).answered = answer
    captions = 0
    for place, raw in annotations:
        extension = raw.get(EXTENSION)
        said = extension if isinstance(extension, dict) else {}
        if isinstance(raw.get("caption"), str):
            captions += 1
            annotator = "" if captions == 1 else f"coco {captions}"
            person = people.setdefault(annotator, _Person(annotator, None))
        else:
            person = _person(people, said)
        person.add(raw, said, categories.get(str(raw.get("category_id"))), place)
    return [person.marked() for person in people.values()]


class _Person:
    """What one annotator said about one image."""

    def __init__(self, annotator: str, labeled_at: str | None) -> None:
        self.annotator, self.labeled_at = annotator, labeled_at
        self.answered: dict[str, Any] = {}
        self._marks: dict[tuple[str, tuple[str, ...], bool], list[Any]] = {}

    def add(self, raw: dict[str, Any], said: dict[str, Any], category: Any, place: int) -> None:
        """One annotation; by our own exports it is of one kind, which they name."""
        label, points = category or (str(raw.get("category_id")), [])
        found = _found(raw, label, points)
        kind, question = said.get("kind"), said.get("question")
        several = len([each for each in found if each[1]]) > 1
        for name, kinds, values in found:
            if kind is None:
                optional = several and kinds in (("boxes",), ("polygons",), ("points",))
                self._marks.setdefault((name, kinds, optional), []).extend(values)
            elif kinds == (kind,):
                self._marks.setdefault((str(question or name), kinds, False), []).extend(values)
        if not found:
            self._marks.setdefault(("annotations", (), False), []).append(f"annotation {place}")

    def marked(self) -> Marked:
        found = [
            Found(name, kinds, values[0] if kinds == ("text",) else values, optional)
            for (name, kinds, optional), values in self._marks.items()
        ]
        found += empty_marks(self.answered, found)
        return Marked(self.annotator, self.labeled_at, tuple(found))


def _person(people: dict[str, _Person], said: dict[str, Any]) -> _Person:
    annotator = text_or_none(said.get("annotator")) or ""
    moment = said.get("labeled_at")
    key = f"{annotator}\n{moment}"
    if key not in people:
        people[key] = _Person(annotator, moment if isinstance(moment, str) else None)
    return people[key]


def _found(
    raw: dict[str, Any], label: str, points: list[str]
) -> list[tuple[str, tuple[str, ...], list[Any]]]:
    """(name, kinds, marks) of one annotation."""
    found: list[tuple[str, tuple[str, ...], list[Any]]] = []
    if isinstance(raw.get("caption"), str):
        return [("caption", ("text",), [raw["caption"]])]
    box, outline, spots = (raw.get(each) for each in ("bbox", "segmentation", "keypoints"))
    sides = _numbers(box)
    if len(sides) == 4:
        shape = dict(zip(("x", "y", "width", "height"), sides, strict=True)) | {"label": label}
        found.append(("bbox", ("boxes",), [shape]))
    if isinstance(outline, dict):
        found.append(("segmentation", (), ["mask of run lengths"]))
    elif isinstance(outline, list) and outline:
        rings = [_ring(each) for each in outline]
        marks = [{"points": ring, "label": label} for ring in rings]
        found.append(("segmentation", ("polygons",), marks))
    if _numbers(spots):
        found.append(("keypoints", ("points",), _points(_numbers(spots), label, points)))
    if isinstance(raw.get("segments_info"), list):
        found.append(("segments_info", (), ["mask in a picture"]))
    return found


def _ring(flat: Any) -> list[Any]:
    """Pairs of numbers; anything else is left as it is, and refused by the parser of the kind."""
    if not _numbers(flat) or len(flat) % 2:
        return [flat]
    return [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)]


def _points(flat: list[float], label: str, names: list[str]) -> list[dict[str, Any]]:
    triples = zip(flat[::3], flat[1::3], flat[2::3], strict=False)
    return [
        {"x": x, "y": y, "label": names[place] if place < len(names) else label}
        for place, (x, y, visibility) in enumerate(triples)
        if visibility
    ]


def _numbers(raw: Any) -> list[Any]:
    """A list of numbers; empty for anything else."""
    sound = isinstance(raw, list) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in raw
    )
    return raw if sound else []
