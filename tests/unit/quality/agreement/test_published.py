"""Every coefficient against the numbers printed in the literature, to the printed digits."""

import pytest

from quality.agreement.brennan_prediger import brennan_prediger
from quality.agreement.cohen import cohen_kappa
from quality.agreement.conger import conger_kappa
from quality.agreement.fleiss import fleiss_kappa
from quality.agreement.gwet import gwet_ac1, gwet_ac2
from quality.agreement.icc import intraclass_correlation
from quality.agreement.krippendorff import krippendorff_alpha
from quality.agreement.pairs import pairwise_cohen_kappa
from quality.agreement.percent import percent_agreement
from quality.agreement.values import ValueTable
from tests.unit.quality.agreement import published


@pytest.mark.parametrize(
    ("level", "printed"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_krippendorffs_example_equals_the_printed_value(level, printed):
    table = published.from_matrix(published.KRIPPENDORFF_2011)
    alpha = krippendorff_alpha(table, level=level, values=[1, 2, 3, 4, 5])
    assert round(alpha.value, 3) == printed


def test_alpha_of_krippendorffs_example_counts_pairable_items_only():
    alpha = krippendorff_alpha(published.from_matrix(published.KRIPPENDORFF_2011))
    assert (alpha.n_items, alpha.n_annotators, alpha.n_labels) == (11, 4, 40)


@pytest.mark.parametrize(
    ("coefficient", "printed"),
    [
        (krippendorff_alpha, 0.743),
        (percent_agreement, 0.818),
        (fleiss_kappa, 0.761),
        (gwet_ac1, 0.775),
        (conger_kappa, 0.763),
        (brennan_prediger, 0.773),
    ],
)
def test_coefficients_of_gwets_raters_equal_the_printed_values(coefficient, printed):
    table = published.from_matrix(published.GWET_2014_RATERS)
    assert round(coefficient(table).value, 3) == printed


def test_coefficients_do_not_depend_on_who_gave_a_lone_rating():
    mine = published.from_matrix(published.KRIPPENDORFF_2011)
    theirs = published.from_matrix(published.GWET_2014_RATERS)
    for coefficient in (krippendorff_alpha, fleiss_kappa, gwet_ac1, percent_agreement):
        assert coefficient(mine).value == coefficient(theirs).value


def test_fleiss_kappa_of_the_worked_example_equals_the_printed_values():
    kappa = fleiss_kappa(published.from_counts(published.WIKIPEDIA_FLEISS))
    assert round(kappa.value, 2) == 0.21
    assert round(kappa.observed, 3) == 0.378
    assert round(kappa.expected, 3) == 0.213


def test_fleiss_kappa_of_the_psychiatric_diagnoses_equals_the_printed_value():
    assert round(fleiss_kappa(published.fleiss_1971()).value, 2) == 0.43


def test_cohen_kappa_of_the_worked_example_equals_the_printed_values():
    kappa = cohen_kappa(published.from_cross_table(published.WIKIPEDIA_COHEN))
    assert round(kappa.value, 4) == 0.4
    assert round(kappa.observed, 4) == 0.7
    assert round(kappa.expected, 4) == 0.5


def test_cohen_kappa_of_the_sas_example_equals_the_printed_values_and_interval():
    table = published.from_cross_table(published.SAS_COHEN)
    kappa = cohen_kappa(table)
    assert round(kappa.value, 4) == 0.4842
    assert (round(kappa.low, 4), round(kappa.high, 4)) == (0.2137, 0.7547)
    assert round((kappa.high - kappa.value) / 1.959964, 4) == 0.1380
    assert round(cohen_kappa(table, weights="linear").value, 4) == 0.4701


@pytest.mark.parametrize(
    ("coefficient", "weights", "printed"),
    [
        (percent_agreement, "identity", 0.89),
        (cohen_kappa, "identity", 0.796),
        (fleiss_kappa, "identity", 0.796),
        (fleiss_kappa, "linear", 0.843),
        (fleiss_kappa, "quadratic", 0.892),
        (gwet_ac1, "identity", 0.849),
        (gwet_ac1, "linear", 0.9),
        (gwet_ac1, "quadratic", 0.94),
        (gwet_ac2, "linear", 0.9),
        (gwet_ac2, "quadratic", 0.94),
        (brennan_prediger, "identity", 0.835),
        (conger_kappa, "identity", 0.796),
    ],
)
def test_coefficients_of_gwets_abstractors_equal_the_printed_values(coefficient, weights, printed):
    table = published.from_cross_table(
        published.GWET_2014_ABSTRACTORS,
        labels=published.GWET_2014_ABSTRACTORS_ORDER,
    )
    assert round(coefficient(table, weights=weights).value, 3) == printed


def test_pair_matrix_of_two_annotators_equals_the_printed_kappa():
    pairs = pairwise_cohen_kappa(published.from_cross_table(published.SAS_COHEN))
    assert round(float(pairs.kappa[0, 1]), 4) == 0.4842


def test_interval_alpha_of_the_judges_equals_the_value_of_another_implementation():
    # krippendorff 0.9.0 gives 0.147308.
    table = published.from_matrix(published.SHROUT_FLEISS_1979)
    alpha = krippendorff_alpha(table, level="interval", values=table.label_keys)
    assert round(alpha.value, 6) == 0.147308


def test_conger_kappa_alone_depends_on_who_gave_a_lone_rating():
    # irrCAC 0.4.4 gives 0.762817 and 0.762067; observed 0.818182, expected 0.233425.
    theirs = conger_kappa(published.from_matrix(published.GWET_2014_RATERS))
    mine = conger_kappa(published.from_matrix(published.KRIPPENDORFF_2011))
    assert (round(theirs.value, 6), round(mine.value, 6)) == (0.762817, 0.762067)
    assert (round(theirs.observed, 6), round(theirs.expected, 6)) == (0.818182, 0.233425)


@pytest.mark.parametrize(
    ("form", "printed", "exact"),
    [
        ("1,1", 0.17, 0.165742),
        ("2,1", 0.29, 0.289764),
        ("3,1", 0.71, 0.714841),
        ("1,k", 0.44, 0.442797),
        ("2,k", 0.62, 0.620051),
        ("3,k", 0.91, 0.909316),
    ],
)
def test_icc_of_the_judges_equals_the_printed_values(form, printed, exact):
    codes = published.from_matrix(published.SHROUT_FLEISS_1979)
    table = ValueTable(codes, tuple({"kind": "number", "number": n} for n in codes.label_keys))
    icc = intraclass_correlation(table, form=form)
    assert round(icc.value, 2) == printed
    assert round(icc.value, 6) == exact


def test_cohen_kappa_with_quadratic_weights_equals_another_implementation():
    # statsmodels 0.14.4 gives 0.450161 (SAS) and 0.892157 (abstractors).
    sas = published.from_cross_table(published.SAS_COHEN)
    abstractors = published.from_cross_table(
        published.GWET_2014_ABSTRACTORS, labels=published.GWET_2014_ABSTRACTORS_ORDER
    )
    assert round(cohen_kappa(sas, weights="quadratic").value, 6) == 0.450161
    assert round(cohen_kappa(abstractors, weights="quadratic").value, 6) == 0.892157
