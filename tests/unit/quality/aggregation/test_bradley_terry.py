"""Bradley-Terry strengths against published estimates, and the vote beside them."""

import numpy as np
import pytest

from quality.aggregation.bradley_terry import BradleyTerry, PairwiseVote, bradley_terry
from quality.agreement.values import ValueTable

# Stigler, Citation patterns in the journals of statistics and probability, Statistical Science 9,
# 1994; estimates in Agresti, Categorical Data Analysis, 2nd ed. 2002, p. 448: Biometrika, Comm
# Statist, JASA, JRSS-B. Row: cited by the column.
CITATIONS = np.array([
    [0, 730, 498, 221],
    [33, 0, 68, 17],
    [320, 813, 0, 142],
    [284, 276, 325, 0],
], float)  # fmt: skip
# Wikipedia, "Bradley-Terry model", worked example: A to D.
WIKIPEDIA = np.array([
    [0, 2, 0, 1],
    [3, 0, 5, 0],
    [0, 3, 0, 1],
    [4, 0, 3, 0],
], float)  # fmt: skip


def said(winner, left="a"):
    return {"kind": "pairwise", "winner": winner, "left": left}


def test_abilities_of_journals_are_the_published_ones():
    found = bradley_terry(CITATIONS, prior=0)

    relative = found.log_ability - found.log_ability[0]
    assert found.converged
    assert relative == pytest.approx([0, -2.94907, -0.47957, 0.26895], abs=5e-6)


def test_strengths_of_the_worked_example_are_the_published_ones():
    found = bradley_terry(WIKIPEDIA, prior=0)

    assert found.shares == pytest.approx([0.139, 0.226, 0.143, 0.492], abs=5e-4)


def test_prior_keeps_those_who_won_everything_finite():
    wins = np.array([[0, 5.0], [0, 0]])

    without, with_one = bradley_terry(wins, prior=0), bradley_terry(wins, prior=1)

    assert not without.converged
    assert with_one.converged
    assert 0 < with_one.log_ability[0] < 5
    assert bradley_terry(wins, prior=50).shares[0] < with_one.shares[0]


def test_wins_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="square"):
        bradley_terry(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="prior"):
        BradleyTerry(prior=-1).fit(ValueTable.from_rows([]))


def test_vote_on_pairs_decides_the_majority_and_leaves_a_draw():
    table = ValueTable.from_rows([
        (1, "Ann", said("a")), (1, "Ben", said("a", "b")), (1, "Cho", said("tie")),
        (2, "Ann", said("a")), (2, "Ben", said("b")),
    ])  # fmt: skip

    fitted = PairwiseVote().fit(table)

    assert fitted.labels_ == [{"kind": "pairwise", "winner": "a", "left": ""}, None]
    assert fitted.posteriors_[0] == {"a": pytest.approx(2 / 3), "tie": pytest.approx(1 / 3)}
    assert fitted.confidences_ == pytest.approx([2 / 3, 1 / 2])


def test_strengths_over_items_follow_the_titles_of_the_parts():
    rows = [(item, person, said("a")) for item in range(3) for person in range(2)]
    texts = [{"a": "old", "b": "new"}, {"a": "new", "b": "old"}, {"a": "new", "b": "old"}]

    fitted = BradleyTerry().fit(ValueTable.from_rows(rows), texts)

    assert list(fitted.priors_) == ["new", "old"]
    assert fitted.priors_["new"] > 0.6


def test_sides_of_other_names_are_read_from_the_answers():
    rows = [(1, 1, said("left_reply", "right_reply")), (1, 2, said("left_reply", "left_reply"))]

    fitted = BradleyTerry().fit(ValueTable.from_rows(rows))

    assert fitted.labels_[0]["winner"] == "left_reply"
    assert fitted.priors_["left_reply"] > fitted.priors_["right_reply"]
