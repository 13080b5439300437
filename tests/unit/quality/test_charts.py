"""Geometry of charts and shades of matrices."""

import pytest

from quality.queries.charts.intervals import Axis, axis_for, heat, interval_mark, percent


def test_axis_without_negative_values_starts_at_zero():
    assert axis_for([0.2, None, 0.9]) == Axis(0.0)
    assert axis_for([]) == Axis(0.0)


@pytest.mark.parametrize(("lowest", "start"), [(-0.01, -0.1), (-0.35, -0.4), (-7.0, -1.0)])
def test_axis_with_negative_values_starts_at_the_tenth_below(lowest, start):
    assert axis_for([0.5, lowest]).low == pytest.approx(start)


def test_axis_places_values_and_keeps_outliers_inside():
    axis = Axis(-1.0)

    assert [axis.x(value) for value in (-3, -1, 0, 1, 9)] == [0, 0, 100, 200, 200]


def test_interval_mark_of_an_undefined_value_has_no_places():
    mark = interval_mark(Axis(0.0), None, (None, None), (0.1, 0.2))

    assert (mark.point, mark.low, mark.high) == (None, None, None)
    assert (mark.zero, mark.wide_low, mark.wide_high) == (0, 20, 40)


def test_heat_goes_from_0_to_9():
    assert [heat(value, 10) for value in (-1, 0, 0.1, 5, 10, 20)] == [0, 0, 0, 5, 9, 9]
    assert heat(3, 0) == 0


def test_percent_of_nothing_is_zero():
    assert percent(1, 4) == 25
    assert percent(0, 0) == 0
