"""From columns of ids to tables, rows and digests - without a database."""

import numpy as np
import pytest

from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.majority_vote import MajorityVote
from quality.queries.agreement import measuring
from quality.queries.labels import LabelColumns, Watermark, _ranked
from quality.queries.resolution.deciding import (
    COLUMNS,
    canonical_values,
    decisions,
    reliability,
    rule,
    spread_of,
)

SCALE = {11: "no", 7: "yes", 90: "unsure"}


def columns(rows, scale=None):
    """Columns as `read_labels` brings them: by (item, source)."""
    items, sources, choices, versions = np.array(sorted(rows), np.int64).reshape(-1, 4).T
    return LabelColumns(items, sources, choices, versions, scale or SCALE, Watermark(9, None))


ROWS = [
    (100, 1, 7, 1), (100, 2, 7, 1), (100, 3, 11, 2),
    (205, 1, 11, 1), (205, 3, 11, 2),
    (999, 1, 7, 1), (999, 2, 11, 1), (999, 3, 90, 2),
]  # fmt: skip


def test_table_codes_follow_the_ids_and_keep_choices_that_nobody_gave():
    labels = columns([row for row in ROWS if row[2] != 90])

    table = labels.table

    assert labels.item_ids.tolist() == [100, 205, 999]
    assert labels.source_ids.tolist() == [1, 2, 3]
    assert labels.choice_keys == ["yes", "no", "unsure"]
    assert table.counts.tolist() == [[2, 1, 0], [0, 2, 0], [1, 1, 0]]


