"""Runs of one answer and fast stretches: seen where they are, not where the items explain them."""

import numpy as np
import pytest

from quality.people.alerts import Reason
from quality.people.bursts import fast_stretch, same_answers
from quality.people.consensus import log_fit
from quality.people.pace import pace
from tests.unit.quality.people.crowds import crowd


def runs(table, labels):
    """The least likely run of every annotator."""
    other = type(table)(table.items, table.annotators, labels, table.n_items, 20, 4)
    fit = log_fit(other)
    for person in range(20):
        rows = np.flatnonzero(table.annotators == person)
        yield same_answers(labels[rows], fit[rows], n_labels=4)


def test_runs_of_ordinary_people_are_as_rare_as_said():
    tables = [crowd(seed, items=600)[0] for seed in range(10)]
    chances = [run.chance for table in tables for run in runs(table, table.labels)]
    assert np.mean(np.array(chances) < 0.05) < 0.09
    assert min(chances) > 0.0001


def test_run_of_a_dozen_equal_answers_in_mixed_items_is_an_alert():
    table, _truth = crowd(11, items=600)
    rows = np.flatnonzero(table.annotators == 4)
    labels = table.labels.copy()
    labels[rows[40:52]] = 2
    run = list(runs(table, labels))[4]
    assert run.length >= 12
    assert 38 <= run.start <= 40
    alert = run.alert(4)
    assert (alert.reason, alert.numbers["label"]) == (Reason.SAME_ANSWER, 2)


def test_run_that_all_others_gave_too_is_no_alert():
    # Items sorted by class: everybody gives a hundred equal answers in a row.
    said = np.repeat([0, 1, 2], 100)
    fit = np.log(np.full(300, 0.9))
    run = same_answers(said, fit, n_labels=3)
    assert run.length == 100
    assert same_answers(said, np.log(np.full(300, 0.999)), n_labels=3).alert(0) is None


def test_run_on_items_of_nobody_else_is_judged_by_the_own_share():
    mostly_zero = np.array(([0] * 19 + [1]) * 5)
    run = same_answers(mostly_zero, np.full(100, np.nan), n_labels=2)
    assert run.chance > 0.001
    assert same_answers([], [], n_labels=2) is None
    with pytest.raises(ValueError, match="same length"):
        same_answers([1], [], n_labels=2)


def seconds(generator, *, n=200, hurried=None):
    found = np.exp(generator.normal(2.0, 0.6, n))
    if hurried is not None:
        found[hurried] *= 0.35
    return found


def test_fast_stretch_of_steady_people_is_alarmed_rarely():
    generator = np.random.default_rng(1)
    found = [
        fast_stretch(seconds(generator), shuffles=100, seed=seed).p_value for seed in range(150)
    ]
    assert np.mean(np.array(found) <= 0.1) < 0.17


def test_fast_stretch_is_found_where_it_is():
    generator = np.random.default_rng(2)
    found = [
        fast_stretch(seconds(generator, hurried=slice(90, 110)), shuffles=200, seed=seed)
        for seed in range(30)
    ]
    assert np.mean([each.alert(0) is not None for each in found]) > 0.85
    assert abs(np.median([each.start for each in found]) - 90) <= 3
    assert found[0].alert(3).annotators == (3,)


def test_fast_stretch_takes_no_offence_at_evenly_fast_people():
    generator = np.random.default_rng(3)
    even = fast_stretch(np.exp(generator.normal(0.0, 0.1, 300)), shuffles=100, seed=1)
    assert even.alert(0, false_alarms=1.0) is None


def test_fast_stretch_of_too_few_answers_is_none():
    assert fast_stretch(np.ones(59), seed=1) is None
    with pytest.raises(ValueError, match="length must be"):
        fast_stretch(np.ones(59), length=1, seed=1)
    with pytest.raises(ValueError, match="must not be negative"):
        fast_stretch(-np.ones(99), seed=1)


def test_pace_interval_holds_the_true_median_as_often_as_said():
    generator = np.random.default_rng(4)
    found = [pace(np.exp(generator.normal(2.0, 1.0, 40))) for _time in range(400)]
    held = np.mean([each.low <= np.exp(2.0) <= each.high for each in found])
    assert 0.93 < held <= 1.0


def test_pace_equals_the_order_statistics_of_the_sign_test():
    # n = 20: the 6th and the 15th hold the median with 95.9 %.
    found = pace(np.arange(1.0, 21.0))
    assert (found.seconds, found.low, found.high, found.n) == (10.5, 6.0, 15.0, 20)
    assert (found.lower_quartile, found.upper_quartile) == (5.75, 15.25)


def test_pace_of_few_answers_has_no_interval():
    assert pace([3.0, np.nan, 5.0])[:3] == (4.0, None, None)
    assert pace([]).seconds is None
