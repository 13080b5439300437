"""How many gold items would make an interval narrow enough to matter."""

import pytest

from quality.aggregation.calibration import proportion
from quality.queries.resolution.learning import gold_wanted


@pytest.mark.parametrize("right", [0, 10, 17, 20])
def test_gold_wanted_makes_the_interval_as_narrow_as_it_says(right):
    aim, wanted = gold_wanted(right / 20, 20)

    enough = proportion(round(right / 20 * wanted), wanted)
    assert wanted > 20
    assert (enough.high - enough.low) / 2 <= aim * 1.02
    fewer = proportion(round(right / 20 * wanted * 0.8), round(wanted * 0.8))
    assert (fewer.high - fewer.low) / 2 > aim


def test_gold_wanted_aims_at_the_next_step_that_matters():
    assert gold_wanted(0.9, 30)[0] == 0.05
    assert gold_wanted(0.9, 400)[0] == 0.01


def test_gold_wanted_of_a_narrow_interval_is_nothing_more():
    assert gold_wanted(0.9, 5_000) is None
