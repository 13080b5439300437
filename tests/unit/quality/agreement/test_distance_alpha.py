"""Alpha by any distance against the levels that are known, and its samples."""

import numpy as np
import pytest

from quality.agreement.coefficient import Undefined
from quality.agreement.distance import (
    DistanceAlpha,
    PairMean,
    PairRatio,
    krippendorff_alpha,
    mean_distances,
)
from quality.agreement.krippendorff import krippendorff_alpha as by_level
from quality.agreement.numbers import absolute_difference, interval_alpha
from quality.agreement.percent import percent_agreement
from quality.agreement.table import ReliabilityTable
from quality.agreement.value_statistic import with_intervals
from quality.agreement.values import ValueTable
from quality.agreement.within import WithinPairs
from tests.unit.quality.agreement.published import KRIPPENDORFF_2011, SHROUT_FLEISS_1979


def rows_of(matrix):
    for annotator, line in enumerate(matrix.strip().splitlines()):
        for item, said in enumerate(line.split()):
            if said != ".":
                yield item, annotator, int(said)


def values_of(matrix):
    return ValueTable.from_rows(
        (i, a, {"kind": "number", "number": n}) for i, a, n in rows_of(matrix)
    )


def labels_of(matrix):
    return ReliabilityTable.from_rows(rows_of(matrix))


def differs(one, other):
    return float(one != other)


def squared(one, other):
    return absolute_difference(one, other) ** 2


def test_alpha_by_distance_on_krippendorffs_example_is_the_published_one():
    """Krippendorff 2011, section D: nominal .743, interval .849."""
    table = values_of(KRIPPENDORFF_2011)

    assert krippendorff_alpha(table, distance=differs).value == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(table, distance=squared).value == pytest.approx(0.849, abs=5e-4)
    assert interval_alpha(table).value == pytest.approx(0.849, abs=5e-4)


@pytest.mark.parametrize("matrix", [KRIPPENDORFF_2011, SHROUT_FLEISS_1979])
def test_alpha_by_distance_equals_alpha_by_level(matrix):
    table, codes = values_of(matrix), labels_of(matrix)
    numbers = [float(key) for key in codes.label_keys]

    nominal = krippendorff_alpha(table, distance=differs)
    expected = by_level(codes)
    assert nominal.value == pytest.approx(expected.value, abs=1e-12)
    assert nominal.observed == pytest.approx(expected.observed)
    assert nominal.expected == pytest.approx(expected.expected)
    assert (nominal.n_items, nominal.n_labels) == (expected.n_items, expected.n_labels)
    interval = by_level(codes, level="interval", values=numbers).value
    assert interval_alpha(table).value == pytest.approx(interval, abs=1e-12)
    assert krippendorff_alpha(table, distance=squared).value == pytest.approx(interval, abs=1e-12)


def test_mean_over_pairs_of_equality_is_percent_agreement():
    table = values_of(KRIPPENDORFF_2011)

    found = PairMean(lambda one, other: float(one == other)).measure(table)

    assert found.value == pytest.approx(percent_agreement(labels_of(KRIPPENDORFF_2011)).value)


def many(n_items=300, n_annotators=4, seed=3):
    generator = np.random.default_rng(seed)
    truth = generator.normal(size=n_items)
    return ValueTable.from_rows(
        (item, person, {"kind": "number", "number": round(truth[item] + noise, 6)})
        for item in range(n_items)
        for person, noise in enumerate(generator.normal(scale=0.5, size=n_annotators))
    )


def test_sampled_expected_distance_of_many_values_is_near_the_exact_one():
    table = many()
    exact = with_intervals(DistanceAlpha(absolute_difference, 10**9), table, resamples=300, seed=1)
    sampled = with_intervals(
        DistanceAlpha(absolute_difference, 20_000), table, resamples=300, seed=1
    )

    assert sampled.coefficient.value != exact.coefficient.value
    assert sampled.coefficient.value == pytest.approx(exact.coefficient.value, abs=0.01)
    assert sampled.coefficient.low == pytest.approx(exact.coefficient.low, abs=0.02)
    assert sampled.coefficient.high == pytest.approx(exact.coefficient.high, abs=0.02)
    assert sampled.annotator_low == pytest.approx(exact.annotator_low, abs=0.05)


def test_sampled_alpha_with_the_same_seed_is_the_same():
    table = many(n_items=60)
    statistic = DistanceAlpha(absolute_difference, 500)

    assert statistic.measure(table, seed=2) == statistic.measure(table, seed=2)
    assert statistic.measure(table, seed=2) != statistic.measure(table, seed=3)


def test_pairs_of_an_item_with_too_many_answers_are_a_weighted_sample():
    table = ValueTable.from_rows(
        (item, person, {"kind": "number", "number": person % 7})
        for item in (1, 2)
        for person in range(60)
    )

    every, some = WithinPairs.of(table), WithinPairs.of(table, most=800)

    assert every.weight.sum() == pytest.approx(some.weight.sum()) == 2 * 60 * 59 / 2
    assert some.first.size == 800
    assert (table.codes.items[some.first] == table.codes.items[some.second]).all()
    assert (some.first < some.second).all()
    whole = every.by_item(every.evaluate(lambda a, b: (differs(a, b),))[:, 0])
    part = some.by_item(some.evaluate(lambda a, b: (differs(a, b),))[:, 0])
    assert part == pytest.approx(whole, rel=0.1)


def test_mean_distances_below_two_answers_are_nan():
    table = values_of("1 1 .\n1 2 3")

    assert mean_distances(table, distance=differs) == pytest.approx([0, 1, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ("1 2 3", Undefined.FEWER_THAN_TWO_ANNOTATORS),
        ("1 .\n. 2", Undefined.NO_ITEM_WITH_TWO_LABELS),
        ("1 1\n1 1", Undefined.ONLY_ONE_CATEGORY),
    ],
)
def test_alpha_that_cannot_be_says_why(matrix, reason):
    found = krippendorff_alpha(values_of(matrix), distance=differs)

    assert (found.value, found.undefined) == (None, reason)
    assert interval_alpha(values_of(matrix)).undefined is reason


def test_ratio_of_nothing_marked_says_so():
    nothing = PairRatio(lambda _one, _other: (0.0, 0.0)).measure(values_of("1 1\n1 2"))

    assert nothing.undefined is Undefined.NOTHING_MARKED


@pytest.mark.parametrize("options", [{"confidence": 1.0}, {"resamples": 0}])
def test_intervals_with_settings_that_cannot_be_are_refused(options):
    with pytest.raises(ValueError, match="must be"):
        with_intervals(PairMean(differs), values_of("1 1\n1 2"), seed=1, **options)


def test_interval_over_items_is_wider_for_fewer_items():
    statistic = DistanceAlpha(absolute_difference)
    few, more = (
        with_intervals(statistic, many(n_items=n), resamples=300, seed=1).coefficient
        for n in (20, 200)
    )

    assert few.high - few.low > 2 * (more.high - more.low)


def test_values_that_do_not_fit_the_codes_are_refused():
    with pytest.raises(ValueError, match="2 values for 1 codes"):
        ValueTable(ReliabilityTable.from_rows([(1, 1, "a")]), ({}, {}))
