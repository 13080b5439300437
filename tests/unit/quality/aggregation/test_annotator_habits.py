"""Offsets, scales and scatter of people: learned from their numbers, and taken away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.aggregation.annotator_habits import Measured, learn_habits
from quality.aggregation.calibrated_mean import CalibratedNumber, CalibratedRating
from quality.aggregation.numbers import MeanNumber, MeanRating, OffsetMean
from quality.agreement.values import ValueTable


def rating(n):
    return {"kind": "rating", "number": n}


def number(n):
    return {"kind": "number", "number": n}


def ratings(*items):
    return ValueTable.from_rows(
        (item, person, rating(n)) for item, given in enumerate(items) for person, n in given
    )


def crowd(seed, *, n_items=200, offset=0.6, scale=0.3, low=0.4, high=1.2):
    """20 people, 3 to 5 on each item, with habits; truth, offsets, scales, scatter and numbers."""
    generator = np.random.default_rng(seed)
    offsets, scales = generator.normal(0, offset, 20), np.exp(generator.normal(0, scale, 20))
    scatter, truth = generator.uniform(low, high, 20), generator.normal(0, 1.2, n_items)
    rows = [
        (item, person)
        for item in range(n_items)
        for person in sorted(generator.choice(20, generator.integers(3, 6), replace=False))
    ]
    items, people = np.array(rows).T
    noise = generator.normal(size=items.size) * scatter[people]
    numbers = offsets[people] + scales[people] * truth[items] + noise
    return truth, offsets, scales, scatter, Measured(items, people, numbers[:, None], n_items, 20)


def error(estimate, truth):
    apart = estimate - truth
    return float(np.abs(apart - apart.mean()).mean())


def test_habits_of_a_crowd_are_found_and_their_removal_beats_both_other_means():
    errors = []
    for seed in range(3):
        truth, offsets, scales, scatter, given = crowd(seed)
        plain = np.bincount(given.items, given.numbers[:, 0]) / np.bincount(given.items)
        shifted = learn_habits(given, prior=5, with_scale=False).truth[:, 0]
        found = learn_habits(given, prior=5, with_scale=True)
        assert found.converged
        assert np.corrcoef(found.offsets[:, 0], offsets)[0, 1] > 0.9
        assert np.corrcoef(found.scales, scales)[0, 1] > 0.8
        assert np.corrcoef(found.scatter[:, 0], scatter)[0, 1] > 0.6
        errors.append([error(each, truth) for each in (plain, shifted, found.truth[:, 0])])
    plain, shifted, both = np.mean(errors, axis=0)
    assert both < 0.95 * shifted < 0.85 * plain


def test_plain_mean_is_as_good_where_nobody_has_habits():
    truth, *_habits, given = crowd(4, offset=0, scale=0, low=0.8, high=0.8)
    plain = np.bincount(given.items, given.numbers[:, 0]) / np.bincount(given.items)

    found = learn_habits(given, prior=5, with_scale=True).truth[:, 0]

    assert error(plain, truth) < error(found, truth) < 1.1 * error(plain, truth)


def test_standard_errors_cover_the_truth_about_as_often_as_they_say():
    truth, *_habits, given = crowd(5)
    found = learn_habits(given, prior=5, with_scale=True)

    apart = found.truth[:, 0] - truth
    share = (np.abs(apart - apart.mean()) < 1.96 * found.deviation[:, 0]).mean()

    assert 0.85 < share < 0.99


def test_habits_do_not_depend_on_the_unit():
    *_truth, given = crowd(6, n_items=40)
    one = learn_habits(given, prior=5, with_scale=True)
    other = learn_habits(given._replace(numbers=given.numbers * 100 + 7), prior=5, with_scale=True)

    assert other.truth == pytest.approx(one.truth * 100 + 7, rel=1e-6)
    assert other.scales == pytest.approx(one.scales)
    assert other.offsets == pytest.approx(one.offsets * 100)


def test_mean_rating_is_rounded_and_kept_as_it_was():
    table = ratings([(1, 1), (2, 2), (3, 5)], [(1, 2), (2, 3)], [(1, 4)])

    fitted = MeanRating().fit(table)

    assert fitted.labels_ == [rating(3), None, rating(4)]
    assert MeanRating(ties="lowest").fit(table).labels_[1] == rating(2)
    assert fitted.estimates_ == pytest.approx([8 / 3, 2.5, 4])
    assert fitted.deviations_ == pytest.approx([np.sqrt(13 / 9), 0.5, np.nan], nan_ok=True)
    assert fitted.posteriors_[1] == {"2": 0.5, "3": 0.5}


def test_calibrated_rating_follows_whose_scale_is_known_to_be_shifted():
    # Dan is one point too high on ten items; the last one has Ann's 3 and Dan's 4.
    usual = [[("Ann", n), ("Ben", n), ("Cho", n), ("Dan", n + 1)] for n in (1, 2, 3, 4, 2) * 4]
    rows = [
        (item, person, rating(n))
        for item, given in enumerate([*usual, [("Ann", 3), ("Dan", 4)]])
        for person, n in given
    ]
    table = ValueTable.from_rows(rows)

    plain, fitted = MeanRating().fit(table), CalibratedRating().fit(table)

    assert plain.labels_[-1] is None
    assert fitted.labels_[-1] == rating(3)
    assert fitted.habits_[3]["number"]["offset"] > 0.5 > fitted.habits_[0]["number"]["offset"]
    assert sum(fitted.posteriors_[-1].values()) == pytest.approx(1)
    assert fitted.confidences_[-1] == pytest.approx(fitted.posteriors_[-1]["3"])


def test_numbers_after_offset_and_scale_are_nearer_than_after_the_offset_alone():
    truth, *_habits, given = crowd(7, scale=0.6)
    rows = zip(
        given.items.tolist(), given.people.tolist(), given.numbers[:, 0].tolist(), strict=True
    )
    table = ValueTable.from_rows((item, person, number(round(n, 4))) for item, person, n in rows)

    found = [
        error(np.array([value["number"] for value in each.fit(table).labels_]), truth)
        for each in (CalibratedNumber(), OffsetMean(), MeanNumber())
    ]

    assert found == sorted(found)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 5)),
        max_size=12,
        unique_by=lambda row: row[:2],
    )
)
def test_calibrated_ratings_of_any_table_are_on_the_scale_and_sum_to_one(rows):
    table = ValueTable.from_rows((item, person, rating(n)) for item, person, n in rows)

    fitted = CalibratedRating().fit(table)

    given = [n for _item, _person, n in rows]
    for value, chances in zip(fitted.labels_, fitted.posteriors_, strict=True):
        assert value is None or min(given) <= value["number"] <= max(given)
        assert sum(chances.values()) == pytest.approx(1)
    assert np.isfinite(fitted.estimates_).all()
    assert fitted.skills_ is not None
    assert (fitted.skills_ > 0).all()


@pytest.mark.parametrize("aggregator", [CalibratedNumber(n_iter=0), CalibratedNumber(answers=0)])
def test_habits_with_parameters_out_of_range_are_refused(aggregator):
    with pytest.raises(ValueError, match="must be"):
        aggregator.fit(ValueTable.from_rows([(1, 1, number(1))]))
