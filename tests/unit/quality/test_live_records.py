"""Records of an item: which answers count now, and which under their version."""

import itertools

from quality.queries.live.records import NOW, UNDER, Said, counted, digest, records, tag


def said(rater, version, code, *, current=True, said=True, kind="human", rank=None):
    return Said(rater, kind, version, code, current, said, code if rank is None else rank)


def unpacked(packed):
    numbers = [
        int.from_bytes(packed[at : at + 8], "big", signed=True) for at in range(0, len(packed), 8)
    ]
    return [tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)]


def test_current_answer_counts_now_and_under_its_version():
    assert unpacked(records([said(1, 7, 70)])) == [(1, tag("human", NOW | UNDER), 7, 70)]


def test_carried_over_answer_counts_now_only():
    rows = [said(1, 7, 70, current=False), said(1, 8, 80, said=False)]

    assert unpacked(records(rows)) == [
        (1, tag("human", NOW), 8, 80),
        (1, tag("human", UNDER), 7, 70),
    ]


def test_of_two_superseded_answers_under_a_version_the_highest_choice_counts():
    rows = [said(1, 7, 70, current=False), said(1, 7, 71, current=False), said(1, 8, 80)]

    assert [row[2:] for row in unpacked(records(rows))] == [(7, 71), (8, 80)]


def test_current_answer_outranks_a_superseded_one_of_the_same_version():
    rows = [said(1, 7, 99, current=False), said(1, 8, 80, current=False), said(1, 7, 70)]

    assert [row[2:] for row in unpacked(records(rows)) if row[2] == 7] == [(7, 70)]


def test_records_do_not_depend_on_the_order_of_rows():
    rows = [said(1, 7, 70), said(2, 7, 71), said(3, 8, 70, kind="import")]

    assert len({records(each) for each in itertools.permutations(rows)}) == 1


def test_nothing_said_is_nothing():
    assert records([]) == b""
    assert counted(b"") == (b"", [])


def test_pattern_forgets_who_but_not_how_many():
    one = counted(records([said(1, 7, 70), said(2, 7, 70), said(3, 7, 71)]))
    other = counted(records([said(9, 7, 71), said(4, 7, 70), said(5, 7, 70)]))
    third = counted(records([said(1, 7, 70), said(3, 7, 71)]))

    assert one.cells == other.cells
    assert digest(one.cells) == digest(other.cells)
    assert third.cells != one.cells
    assert [rater for rater, _own in one.by_rater] == [1, 2, 3]


def test_kinds_of_raters_are_told_apart():
    human, imported = (
        counted(records([said(1, 7, 70, kind=kind)])) for kind in ("human", "import")
    )

    assert human.cells != imported.cells
