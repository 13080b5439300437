"""In which slices answers count; the same rules as those of a run."""

import itertools

import pytest

from quality.queries.live.values_amounts import MOST_ANSWERS, Given, compared, measured
from quality.queries.live.values_records import SaidValue, answers_by_slices, fingerprint, mark_of


def said(rater, version, label, *, kind="human", current=True, own=True):
    return SaidValue(rater, kind, version, label, current, own)


def test_answer_counts_now_and_under_its_version_for_all_people_and_its_kind():
    assert answers_by_slices([said(1, 7, 70)]) == {": :7 human: human:7": ((1, 70),)}


def test_rater_that_is_no_person_counts_for_its_kind_only():
    found = answers_by_slices([said(1, 7, 70, kind="model")])

    assert found == {"model: model:7": ((1, 70),)}


def test_carried_over_answer_counts_now_only():
    rows = [said(1, 7, 70, current=False), said(1, 8, 80, own=False)]

    assert answers_by_slices(rows) == {": human:": ((1, 80),), ":7 human:7": ((1, 70),)}


def test_of_two_superseded_answers_under_a_version_the_last_label_counts():
    rows = [said(1, 7, 70, current=False), said(1, 7, 71, current=False), said(1, 8, 80)]

    assert answers_by_slices(rows) == {
        ": :8 human: human:8": ((1, 80),),
        ":7 human:7": ((1, 71),),
    }


def test_slices_do_not_depend_on_the_order_of_rows():
    rows = [said(2, 7, 70), said(1, 7, 71), said(3, 8, 72, kind="import")]

    found = [answers_by_slices(each) for each in itertools.permutations(rows)]

    assert all(each == found[0] for each in found)
    assert found[0][":"] == ((1, 71), (2, 70), (3, 72))


def test_fingerprint_tells_answers_and_items_apart():
    answers = ((1, 70), (2, 71))

    assert fingerprint(5, answers) == fingerprint(5, answers)
    assert len({fingerprint(5, answers), fingerprint(6, answers), fingerprint(5, ((1, 70),))}) == 3


def test_marks_are_spread_and_fit_a_column():
    marks = [mark_of(item) for item in range(1_000)]

    assert len(set(marks)) == 1_000
    assert max(marks) < 2**63
    assert 400 < sum(mark < 2**55 for mark in marks) < 600


def test_of_many_answers_always_the_same_are_compared():
    raters = list(range(1_000, 1_200))
    texts = [f'{{"kind": "text", "text": "{rater}"}}' for rater in raters]

    kept = compared(Given(raters, texts))

    assert len(kept.raters) == MOST_ANSWERS
    assert list(kept.raters) == sorted(kept.raters)
    assert set(kept.raters) == set(compared(Given(raters, texts[::-1])).raters)
    assert all(f'"{rater}"' in text for rater, text in zip(kept.raters, kept.texts, strict=True))


@pytest.mark.parametrize("together", [1, 7])
def test_what_an_item_adds_does_not_depend_on_what_else_is_counted(together):
    texts = ['{"kind": "choices", "choices": ["cat"]}', '{"kind": "choices", "choices": []}']
    one = Given([4, 9], texts)
    others = [Given([2, 3, 5], [texts[1], texts[1], texts[0]])] * together

    assert measured("choices", [*others, one])[-1] == measured("choices", [one])[0]