@pytest.mark.parametrize("values", [[5, 3, 3, 9], [10**15, 3, 10**15], [4], []])
def test_ranked_equals_numpy_unique_for_near_and_far_ids(values):
    values = np.array(values, np.int64)

    found, ranks = _ranked(values)

    expected, inverse = np.unique(values, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert ranks.tolist() == inverse.tolist()


def test_digest_changes_with_every_part_of_the_input():
    changed = [
        [(101, *row[1:]) if row[0] == 100 else row for row in ROWS],
        [(row[0], row[1] + 5, *row[2:]) for row in ROWS],
        [(*row[:2], 7, row[3]) for row in ROWS],
        [(*row[:3], 2) for row in ROWS],
        ROWS[:-1],
    ]

    digests = {columns(rows).digest() for rows in [ROWS, *changed]}

    assert len(digests) == 6
    assert columns(ROWS, scale={**SCALE, 91: "new"}).digest() not in digests


def test_labels_of_a_version_are_a_part_of_all():
    of_second = columns(ROWS).of_version(2)

    assert len(of_second) == 3
    assert of_second.source_ids.tolist() == [3]


def test_disputes_keep_the_most_disputed_and_some_of_every_pair(monkeypatch):
    monkeypatch.setattr(measuring, "MOST_DISPUTED", 1)
    monkeypatch.setattr(measuring, "MOST_DISPUTED_PER_CLASS_PAIR", 1)
    rows = [(item, 1, 7, 1) for item in range(1, 6)] + [(item, 2, 11, 1) for item in range(1, 5)]
    rows.append((5, 2, 90, 1))

    found = list(measuring.disputes(columns(rows)))

    # Item 1 as the most disputed, which is of the pair yes/no; item 5 as the only one of its pair.
    assert [row[0] for row in found] == [1, 5]
    assert found[1][3] == '{"unsure":1,"yes":1}'


def test_confusion_has_the_lower_id_first_and_no_empty_cell():
    cells = list(measuring.confusion(columns(ROWS)))

    assert sorted(cells) == [(7, 7, 1), (7, 11, 3), (7, 90, 1), (11, 11, 1), (11, 90, 1)]


def test_pairs_beyond_the_limit_are_left_out(monkeypatch):
    assert len(list(measuring.pairs(columns(ROWS)))) == 3
    monkeypatch.setattr(measuring, "MOST_PAIRED_SOURCES", 2)
    assert list(measuring.pairs(columns(ROWS))) == []


class Fitted(MajorityVote):
    """A fit with probabilities made up."""

    def __init__(self, probas):
        self.probas_ = np.array(probas, np.float64)
        self.labels_ = self.probas_.argmax(axis=1)


def test_decisions_leave_ties_undecided_and_negligible_chances_out():
    labels = columns(ROWS)
    values = canonical_values("choice", labels.choice_keys)
    fitted = MajorityVote().fit(labels.table)
    ruling = rule(fitted, np.array([3, 2, 3]), costs=None, threshold=0)

    rows = [
        dict(zip(COLUMNS, row, strict=True)) for row in decisions(labels, fitted, ruling, values)
    ]

    assert [(row["item_id"], row["choice_id"], row["value"]) for row in rows] == [
        (100, 7, '{"choice":"yes","kind":"choice"}'),
        (205, 11, '{"choice":"no","kind":"choice"}'),
        (999, None, None),
    ]
    assert [row["undecided"] for row in rows] == ["", "", "tie"]
    clear, tie = rows[1], rows[2]
    assert (clear["posterior"], clear["confidence"], clear["n_labels"]) == ('{"no":1.0}', 1.0, 2)
    assert (clear["entropy"], clear["margin"]) == (0.0, 1.0)
    assert (tie["entropy"], tie["margin"]) == (1.0, 0.0)
    assert {row["expected_cost"] for row in rows} == {row["member_choices"] for row in rows}
    assert {row["expected_cost"] for row in rows} == {None}


def test_decisions_of_a_pool_keep_what_each_member_would_have_decided():
    labels = columns(ROWS)
    fitted = MajorityVote().fit(labels.table)
    ruling = rule(fitted, np.array([3, 2, 3]), costs=None, threshold=0)
    members = np.array([[0, 1, 2], [0, 0, -1]])

    rows = [
        dict(zip(COLUMNS, row, strict=True))
        for row in decisions(labels, fitted, ruling, ["", "", ""], members)
    ]

    assert [row["member_choices"] for row in rows] == ["{7,7}", "{11,7}", "{90,NULL}"]


def test_rule_by_costs_takes_the_cheaper_class_against_the_more_probable_one():
    fitted = Fitted([[0.7, 0.3], [0.95, 0.05]])
    costs = np.array([[0.0, 1.0], [10.0, 0.0]])  # missing the second class is dear

    ruling = rule(fitted, np.array([3, 3]), costs=costs, threshold=0)

    assert ruling.labels.tolist() == [1, 0]
    assert ruling.expected.tolist() == [pytest.approx(0.7), pytest.approx(0.5)]
    assert ruling.confidences.tolist() == [0.3, 0.95]
    assert ruling.reasons == ["", ""]


def test_rule_by_costs_abstains_on_what_is_unclear_and_not_on_what_is_cheap():
    fitted = Fitted([[0.7, 0.3], [0.55, 0.45]])

    ruling = rule(
        fitted, np.array([3, 3]), costs=np.array([[0.0, 1.0], [10.0, 0.0]]), threshold=0.6
    )

    assert ruling.labels.tolist() == [1, -1]
    assert ruling.reasons == ["", "below_threshold"]
    assert ruling.confidences.tolist() == [0.3, 0.55]


def test_rule_below_the_threshold_abstains_and_says_so():
    fitted = Fitted([[0.7, 0.3], [0.95, 0.05], [0.8, 0.2], [0.5, 0.5]])
    fitted.labels_[3] = -1

    ruling = rule(fitted, np.array([3, 3, 0, 2]), costs=None, threshold=0.9)

    assert ruling.labels.tolist() == [-1, 0, -1, -1]
    assert ruling.reasons == ["below_threshold", "", "no_label", "tie"]


def test_spread_of_one_class_is_clear_and_of_even_classes_is_not():
    entropy, margin = spread_of(np.array([[1.0], [1.0]]))
    assert (entropy.tolist(), margin.tolist()) == ([0, 0], [1, 1])

    entropy, margin = spread_of(np.array([[0.25] * 4, [1, 0, 0, 0], [0.5, 0.5, 0, 0]]))
    assert entropy.tolist() == [1, 0, pytest.approx(0.5)]
    assert margin.tolist() == [0, 1, 0]


@pytest.mark.parametrize("method", [MajorityVote, DawidSkene])
def test_reliability_has_rows_that_add_up_to_one_where_there_is_evidence(method):
    labels = columns(ROWS)
    fitted = method().fit(labels.table)

    learned = reliability(labels.table, fitted)

    with_evidence = learned.evidence > 1e-3
    assert np.allclose(learned.confusions.sum(axis=2)[with_evidence], 1)
    assert learned.priors.sum() == pytest.approx(1)
    assert ((learned.accuracy >= 0) & (learned.accuracy <= 1)).all()
