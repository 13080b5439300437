"""What an interval over annotators may reach, in full runs and live."""

import pytest

from quality.models import CoefficientName
from quality.queries.agreement.bounds import within_bounds

WORSE_THAN_CHANCE = {
    *("krippendorff_alpha", "fleiss_kappa", "gwet_ac1", "gwet_ac2", "icc_2k", "marked_alpha"),
}


@pytest.mark.parametrize("name", [*CoefficientName])
def test_ends_are_cut_at_what_the_coefficient_can_be(name):
    low, high = within_bounds(name, -3.0, 3.0)

    assert low == (-1.0 if name.value in WORSE_THAN_CHANCE else 0.0)
    assert high == (3.0 if name is CoefficientName.MEAN_DIFFERENCE else 1.0)
    assert within_bounds(name, 0.25, 0.5) == (0.25, 0.5)


def test_interval_that_is_not_there_stays_so():
    assert within_bounds(CoefficientName.ALPHA, None, None) == (None, None)
