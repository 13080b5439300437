"""Counting touched labels, against counting one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from campaigns.impact import Count, CurrentLabels, count, impact_counts
from campaigns.touched import Outcome

OUTCOMES = {1: Outcome.NEEDS_PEOPLE, 2: Outcome.CARRIES_OVER, 3: Outcome.UNTOUCHED}


def labels(rows):
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return CurrentLabels(*columns)


def test_impact_of_an_answer_with_one_label_for_people_holds_the_other_back():
    # Rater 7 on item 1 said 1 (people) and 2 (carries over); rater 8 only 2; rater 9 stays.
    found = impact_counts(labels([(1, 7, 1), (1, 7, 2), (1, 8, 2), (2, 9, 3)]), OUTCOMES)

    assert found.total == Count(labels=4, items=2, annotators=3)
    assert (found.total_answers, found.answers_for_people) == (3, 1)
    assert found.for_people == Count(1, 1, 1)
    assert (found.carried_answers, found.carried) == (1, Count(1, 1, 1))
    assert found.held_back == 1


def test_impact_of_an_unknown_choice_does_not_carry_over():
    assert impact_counts(labels([(1, 7, 2), (1, 7, 99)]), OUTCOMES).carried_answers == 0


def test_impact_of_no_labels_is_nothing():
    found = impact_counts(labels([]), OUTCOMES)

    assert found.total == found.for_people == found.carried == Count(0, 0, 0)
    assert found.by_choice == {}


ROWS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(1, 5)), unique=True)


@given(rows=ROWS)
def test_impact_counts_what_counting_one_by_one_counts(rows):
    found = impact_counts(labels(rows), OUTCOMES)
    answers = {}
    for item, rater, choice in rows:
        answers.setdefault((item, rater), []).append(OUTCOMES.get(choice))
    whole = {
        where
        for where, each in answers.items()
        if Outcome.CARRIES_OVER in each and not {Outcome.NEEDS_PEOPLE, None} & set(each)
    }

    assert found.total_answers == len(answers)
    assert found.carried_answers == len(whole)
    assert found.carried.labels == sum((item, rater) in whole for item, rater, _choice in rows)
    assert found.answers_for_people == sum(
        Outcome.NEEDS_PEOPLE in each for each in answers.values()
    )
    for choice in {choice for _item, _rater, choice in rows}:
        mine = [row for row in rows if row[2] == choice]
        assert found.by_choice[choice] == Count(
            len(mine),
            len({row[0] for row in mine}),
            len({row[1] for row in mine}),
        )
    assert count(labels(rows)).labels == len(rows)
