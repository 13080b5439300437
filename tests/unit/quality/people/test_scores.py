"""Spammer score, gold accuracy and self-agreement with their intervals and alerts."""

import numpy as np
import pytest

from quality.agreement.coefficient import Undefined
from quality.people.alerts import Reason
from quality.people.gold_accuracy import gold_accuracy
from quality.people.self_agreement import self_agreement
from quality.people.spammer_score import spammer_scores
from tests.unit.quality.people.crowds import confusion


def drawn(seed, matrix, *, labels, people=200):
    generator = np.random.default_rng(seed)
    return np.array(
        [
            [generator.multinomial(labels // len(matrix), row) for row in matrix]
            for _a in range(people)
        ]
    )


def test_spammer_score_of_two_classes_is_raykar_and_yus():
    # (sensitivity + specificity - 1)^2, but for what 10000 labels add by chance.
    table = np.array([[[9000, 1000], [3000, 7000]]])
    assert spammer_scores(table, seed=1).score[0] == pytest.approx(0.36, abs=1e-3)


def test_spammer_score_of_perfect_and_of_mixed_up_people_is_one():
    perfect, swapped = np.eye(3) * 50, np.roll(np.eye(3), 1, axis=1) * 50
    scores = spammer_scores(np.array([perfect, swapped]), seed=1)
    assert scores.score.tolist() == [1.0, 1.0]
    assert scores.low.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("labels", [40, 100, 400])
@pytest.mark.parametrize("accuracy", [0.25, 0.55, 0.8])
def test_spammer_score_is_right_on_average_however_few_the_labels(labels, accuracy):
    scores = spammer_scores(drawn(1, confusion(accuracy, 4), labels=labels), resamples=50, seed=1)
    true = (accuracy - (1 - accuracy) / 3) ** 2
    # Cut at 0, the mean of those who know nothing lies a little above it.
    assert scores.score.mean() == pytest.approx(true, abs=0.025)


@pytest.mark.parametrize("accuracy", [0.25, 0.55, 0.8])
def test_spammer_interval_holds_the_true_score_about_as_often_as_said(accuracy):
    scores = spammer_scores(drawn(2, confusion(accuracy, 4), labels=100), seed=1)
    true = (accuracy - (1 - accuracy) / 3) ** 2
    assert np.mean((scores.low <= true) & (true <= scores.high)) > 0.85


def test_spammers_are_found_and_careful_people_are_not():
    generator = np.random.default_rng(3)
    always_alike = np.tile(generator.dirichlet(np.ones(4)), (4, 1))
    spammers = drawn(4, always_alike, labels=100, people=20)
    careful = drawn(5, confusion(0.6, 4), labels=100, people=180)
    alerts = spammer_scores(np.concatenate([careful, spammers]), seed=1).alerts()
    found = [alert.annotators[0] for alert in alerts]
    assert sum(code >= 180 for code in found) >= 18
    assert sum(code < 180 for code in found) <= 1
    assert alerts[0].reason is Reason.IGNORES_ITEMS
    assert alerts[0].numbers["high"] < 0.1


def test_spammer_score_of_one_class_is_unknown():
    scores = spammer_scores(np.array([[[5, 5], [0, 0]], [[0, 0], [0, 0]]]), seed=1)
    assert np.isnan(scores.score).all()
    assert scores.alerts() == []
    with pytest.raises(ValueError, match="counts must have shape"):
        spammer_scores(np.ones((2, 2)), seed=1)


@pytest.mark.parametrize("interval", ["wilson", "jeffreys"])
def test_gold_accuracy_counts_hits_as_a_whole_and_by_class(interval):
    said, gold = [0, 0, 1, 1, 1, 2], [0, 0, 0, 1, 1, 1]
    found = gold_accuracy(said, gold, n_labels=3, interval=interval)
    assert found.overall[:3] == (4, 6, 4 / 6)
    assert [each[:3] for each in found.by_class] == [(2, 3, 2 / 3), (2, 3, 2 / 3), (0, 0, None)]
    assert found.overall.low < 4 / 6 < found.overall.high


def test_gold_accuracy_alerts_only_where_chance_is_ruled_out():
    poor = gold_accuracy([0] * 40, [0] * 20 + [1] * 20, n_labels=2)
    assert poor.alert(3, least=0.8).numbers["n"] == 40
    assert poor.alert(3, least=0.6) is None
    assert gold_accuracy([1], [0], n_labels=2).alert(3, least=0.75) is None
    assert gold_accuracy([], [], n_labels=2).alert(3, least=0.75) is None


def test_gold_accuracy_alarms_careful_people_as_rarely_as_its_confidence_says():
    generator = np.random.default_rng(6)
    gold = np.zeros(50, int)
    alarms = [
        gold_accuracy((generator.random(50) > 0.8).astype(int), gold, n_labels=2).alert(
            0, least=0.8
        )
        for _time in range(400)
    ]
    assert sum(each is not None for each in alarms) / 400 < 0.05


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (([0], [0, 1]), "same length"),
        (([0], [5]), "gold must be between"),
    ],
)
def test_gold_accuracy_of_impossible_answers_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        gold_accuracy(*arguments, n_labels=2)
    with pytest.raises(ValueError, match="interval must be one of"):
        gold_accuracy([0], [0], n_labels=2, interval="normal")


def test_self_agreement_has_percent_and_kappa_with_intervals():
    first = ["a", "b"] * 20
    second = ["a", "b"] * 17 + ["b", "a"] * 3
    found = self_agreement(first, second)
    assert found.percent[:3] == (34, 40, 0.85)
    assert found.percent.low < 0.85 < found.percent.high
    assert found.kappa.value == pytest.approx(0.7)
    assert found.kappa.low < 0.7 < found.kappa.high
    assert found.alert(1) is None


def test_self_agreement_alerts_on_who_contradicts_themselves_beyond_chance():
    found = self_agreement([0, 1] * 20, [0, 0] * 20)
    alert = found.alert(8)
    assert (alert.reason, alert.annotators) == (Reason.CONTRADICTS_SELF, (8,))
    assert alert.numbers["high"] < 0.8
    assert self_agreement([0, 1], [0, 0]).alert(8) is None


def test_self_agreement_of_nothing_or_one_class_says_why():
    nothing = self_agreement([], [])
    assert nothing.percent.share is None
    assert nothing.kappa.undefined is Undefined.NO_ITEM_WITH_TWO_LABELS
    assert nothing.alert(1) is None
    alike = self_agreement([1] * 9, [1] * 9)
    assert (alike.percent.share, alike.kappa.undefined) == (1.0, Undefined.ONLY_ONE_CATEGORY)
    with pytest.raises(ValueError, match="same length"):
        self_agreement([1], [1, 2])
