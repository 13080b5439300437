"""Every choice method on every public crowd with gold, against its listed accuracy, and the pool
against the best of them. Skipped with a loud reason where the reference folder is absent.

ACCURACY_DRAWS sets how many random draws of 50 gold items each set is tried with (5).
"""

import json
import os
from functools import cache

import numpy as np
import pytest
from scipy.special import psi

from quality.aggregation.calibration import expected_calibration_error, log_loss
from quality.aggregation.pool import Pool, fitted_weights
from tests.verification.crowd_sets import (
    ALL,
    CROWDS,
    METHODS,
    OFF,
    OPEN,
    SEEDED,
    accuracy,
    credits,
    listed,
    load,
)
from tests.verification.datasets import FOLDER

DRAWS = int(os.environ.get("ACCURACY_DRAWS", "5"))
GOLD = 50
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all((FOLDER / name).is_dir() for name in ALL),
        reason="VERIFICATION SKIPPED: the reference data folder is absent",
    ),
]

crowd = cache(load)


@cache
def probabilities(name, method):
    """What a method, or the pool without gold, makes of a set."""
    model = Pool() if method == "pool" else METHODS[method]
    return model.fit(crowd(name).table).probas_


@cache
def pool(name):
    return Pool().fit(crowd(name).table)


@cache
def credits_of(name, method):
    return credits(probabilities(name, method), crowd(name).gold)


def measures(probas, gold):
    return (
        accuracy(probas, gold),
        log_loss(probas, gold),
        expected_calibration_error(probas, gold),
    )


@cache
def accuracies(name, method):
    """Percent of a set, from every seed of a method that starts at random."""
    gold = crowd(name).gold
    others = [model.fit(crowd(name).table).probas_ for model in SEEDED.get(method, ())[1:]]
    return [accuracy(each, gold) for each in (probabilities(name, method), *others)]


@pytest.mark.parametrize("name", ALL)
def test_methods_are_within_half_a_point_of_the_listed_accuracy(name):
    found = {method: accuracies(name, method) for method in METHODS}

    print(
        json.dumps({name: {method: np.round(all_, 2).tolist() for method, all_ in found.items()}})
    )
    for method, by_seed in found.items():
        share = np.mean(by_seed)
        if (name, method) in OFF:
            pinned, _range, _why = OFF[name, method]
            # As stated, and a statement that no longer holds has to go.
            assert share == pytest.approx(pinned, abs=0.4), method
            assert all(abs(share - each) > 0.5 for each in listed(name, method)), method
        elif each := listed(name, method):
            assert min(abs(share - value) for value in each) <= 0.5, (method, by_seed, each)


@pytest.mark.parametrize(("name", "method"), [pair for pair in OFF if pair[1] in OPEN])
def test_what_is_off_moves_as_far_as_is_stated_with_what_its_publication_leaves_open(name, method):
    found = [
        accuracy(model.fit(crowd(name).table).probas_, crowd(name).gold) for model in OPEN[method]
    ]
    assert (min(found), max(found)) == pytest.approx(OFF[name, method][1], abs=0.02)


def test_wawa_has_the_listed_accuracy_for_some_ways_to_break_ties_of_the_majority():
    table, gold = crowd("mace_example")
    votes, generator = table.counts, np.random.default_rng(0)
    found = set()
    for _way in range(500):
        majority = (votes + 0.5 * generator.random(votes.shape)).argmax(axis=1)
        agreed = table.labels == majority[table.items]
        skills = np.bincount(table.annotators, agreed) / np.bincount(table.annotators)
        weighed = np.zeros(votes.shape)
        np.add.at(weighed, (table.items, table.labels), skills[table.annotators])
        found.add(round(accuracy(weighed, gold), 2))
    least, most = OFF["mace_example", "wawa"][1]
    assert set(listed("mace_example", "wawa")) < found
    assert least <= min(found) < max(found) <= most


