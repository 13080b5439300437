"""Who met whom in rating, and in which slices."""

import numpy as np
import pytest

from quality.queries.live import meetings as live_meetings
from quality.queries.live.meetings import Meetings, meetings_of
from quality.queries.live.records import NOW, UNDER, Said, mark, records, tag


def packed(*rows):
    return records(
        Said(rater, kind, version, 5, current, True, version)
        for rater, kind, version, current in rows
    )


def gathered(*items):
    found = [meeting for item in items for meeting in meetings_of(item)]
    kinds = sorted({each.met for each in found})
    return Meetings(
        first=np.array([each.first for each in found], np.int64),
        second=np.array([each.second for each in found], np.int64),
        met=np.array([kinds.index(each.met) for each in found], np.int64),
        items=np.ones(len(found), np.int64),
        kinds=tuple(kinds),
    )


def now(tag_, _version):
    return bool(tag_ & NOW)


ITEM = packed((1, "human", 7, True), (2, "human", 7, True), (4, "demo", 8, True))


def test_every_two_raters_of_an_item_met_once_with_the_lower_id_first():
    assert [(each.first, each.second) for each in meetings_of(ITEM)] == [(1, 2), (1, 4), (2, 4)]


def test_one_rater_or_none_met_nobody():
    assert list(meetings_of(packed((1, "human", 7, True)))) == []
    assert list(meetings_of(b"")) == []


def test_meetings_do_not_tell_what_was_said():
    others = records(
        Said(rater, kind, version, 9, True, True, 1)
        for rater, kind, version in ((1, "human", 7), (2, "human", 7), (4, "demo", 8))
    )

    assert list(meetings_of(ITEM)) == list(meetings_of(others))


def test_slices_count_only_who_is_in_them_and_the_ratings_that_are():
    meetings = gathered(ITEM, packed((1, "human", 7, True), (2, "human", 7, True)))
    humans = {tag("human", NOW | UNDER)}

    assert meetings.places(now) == {(1, 2, 3): 1, (1, 4, 3): 1, (2, 4, 3): 1, (1, 2, 2): 1}
    assert meetings.places(lambda each, _version: each in humans) == {(1, 2, 2): 2}
    assert meetings.places(lambda each, version: bool(each & UNDER) and version == 8) == {}


def test_shared_adds_up_one_over_the_ratings_of_each_common_item():
    meetings = gathered(ITEM, packed((1, "human", 7, True), (2, "human", 7, True)))

    shared = meetings.shared(np.array([1, 2, 4]), now)

    assert shared[0] == pytest.approx([0, 1 / 3 + 1 / 2, 1 / 3])
    assert (shared == shared.T).all()


def test_rater_whose_own_rows_are_lost_counts_nowhere():
    shared = gathered(ITEM).shared(np.array([1, 2]), now)

    assert shared.tolist() == [[0, 1 / 3], [1 / 3, 0]]


def test_answer_that_counts_only_under_its_version_is_no_rating_now():
    item = packed((1, "human", 7, False), (1, "human", 8, True), (2, "human", 7, True))
    meetings = gathered(item)

    assert meetings.places(now) == {(1, 2, 2): 1}
    assert meetings.places(lambda each, version: bool(each & UNDER) and version == 7) == {
        (1, 2, 2): 1
    }
    assert meetings.places(lambda each, version: bool(each & UNDER) and version == 8) == {}


def test_item_with_too_many_records_is_left_out(monkeypatch):
    monkeypatch.setattr(live_meetings, "MOST_RECORDS", 2)

    assert list(meetings_of(ITEM)) == []


def test_marks_stay_and_are_spread_over_all_numbers():
    marks = [mark(item) for item in range(1, 2001)]

    assert mark(1) == marks[0]
    assert len(set(marks)) == 2000
    assert 900 < sum(each < 0 for each in marks) < 1100
