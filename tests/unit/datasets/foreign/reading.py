"""Foreign files as rows, and as the answers that a guideline makes of them."""

import io
import json

from annotations.parts import parts_of
from datasets.formats.answers import AnswerReader
from datasets.formats.foreign.readers import foreign_rows
from datasets.formats.mapping_reader import parse_mapping
from guidelines.label_schema import parse_document

CLASSES = [
    {"key": "per", "name": {"en": "Person", "ko": "사람"}},
    {"key": "loc", "name": {"en": "Place", "ko": "장소"}},
]


def question(key, kind, **more):
    """A question with the classes, where its kind has any."""
    without = ("rating", "number", "text", "pairwise", "ranking")
    classes = {} if kind in without else {"choices": CLASSES}
    return {"key": key, "kind": kind, "title": key.capitalize(), **classes, **more}


def schema_of(*questions):
    return parse_document({"questions": list(questions), "rules": []})


def content_of(value):
    """Bytes of a file: an object as JSON, text as it is."""
    if isinstance(value, bytes):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode()


def rows_of(value, file_format, **options):
    """(place, row) of a file."""
    return list(foreign_rows(io.BytesIO(content_of(value)), file_format=file_format, **options))


def answers_of(value, file_format, *questions, sizes=(100, 100), **mapping):
    """[(annotator, {question: canonical value} or the reason of a skip)] of a whole file.

    Pictures have `sizes`, recordings last a minute, as if they were media of the project.
    """
    schema = schema_of(*questions)
    keys = [each.key for each in schema.questions]
    parsed = parse_mapping(mapping, question_keys=keys, file_format=file_format)
    reader = AnswerReader(parsed, schema)
    found = []
    for place, row in rows_of(value, file_format):
        parts = [
            {**part, "width": sizes[0], "height": sizes[1], "duration": 60}
            if "file" in part
            else part
            for part in row["payload"].get("parts", ())
        ]
        payload = {"parts": parts} if parts else row["payload"]
        for answer in reader.read(place, row, lambda payload=payload: parts_of(payload)):
            labels = {key: label.value for key, label in answer.labels}
            found.append((answer.annotator, labels or answer.reason))
    return found
