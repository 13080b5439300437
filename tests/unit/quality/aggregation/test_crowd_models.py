"""What holds for every model of a crowd: distributions, names and order do not matter, and tables
on which there is little or nothing to learn have defined answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.aggregation.majority_vote import MajorityVote
from tests.unit.quality.aggregation.crowds import MODELS, crowd, table
from tests.unit.quality.tables import rows, table_of

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
few = settings(max_examples=12, deadline=None)


@every_model
@few
@given(sample=rows())
def test_probabilities_and_counts_add_up(model, sample):
    votes = table_of(sample)
    fitted = model().fit(votes)
    assert fitted.probas_.shape == (votes.n_items, votes.n_labels)
    assert fitted.probas_.sum(axis=1) == pytest.approx(1.0)
    assert (fitted.probas_ >= 0).all()
    assert fitted.priors_.sum() == pytest.approx(1.0)
    decided = fitted.labels_ >= 0
    best = fitted.probas_.max(axis=1)
    assert fitted.probas_[decided, fitted.labels_[decided]] == pytest.approx(best[decided])
    # Every label is counted once, under what its annotator said.
    said = np.zeros((votes.n_annotators, votes.n_labels))
    np.add.at(said, (votes.annotators, votes.labels), 1.0)
    assert fitted.counts_.sum(axis=1) == pytest.approx(said)


@every_model
@few
@given(sample=rows(), random=st.randoms())
def test_model_of_shuffled_rows_is_the_same_bit_for_bit(model, sample, random):
    first = model().fit(table_of(sample))
    random.shuffle(sample)
    second = model().fit(table_of(sample))
    assert np.array_equal(first.probas_, second.probas_)
    assert np.array_equal(first.counts_, second.counts_)
    assert np.array_equal(first.labels_, second.labels_)


@every_model
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_model_of_renamed_items_annotators_and_labels_is_the_renamed_model(model, seed):
    votes, _truth = crowd(120)
    generator = np.random.default_rng(seed)
    items, people, labels = (
        generator.permutation(n) for n in (votes.n_items, votes.n_annotators, votes.n_labels)
    )
    renamed = table(items[votes.items], people[votes.annotators], labels[votes.labels], n_labels=4)
    first, second = model().fit(votes), model().fit(renamed)
    assert second.probas_[items][:, labels] == pytest.approx(first.probas_, abs=1e-5)
    moved = second.counts_[people][:, labels][:, :, labels]
    assert moved == pytest.approx(first.counts_, abs=1e-3)
    clear = np.sort(first.probas_, axis=1)[:, -1] - np.sort(first.probas_, axis=1)[:, -2] > 1e-4
    assert np.array_equal(second.labels_[items][clear], labels[first.labels_[clear]])


def all_agreed(sample):
    agreed = {item: label for item, _annotator, label in sample}
    return table_of([(item, annotator, agreed[item]) for item, annotator, _label in sample])


@every_model
@few
@given(sample=rows(min_labels_per_item=3))
def test_items_stay_where_three_people_agree_about_everything(model, sample):
    votes = all_agreed(sample)
    assert np.array_equal(model().fit(votes).labels_, votes.counts.argmax(axis=1))


@pytest.mark.parametrize("name", ["wawa", "one_coin", "dawid_skene", "glad", "mace"])
@few
@given(sample=rows())
def test_single_labels_stay_with_models_for_thin_data(name, sample):
    """The others may take a label that nobody repeated for a slip about a frequent class."""
    votes = all_agreed(sample)
    assert np.array_equal(MODELS[name]().fit(votes).labels_, votes.counts.argmax(axis=1))


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
@pytest.mark.parametrize("people", [1, 10, 40])
def test_pool_believes_single_labels_whatever_the_class_shares(share, people):
    labels = (np.arange(200) < 200 * share).astype(np.int64)
    votes = table(np.arange(200), np.arange(200) % people, labels, n_labels=2)
    assert np.array_equal(MODELS["pool"]().fit(votes).labels_, labels)


@every_model
def test_two_thousand_labels_on_one_item_stay_finite(model):
    items = np.concatenate([np.zeros(2000), np.arange(1, 101)]).astype(np.int64)
    annotators = np.concatenate([np.arange(2000), np.arange(100)])
    labels = np.concatenate([np.arange(2000) % 3 == 0, np.arange(100) % 2])
    votes = table(items, annotators, labels, n_labels=2)
    fitted = model().fit(votes)
    assert np.isfinite(fitted.probas_).all()
    assert fitted.probas_.sum(axis=1) == pytest.approx(1.0)
    assert fitted.labels_[0] == 0


@every_model
def test_table_without_labels_decides_nothing(model):
    empty = table([], [], [], n_labels=3, n_items=2, n_annotators=1)
    fitted = model().fit(empty)
    assert fitted.labels_.tolist() == [-1, -1]
    assert fitted.probas_ == pytest.approx(np.full((2, 3), 1 / 3))
    assert not fitted.counts_.any()
    assert fitted.converged_ in (True, False)


@every_model
def test_table_without_items_choices_or_annotators_decides_nothing(model):
    nothing = model().fit(table([], [], [], n_labels=0))
    assert nothing.labels_.size == 0
    assert nothing.probas_.shape == (0, 0)
    no_choice = model().fit(table([], [], [], n_labels=0, n_items=2))
    assert no_choice.labels_.tolist() == [-1, -1]


@every_model
def test_single_class_is_certain(model):
    fitted = model().fit(table([0, 0, 1], [0, 1, 0], [0, 0, 0], n_labels=1, n_items=3))
    assert fitted.labels_.tolist() == [0, 0, -1]
    assert fitted.probas_ == pytest.approx(np.ones((3, 1)))


@every_model
def test_single_annotator_is_believed(model):
    labels = np.arange(30) % 3
    fitted = model().fit(table(np.arange(30), np.zeros(30), labels, n_labels=3))
    assert np.array_equal(fitted.labels_, labels)


@every_model
def test_annotators_without_a_common_item_are_believed(model):
    labels = np.arange(40) % 2
    fitted = model().fit(table(np.arange(40), np.arange(40) // 10, labels, n_labels=2))
    assert np.array_equal(fitted.labels_, labels)


@every_model
def test_item_without_a_label_is_undecided_and_has_the_class_shares(model):
    votes, _truth = crowd(100)
    longer = table(
        votes.items + (votes.items >= 50),
        votes.annotators,
        votes.labels,
        n_labels=4,
        n_items=votes.n_items + 1,
    )
    fitted, full = model().fit(longer), model().fit(votes)
    assert fitted.labels_[50] == -1
    assert fitted.probas_[50].sum() == pytest.approx(1.0)
    others = np.delete(np.arange(votes.n_items + 1), 50)
    assert fitted.probas_[others] == pytest.approx(full.probas_, abs=1e-9)


@every_model
def test_annotator_without_labels_changes_nothing(model):
    votes, _truth = crowd(100)
    more = table(votes.items, votes.annotators, votes.labels, n_labels=4, n_annotators=9)
    fitted, full = model().fit(more), model().fit(votes)
    assert fitted.probas_ == pytest.approx(full.probas_, abs=1e-6)
    assert not fitted.counts_[6:].any()


@every_model
def test_model_finds_more_of_the_truth_than_the_majority_where_skills_differ(model):
    votes, truth = crowd(600, skills=(0.95, 0.9, 0.4, 0.3, 0.3, 0.3), share=1.0)
    majority = (MajorityVote().fit(votes).labels_ == truth).mean()
    fitted = model().fit(votes)
    assert (fitted.labels_ == truth).mean() > majority


@every_model
def test_fit_again_with_the_same_parameters_is_the_same_bit_for_bit(model):
    votes, _truth = crowd()
    first = model().fit(votes)
    second = model(**first.get_params()).fit(votes)
    assert np.array_equal(first.probas_, second.probas_)
    assert set(first.get_params()) == set(second.get_params())


@every_model
def test_gold_of_every_item_is_accepted(model):
    votes, truth = crowd(60)
    fitted = model().fit(votes, gold=truth)
    assert fitted.probas_.shape == (60, 4)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("one_coin", {"n_iter": 0}),
        ("one_coin", {"smoothing": -1}),
        ("dawid_skene_map", {"spread": -0.1}),
        ("dawid_skene_map", {"smoothing": float("nan")}),
        ("bcc", {"right": 0}),
        ("bcc", {"tol": -1}),
        ("ebcc", {"subtypes": 0}),
        ("ebcc", {"restarts": 0}),
        ("ebcc", {"trial": 0}),
        ("ebcc", {"wrong": float("inf")}),
        ("glad", {"deviation": 0}),
        ("mace", {"restarts": 0}),
        ("mace", {"tol": float("nan")}),
        ("pool", {"total": 0}),
        ("pool", {"pull": -1}),
    ],
)
def test_parameter_out_of_range_is_refused(name, parameters):
    votes, _truth = crowd(10)
    with pytest.raises(ValueError, match="must"):
        MODELS[name](**parameters).fit(votes)


def test_tables_of_annotators_that_would_not_fit_are_refused():
    huge = table([0], [0], [0], n_labels=1000, n_annotators=1000)
    with pytest.raises(ValueError, match="too many"):
        MODELS["bcc"]().fit(huge)
