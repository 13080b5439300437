"""Which slots a plan opens and closes, case by case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.aggregation.routing import Standing, StopRule
from quality.aggregation.routing_people import gains, most_helpful_people
from quality.aggregation.routing_plan import ItemStates, plan_slots

RULE = StopRule(target=0.9, least=2, most=4)
BELOW, UNSURE, SURE = Standing.BELOW_LEAST, Standing.UNSURE, Standing.SURE


def states(*items):
    """Each item: standing, labels, and what differs from an item nobody is asked about."""
    columns = {
        name: np.array([each.get(name, 0) for each in items], np.int64)
        for name in ("n_labels", "waiting", "own", "others", "on_screen")
    }
    return ItemStates(
        items=np.arange(len(items)) + 100,
        nobody_left=np.array([each.get("nobody_left", False) for each in items], bool),
        standing=np.array([each["standing"] for each in items], np.int8),
        margin=np.array([each.get("margin", 0.5) for each in items]),
        **columns,
    )


def plan(found, room=10, budget=None, most_closed=1000):
    return plan_slots(found, RULE, room=room, budget=budget, most_closed=most_closed)


def test_unsure_items_are_chosen_by_margin_up_to_the_room():
    found = plan(
        states(
            {"standing": UNSURE, "n_labels": 2, "margin": 0.4},
            {"standing": UNSURE, "n_labels": 2, "margin": 0.1},
            {"standing": UNSURE, "n_labels": 2, "margin": 0.2},
            {"standing": SURE, "n_labels": 2, "margin": 0.0},
        ),
        room=2,
    )

    assert found.chosen.tolist() == [1, 2]
    assert (found.n_candidates, found.outcome) == (3, "opened")


def test_items_below_the_least_come_before_smaller_margins():
    found = plan(
        states(
            {"standing": UNSURE, "n_labels": 3, "margin": 0.0},
            {"standing": BELOW, "n_labels": 1, "margin": 0.9},
        ),
    )

    assert found.chosen.tolist() == [1, 0]


def test_slots_that_wait_already_take_room():
    waiting = {"standing": BELOW, "n_labels": 0, "waiting": 2}

    found = plan(states(waiting, {"standing": UNSURE, "n_labels": 2}), room=2)

    assert found.chosen.size == 0
    assert found.outcome == "queue_full"


def test_sure_items_lose_all_that_waits_and_items_below_the_least_keep_it():
    found = plan(
        states(
            {"standing": SURE, "n_labels": 2, "waiting": 3},
            {"standing": BELOW, "n_labels": 1, "waiting": 3},
            {"standing": BELOW, "n_labels": 0, "waiting": 2},
        ),
    )

    assert found.closing.tolist() == [0, 1]
    assert found.keep[[0, 1]].tolist() == [0, 1]
    assert not found.only_own[1]


def test_unsure_item_keeps_its_own_slot_and_loses_those_of_the_fixed_overlap():
    found = plan(
        states(
            {"standing": UNSURE, "n_labels": 2, "waiting": 1, "own": 1},
            {"standing": UNSURE, "n_labels": 2, "waiting": 3},
        ),
        room=1,
    )

    assert found.closing.tolist() == [1]
    assert found.only_own[1]
    assert found.chosen.size == 0  # the one that stays takes the room


def test_item_on_a_screen_waits_for_its_answer():
    found = plan(
        states(
            {"standing": UNSURE, "n_labels": 2, "on_screen": 1},
            {"standing": BELOW, "n_labels": 1, "on_screen": 1},
        ),
    )

    assert found.chosen.size == 0
    assert found.outcome == "waiting"


def test_slots_of_another_policy_stay_and_count():
    found = plan(states({"standing": UNSURE, "n_labels": 2, "waiting": 1, "others": 1}))

    assert found.closing.size == 0
    assert found.chosen.size == 0


def test_item_that_everybody_had_is_not_asked_about():
    found = plan(states({"standing": UNSURE, "n_labels": 2, "nobody_left": True}))

    assert found.chosen.size == 0
    assert found.outcome == "nobody_left"


@pytest.mark.parametrize(("budget", "chosen"), [(0, 0), (1, 1), (-3, 0), (9, 2)])
def test_budget_is_never_exceeded(budget, chosen):
    unsure = {"standing": UNSURE, "n_labels": 2}

    found = plan(states(unsure, unsure), budget=budget)

    assert found.chosen.size == chosen
    assert (found.outcome == "budget_used") == (budget <= 0)


def test_everything_sure_is_enough():
    assert plan(states({"standing": SURE, "n_labels": 3})).outcome == "enough"


def test_closing_goes_on_in_the_next_step_with_items_that_need_nothing_first():
    found = plan(
        states(
            {"standing": BELOW, "n_labels": 1, "waiting": 3},
            {"standing": SURE, "n_labels": 2, "waiting": 2},
        ),
        most_closed=2,
    )

    assert found.closing.tolist() == [1]
    assert found.n_left == 2


cases = st.fixed_dictionaries(
    {
        "standing": st.sampled_from([BELOW, UNSURE, SURE, Standing.AT_MOST]),
        "n_labels": st.integers(0, 5),
        "waiting": st.integers(0, 4),
        "on_screen": st.integers(0, 2),
        "margin": st.floats(0, 1),
        "nobody_left": st.booleans(),
    }
)


@given(st.lists(cases, min_size=1, max_size=12), st.integers(0, 9), st.integers(0, 9))
def test_plan_never_exceeds_room_budget_or_most(items, room, budget):
    for each in items:
        if each["standing"] == BELOW:
            each["n_labels"] %= RULE.least
        elif each["standing"] == UNSURE:
            each["n_labels"] = 2 + each["n_labels"] % 2
    found = states(*items)

    made = plan(found, room=room, budget=budget)

    assert made.chosen.size <= min(room, budget)
    assert np.unique(made.chosen).size == made.chosen.size
    asked = found.n_labels[made.chosen] + found.on_screen[made.chosen] + 1
    assert (asked <= RULE.most).all()


GOOD, WEAK = np.array([[0.9, 0.1], [0.1, 0.9]]), np.array([[0.6, 0.4], [0.4, 0.6]])
ANYBODY = np.ones((3, 2), bool)


def test_slot_goes_to_the_person_whose_label_helps_most():
    gain, information = gains(np.array([[0.5, 0.5]] * 3), np.array([WEAK, GOOD]))

    assert most_helpful_people(gain, information, ANYBODY, [5, 5]).tolist() == [1, 1, 1]


def test_person_with_enough_to_do_gets_no_more_and_the_worse_half_is_not_asked_first():
    gain, information = gains(np.array([[0.5, 0.5]] * 3), np.array([WEAK, GOOD]))

    assert most_helpful_people(gain, information, ANYBODY, [5, 2]).tolist() == [1, 1, -1]


def test_person_who_had_the_item_is_not_asked_again():
    gain, information = gains(np.array([[0.5, 0.5]] * 3), np.array([WEAK, GOOD]))
    may = ANYBODY.copy()
    may[0, 1] = False

    assert most_helpful_people(gain, information, may, [5, 5]).tolist() == [-1, 1, 1]


def test_slot_is_anybodys_where_all_help_equally():
    gain, information = gains(np.array([[0.5, 0.5]] * 3), np.array([GOOD, GOOD]))

    assert most_helpful_people(gain, information, ANYBODY, [5, 5]).tolist() == [-1, -1, -1]
