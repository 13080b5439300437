"""Routing rules against values worked out by hand, and what must hold for any input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.aggregation.routing import (
    Standing,
    StopRule,
    best_case,
    expected_gain,
    expected_information,
    margins,
    most_helpful,
    routing_order,
    standings,
    tempered,
    typical_table,
)

GOOD = np.array([[0.9, 0.1], [0.2, 0.8]])
GUESS = np.full((2, 2), 0.5)


def rows(*values):
    return np.array(values, np.float64)


def posteriors(size=3):
    parts = st.lists(st.floats(0.01, 1.0), min_size=size, max_size=size)
    return st.lists(parts, min_size=1, max_size=6).map(
        lambda found: np.array(found) / np.sum(found, axis=1, keepdims=True)
    )


def tables(size=3):
    return posteriors(size).filter(lambda found: len(found) >= size).map(lambda f: f[:size])


def test_margin_is_the_lead_of_the_first_over_the_second():
    found = margins(rows([0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.4, 0.4, 0.2]))

    assert found == pytest.approx([0.2, 0.7, 0.0])


def test_margin_of_a_single_label_is_whole():
    assert margins(np.ones((2, 1))).tolist() == [1.0, 1.0]


def test_expected_gain_of_an_even_item_is_what_the_annotator_adds_to_a_coin():
    # Said first: max(.5*.9, .5*.2) = .45; said second: max(.5*.1, .5*.8) = .4; together .85.
    assert expected_gain(rows([0.5, 0.5]), GOOD) == pytest.approx([0.35])


def test_expected_gain_is_nothing_where_no_answer_changes_the_decision():
    # At .95 to .05 even the unlikely answer leaves the first label ahead: .95*.1 > .05*.8.
    assert expected_gain(rows([0.95, 0.05]), GOOD) == pytest.approx([0.0])


def test_expected_gain_of_a_guesser_is_nothing():
    assert expected_gain(rows([0.5, 0.5], [0.7, 0.3]), GUESS) == pytest.approx([0.0, 0.0])


def test_expected_information_tells_people_apart_where_gains_tie():
    sure = rows([0.95, 0.05])

    assert expected_gain(sure, GOOD) == expected_gain(sure, GUESS)
    assert expected_information(sure, GOOD)[0] > expected_information(sure, GUESS)[0]
    assert expected_information(sure, GUESS) == pytest.approx([0.0], abs=1e-12)


def test_expected_information_of_a_perfect_annotator_is_the_entropy_of_the_item():
    found = expected_information(rows([0.5, 0.5]), np.eye(2))

    assert found == pytest.approx([np.log(2)])


@given(posteriors(), tables())
def test_expected_gain_lies_between_nothing_and_certainty(posterior, table):
    gain = expected_gain(posterior, table)

    assert (gain >= 0).all()
    assert (gain <= 1 - posterior.max(axis=1) + 1e-9).all()


@given(posteriors(), tables(), st.permutations([0, 1, 2]))
def test_gain_and_information_do_not_depend_on_the_order_of_labels(posterior, table, order):
    renamed, moved = posterior[:, order], table[order][:, order]

    assert expected_gain(renamed, moved) == pytest.approx(expected_gain(posterior, table))
    assert expected_information(renamed, moved) == pytest.approx(
        expected_information(posterior, table)
    )


@given(posteriors())
def test_tempering_keeps_the_order_and_takes_sureness_away(posterior):
    found = tempered(posterior, 0.45)

    assert found.sum(axis=1) == pytest.approx(np.ones(len(found)))
    assert (found.max(axis=1) <= posterior.max(axis=1) + 1e-9).all()
    assert found.argmax(axis=1).tolist() == posterior.argmax(axis=1).tolist()


def test_order_is_by_margin_then_fewest_labels_then_item():
    margin = rows(0.5, 0.1, 0.1, 0.1)

    found = routing_order(margin, np.array([1, 3, 2, 2]), np.array([1, 2, 9, 4]))

    assert found.tolist() == [3, 2, 1, 0]


def test_order_does_not_hang_on_the_last_bits_of_a_number():
    margin = np.array([0.3, 0.1 + 0.2])

    assert routing_order(margin, np.array([2, 1]), np.array([0, 1])).tolist() == [1, 0]


def test_best_case_of_no_more_labels_is_the_present_confidence():
    posterior = rows([0.7, 0.3])

    assert best_case(posterior, GOOD, np.array([0])) == pytest.approx([0.7])


def test_best_case_of_one_more_label_is_bayes_rule():
    # .7 * .9 against .3 * .2, with the whole weight of the evidence.
    found = best_case(rows([0.7, 0.3]), GOOD, np.array([1]), weight=1.0)

    assert found == pytest.approx([0.63 / 0.69])


def test_standings_name_the_first_reason_that_applies():
    rule = StopRule(target=0.9, least=2, most=4)
    posterior = rows([0.99, 0.01], [0.6, 0.4], [0.95, 0.05], [0.6, 0.4])

    found = standings(posterior, np.array([1, 3, 2, 4]), rule, helpful=GOOD)

    assert found.tolist() == [
        Standing.BELOW_LEAST, Standing.UNSURE, Standing.SURE, Standing.AT_MOST,
    ]  # fmt: skip


def test_standings_with_guessers_alone_have_nothing_to_gain():
    rule = StopRule(target=0.9, least=1, most=9)

    found = standings(rows([0.6, 0.4]), np.array([2]), rule, helpful=GUESS)

    assert found.tolist() == [Standing.NOTHING_TO_GAIN]


def test_standings_of_an_item_that_many_labels_could_lift_is_unsure():
    """One label cannot change the decision, but all that are left can make it sure."""
    rule, weak = StopRule(target=0.9, least=1, most=30), np.array([[0.6, 0.4], [0.4, 0.6]])
    posterior, n_labels = rows([0.75, 0.25]), np.array([2])

    assert expected_gain(posterior, weak) == pytest.approx([0.0])
    assert standings(posterior, n_labels, rule, helpful=weak).tolist() == [Standing.UNSURE]
    late = StopRule(target=0.9, least=1, most=3)
    assert standings(posterior, n_labels, late, helpful=weak).tolist() == [Standing.NOTHING_TO_GAIN]


def test_most_helpful_annotator_says_most_about_a_fresh_item():
    assert most_helpful(np.array([GUESS, GOOD, GUESS]), rows(0.5, 0.5)) == 1


def test_typical_table_counts_annotators_by_their_labels():
    found = typical_table(np.array([GOOD, GUESS]), np.array([3, 1]))

    assert found == pytest.approx(0.75 * GOOD + 0.25 * GUESS)


def test_typical_table_of_nobody_guesses():
    assert typical_table(np.zeros((0, 2, 2)), np.zeros(0, np.int64)) == pytest.approx(GUESS)


def test_nothing_at_all_is_no_error():
    nothing, none = np.zeros((0, 2)), np.zeros(0, np.int64)
    rule = StopRule(target=0.9, least=1, most=2)

    assert margins(nothing).size == 0
    assert expected_gain(nothing, GOOD).size == 0
    assert standings(nothing, none, rule, helpful=GOOD).size == 0
    assert tempered(nothing).shape == (0, 2)


@pytest.mark.parametrize(
    "rule", [(0.0, 1, 2), (1.2, 1, 2), (0.9, 0, 2), (0.9, 3, 2), (float("nan"), 1, 2)]
)
def test_stop_rule_that_cannot_be_is_refused(rule):
    with pytest.raises(ValueError, match="must"):
        StopRule(*rule)
