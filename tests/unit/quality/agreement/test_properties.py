"""What must hold for every table: definitions, invariances, limits."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quality.agreement.confusion import class_confusion
from quality.agreement.fleiss import fleiss_kappa
from quality.agreement.gwet import gwet_ac1
from quality.agreement.krippendorff import krippendorff_alpha
from quality.agreement.pairs import pairwise_cohen_kappa
from quality.agreement.percent import percent_agreement
from quality.agreement.table import ReliabilityTable, binarize
from tests.unit.quality.agreement import naive
from tests.unit.quality.tables import LABELS, rows, table_of

VALUES = [float(ord(label)) for label in LABELS]
COEFFICIENTS = {
    "percent": percent_agreement,
    "fleiss": fleiss_kappa,
    "ac1": gwet_ac1,
    "nominal": krippendorff_alpha,
    "ordinal": lambda table: krippendorff_alpha(table, level="ordinal"),
    "interval": lambda table: krippendorff_alpha(table, level="interval", values=VALUES),
    "ratio": lambda table: krippendorff_alpha(table, level="ratio", values=VALUES),
}
every_coefficient = pytest.mark.parametrize("name", COEFFICIENTS)
NOMINAL = ("percent", "fleiss", "ac1", "nominal")


def close(value, other):
    if value is None or other is None:
        return value is other
    return value == pytest.approx(other, abs=1e-10)


@given(rows())
def test_coefficients_equal_their_definitions(sample):
    table = table_of(sample)
    assert close(percent_agreement(table).value, naive.percent(sample))
    assert close(fleiss_kappa(table).value, naive.fleiss(sample))
    assert close(gwet_ac1(table).value, naive.ac1(sample, len(LABELS)))
    for level in ("nominal", "ordinal", "interval", "ratio"):
        alpha = krippendorff_alpha(table, level=level, values=VALUES)
        assert close(alpha.value, naive.alpha(sample, getattr(naive, level)))


@given(rows())
def test_pairs_equal_their_definition(sample):
    table = table_of(sample)
    pairs = pairwise_cohen_kappa(table)
    found = {
        (table.annotator_keys[pair.first], table.annotator_keys[pair.second]): pair
        for pair in pairs.overlapping()
    }
    expected = naive.pairwise(sample)
    assert found.keys() == expected.keys()
    for people, (n, percent, kappa) in expected.items():
        assert found[people].n == n
        assert close(found[people].percent, percent)
        assert close(found[people].kappa, kappa)


@given(rows())
def test_confusion_equals_its_definition(sample):
    confusion = class_confusion(table_of(sample))
    expected = naive.confusion(sample)
    for one, label in enumerate(LABELS):
        for other in range(one, len(LABELS)):
            assert confusion[one, other] == expected[label, LABELS[other]]
            assert confusion[other, one] == confusion[one, other]


@every_coefficient
@given(data=st.data())
def test_coefficient_of_shuffled_rows_is_the_same_bit_for_bit(name, data):
    sample = data.draw(rows())
    shuffled = data.draw(st.permutations(sample))
    assert COEFFICIENTS[name](table_of(sample)) == COEFFICIENTS[name](table_of(shuffled))


@every_coefficient
@given(sample=rows())
def test_coefficient_of_renamed_annotators_and_items_is_the_same(name, sample):
    renamed = [(f"item {-item}", 100 - annotator, label) for item, annotator, label in sample]
    value = COEFFICIENTS[name](table_of(sample)).value
    assert close(COEFFICIENTS[name](table_of(renamed)).value, value)


@pytest.mark.parametrize("name", NOMINAL)
@given(sample=rows(), order=st.permutations(LABELS))
def test_nominal_coefficient_of_renamed_labels_is_the_same(name, sample, order):
    new_name = dict(zip(LABELS, order, strict=True))
    renamed = [(item, annotator, new_name[label]) for item, annotator, label in sample]
    value = COEFFICIENTS[name](table_of(sample)).value
    assert close(COEFFICIENTS[name](table_of(renamed)).value, value)


@given(rows())
def test_ordinal_alpha_of_a_reversed_scale_is_the_same(sample):
    reverse = dict(zip(LABELS, reversed(LABELS), strict=True))
    reversed_rows = [(item, annotator, reverse[label]) for item, annotator, label in sample]
    ordinal = COEFFICIENTS["ordinal"]
    assert close(ordinal(table_of(reversed_rows)).value, ordinal(table_of(sample)).value)


@every_coefficient
@given(truth=st.lists(st.sampled_from(LABELS), min_size=2, max_size=8), people=st.integers(2, 4))
def test_perfect_agreement_on_several_labels_is_one(name, truth, people):
    assume(len(set(truth)) > 1)
    sample = [(item, person, label) for item, label in enumerate(truth) for person in range(people)]
    assert COEFFICIENTS[name](table_of(sample)).value == pytest.approx(1.0, abs=1e-12)


@every_coefficient
@given(sample=rows())
def test_defined_coefficient_is_at_most_one(name, sample):
    coefficient = COEFFICIENTS[name](table_of(sample))
    assert coefficient.value is None or coefficient.value <= 1 + 1e-12
    assert (coefficient.value is None) == (coefficient.undefined is not None)


@pytest.mark.parametrize("name", ["nominal", "ordinal", "interval", "ratio", "percent"])
@given(sample=rows(), label=st.sampled_from(LABELS))
def test_lone_label_does_not_change_alpha_or_percent(name, sample, label):
    with_lone = [*sample, ("lone", 0, label)]
    value = COEFFICIENTS[name](table_of(sample)).value
    assert close(COEFFICIENTS[name](table_of(with_lone)).value, value)


@pytest.mark.parametrize("name", ["percent", "fleiss", "ac1"])
@given(sample=rows(), times=st.integers(2, 4))
def test_every_item_repeated_leaves_the_mean_over_items_as_it_was(name, sample, times):
    repeated = [
        ((item, copy), annotator, label)
        for copy in range(times)
        for item, annotator, label in sample
    ]
    value = COEFFICIENTS[name](table_of(sample)).value
    assert close(COEFFICIENTS[name](table_of(repeated)).value, value)


@given(rows(min_labels_per_item=3, max_annotators=3))
def test_alpha_and_fleiss_of_equal_redundancy_differ_by_the_sample_size_only(sample):
    alpha = krippendorff_alpha(table_of(sample)).value
    kappa = fleiss_kappa(table_of(sample)).value
    n = len(sample)
    expected = None if kappa is None else 1 - (1 - kappa) * (n - 1) / n
    assert close(alpha, expected)


@given(rows(), st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_interval_alpha_does_not_depend_on_unit_and_origin(sample, unit, origin):
    table = table_of(sample)
    moved = [unit * value + origin for value in VALUES]
    alpha = krippendorff_alpha(table, level="interval", values=VALUES).value
    other = krippendorff_alpha(table, level="interval", values=moved).value
    assert (alpha is None and other is None) or alpha == pytest.approx(other, abs=1e-6)


@given(rows(), st.floats(0.01, 1000))
def test_ratio_alpha_does_not_depend_on_the_unit(sample, unit):
    table = table_of(sample)
    alpha = krippendorff_alpha(table, level="ratio", values=VALUES).value
    other = krippendorff_alpha(table, level="ratio", values=[unit * v for v in VALUES]).value
    assert close(alpha, other)


@given(rows(), st.integers(0, len(LABELS) - 1))
def test_binarized_alpha_equals_alpha_of_one_class_against_the_rest(sample, code):
    merged = [(i, a, "this" if label == LABELS[code] else "rest") for i, a, label in sample]
    alpha = krippendorff_alpha(binarize(table_of(sample), code)).value
    assert close(alpha, krippendorff_alpha(ReliabilityTable.from_rows(merged)).value)


@given(rows())
def test_patterns_put_back_per_item_give_the_count_table(sample):
    table = table_of(sample)
    patterns = table.patterns
    assert np.array_equal(patterns.counts[patterns.of_item], table.counts)
    assert np.array_equal(np.bincount(patterns.of_item), patterns.weights)
    assert len({tuple(row) for row in patterns.counts.tolist()}) == len(patterns.counts)
