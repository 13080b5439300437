"""Replay and forecast: what they reveal, what they count, and that they repeat themselves."""

import numpy as np
import pytest

from quality.aggregation.routing import StopRule, margins
from quality.aggregation.routing_forecast import forecast
from quality.aggregation.routing_replay import Look, first_crossing, replay
from quality.agreement.table import ReliabilityTable

SHARP = np.array([[0.9, 0.1], [0.1, 0.9]])


def crowd(n_items=60, n_labels=6, seed=3, hard=0.4):
    """Half the items are easy, half are answered wrongly at the rate `hard`."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n_items)
    rows = []
    for item in range(n_items):
        wrong = hard if item % 2 else 0.02
        for annotator in rng.permutation(10)[:n_labels].tolist():
            flips = rng.random() < wrong
            rows.append((item, annotator, int(truth[item] ^ flips)))
    return ReliabilityTable.from_rows(rows, labels=[0, 1]), truth


def votes(table):
    """Vote shares, shrunk to even: one label is not as sure as five."""
    counts = table.counts + 0.5
    return looked(counts / counts.sum(axis=1, keepdims=True))


def looked(posterior):
    return Look(posterior, margins(posterior))


def test_items_are_chosen_by_the_margin_and_decided_by_the_posterior():
    table, gold = crowd(n_items=200)

    def backwards(shown):
        return Look(votes(shown).posterior, -votes(shown).margin)

    usual, odd = (replay(table, each, gold=gold, draws=1) for each in (votes, backwards))

    assert odd.uniform.tolist() == usual.uniform.tolist()
    assert odd.full == usual.full
    assert odd.margin[1:-1].mean() < usual.margin[1:-1].mean()


def test_both_rules_begin_alike_and_end_with_all_labels():
    table, gold = crowd()

    found = replay(table, votes, gold=gold)

    assert found.budgets[[0, -1]].tolist() == [2.0, 6.0]
    assert found.uniform[0] == found.margin[0]
    assert found.uniform[-1] == pytest.approx(found.full)
    assert found.margin[-1] == pytest.approx(found.full)
    assert (found.n_items, found.n_labels, found.n_scored, found.is_gold) == (60, 360, 60, True)


def test_margin_first_needs_fewer_labels_where_half_the_items_are_easy():
    table, gold = crowd(n_items=300)

    found = replay(table, votes, gold=gold, step=0.125)

    assert found.needed("margin") < found.needed("uniform")
    assert found.saved() == pytest.approx(1 - found.needed("margin") / found.needed("uniform"))


def test_no_more_labels_are_revealed_than_the_budget_says():
    table, gold = crowd()
    sizes = []

    def counting(shown):
        sizes.append(len(shown))
        return votes(shown)

    found = replay(table, counting, gold=gold, draws=1, step=0.5)

    assert sizes[0] == 360  # all of them, for the reference
    assert sizes[1] == 120
    expected = np.rint(np.repeat(found.budgets[1:], 2) * 60).astype(int).tolist()
    assert sizes[2:] == expected


def test_items_with_fewer_labels_give_what_they_have():
    table = ReliabilityTable.from_rows(
        [(0, a, 0) for a in range(5)] + [(1, 0, 1)] + [(2, a, a % 2) for a in range(3)]
    )

    found = replay(table, votes, draws=1)

    assert found.budgets[0] == pytest.approx(5 / 3)
    assert found.budgets[-1] == pytest.approx(3.0)


def test_replay_of_the_same_seed_is_the_same_in_any_order_of_rows():
    table, gold = crowd()
    order = np.random.default_rng(0).permutation(len(table))
    shuffled = ReliabilityTable(
        items=table.items[order],
        annotators=table.annotators[order],
        labels=table.labels[order],
        n_items=60,
        n_annotators=10,
        n_labels=2,
    )

    first, second = replay(table, votes, gold=gold), replay(shuffled, votes, gold=gold)
    other = replay(table, votes, gold=gold, seed=1)

    assert first.margin.tolist() == second.margin.tolist()
    assert first.margin.tolist() != other.margin.tolist()


def test_without_gold_the_decision_from_all_labels_is_what_counts():
    table, _gold = crowd()

    found = replay(table, votes)

    assert not found.is_gold
    assert found.full == 1.0


def test_gold_of_some_items_scores_those_alone():
    table, truth = crowd()
    gold = np.where(np.arange(60) < 10, truth, -1)

    assert replay(table, votes, gold=gold).n_scored == 10


def test_items_without_a_label_are_left_out():
    table, truth = crowd()
    wider = ReliabilityTable(
        items=table.items, annotators=table.annotators, labels=table.labels,
        n_items=70, n_annotators=10, n_labels=2,
    )  # fmt: skip
    gold = np.concatenate([truth, np.ones(10, np.int64)])

    assert replay(wider, votes, gold=gold).uniform.tolist() == (
        replay(table, votes, gold=truth).uniform.tolist()
    )


def test_replay_with_nothing_to_choose_is_refused():
    table = ReliabilityTable.from_rows([("a", "x", 0), ("a", "y", 1), ("b", "x", 0)])

    with pytest.raises(ValueError, match="more than 2 labels"):
        replay(table, votes)


def test_first_crossing_lies_between_two_budgets():
    budgets, accuracy = np.array([2.0, 3.0, 4.0]), np.array([0.5, 0.7, 0.8])

    assert first_crossing(budgets, accuracy, 0.6) == pytest.approx(2.5)
    assert first_crossing(budgets, accuracy, 0.4) == 2.0
    assert first_crossing(budgets, accuracy, 0.9) is None


def played(posterior, n_labels, rule, **options):
    posterior, n_labels = np.array(posterior, np.float64), np.array(n_labels)
    weights = options.pop("weights", np.ones(len(posterior)))
    return forecast(posterior, n_labels, weights, SHARP, rule, **options)


def test_forecast_of_sure_items_is_nothing():
    found = played([[0.99, 0.01]], [2], StopRule(0.9, 2, 5))

    assert (found.labels, found.n_wanted, found.reached) == (0.0, 0.0, 1.0)


def test_forecast_of_items_below_the_least_is_what_they_lack():
    found = played([[0.99, 0.01], [0.99, 0.01]], [0, 1], StopRule(0.9, 3, 3))

    assert found.labels == 5.0


def test_forecast_never_exceeds_the_most():
    found = played([[0.5, 0.5]] * 20, [2] * 20, StopRule(0.999, 2, 4))

    assert found.labels_high <= 40
    assert found.labels == pytest.approx(40)


def test_forecast_scales_with_what_each_row_stands_for():
    rule = StopRule(0.9, 2, 6)
    one = played([[0.5, 0.5]], [2], rule, seed=5)
    many = played([[0.5, 0.5]], [2], rule, seed=5, weights=np.array([10.0]))

    assert many.labels == pytest.approx(10 * one.labels)


def test_forecast_of_an_easier_target_is_cheaper():
    items = [[0.6, 0.4]] * 200

    cheap = played(items, [2] * 200, StopRule(0.7, 2, 9))
    dear = played(items, [2] * 200, StopRule(0.97, 2, 9))

    assert cheap.labels_high < dear.labels_low
    assert cheap.labels_low <= cheap.labels <= cheap.labels_high


def test_forecast_with_the_same_seed_is_the_same():
    items, rule = [[0.6, 0.4]] * 30, StopRule(0.9, 2, 9)

    assert played(items, [2] * 30, rule) == played(items, [2] * 30, rule)
