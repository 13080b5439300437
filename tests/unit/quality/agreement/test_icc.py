"""Intraclass correlation of complete and of ragged answers."""

import numpy as np
import pytest

from quality.agreement.coefficient import Undefined
from quality.agreement.icc import IccForm, IntraclassCorrelation, intraclass_correlation
from quality.agreement.value_statistic import with_intervals
from quality.agreement.values import ValueTable

every_form = pytest.mark.parametrize("form", list(IccForm))


def table_of(rows):
    return ValueTable.from_rows(
        (item, person, {"kind": "number", "number": float(number)}) for item, person, number in rows
    )


def drawn(seed, *, n_items=60, people=6, per_item=(1, 5), items=2.0, judges=1.0, rest=1.0):
    """Numbers with known standard deviations between items, between judges, and of the rest."""
    generator = np.random.default_rng(seed)
    levels, habits = generator.normal(0, items, n_items), generator.normal(0, judges, people)
    return [
        (item, int(person), levels[item] + habits[person] + generator.normal(0, rest))
        for item in range(n_items)
        for person in generator.choice(people, generator.integers(*per_item), replace=False)
    ]


def by_least_squares(rows, form):
    """Henderson's method 3 with dense design matrices, straight from its definition."""
    sizes = {item: sum(row[0] == item for row in rows) for item, _a, _y in rows}
    rows = [row for row in rows if sizes[row[0]] > 1]
    items, people = sorted({r[0] for r in rows}), sorted({r[1] for r in rows})
    y = np.array([row[2] for row in rows])
    of_items = np.array([[row[0] == item for item in items] for row in rows], float)
    of_people = np.array([[row[1] == person for person in people] for row in rows], float)

    def residual(*designs):
        design = np.column_stack(designs)
        fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return ((y - fitted) ** 2).sum(), np.linalg.matrix_rank(design)

    both, rank = residual(of_items, of_people)
    without_people, rank_items = residual(of_items)
    without_items, rank_people = residual(of_people)
    n = len(y)
    rest = both / (n - rank)
    between = (without_items - both - (rank - rank_people) * rest) / (n - len(people))
    judges = (without_people - both - (rank - rank_items) * rest) / (n - len(items))
    noise = rest + (judges if form.value[0] == "2" else 0)
    k = len(items) / sum(1 / sizes[item] for item in items) if form.value[2] == "k" else 1
    return between / (between + noise / k)


@pytest.mark.parametrize("form", [f for f in IccForm if f.value[0] != "1"])
@pytest.mark.parametrize("seed", range(4))
def test_icc_of_ragged_answers_equals_least_squares(form, seed):
    rows = drawn(seed, n_items=25)
    found = intraclass_correlation(table_of(rows), form=form)
    assert found.value == pytest.approx(by_least_squares(rows, form), abs=1e-9)


def test_icc_of_many_ragged_answers_finds_the_variances_they_were_drawn_from():
    rows = drawn(5, n_items=3000, people=60, items=2.0, judges=1.0, rest=1.0)
    values = {f: intraclass_correlation(table_of(rows), form=f).value for f in IccForm}
    assert values[IccForm.RANDOM] == pytest.approx(4 / 6, abs=0.06)
    assert values[IccForm.FIXED] == pytest.approx(4 / 5, abs=0.03)
    assert values[IccForm.ONE_WAY] == pytest.approx(4 / 6, abs=0.06)
    assert values[IccForm.RANDOM_MEAN] > values[IccForm.RANDOM]


@every_form
def test_icc_without_each_annotator_equals_the_icc_of_the_rest(form):
    rows = drawn(6, n_items=20, people=5)
    statistic = IntraclassCorrelation(form)
    without = statistic.prepare(table_of(rows)).without_each()
    for person in range(5):
        rest = [row for row in rows if row[1] != person]
        expected = statistic.prepare(table_of(rest)).total().value[0]
        assert without[person] == pytest.approx(expected, abs=1e-9, nan_ok=True)


@every_form
def test_icc_has_both_intervals_around_it(form):
    found = with_intervals(IntraclassCorrelation(form), table_of(drawn(7)), resamples=200, seed=1)
    assert found.coefficient.low < found.coefficient.value < found.coefficient.high
    assert found.annotator_low < found.coefficient.value < found.annotator_high


@every_form
def test_icc_does_not_depend_on_unit_and_origin(form):
    rows = drawn(8, n_items=20)
    moved = [(item, person, 1000 * number - 77) for item, person, number in rows]
    values = [intraclass_correlation(table_of(each), form=form).value for each in (rows, moved)]
    assert values[0] == pytest.approx(values[1], abs=1e-9)


def test_fixed_judges_with_habits_agree_fully_where_drawn_ones_do_not():
    rows = [(item, person, item + 10 * person) for item in range(6) for person in range(3)]
    table = table_of(rows)
    assert intraclass_correlation(table, form="3,1").value == pytest.approx(1.0)
    assert intraclass_correlation(table, form="2,1").value < 0.2


@every_form
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], Undefined.FEWER_THAN_TWO_ANNOTATORS),
        ([(1, 1, 3.0), (2, 2, 4.0)], Undefined.NO_ITEM_WITH_TWO_LABELS),
        ([(i, a, 5.0) for i in range(3) for a in range(2)], Undefined.ONLY_ONE_CATEGORY),
        ([(1, 1, 3.0), (1, 2, 4.0)], Undefined.CANNOT_SEPARATE),
    ],
)
def test_icc_of_degenerate_answers_says_why_it_is_undefined(form, rows, reason):
    found = intraclass_correlation(table_of(rows), form=form)
    assert (found.value, found.undefined) == (None, reason)


def test_icc_of_pairs_that_never_meet_again_cannot_separate_people():
    rows = [(item, 2 * item + place, float(item + place)) for item in range(5) for place in (0, 1)]
    table = table_of(rows)
    assert intraclass_correlation(table, form="2,1").undefined is Undefined.CANNOT_SEPARATE
    assert intraclass_correlation(table, form="1,1").value is not None


def test_icc_of_too_many_annotators_is_refused_for_two_way_forms():
    rows = [(i, a, float(a)) for i in range(201) for a in (i, (i + 1) % 201)]
    table = table_of(rows)
    with pytest.raises(ValueError, match="at most 200 annotators, not 201"):
        intraclass_correlation(table, form="2,1")
    assert intraclass_correlation(table, form="1,1").value is not None
