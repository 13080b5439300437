"""Shared mistakes: found where somebody copies, not where items are hard."""

import numpy as np
import pytest

from quality.aggregation.dawid_skene import DawidSkene
from quality.agreement.table import ReliabilityTable
from quality.people.alerts import Reason, false_discovery_values
from quality.people.copying import shared_mistakes
from tests.unit.quality.people.crowds import confusion, crowd


def measured(seed, **habits):
    table, _truth = crowd(seed, items=1500, **habits)
    model = DawidSkene().fit(table)
    return shared_mistakes(table, priors=model.priors_, confusions=model.confusions_)


@pytest.mark.parametrize("hard", [0.0, 0.2])
def test_copying_raises_an_alert_about_the_pair_and_no_other(hard):
    found = 0
    for seed in range(4):
        alerts = measured(seed, hard=hard, copies=[(3, 7)]).alerts()
        assert {alert.annotators for alert in alerts} <= {(3, 7)}
        found += len(alerts)
    assert found >= 3


@pytest.mark.parametrize("hard", [0.0, 0.2])
def test_independent_people_raise_next_to_no_alerts_even_on_hard_items(hard):
    assert sum(len(measured(seed, hard=hard).alerts()) for seed in range(4)) <= 1


def test_copying_alert_carries_its_numbers_most_conspicuous_first():
    found = measured(2, hard=0.2, copies=[(3, 7), (11, 12)])
    alerts = found.alerts(false_discoveries=0.5)
    assert alerts[0].reason is Reason.COPYING
    assert alerts[0].numbers["observed"] > alerts[0].numbers["expected"]
    assert [a.numbers["z"] for a in alerts] == sorted(
        (a.numbers["z"] for a in alerts), reverse=True
    )
    assert found.excess >= 1.0


def test_shared_mistakes_of_one_item_equal_the_sum_over_classes():
    # Two people and a third who vouches; everything by hand for one pair.
    said = [(0, 0, 0), (0, 1, 0), (0, 2, 1)]
    table = ReliabilityTable(*(np.array(column) for column in zip(*said, strict=True)), 1, 3, 2)
    matrix = confusion(0.8, 2)
    found = shared_mistakes(table, priors=[0.5, 0.5], confusions=np.tile(matrix, (3, 1, 1)))
    first = (found.first == 0) & (found.second == 1)
    # Without the two, class 1 has chance 0.8: both said 0, a mistake with chance 0.8.
    assert found.observed[first] == pytest.approx([0.8])
    alike = [0.2 * 0.64 + 0.8 * 0.04, 0.2 * 0.04 + 0.8 * 0.64]
    expected = alike[0] * 0.8 + alike[1] * 0.2
    assert found.expected[first] == pytest.approx([expected * found.excess])
    assert found.n.tolist() == [1, 1, 1]


def test_shared_mistakes_without_common_items_are_none():
    table = ReliabilityTable(np.array([0, 1]), np.array([0, 1]), np.array([0, 1]), 2, 2, 2)
    found = shared_mistakes(
        table, priors=[0.5, 0.5], confusions=np.tile(confusion(0.8, 2), (2, 1, 1))
    )
    assert found.n.size == 0
    assert found.alerts() == []


def test_shared_mistakes_of_other_shapes_are_refused():
    table, _truth = crowd(1, items=5)
    with pytest.raises(ValueError, match="priors must have shape"):
        shared_mistakes(table, priors=[1.0], confusions=np.ones((20, 4, 4)))


def test_false_discovery_values_are_those_of_benjamini_and_hochberg():
    values = np.array([0.01, np.nan, 0.04, 0.03, 0.005])
    # Sorted .005 .01 .03 .04 of 4: .02 .02 .04 .04.
    assert false_discovery_values(values) == pytest.approx(
        [0.02, np.nan, 0.04, 0.04, 0.02], nan_ok=True
    )
    assert false_discovery_values(np.array([])).size == 0
