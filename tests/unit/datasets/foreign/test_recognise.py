"""What a file is, by what it begins with."""

import gzip

import pytest

from datasets.formats.rows import guess_format


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            '[{"id": 1, "annotations": [{"completed_by": 1, "result": []}], "data": {}}]',
            "label_studio",
        ),
        ('[\n {"id": 1, "data": {"text": "x"}}]', "label_studio"),
        ('{\n "info": {}, "images": [], "annotations": []}', "coco"),
        ('{"annotations": [], "images": [{"id": 1}], "categories": []}', "coco"),
        ("EU\tB-ORG\nrejects\tO\n\nx\tO\n", "conll"),
        ("-DOCSTART- -X- O O\n\nEU NNP I-NP B-ORG\n", "conll"),
        ('{"text": "a", "label": [[0, 1, "X"]]}\n', "doccano"),
        ('{"text": "a", "entities": []}\n', "doccano"),
        ('[{"text": "a", "label": ["x"]}]', "doccano"),
        ('{"text":"a","_input_hash":1,"label":"x","answer":"accept"}\n', "prodigy"),
        ('{"id": "1", "text": "a", "annotations": [{"annotator": "w"}]}\n', "jsonl"),
        ('{"id": "1", "text": "a", "label": "positive", "annotator": "w"}\n', "jsonl"),
        ('{"id": "1", "text": "data and images"}\n', "jsonl"),
        ("id,text\n1,Hello B-side\n", "csv"),
        ("text\nDo it O\n", "csv"),
        ("", "csv"),
    ],
)
def test_guess_format_by_content(content, expected):
    assert guess_format("file.txt", content.encode()) == expected
    assert guess_format("file.txt.gz", gzip.compress(content.encode())) == expected


def test_guess_format_start_of_a_long_gzip_file_is_enough():
    content = gzip.compress(b'[{"id": 1, "data": {"text": "x"}}' + b"," * 1_000_000, 1)
    assert guess_format("x.gz", content[:500]) == "label_studio"
