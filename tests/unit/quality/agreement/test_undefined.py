"""Where a coefficient has no value, it says why; and arguments that make no sense are refused."""

import pytest

from quality.agreement.coefficient import Undefined
from quality.agreement.cohen import cohen_kappa
from quality.agreement.fleiss import fleiss_kappa
from quality.agreement.gwet import gwet_ac1
from quality.agreement.krippendorff import krippendorff_alpha
from quality.agreement.percent import percent_agreement
from quality.agreement.table import ReliabilityTable

NO_PAIRS = [(1, "ann", 1), (2, "bob", 2), (3, "ann", 3)]
ONE_CATEGORY = [(item, who, 1) for item in (1, 2, 3) for who in ("ann", "bob")]
SYSTEMATIC = [(i, who, (i + n) % 2) for i in range(4) for n, who in enumerate(("ann", "bob"))]


def ordinal_alpha(table):
    return krippendorff_alpha(table, level="ordinal")


def interval_alpha(table):
    return krippendorff_alpha(table, level="interval", values=table.label_keys)


every_coefficient = pytest.mark.parametrize(
    "coefficient",
    [
        percent_agreement,
        fleiss_kappa,
        gwet_ac1,
        krippendorff_alpha,
        ordinal_alpha,
        interval_alpha,
    ],
)


@every_coefficient
def test_coefficient_without_an_item_with_two_labels_is_undefined(coefficient):
    result = coefficient(ReliabilityTable.from_rows(NO_PAIRS))
    assert result.undefined == "no_item_with_two_labels"
    assert (result.value, result.low, result.high) == (None, None, None)
    assert (result.n_items, result.n_annotators, result.n_labels) == (0, 0, 0)
    assert (result.observed, result.expected) == (None, None)


@every_coefficient
def test_coefficient_of_one_annotator_is_undefined(coefficient):
    result = coefficient(ReliabilityTable.from_rows([(1, "ann", 1), (2, "ann", 2)]))
    assert result.undefined is Undefined.FEWER_THAN_TWO_ANNOTATORS
    assert result.value is None


@every_coefficient
def test_coefficient_of_an_empty_table_is_undefined(coefficient):
    result = coefficient(ReliabilityTable.from_rows([]))
    assert result.undefined is Undefined.FEWER_THAN_TWO_ANNOTATORS


@pytest.mark.parametrize(
    "coefficient",
    [fleiss_kappa, gwet_ac1, krippendorff_alpha, ordinal_alpha, interval_alpha],
)
def test_chance_corrected_coefficient_of_one_category_is_undefined(coefficient):
    result = coefficient(ReliabilityTable.from_rows(ONE_CATEGORY))
    assert result.undefined is Undefined.ONLY_ONE_CATEGORY
    assert result.value is None
    assert result.n_labels == 6


def test_percent_agreement_of_one_category_is_one():
    assert percent_agreement(ReliabilityTable.from_rows(ONE_CATEGORY)).value == 1.0


def test_ac1_of_one_used_category_among_several_is_one():
    assert gwet_ac1(ReliabilityTable.from_rows(ONE_CATEGORY, labels=[1, 2])).value == 1.0


def test_every_reason_has_a_sentence():
    assert all(reason.message.endswith(".") for reason in Undefined)


def test_systematic_disagreement_is_below_zero():
    table = ReliabilityTable.from_rows(SYSTEMATIC)
    assert krippendorff_alpha(table).value == pytest.approx(-0.75)
    assert fleiss_kappa(table).value == pytest.approx(-1.0)
    assert cohen_kappa(table).value == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"level": "cardinal"}, "not a valid Level"),
        ({"level": "interval"}, "needs the value of every label"),
        ({"level": "interval", "values": [1.0]}, "1 values were given for 2 labels"),
        ({"level": "interval", "values": [1.0, float("nan")]}, "finite"),
        ({"level": "ratio", "values": [-1.0, 1.0]}, "not negative"),
    ],
)
def test_alpha_with_unsuitable_arguments_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        krippendorff_alpha(ReliabilityTable.from_rows(SYSTEMATIC), **arguments)


def test_ratio_alpha_of_values_including_zero_is_finite():
    alpha = krippendorff_alpha(
        ReliabilityTable.from_rows(SYSTEMATIC),
        level="ratio",
        values=[0.0, 3.0],
    )
    assert alpha.value == pytest.approx(-0.75)


def test_unknown_weights_are_refused():
    with pytest.raises(ValueError, match="not a valid Weights"):
        fleiss_kappa(ReliabilityTable.from_rows(SYSTEMATIC), weights="cubic")
