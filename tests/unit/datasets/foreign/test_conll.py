"""CoNLL columns: texts from tokens, spans from tags."""

import pytest

from datasets.formats.base import RowProblem
from tests.unit.datasets.foreign.reading import answers_of, question, rows_of

SPANS = question("names", "spans")


def spans_of(content, **mapping):
    return [
        [
            (each["start"], each["end"], each["choice"], each["quote"])
            for each in found["names"]["spans"]
        ]
        for _annotator, found in answers_of(content, "conll", SPANS, **mapping)
    ]


def test_sentences_are_items_with_the_line_where_they_begin():
    rows = rows_of("민수\tB-PER\n는\tO\n\n\n서울\tB-LOC\n", "conll")
    assert [(line, row["payload"]["text"]) for line, row in rows] == [(1, "민수 는"), (5, "서울")]


def test_documents_hold_their_sentences_on_lines_of_their_own():
    content = (
        "-DOCSTART- -X- O O\n\nEU NNP B-per\nx NN O\n\nBonn NNP B-loc\n\n-DOCSTART- O\n\ny O\n"
    )
    rows = rows_of(content, "conll")
    assert [row["payload"]["text"] for _line, row in rows] == ["EU x\nBonn", "y"]
    assert spans_of(content)[0] == [(0, 2, "per", "EU"), (5, 9, "loc", "Bonn")]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-per I-per O", [(0, 3)]),
        ("B-per B-per O", [(0, 1), (2, 3)]),
        ("I-per I-per O", [(0, 3)]),
        ("I-per I-loc O", [(0, 1), (2, 3)]),
        ("B-per E-per S-per", [(0, 3), (4, 5)]),
        ("B-per L-per U-per", [(0, 3), (4, 5)]),
        ("S-per I-per O", [(0, 1), (2, 3)]),
        ("O O O", []),
    ],
)
def test_schemes_of_tags(tags, expected):
    content = "".join(f"{word} {tag}\n" for word, tag in zip("abc", tags.split(), strict=True))
    assert [[(start, end) for start, end, *_rest in each] for each in spans_of(content)] == [
        expected
    ]


def test_comments_give_id_and_text():
    content = "# id = s1\n# text = I am.\nI\tB-per\nam\tO\n.\tO\n\n# a remark\nx\tO\n"
    rows = rows_of(content, "conll")
    assert (rows[0][1]["id"], rows[0][1]["payload"]) == ("s1", {"text": "I am."})
    assert rows[1][1]["payload"] == {"text": "x"}


def test_token_that_begins_with_a_hash_is_no_comment():
    assert spans_of("#Quito B-loc\n# O\n")[0] == [(0, 6, "loc", "#Quito")]


def test_line_without_a_tag_is_refused_with_its_line():
    with pytest.raises(RowProblem) as failure:
        rows_of("EU B-ORG\nGerman NOUN\n", "conll")
    assert (failure.value.code, failure.value.line) == ("bad_tag", 2)


def test_unknown_class_is_named_and_can_be_mapped():
    with pytest.raises(RowProblem) as failure:
        spans_of("EU B-ORG\n")
    assert (failure.value.code, failure.value.line) == ("unknown_choice", 1)
    assert spans_of("EU B-ORG\n", values={"names": {"ORG": "loc"}}) == [[(0, 2, "loc", "EU")]]
