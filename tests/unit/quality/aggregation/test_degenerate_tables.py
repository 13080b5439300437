"""Tables on which there is little or nothing to learn, for every method of every kind: a defined
result, never an accident of numpy; and no result that hangs on the order of rows or on names."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.aggregation.base import UNDECIDED
from quality.aggregation.majority_vote import MajorityVote
from quality.agreement.table import ReliabilityTable
from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY
from tests.unit.quality.aggregation.crowds import MODELS, table
from tests.unit.quality.answers import ANSWERS, answers

pytestmark = pytest.mark.filterwarnings("error")

CHOICE = {"majority_vote": MajorityVote, **MODELS}
OTHERS = [
    pytest.param(kind, build, id=f"{kind}-{method.value}")
    for kind, quality in KIND_QUALITY.items()
    for method, build in quality.methods.items()
]
EMPTY = [(items, people, labels) for items in (0, 1, 3) for people in (0, 2) for labels in range(4)]
every_choice = pytest.mark.parametrize("model", CHOICE.values(), ids=CHOICE)
every_other = pytest.mark.parametrize(("kind", "build"), OTHERS)


def alike(n_items, said, n_labels):
    """Three people answer every item; `said` tells what, of item and person."""
    items, people = np.repeat(np.arange(n_items), 3), np.tile(np.arange(3), n_items)
    return table(items, people, said(items, people), n_labels=n_labels)


DEGENERATE = {
    "one label": table([0], [0], [0], n_labels=2),
    "one item": table([0, 0, 0], [0, 1, 2], [0, 1, 1], n_labels=2),
    "one annotator": table(np.arange(9), np.zeros(9), np.arange(9) % 3, n_labels=3),
    "one class": alike(8, lambda items, people: 0 * items, 1),
    "one class said of two": alike(8, lambda items, people: 0 * items, 2),
    "no overlap": table(np.arange(9), np.arange(9), np.arange(9) % 2, n_labels=2),
    "2000 labels on one item": table(
        np.zeros(2000), np.arange(2000), np.arange(2000) % 3 == 0, n_labels=2
    ),
    "2000 equal labels on one item": table(
        np.zeros(2000), np.arange(2000), np.ones(2000), n_labels=3
    ),
    "somebody says one thing": alike(
        12, lambda items, people: np.where(people == 2, 0, items % 3), 3
    ),
    "everybody says one thing": alike(12, lambda items, people: people, 3),
    "an item without labels": table([0, 2], [0, 0], [0, 1], n_labels=2),
    "two people always apart": table(
        np.repeat(np.arange(6), 2), np.tile([0, 1], 6), np.tile([0, 1], 6), n_labels=2
    ),
}


def check_choice(model, votes):
    """A fitted model whose result is defined."""
    fitted = model().fit(votes)
    labeled = votes.counts.sum(axis=1) > 0 if votes.n_labels else np.zeros(votes.n_items, bool)
    assert fitted.labels_.shape == (votes.n_items,)
    assert (fitted.labels_[~labeled] == UNDECIDED).all()
    assert fitted.labels_.max(initial=UNDECIDED) < max(votes.n_labels, 1)
    assert fitted.probas_.shape == (votes.n_items, votes.n_labels)
    assert (fitted.probas_ >= 0).all()
    if votes.n_labels:
        # Counting votes says nothing of an item that has none; a model knows the class shares.
        known = labeled if model is MajorityVote else slice(None)
        assert fitted.probas_[known].sum(axis=1) == pytest.approx(1.0)
    return fitted


@every_choice
@pytest.mark.parametrize("size", EMPTY, ids=str)
def test_choices_of_nobody_leave_every_item_undecided(model, size):
    items, people, labels = size
    none = table([], [], [], n_items=items, n_annotators=people, n_labels=labels)
    fitted = check_choice(model, none)
    if labels and model is not MajorityVote:
        assert fitted.probas_ == pytest.approx(np.full((items, labels), 1 / labels))


@every_choice
@pytest.mark.parametrize("name", DEGENERATE)
def test_choices_of_a_degenerate_table_have_a_defined_result(model, name):
    check_choice(model, DEGENERATE[name])


@every_choice
@pytest.mark.parametrize("name", ["one annotator", "one class", "no overlap"])
def test_choices_that_nobody_contradicts_stay(model, name):
    votes = DEGENERATE[name]
    assert np.array_equal(model().fit(votes).labels_, votes.counts.argmax(axis=1))


def test_second_label_of_one_annotator_on_an_item_is_refused_before_any_method_sees_it():
    with pytest.raises(ValueError, match="more than once"):
        table([0, 0], [0, 0], [0, 1], n_labels=2)
    with pytest.raises(ValueError, match="more than once"):
        ValueTable.from_rows([(0, 0, {"kind": "a"}), (0, 0, {"kind": "b"})])


@every_choice
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_choices_do_not_hang_on_the_order_of_rows_or_the_names_of_items_and_people(model, data):
    cells = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 2))
    rows = data.draw(st.lists(cells, max_size=15, unique_by=lambda row: row[:2]))
    shuffled, people = data.draw(st.permutations(rows)), data.draw(st.permutations(range(4)))
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    again = np.array(shuffled, np.int64).reshape(-1, 3).T
    size = {"n_items": 6, "n_annotators": 4, "n_labels": 3}
    first = check_choice(model, table(*columns, **size))
    assert np.array_equal(model().fit(table(*again, **size)).probas_, first.probas_)
    items, names, labels = columns
    renamed = table(5 - items, np.array(people)[names], labels, **size)
    # Sums in another order differ in the last bits, which steps at an edge may let grow.
    assert model().fit(renamed).probas_[::-1] == pytest.approx(first.probas_, abs=1e-5)


def without_answers(n_items, values):
    none = np.zeros(0, np.int64)
    return ValueTable(ReliabilityTable(none, none, none, n_items, 2, len(values)), tuple(values))


def check_value(build, votes):
    """A fitted aggregator whose result is defined."""
    fitted = build().fit(votes)
    assert len(fitted.labels_) == len(fitted.posteriors_) == votes.n_items
    assert fitted.confidences_.shape == (votes.n_items,)
    assert np.isfinite(fitted.confidences_).all()
    assert fitted.confidences_.min(initial=0.0) >= 0
    assert fitted.confidences_.max(initial=0.0) <= 1 + 1e-9
    for item in np.flatnonzero(votes.per_item == 0):
        assert fitted.labels_[item] is None
        assert fitted.confidences_[item] == 0
    return fitted


@every_other
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_answers_of_a_degenerate_table_have_a_defined_result(kind, build, data):
    one, other = data.draw(ANSWERS[kind]), data.draw(ANSWERS[kind])
    for n_items, values in ((0, []), (3, []), (3, [one])):
        check_value(build, without_answers(n_items, values))
    gap = ReliabilityTable(
        np.array([0, 2]), np.array([0, 1]), np.array([0, 0]), n_items=3, n_annotators=2, n_labels=1
    )
    check_value(build, ValueTable(gap, (one,)))
    for rows in (
        [(0, 0, one)],
        [(item, 0, (one, other)[item % 2]) for item in range(5)],
        [(item, item, (one, other)[item % 2]) for item in range(5)],
        [(item, person, one) for item in range(4) for person in range(3)],
        [(0, person, (one, other)[person % 3 == 0]) for person in range(60)],
        [(item, person, one if person else (one, other)[item % 2])
         for item in range(4) for person in range(3)],
    ):  # fmt: skip
        check_value(build, ValueTable.from_rows(rows))


@every_other
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_answers_do_not_hang_on_the_order_of_rows(kind, build, data):
    rows = data.draw(answers(kind))
    first = check_value(build, ValueTable.from_rows(rows))
    again = build().fit(ValueTable.from_rows(data.draw(st.permutations(rows))))
    assert json.dumps(again.labels_, sort_keys=True) == json.dumps(first.labels_, sort_keys=True)
    assert np.array_equal(again.confidences_, first.confidences_)
