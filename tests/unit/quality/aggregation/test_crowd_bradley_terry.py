"""Strengths and the reliability of people together, and strengths from rankings."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import spearmanr

from quality.aggregation.bradley_terry import BradleyTerry, bradley_terry
from quality.aggregation.crowd_bradley_terry import CrowdBradleyTerry
from quality.aggregation.plackett_luce import PlackettLuce, plackett_luce
from quality.agreement.values import ValueTable
from tests.unit.quality.answers import answers


def said(winner):
    return {"kind": "pairwise", "winner": winner, "left": ""}


def ranked(order):
    return {"kind": "ranking", "order": list(order)}


def tournament(seed, *, n=25, n_items=200):
    """Contestants of known ability, four answers to each pair; six of 20 people answer badly."""
    generator = np.random.default_rng(seed)
    abilities = generator.normal(0, 1.2, n)
    reliable = np.where(
        np.arange(20) < 14, generator.uniform(0.8, 1, 20), generator.uniform(0.1, 0.55, 20)
    )
    rows, texts, better = [], [], []
    for item in range(n_items):
        one, other = generator.choice(n, 2, replace=False)
        texts.append({"a": f"m{one:02}", "b": f"m{other:02}"})
        better.append("a" if abilities[one] > abilities[other] else "b")
        chance = 1 / (1 + np.exp(abilities[other] - abilities[one]))
        for person in generator.choice(20, 4, replace=False).tolist():
            first = (generator.random() < chance) == (generator.random() < reliable[person])
            rows.append((item, person, said("a" if first else "b")))
    return ValueTable.from_rows(rows), texts, better, abilities, reliable


def test_strengths_and_decisions_are_better_when_people_are_known():
    scores = []
    for seed in range(3):
        table, texts, better, abilities, reliable = tournament(seed)
        found = []
        for aggregator in (BradleyTerry(), CrowdBradleyTerry()):
            fitted = aggregator.fit(table, texts)
            true = [abilities[int(name[1:])] for name in fitted.priors_]
            right = np.mean(
                [
                    value is not None and value["winner"] == best
                    for value, best in zip(fitted.labels_, better, strict=True)
                ]
            )
            found.append((spearmanr(list(fitted.priors_.values()), true).statistic, right))
        scores.append(found)
        assert fitted.converged_
        learned = [habits["comparisons"]["reliability"] for habits in fitted.habits_]
        assert np.corrcoef(learned, reliable)[0, 1] > 0.8
    plain, crowd = np.mean(scores, axis=0)
    assert crowd[0] > plain[0] + 0.03
    assert crowd[1] > plain[1] + 0.15


def test_people_who_are_all_alike_give_nearly_plain_strengths():
    table, texts, *_rest = tournament(1)
    strict = CrowdBradleyTerry(answers=1000).fit(table, texts)
    plain = BradleyTerry().fit(table, texts)

    names = list(plain.priors_)
    one, other = ([fitted.priors_[name] for name in names] for fitted in (strict, plain))

    assert spearmanr(one, other).statistic > 0.97


def test_who_always_answers_the_wrong_way_round_has_no_vote():
    rows = [
        (item, person, said("a" if person < 3 else "b"))
        for item in range(20)
        for person in range(4)
    ]
    rows += [(20, 0, said("a")), (20, 3, said("b"))]
    pairs = [*combinations("vwxyz", 2)] * 2
    texts = [{"a": one, "b": other} for one, other in [*pairs, ("v", "w")]]

    fitted = CrowdBradleyTerry().fit(ValueTable.from_rows(rows), texts)

    assert fitted.labels_[20] == said("a")
    assert fitted.skills_[3] == 0
    assert fitted.habits_[3]["comparisons"]["reliability"] < 0.4


def test_ties_and_both_bad_say_nothing_of_who_is_right():
    rows = [(1, 1, said("tie")), (1, 2, said("both_bad")), (2, 1, said("tie"))]

    fitted = CrowdBradleyTerry().fit(ValueTable.from_rows(rows), [{"a": "x", "b": "y"}] * 2)

    assert fitted.labels_ == [None, said("tie")]
    assert fitted.priors_ == {"x": 0.5, "y": 0.5}
    assert {habits["comparisons"]["reliability"] for habits in fitted.habits_} == {0.8}


@settings(deadline=None, max_examples=25)
@given(answers("pairwise"))
def test_crowd_strengths_of_any_answers_add_up_and_weights_are_not_negative(rows):
    fitted = CrowdBradleyTerry().fit(ValueTable.from_rows(rows))

    assert not fitted.priors_ or sum(fitted.priors_.values()) == pytest.approx(1, abs=1e-5)
    assert (fitted.skills_ >= 0).all()
    assert all(sum(votes.values()) == pytest.approx(1) for votes in fitted.posteriors_)


def test_strengths_of_two_entries_are_those_of_bradley_and_terry():
    orders = ["ab", "ab", "ab", "ba"]
    wins = np.array([[0, 3.0], [1, 0]])

    ranked_shares = plackett_luce(orders, prior=1).shares

    assert ranked_shares == pytest.approx(bradley_terry(wins, prior=1).shares, abs=1e-6)
    assert plackett_luce(orders, prior=0).shares == pytest.approx([0.75, 0.25])


def test_strengths_of_rankings_are_the_maximum_of_the_posterior():
    orders = ["abcd", "acbd", "badc", "dabc", "cab"]
    prior, entries = 0.5, "abcd"

    def loss(log_strengths):
        strengths = dict(zip(entries, np.exp(log_strengths), strict=True))
        total = 0.0
        for order in orders:
            left = set(entries)
            for entry in order[: len(entries) - 1]:
                total -= np.log(strengths[entry] / sum(strengths[each] for each in left))
                left.discard(entry)
        for each in strengths.values():
            total -= prior / 2 * (np.log(each / (1 + each)) + np.log(1 / (1 + each)))
        return total

    best = np.exp(minimize(loss, np.zeros(4), tol=1e-12).x)
    found = plackett_luce(orders, prior=prior)

    assert found.converged
    assert found.shares == pytest.approx(best / best.sum(), abs=1e-5)


def test_ranking_by_strengths_follows_who_was_first_and_says_how_sure_each_pair_is():
    table = ValueTable.from_rows(
        (1, person, ranked(order)) for person, order in enumerate(["abc", "abc", "bac"])
    )

    fitted = PlackettLuce().fit(table)

    assert fitted.labels_ == [ranked("abc")]
    assert list(fitted.posteriors_[0]) == ["a > b", "a > c", "b > c"]
    assert fitted.posteriors_[0]["a > c"] > fitted.posteriors_[0]["b > c"] > 0.5
    assert fitted.converged_


def test_rankings_that_cancel_out_are_undecided():
    table = ValueTable.from_rows([(1, 1, ranked("ab")), (1, 2, ranked("ba"))])

    fitted = PlackettLuce().fit(table)

    assert fitted.labels_ == [None]
    assert fitted.posteriors_ == [{"a > b": pytest.approx(0.5)}]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.permutations("abcd"), min_size=1, max_size=6), st.permutations("wxyz"))
def test_strengths_do_not_depend_on_names_or_order(orders, names):
    other = dict(zip("abcd", names, strict=True))
    renamed = [[other[entry] for entry in order] for order in orders[::-1]]

    one, two = plackett_luce(orders), plackett_luce(renamed)

    found = dict(zip(two.entries, two.shares, strict=True))
    assert [found[other[entry]] for entry in one.entries] == pytest.approx(list(one.shares))


@pytest.mark.parametrize(
    "aggregator",
    [CrowdBradleyTerry(answers=0), CrowdBradleyTerry(prior=-1), CrowdBradleyTerry(n_iter=0)],
)
def test_crowd_strengths_with_parameters_out_of_range_are_refused(aggregator):
    with pytest.raises(ValueError, match="must be"):
        aggregator.fit(ValueTable.from_rows([]))


@pytest.mark.parametrize("aggregator", [PlackettLuce(prior=-1), PlackettLuce(n_iter=0)])
def test_ranking_strengths_with_parameters_out_of_range_are_refused(aggregator):
    with pytest.raises(ValueError, match="must be"):
        aggregator.fit(ValueTable.from_rows([]))
