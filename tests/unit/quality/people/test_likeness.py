"""Nearness of answers: to others, to other items, to gold, with known answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY
from quality.people.alerts import Reason
from quality.people.item_fit import item_fits
from quality.people.likeness import answer_key, likeness_to_others, same_answers_coded
from quality.people.mean_likeness import mean_likeness
from tests.unit.quality.answers import ANSWERS, answers
from tests.unit.quality.people.crowds_of_values import FAMILIES, crowd_of

RATING_DISTANCE = KIND_QUALITY["rating"].distance
every_family = pytest.mark.parametrize("kind", sorted(FAMILIES))


def rated(rows):
    return ValueTable.from_rows(
        (item, person, {"kind": "rating", "number": number}) for item, person, number in rows
    )


def fits(kind, seed, **habits):
    table = crowd_of(kind, seed, **habits)
    distance = KIND_QUALITY[kind].distance(table)
    near = likeness_to_others(table, distance=distance).to_others
    return item_fits(table, near, distance=distance, seed=1)


def test_likeness_to_others_is_one_minus_the_mean_distance_to_them():
    # On a scale from 1 to 5: 1 is half of it from 3, and all of it from 5.
    table = rated([(0, 0, 1), (0, 1, 3), (0, 2, 5), (1, 0, 2)])

    found = likeness_to_others(table, distance=RATING_DISTANCE(table))

    assert found.to_others == pytest.approx([0.25, 0.5, 0.25, np.nan], nan_ok=True)
    assert found.pairs.tolist() == [2, 2, 2, 0]


@given(answers("spans"), st.data())
def test_likeness_of_others_does_not_hang_on_an_item_somebody_does_not_share(rows, data):
    """What a person says elsewhere is no part of how near another answer is."""
    table = ValueTable.from_rows(rows)
    distance = KIND_QUALITY["spans"].distance(table)
    more = [*rows, ("alone", "somebody", data.draw(ANSWERS["spans"]))]
    grown = ValueTable.from_rows(more)

    before = likeness_to_others(table, distance=distance).to_others
    after = likeness_to_others(grown, distance=distance).to_others

    keys = [item == "alone" for item in (grown.codes.item_keys or ()) for _ in (0,)]
    rows_of = np.array([keys[code] for code in grown.codes.items.tolist()])
    assert after[~rows_of] == pytest.approx(before, nan_ok=True)
    assert np.isnan(after[rows_of]).all()


@pytest.mark.parametrize("kind", sorted(ANSWERS))
@given(data=st.data())
def test_likeness_lies_between_nothing_and_the_same(kind, data):
    table = ValueTable.from_rows(data.draw(answers(kind)))

    near = likeness_to_others(table, distance=KIND_QUALITY[kind].distance(table)).to_others

    known = near[~np.isnan(near)]
    assert ((known >= 0) & (known <= 1)).all()
    assert np.isnan(near).tolist() == (table.per_item[table.codes.items] < 2).tolist()


def test_same_answers_are_those_of_equal_numbers_whatever_stood_on_the_left():
    left = [{"kind": "pairwise", "winner": "a", "left": side} for side in "ab"]
    table = ValueTable.from_rows([(0, 0, left[0]), (0, 1, left[1])])

    assert same_answers_coded(table).n_labels == 1
    assert answer_key({"number": 4.0}) == answer_key({"number": 4})
    assert answer_key({"boxes": [{"x": 1.0}]}) == answer_key({"boxes": [{"x": 1}]})
    assert answer_key({"number": 4.5}) != answer_key({"number": 4})


@every_family
def test_somebody_who_answers_other_items_is_no_nearer_to_their_own(kind):
    found = [fits(kind, seed, items=900, people=8, spammers=[3]) for seed in range(4)]

    alerted = [alert.annotators for each in found for alert in each.alerts()]
    assert alerted.count((3,)) >= 3
    assert set(alerted) == {(3,)}
    alert = found[0].alerts()[0] if found[0].alerts() else found[1].alerts()[0]
    assert alert.reason is Reason.IGNORES_ITEMS
    assert alert.numbers["high"] < alert.numbers["least"] == alert.numbers["usual"] / 4


@every_family
@pytest.mark.parametrize("hard", [0.0, 0.5])
def test_honest_people_are_never_like_chance_even_on_hard_items(kind, hard):
    found = [fits(kind, seed, skill=(0.4, 0.9), hard=hard) for seed in range(3)]

    assert [alert for each in found for alert in each.alerts()] == []
    assert all((each.low <= each.score).all() for each in found)
    assert all((each.score <= each.high).all() for each in found)


def test_score_of_the_same_answers_is_one_and_of_one_for_all_is_zero():
    rows = [(item, person, 1 + item % 5) for item in range(60) for person in range(3)]
    rows += [(item, 9, 3) for item in range(60)]
    table = rated(rows)
    distance = RATING_DISTANCE(table)
    near = likeness_to_others(table, distance=distance).to_others

    found = item_fits(table, near, distance=distance, seed=1)

    assert found.score[:3] == pytest.approx([found.score[0]] * 3, abs=0.15)
    assert found.score[0] > 0.7
    assert abs(found.score[3]) < 0.1


def test_score_interval_holds_the_score_of_much_more_data():
    much = fits("rating", 1, items=4000, people=4, skill=(0.7, 0.7))
    held = 0
    for seed in range(2, 42):
        found = fits("rating", seed, items=120, people=4, skill=(0.7, 0.7))
        held += int((found.low <= much.usual).sum() + 0)
        held -= int((found.high < much.usual).sum())
    assert 0.88 <= held / 160 <= 1.0


def test_score_where_nobody_agrees_accuses_nobody():
    found = fits("text", 3, items=200, people=6, spammers=range(6))

    assert found.usual < 0.05
    assert found.alerts() == []


def test_score_of_too_few_or_equal_answers_is_undefined():
    few = rated([(item, person, 1 + item % 5) for item in range(9) for person in range(2)])
    same = rated([(item, person, 3) for item in range(30) for person in range(2)])
    for table in (few, same):
        distance = RATING_DISTANCE(table)
        near = likeness_to_others(table, distance=distance).to_others
        found = item_fits(table, near, distance=distance, seed=1)
        assert np.isnan(found.score).all()
        assert found.alerts() == []


def test_score_of_other_lengths_is_refused():
    table = rated([(0, 0, 1)])
    with pytest.raises(ValueError, match="one number for each answer"):
        item_fits(table, np.zeros(3), distance=RATING_DISTANCE(table), seed=1)


def test_same_seed_gives_the_same_scores():
    first, second = fits("boxes", 5), fits("boxes", 5)
    assert first.score.tolist() == second.score.tolist()
    assert first.low.tolist() == second.low.tolist()


def test_mean_likeness_of_all_the_same_still_has_an_interval():
    found = mean_likeness([1.0] * 10)
    assert (found.value, found.high, found.n) == (1.0, 1.0, 10)
    assert 0.7 < found.low < 1.0
    assert mean_likeness([]) == (None, None, None, 0)


def test_mean_likeness_interval_holds_its_level():
    generator = np.random.default_rng(4)
    draws = generator.beta(4, 1.5, (2000, 25))
    held = [each.low <= 4 / 5.5 <= each.high for each in map(mean_likeness, draws)]
    assert np.mean(held) >= 0.95


@given(st.lists(st.floats(0, 1), min_size=1))
def test_mean_likeness_lies_in_its_interval(values):
    found = mean_likeness(values)
    assert found.low - 1e-12 <= found.value <= found.high + 1e-12


def test_mean_likeness_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_likeness([0.5, 1.2])
