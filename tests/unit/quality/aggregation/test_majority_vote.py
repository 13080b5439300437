"""Majority vote: plurality, ties and items without a label."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.aggregation.majority_vote import MajorityVote
from quality.agreement.table import ReliabilityTable
from tests.unit.quality.tables import LABELS, rows, table_of


def votes(*items):
    return table_of(
        (i, a, label) for i, labels in enumerate(items) for a, label in enumerate(labels)
    )


def test_most_frequent_label_wins():
    assert MajorityVote().fit(votes("aab", "bccc", "d")).labels_.tolist() == [0, 2, 3]


def test_plurality_below_one_half_wins():
    assert MajorityVote().fit(votes("aabcd")).labels_.tolist() == [0]


def test_tie_abstains_by_default_and_takes_the_lowest_code_on_request():
    table = votes("dcab", "bbdd")
    assert MajorityVote().fit(table).labels_.tolist() == [-1, -1]
    assert MajorityVote(ties="lowest").fit(table).labels_.tolist() == [0, 1]


def test_probabilities_are_the_vote_shares():
    assert MajorityVote().fit(votes("aabc", "dd")).probas_.tolist() == [
        [0.5, 0.25, 0.25, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]


@pytest.mark.parametrize("ties", ["abstain", "lowest"])
def test_item_without_a_label_is_undecided_without_probability(ties):
    table = ReliabilityTable(np.array([1]), np.array([0]), np.array([1]), 3, 1, 2)
    vote = MajorityVote(ties=ties).fit(table)
    assert vote.labels_.tolist() == [-1, 1, -1]
    assert vote.probas_.tolist() == [[0, 0], [0, 1], [0, 0]]


def test_table_without_rows_or_labels_is_fitted():
    vote = MajorityVote().fit(ReliabilityTable.from_rows([]))
    assert vote.labels_.shape == (0,)
    assert vote.probas_.shape == (0, 0)


def test_unknown_way_to_break_ties_is_refused_when_fitting():
    vote = MajorityVote(ties="coin")
    with pytest.raises(ValueError, match='must be "abstain" or "lowest"'):
        vote.fit(votes("ab"))


def test_parameters_are_given_back_after_fitting():
    assert MajorityVote(ties="lowest").fit(votes("ab")).get_params() == {"ties": "lowest"}


@given(rows(), st.randoms(), st.permutations(LABELS))
def test_vote_does_not_depend_on_order_and_follows_renamed_labels(sample, random, order):
    labels = MajorityVote().fit(table_of(sample)).labels_
    new_name = dict(zip(LABELS, order, strict=True))
    renamed = [(item, 9 - annotator, new_name[label]) for item, annotator, label in sample]
    random.shuffle(renamed)
    new_code = [LABELS.index(new_name[label]) for label in LABELS] + [-1]
    expected = [new_code[label] for label in labels]
    assert MajorityVote().fit(table_of(renamed)).labels_.tolist() == expected