def plain_mace(table, generator):
    """MACE written down once more from the paper, without logarithms: 50 steps of variational
    Bayes from a start at random; posteriors and the log likelihood."""
    people, labels = table.annotators, table.labels
    knows = 1 + 0.5 * generator.random((table.n_annotators, 2))
    says = 1 + 0.5 * generator.random((table.n_annotators, table.n_labels))
    knows, says = (each / each.sum(axis=1, keepdims=True) for each in (knows, says))

    def of_truths():
        guessed = knows[people, 1] * says[people, labels]
        chance = np.repeat(guessed[:, np.newaxis], table.n_labels, axis=1)
        chance[np.arange(len(table)), labels] += knows[people, 0]
        joint = np.full((table.n_items, table.n_labels), 1 / table.n_labels)
        np.multiply.at(joint, table.items, chance)
        return joint, guessed

    for _step in range(50):
        joint, guessed = of_truths()
        posterior = joint / joint.sum(axis=1, keepdims=True)
        knew = posterior[table.items, labels] * knows[people, 0] / (knows[people, 0] + guessed)
        by_person = [np.bincount(people, weights) + 0.5 for weights in (knew, 1 - knew)]
        knows = np.exp(psi(np.stack(by_person, axis=1)) - psi(sum(by_person))[:, np.newaxis])
        said = np.full(says.shape, 10.0)
        np.add.at(said, (people, labels), 1 - knew)
        says = np.exp(psi(said) - psi(said.sum(axis=1, keepdims=True)))
    joint, _guessed = of_truths()
    return joint / joint.sum(axis=1, keepdims=True), np.log(joint.sum(axis=1)).sum()


@pytest.mark.parametrize("name", ["labelme", "mace_example", "mturk_stem"])
def test_mace_written_down_once_more_has_the_same_accuracy_from_the_likeliest_start(name):
    table, gold = crowd(name)
    generator = np.random.default_rng(0)
    tries = [plain_mace(table, generator) for _start in range(10)]
    posterior, _loglik = max(tries, key=lambda found: found[1])
    assert accuracy(posterior, gold) == pytest.approx(accuracies(name, "mace")[0], abs=0.2)
    assert accuracy(posterior, gold) == pytest.approx(listed(name, "mace")[0], abs=0.2)


def means(method):
    rows = [measures(probabilities(name, method), crowd(name).gold) for name in CROWDS]
    return np.mean(rows, axis=0)


def test_pool_without_gold_is_as_good_as_the_best_method_and_calibrated():
    single = {method: means(method) for method in METHODS}
    pooled = means("pool")

    print(json.dumps({name: row.round(3).tolist() for name, row in single.items()}))
    print(json.dumps({"pool": pooled.round(3).tolist()}))
    assert pooled[0] >= max(row[0] for row in single.values())
    assert pooled[1] <= 0.50
    assert pooled[2] <= 0.08
    # No method by itself comes near either.
    assert min(row[1] for row in single.values()) > 2 * pooled[1]
    assert min(row[2] for row in single.values()) > pooled[2]


def drawn(name, generator):
    """Measures on the other items, of the pool fitted to 50 random gold items and of each method;
    weights are fitted as the pool does, but to members that are fitted once."""
    gold, fitted = crowd(name).gold, pool(name)
    known = generator.permutation(np.flatnonzero(gold >= 0))
    inside, others = known[:GOLD], known[GOLD:]
    rows = np.stack([np.log(np.maximum(m.probas_, 1e-4)) for m in fitted.members_.values()])
    weights = fitted_weights(rows[:, inside], gold[inside], fitted.weights_, fitted.pull)
    mixed = np.exp(np.tensordot(weights, rows[:, others], 1))
    mixed /= mixed.sum(axis=1, keepdims=True)
    single = {method: 100 * credits_of(name, method)[others].mean() for method in METHODS}
    return measures(mixed, gold[others]), single


def test_pool_with_fifty_gold_items_is_better_than_the_best_method_and_calibrated():
    generator = np.random.default_rng(20_090_225)
    draws = [drawn(name, generator) for name in CROWDS for _draw in range(DRAWS)]
    pooled = np.mean([each[0] for each in draws], axis=0)
    single = {method: np.mean([each[1][method] for each in draws]) for method in METHODS}

    print(json.dumps({"draws": DRAWS, "pool": pooled.round(3).tolist(), "single": single}))
    # Thirty draws: 87.2 against 86.8. With five the difference moves by about a tenth.
    assert pooled[0] > max(single.values()) + 0.2
    assert pooled[1] <= 0.45
    assert pooled[2] <= 0.06


def test_pool_fitted_with_gold_has_the_weights_the_draws_are_measured_with():
    gold, table = crowd("rte").gold, crowd("rte").table
    chosen = np.random.default_rng(0).choice(gold.size, GOLD, replace=False)
    some = np.full(gold.size, -1)
    some[chosen] = gold[chosen]
    fitted = Pool().fit(table, gold=some)
    rows = [np.log(np.maximum(m.probas_, 1e-4)) for m in pool("rte").members_.values()]
    known = np.flatnonzero(some >= 0)
    expected = fitted_weights(np.stack(rows)[:, known], gold[known], pool("rte").weights_, 10.0)
    assert fitted.is_calibrated_
    assert fitted.weights_ == pytest.approx(expected)
    # The interval from 50 items holds the accuracy over all.
    share = fitted.gold_accuracy_
    assert share.low < accuracy(fitted.probas_, gold) / 100 < share.high
