"""Each model against its own definition, computed the slow way, and on a crowd made for it."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import expit, psi

from quality.aggregation import ebcc as ebcc_module
from quality.aggregation.bcc import Bcc
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.dawid_skene_map import DawidSkeneMap
from quality.aggregation.ebcc import Ebcc
from quality.aggregation.glad import Glad
from quality.aggregation.mace import Mace
from quality.aggregation.one_coin import OneCoin
from quality.aggregation.pooled_bcc import PooledBcc
from quality.aggregation.wawa import Wawa
from tests.unit.quality.aggregation.crowds import crowd, evidence_of, softmax, table, trapped
from tests.unit.quality.tables import rows, table_of

few = settings(max_examples=15, deadline=None)


def triples(votes):
    columns = (votes.items.tolist(), votes.annotators.tolist(), votes.labels.tolist())
    return list(zip(*columns, strict=True))


def shares_of(votes):
    counts = votes.counts.astype(float)
    return counts / counts.sum(axis=1, keepdims=True)


def counted(votes, posterior):
    """[a, t, c] one label at a time."""
    found = np.zeros((votes.n_annotators, votes.n_labels, votes.n_labels))
    for item, annotator, label in triples(votes):
        found[annotator, :, label] += posterior[item]
    return found


@given(rows())
def test_wawa_weighs_votes_by_agreement_with_the_majority(sample):
    votes = table_of(sample)
    counts = votes.counts
    best = counts == counts.max(axis=1, keepdims=True)
    skills, heard = np.zeros(votes.n_annotators), np.zeros(votes.n_annotators)
    for item, annotator, label in triples(votes):
        skills[annotator] += best[item, label] / best[item].sum()
        heard[annotator] += 1
    skills = skills / heard
    weighted = np.zeros(counts.shape)
    for item, annotator, label in triples(votes):
        weighted[item, label] += skills[annotator]
    totals = weighted.sum(axis=1, keepdims=True)
    expected = np.where(totals > 0, weighted / np.where(totals > 0, totals, 1), shares_of(votes))
    fitted = Wawa().fit(votes)
    assert fitted.skills_ == pytest.approx(skills)
    assert fitted.probas_ == pytest.approx(expected)


@few
@given(sample=rows(), steps=st.integers(1, 6), smoothing=st.sampled_from([0.0, 0.03, 2.0]))
def test_one_coin_equals_plain_em(sample, steps, smoothing):
    votes = table_of(sample)
    fitted = OneCoin(n_iter=steps, tol=0, smoothing=smoothing).fit(votes)
    posterior = shares_of(votes)
    for _step in range(fitted.n_iter_):
        priors = posterior.mean(axis=0)
        right = np.einsum("acc->a", counted(votes, posterior))
        heard = np.bincount(votes.annotators, minlength=votes.n_annotators)
        skills = np.clip((right + smoothing) / (heard + smoothing), 1e-6, 1 - 1e-6)
        others = (1 - skills) / (votes.n_labels - 1)
        tables = np.where(np.eye(4)[np.newaxis] > 0, skills[:, None, None], others[:, None, None])
        joint = np.log(np.maximum(priors, 1e-300)) + evidence_of(votes, np.log(tables))
        posterior = softmax(joint)
    assert fitted.skills_ == pytest.approx(skills)
    assert fitted.probas_ == pytest.approx(posterior, abs=1e-9)


@few
@given(sample=rows(), steps=st.integers(1, 6))
def test_dawid_skene_map_equals_plain_em_with_pseudo_counts(sample, steps):
    votes = table_of(sample)
    assume((votes.counts.sum(axis=1) > 1).any())  # without overlap every label stays
    fitted = DawidSkeneMap(n_iter=steps, tol=0, smoothing=0.5, spread=0.2).fit(votes)
    posterior = shares_of(votes)
    for _step in range(fitted.n_iter_):
        priors = posterior.mean(axis=0)
        tables = counted(votes, posterior) + 0.5 * np.eye(4) + 0.2
        tables /= tables.sum(axis=2, keepdims=True)
        joint = np.log(np.maximum(priors, 1e-300)) + evidence_of(votes, np.log(tables))
        posterior = softmax(joint)
    assert fitted.probas_ == pytest.approx(posterior, abs=1e-7)
    assert fitted.confusions_ == pytest.approx(tables, abs=1e-7)


@pytest.mark.parametrize("parameters", [{"spread": 0.1}, {"smoothing": 1.0, "spread": 2.0}])
@few
@given(sample=rows())
def test_dawid_skene_map_objective_never_falls(parameters, sample):
    votes, objectives = table_of(sample), []
    for steps in range(1, 7):
        fitted = DawidSkeneMap(n_iter=steps, tol=0, **parameters).fit(votes)
        logs = np.log(fitted.confusions_)
        smoothing = fitted.smoothing
        prior = fitted.spread * logs.sum() + smoothing * np.einsum("akk->", logs)
        objectives.append(fitted.loglik_ + prior)
    assert all(later >= earlier - 1e-7 for earlier, later in itertools.pairwise(objectives))


@few
@given(sample=rows(), steps=st.integers(1, 6))
def test_bcc_equals_plain_variational_bayes(sample, steps):
    votes = table_of(sample)
    fitted = Bcc(n_iter=steps, tol=0).fit(votes)
    posterior = shares_of(votes)
    for _step in range(fitted.n_iter_):
        said = counted(votes, posterior) + 1.0 + 3.0 * np.eye(4)
        sizes = posterior.sum(axis=0) + 1.0
        logs = psi(said) - psi(said.sum(axis=2, keepdims=True))
        posterior = softmax(psi(sizes) + evidence_of(votes, logs))
    assert fitted.probas_ == pytest.approx(posterior, abs=1e-9)
    assert fitted.confusions_ == pytest.approx(said / said.sum(axis=2, keepdims=True))


@pytest.mark.parametrize("model", [Bcc, PooledBcc, Ebcc, Mace])
@few
@given(sample=rows(), seed=st.integers(0, 100))
def test_bound_never_falls(model, sample, seed):
    votes = table_of(sample)
    start = {"restarts": 1, "seed": seed} if model in (Ebcc, Mace) else {}
    bounds = [model(n_iter=steps, tol=0, **start).fit(votes).bound_ for steps in range(1, 7)]
    # The pooled prior is another parameter, so a step of it may not lower the bound either.
    assert all(later >= earlier - 1e-7 for earlier, later in itertools.pairwise(bounds))


def test_pooled_bcc_takes_a_newcomer_for_an_average_annotator():
    votes, _truth = crowd(500, skills=(0.7,) * 9, n_labels=2, share=1.0)
    # One more annotator with three labels, all of them 0.
    more = table(
        np.concatenate([votes.items, [0, 1, 2]]),
        np.concatenate([votes.annotators, [9, 9, 9]]),
        np.concatenate([votes.labels, [0, 0, 0]]),
        n_labels=2,
    )
    pooled, alone = PooledBcc().fit(more), Bcc().fit(more)
    average = pooled.confusions_[:9].mean(axis=0)
    assert pooled.confusions_[9] == pytest.approx(average, abs=0.05)
    assert np.abs(alone.confusions_[9] - average).max() > 0.05
    # Nothing is added to the counts.
    assert pooled.counts_[9, :, 0].sum() == pytest.approx(3.0)
    assert not pooled.counts_[9, :, 1].any()


def test_pooled_bcc_shrinks_most_where_annotators_are_alike():
    alike, _truth = crowd(400, skills=(0.75,) * 8, n_labels=2)
    mixed, _truth = crowd(400, skills=(0.95, 0.9, 0.6, 0.55) * 2, n_labels=2)
    assert PooledBcc().fit(alike).prior_counts_.sum() > PooledBcc().fit(mixed).prior_counts_.sum()


@few
@given(sample=rows())
def test_ebcc_with_one_subtype_is_bcc(sample):
    votes = table_of(sample)
    one, plain = Ebcc(subtypes=1, restarts=1, tol=0).fit(votes), Bcc(n_iter=200, tol=0).fit(votes)
    assert one.probas_ == pytest.approx(plain.probas_, abs=1e-6)
    assert one.confusions_ == pytest.approx(plain.confusions_, abs=1e-6)
    assert one.bound_ == pytest.approx(plain.bound_, abs=1e-8)


def test_ebcc_sees_through_traps_that_others_fall_for():
    votes, truth = trapped()
    wrong = {
        model: (model().fit(votes).labels_ != truth).sum() for model in (DawidSkene, Bcc, Ebcc)
    }
    assert wrong[Ebcc] < 0.7 * min(wrong[DawidSkene], wrong[Bcc])


def test_ebcc_starts_differ_and_the_best_is_kept():
    votes, _truth = trapped(400)
    fitted = Ebcc(trial=1, n_iter=1).fit(votes)
    assert len(set(np.round(fitted.bounds_, 6))) == 5
    fitted = Ebcc().fit(votes)
    assert fitted.bound_ == max(fitted.bounds_)
    assert fitted.subtype_shares_.sum(axis=1) == pytest.approx(1.0)
    again, other = Ebcc().fit(votes), Ebcc(seed=1, trial=1, n_iter=1).fit(votes)
    assert np.array_equal(again.probas_, fitted.probas_)
    assert not np.array_equal(other.probas_, Ebcc(trial=1, n_iter=1).fit(votes).probas_)


def test_ebcc_compares_starts_on_a_sample_where_there_is_much(monkeypatch):
    votes, truth = trapped()
    full = Ebcc().fit(votes)
    monkeypatch.setattr(ebcc_module, "_MOST_TRIED", len(votes) // 3)
    sampled = Ebcc(trial=20).fit(votes)
    assert max(sampled.bounds_) > full.bound_ / 2  # of a third of the labels
    assert (sampled.labels_ == full.labels_).mean() > 0.98
    assert (sampled.labels_ == truth).mean() > (Bcc().fit(votes).labels_ == truth).mean()


def test_ebcc_has_fewer_subtypes_where_the_tables_would_be_too_large(monkeypatch):
    votes, _truth = crowd(60)
    monkeypatch.setattr(ebcc_module, "MOST_CELLS", 6 * 4 * 4 * 2 + 1)
    fitted = Ebcc().fit(votes)
    assert (fitted.subtypes, fitted.subtypes_) == (4, 2)
    assert fitted.subtype_shares_.shape == (4, 2)
    assert Ebcc(subtypes=1).fit(votes).subtypes_ == 1


@few
@given(sample=rows(), steps=st.integers(1, 8))
def test_glad_posterior_and_likelihood_are_those_of_its_parameters(sample, steps):
    votes = table_of(sample)
    fitted = Glad(n_iter=steps, tol=0).fit(votes)
    joint = np.full((votes.n_items, 4), np.log(0.25))
    for item, annotator, label in triples(votes):
        right = expit(fitted.abilities_[annotator] * fitted.eases_[item])
        joint[item] += np.log((1 - right) / 3)
        joint[item, label] += np.log(right) - np.log((1 - right) / 3)
    assert fitted.probas_ == pytest.approx(softmax(joint), abs=1e-9)
    assert fitted.loglik_ == pytest.approx(np.logaddexp.reduce(joint, axis=1).sum())


def test_glad_finds_able_annotators_and_hard_items():
    generator = np.random.default_rng(5)
    n_items, abilities = 400, np.array([3.0, 2.0, 1.5, 1.0, 0.5, 0.0, 2.5, 1.0])
    eases, truth = np.exp(generator.normal(0, 0.8, n_items)), generator.integers(0, 2, n_items)
    right = generator.random((n_items, 8)) < expit(np.outer(eases, abilities))
    labels = np.where(right, truth[:, None], 1 - truth[:, None])
    items, people = np.repeat(np.arange(n_items), 8), np.tile(np.arange(8), n_items)
    fitted = Glad().fit(table(items, people, labels.ravel(), n_labels=2))
    assert fitted.converged_
    assert np.corrcoef(fitted.abilities_, abilities)[0, 1] > 0.95
    assert np.corrcoef(np.log(fitted.eases_), np.log(eases))[0, 1] > 0.4


def test_glad_step_rests_where_the_objective_is_highest():
    votes, _truth = crowd(80, n_labels=3)
    fitted = Glad(n_iter=2000, tol=1e-13).fit(votes)

    def objective(abilities, eases):
        joint = np.full((votes.n_items, 3), np.log(1 / 3))
        for item, annotator, label in triples(votes):
            right = expit(abilities[annotator] * eases[item])
            joint[item] += np.log((1 - right) / 2)
            joint[item, label] += np.log(right) - np.log((1 - right) / 2)
        away = ((abilities - 1) ** 2).sum() + ((np.log(eases) - 1) ** 2).sum()
        return np.logaddexp.reduce(joint, axis=1).sum() - away / 2

    best = objective(fitted.abilities_, fitted.eases_)
    for annotator, change in itertools.product(range(6), (-0.05, 0.05)):
        moved = fitted.abilities_ + change * (np.arange(6) == annotator)
        assert objective(moved, fitted.eases_) < best
    for item, change in itertools.product(range(0, 80, 13), (-0.2, 0.2)):
        moved = fitted.eases_ * np.exp(change * (np.arange(80) == item))
        assert objective(fitted.abilities_, moved) < best


def test_mace_knows_spammers_by_their_habits():
    votes, truth = crowd(300, skills=(0.9, 0.85, 0.8, 0.9), share=1.0)
    items = np.concatenate([votes.items, np.tile(np.arange(300), 2)])
    people = np.concatenate([votes.annotators, np.full(300, 4), np.full(300, 5)])
    labels = np.concatenate([votes.labels, np.full(300, 2), np.arange(300) % 2])
    fitted = Mace().fit(table(items, people, labels, n_labels=4))
    assert fitted.skills_[:4].min() > 0.6
    assert fitted.skills_[4:].max() < 0.1
    assert fitted.habits_[4].argmax() == 2
    assert (fitted.labels_ == truth).mean() > 0.95
    assert fitted.confusions_.sum(axis=2) == pytest.approx(1.0)


def test_mace_restarts_are_really_different():
    votes, _truth = crowd(100)
    first_steps = Mace(n_iter=1).fit(votes).logliks_
    assert len(set(np.round(first_steps, 6))) == 10
    one_by_one = [Mace(restarts=n, n_iter=3).fit(votes) for n in range(1, 11)]
    best = np.argmax(one_by_one[-1].logliks_)
    # The best start is kept, whatever came after it.
    for fitted in one_by_one[best:]:
        assert np.array_equal(fitted.probas_, one_by_one[best].probas_)


def test_mace_says_whether_it_stopped_where_nothing_moves_any_more():
    votes, _truth = crowd(100)
    fitted, short = Mace().fit(votes), Mace(n_iter=5).fit(votes)
    assert fitted.converged_
    assert fitted.n_iter_ < 50
    assert not short.converged_
    assert short.n_iter_ == 5
