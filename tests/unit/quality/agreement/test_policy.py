"""From how much data on a coefficient is shown."""

import pytest

from quality.agreement.coefficient import Undefined
from quality.agreement.krippendorff import krippendorff_alpha
from quality.agreement.policy import enough_data, withheld
from quality.agreement.table import ReliabilityTable
from tests.unit.quality.agreement import published


@pytest.mark.parametrize(
    ("n_items", "n_annotators", "reason"),
    [
        (29, 3, Undefined.TOO_FEW_ITEMS),
        (0, 0, Undefined.TOO_FEW_ITEMS),
        (30, 2, Undefined.TOO_FEW_ANNOTATORS),
        (30, 3, None),
        (1_000_000, 200, None),
    ],
)
def test_policy_asks_for_thirty_items_and_three_annotators(n_items, n_annotators, reason):
    assert enough_data(n_items, n_annotators) is reason


def test_policy_withholds_a_worked_example_that_still_has_its_exact_value():
    alpha = krippendorff_alpha(published.from_matrix(published.KRIPPENDORFF_2011))
    assert round(alpha.value, 3) == 0.743
    assert withheld(alpha) is Undefined.TOO_FEW_ITEMS


def test_policy_names_the_reason_of_the_coefficient_before_its_own():
    one_class = ReliabilityTable.from_rows([(i, a, "x") for i in range(5) for a in range(2)])
    assert withheld(krippendorff_alpha(one_class)) is Undefined.ONLY_ONE_CATEGORY
    nobody = ReliabilityTable.from_rows([])
    assert withheld(krippendorff_alpha(nobody)) is Undefined.FEWER_THAN_TWO_ANNOTATORS


def test_policy_shows_what_enough_items_and_people_stand_behind():
    rows = [(i, a, (i + a // 2) % 2) for i in range(30) for a in range(3)]
    assert withheld(krippendorff_alpha(ReliabilityTable.from_rows(rows))) is None
