"""Intervals over items (bootstrap) and over annotators (leave one out)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.agreement import coefficient as coefficient_module
from quality.agreement import leave_one_out as leave_one_out_module
from quality.agreement.bootstrap import bootstrap_interval
from quality.agreement.coefficient import Undefined
from quality.agreement.fleiss import FleissKappa
from quality.agreement.gwet import GwetAC1
from quality.agreement.krippendorff import KrippendorffAlpha, krippendorff_alpha
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.percent import PercentAgreement
from quality.agreement.table import ReliabilityTable
from quality.agreement.two_intervals import measure_with_intervals
from tests.unit.quality.tables import LABELS, rows, table_of

VALUES = (1.0, 2.0, 4.0, 8.0)
STATISTICS = [
    PercentAgreement(),
    FleissKappa(),
    GwetAC1(weights="linear"),
    KrippendorffAlpha(),
    KrippendorffAlpha("ordinal"),
    KrippendorffAlpha("interval", VALUES),
    KrippendorffAlpha("ratio", VALUES),
]
every_statistic = pytest.mark.parametrize("statistic", STATISTICS, ids=str)


def noisy_rows(n_items, *, seed=1, people=3, accuracy=0.7):
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, len(LABELS), n_items)
    return [
        (item, person, LABELS[true if right else guess])
        for item, true in enumerate(truth)
        for person, (right, guess) in enumerate(
            zip(
                generator.random(people) < accuracy,
                generator.integers(0, len(LABELS), people),
                strict=True,
            ),
        )
    ]


@every_statistic
def test_bootstrap_equals_measuring_resampled_items(statistic):
    # A third of the items has a single label, which counts in some chance terms and not in others.
    sample = [*noisy_rows(40), *((item, 0, "a") for item in range(40, 60))]
    by_item = [[row for row in sample if row[0] == item] for item in range(60)]
    generator = np.random.default_rng(7)
    values = []
    for _ in range(400):
        drawn = generator.integers(0, 60, 60)
        resampled = [(new, a, c) for new, old in enumerate(drawn) for _i, a, c in by_item[old]]
        values.append(statistic.measure(table_of(resampled)).value)
    interval = bootstrap_interval(table_of(sample), statistic=statistic, resamples=4000, seed=3)
    low, high = np.quantile(values, [0.025, 0.975])
    width = high - low
    assert interval.low == pytest.approx(low, abs=0.15 * width)
    assert interval.high == pytest.approx(high, abs=0.15 * width)


@every_statistic
def test_bootstrap_in_small_chunks_is_the_same(statistic, monkeypatch):
    table = table_of(noisy_rows(40))
    whole = statistic.measure(table)
    monkeypatch.setattr(coefficient_module, "_CELLS", 1)
    assert statistic.measure(table).value == pytest.approx(whole.value, abs=1e-12)


def test_bootstrap_of_the_same_seed_is_the_same_in_any_order_of_rows():
    sample = noisy_rows(30)
    first = bootstrap_interval(table_of(sample), statistic=KrippendorffAlpha(), seed=11)
    second = bootstrap_interval(table_of(sample[::-1]), statistic=KrippendorffAlpha(), seed=11)
    other = bootstrap_interval(table_of(sample), statistic=KrippendorffAlpha(), seed=12)
    assert first == second
    assert (first.low, first.high) != (other.low, other.high)


def test_bootstrap_keeps_the_value_and_encloses_it():
    table = table_of(noisy_rows(60))
    interval = bootstrap_interval(table, statistic=KrippendorffAlpha(), seed=0)
    assert interval.value == krippendorff_alpha(table).value
    assert interval.low < interval.value < interval.high


def test_bootstrap_of_a_hundred_times_the_items_is_about_ten_times_narrower():
    few = bootstrap_interval(table_of(noisy_rows(60)), statistic=KrippendorffAlpha(), seed=0)
    many = bootstrap_interval(table_of(noisy_rows(6000)), statistic=KrippendorffAlpha(), seed=0)
    assert 6 < (few.high - few.low) / (many.high - many.low) < 15


def test_bootstrap_of_less_confidence_is_narrower():
    table = table_of(noisy_rows(60))
    usual = bootstrap_interval(table, statistic=FleissKappa(), seed=0)
    half = bootstrap_interval(table, statistic=FleissKappa(), confidence=0.5, seed=0)
    assert usual.low < half.low < half.high < usual.high


def test_bootstrap_of_perfect_agreement_has_no_width():
    sample = [(item, who, "ab"[item % 2]) for item in range(20) for who in range(2)]
    interval = bootstrap_interval(table_of(sample), statistic=KrippendorffAlpha(), seed=0)
    assert (interval.low, interval.high) == (1.0, 1.0)


def test_bootstrap_of_an_undefined_coefficient_has_no_interval():
    table = table_of([(1, 0, "a"), (2, 1, "b")])
    interval = bootstrap_interval(table, statistic=KrippendorffAlpha(), seed=0)
    assert interval.undefined is Undefined.NO_ITEM_WITH_TWO_LABELS
    assert interval.low is None


def test_bootstrap_undefined_in_most_resamples_has_no_interval():
    # Either both draws differ and alpha is 1, or there is one category only.
    table = table_of([(item, who, "ab"[item]) for item in range(2) for who in range(2)])
    intervals = [
        bootstrap_interval(table, statistic=KrippendorffAlpha(), resamples=1, seed=seed)
        for seed in range(20)
    ]
    assert {interval.low for interval in intervals} == {None, 1.0}
    assert all(interval.value == 1.0 for interval in intervals)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [({"confidence": 1.0}, "confidence must be"), ({"resamples": 0}, "resamples must be")],
)
def test_bootstrap_of_impossible_arguments_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        bootstrap_interval(
            table_of(noisy_rows(3)),
            statistic=KrippendorffAlpha(),
            seed=0,
            **arguments,
        )


@every_statistic
@given(sample=rows())
def test_leaving_one_annotator_out_equals_measuring_without_them(statistic, sample):
    table = table_of(sample)
    without = leave_one_annotator_out(table, statistic=statistic).without
    for code, annotator in enumerate(table.annotator_keys):
        rest = [row for row in sample if row[1] != annotator]
        value = statistic.measure(table_of(rest))
        # A lone annotator's "agreement" is undefined for one reason or the other.
        expected = np.nan if value.value is None else value.value
        assert without[code] == pytest.approx(expected, abs=1e-9, nan_ok=True)


@every_statistic
@pytest.mark.parametrize("seed", [34, 50, 58])
def test_leaving_the_only_dissenter_out_is_undefined_and_no_rounding_hides_it(statistic, seed):
    # Numbers of labels whose shares (thirds, sevenths, ...) do not cancel to an exact 0.
    generator = np.random.default_rng(seed)
    agreed, dissent = [], []
    for item in range(int(generator.integers(3, 40))):
        agreed += [(item, who, "a") for who in range(int(generator.integers(1, 12)))]
        if generator.random() < 0.7:
            dissent.append((item, 99, "b"))
    influence = leave_one_annotator_out(table_of(agreed + dissent), statistic=statistic)
    expected = statistic.measure(table_of(agreed)).value
    rest = np.nan if expected is None else expected
    assert influence.without[-1] == pytest.approx(rest, nan_ok=True)


def test_leaving_one_annotator_out_in_small_chunks_is_the_same(monkeypatch):
    table = table_of(noisy_rows(40, people=5))
    whole = leave_one_annotator_out(table).without
    monkeypatch.setattr(leave_one_out_module, "_CELLS", 1)
    assert leave_one_annotator_out(table).without == pytest.approx(whole, abs=1e-12)


def test_leaving_the_spammer_out_raises_alpha_most():
    sample = noisy_rows(200, people=5, accuracy=0.8)
    generator = np.random.default_rng(2)
    spam = [(item, 9, LABELS[generator.integers(0, 4)]) for item in range(200)]
    influence = leave_one_annotator_out(table_of(sample + spam))
    assert influence.without.argmax() == 5
    assert influence.without[5] > influence.coefficient.value > influence.without[:5].max()


def test_annotator_interval_is_the_jackknife_with_students_t():
    influence = leave_one_annotator_out(table_of(noisy_rows(50, people=4)))
    error = np.sqrt(3 / 4 * ((influence.without - influence.without.mean()) ** 2).sum())
    value = influence.coefficient.value
    # 3.182446 is the 97.5 % point of Student's t with 3 degrees of freedom.
    assert influence.coefficient.low == pytest.approx(value - 3.182446 * error, abs=1e-6)
    assert influence.coefficient.high == pytest.approx(value + 3.182446 * error, abs=1e-6)


def test_annotator_interval_of_two_annotators_does_not_exist():
    influence = leave_one_annotator_out(table_of(noisy_rows(50, people=2)))
    assert influence.coefficient.value is not None
    assert (influence.coefficient.low, influence.coefficient.high) == (None, None)
    assert np.isnan(influence.without).all()


def test_annotator_without_labels_does_not_count_as_a_person():
    table = table_of(noisy_rows(30, people=3))
    wider = ReliabilityTable(table.items, table.annotators, table.labels, 30, 8, 4)
    assert leave_one_annotator_out(wider).coefficient == leave_one_annotator_out(table).coefficient


@given(st.floats(-1, 2).filter(lambda value: not 0 < value < 1))
def test_annotator_interval_of_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence must be"):
        leave_one_annotator_out(table_of(noisy_rows(3)), confidence=confidence)


@given(sample=rows())
def test_both_intervals_at_once_equal_those_one_by_one(sample):
    table = table_of(sample)
    together = measure_with_intervals(table, STATISTICS, resamples=10, seed=6)
    for statistic, found in zip(STATISTICS, together, strict=True):
        over_items = bootstrap_interval(table, statistic=statistic, resamples=10, seed=6)
        influence = leave_one_annotator_out(table, statistic=statistic)
        assert found.coefficient == over_items
        ends = (found.annotator_low, found.annotator_high)
        assert ends == (influence.coefficient.low, influence.coefficient.high)
        assert np.array_equal(found.without, influence.without, equal_nan=True)


@every_statistic
@given(sample=rows())
def test_leaving_one_annotator_out_of_many_codes_is_the_same(statistic, sample):
    # Above the limit codes are sorted instead of counted.
    table = table_of(sample)
    counted = leave_one_annotator_out(table, statistic=statistic).without
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leave_one_out_module, "_MOST_COUNTED", 0)
        ranked = leave_one_annotator_out(table, statistic=statistic).without
    assert ranked == pytest.approx(counted, abs=1e-12, nan_ok=True)


def test_change_without_an_annotator_is_above_zero_for_the_spammer_alone():
    sample = noisy_rows(200, people=5, accuracy=0.8)
    generator = np.random.default_rng(2)
    spam = [(item, 9, LABELS[generator.integers(0, 4)]) for item in range(200)]
    influence = leave_one_annotator_out(table_of(sample + spam))
    assert influence.changes[5] > 0 > influence.changes[:5].max()
    alone = leave_one_annotator_out(table_of([(1, 0, "a"), (2, 1, "b")]))
    assert np.isnan(alone.changes).all()
