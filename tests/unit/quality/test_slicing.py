"""Weeks and months of items."""

from datetime import date, timedelta

import numpy as np
import pytest

from quality.queries.agreement.slicing import MOST_PERIODS, period_of, periods
from quality.queries.labels import EPOCH


def days(*dates):
    return np.array([(each - EPOCH).days for each in dates], np.int64)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 21), date(2026, 11, 16), date(2026, 11, 22)),
        (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 22)),
        (date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)),
    ],
)
def test_week_begins_on_monday_across_months_and_years(day, first, last):
    assert period_of(day, weekly=True) == (first, last)


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2028, 2, 10), date(2028, 2, 29)), (date(2026, 12, 31), date(2026, 12, 31))],
)
def test_month_ends_on_its_last_day(day, last):
    assert period_of(day, weekly=False) == (day.replace(day=1), last)


def test_periods_are_weeks_up_to_half_a_year_then_months():
    near = periods(days(date(2026, 1, 5), date(2026, 1, 6), date(2026, 6, 1)))
    far = periods(days(date(2026, 1, 5), date(2026, 1, 30), date(2026, 12, 1)))

    assert [items.tolist() for items in near.values()] == [[0, 1], [2]]
    assert [period.first for period in far] == [date(2026, 1, 1), date(2026, 12, 1)]
    assert [items.tolist() for items in far.values()] == [[0, 1], [2]]


def test_periods_of_many_years_are_the_latest_sixty():
    found = periods(days(*(date(2015, 1, 1) + timedelta(days=31 * n) for n in range(100))))

    assert len(found) == MOST_PERIODS
    assert max(found).last >= date(2023, 5, 1)


def test_nothing_has_no_periods():
    assert periods(np.empty(0, np.int64)) == {}
