"""Which item is worth one more label, from whom, and when there are enough.

Pure functions of posteriors and annotators' tables. Shapes: n items, A annotators, K labels.
A posterior has shape (n, K) and rows that sum to 1. A confusion matrix has shape (K, K): [t, c] is
the probability that c is said when t is true. All are calibrated first: models that take labels of
one item as independent are too sure of themselves (`tempered`).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

# Total weight of the evidence of a model that takes labels of one item as independent: measured on
# 17 public sets as the one that gives honest probabilities without gold answers.
CALIBRATION = 0.45
# A gain that no digit on a screen would show.
NEGLIGIBLE_GAIN = 1e-4
_SMALLEST = 1e-12


class Standing(IntEnum):
    """What an item needs. Only the first two ask for a label."""

    BELOW_LEAST = 0
    UNSURE = 1
    SURE = 2
    AT_MOST = 3
    NOTHING_TO_GAIN = 4
    DECIDED = 5


@dataclass(frozen=True)
class StopRule:
    """When an item has enough labels: `least` of them and a confidence of `target`, or `most`.

    Raises ValueError unless 0 < target <= 1 and 1 <= least <= most.
    """

    target: float
    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise ValueError(f"target must lie above 0 and up to 1, not {self.target}.")
        if not 1 <= self.least <= self.most:
            raise ValueError(f"least must be from 1 to most, not {self.least} and {self.most}.")


def tempered(probas: FloatArray, weight: float = CALIBRATION) -> FloatArray:
    """Posteriors raised to the power `weight` and normalised: less sure, in the same order."""
    logs = weight * np.log(np.maximum(probas, _SMALLEST))
    return bounded(logs)


def margins(posterior: FloatArray) -> FloatArray:
    """Largest probability minus the second largest, (n,) in [0, 1]; 1 with a single label."""
    if posterior.shape[1] < 2:
        return np.ones(len(posterior))
    two = np.partition(posterior, -2, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def expected_gain(posterior: FloatArray, confusion: FloatArray) -> FloatArray:
    """How much one more label by this annotator raises the largest probability on average, (n,).

    Sum over what may be said of p(said) times the largest probability after it, minus the largest
    now. Never negative; 0 where no answer could change the decision.
    """
    leader = posterior.max(axis=1)
    # p(said) * p(true | said) = p(true) * p(said | true): no division is needed.
    after = sum((posterior * confusion[:, said]).max(axis=1) for said in range(confusion.shape[1]))
    return np.asarray(np.maximum(after - leader, 0.0))


def expected_information(posterior: FloatArray, confusion: FloatArray) -> FloatArray:
    """Mutual information of the truth and one label by this annotator, in nats, (n,).

    It tells annotators apart where one label cannot change the decision, so that their gains tie.
    """
    said = posterior @ confusion
    return np.maximum(_entropy(said) - posterior @ _entropy(confusion), 0.0)


def best_case(
    posterior: FloatArray,
    confusion: FloatArray,
    more: IntArray,
    weight: float = CALIBRATION,
    lowest: float = -np.inf,
) -> FloatArray:
    """Probability of the leading label if `more` (n,) labels all spoke for it as best they can.

    Of the answers of an annotator with this table the one that favours the leader most counts.
    `lowest`: log of the smallest ratio of a probability to the largest that the model allows.
    """
    leader = posterior.argmax(axis=1)
    logs = np.log(np.maximum(posterior, _SMALLEST))
    evidence = weight * np.log(np.maximum(confusion, _SMALLEST))
    best = np.zeros(len(posterior))
    rows = np.arange(len(posterior))
    for said in range(confusion.shape[1]):
        after = bounded(logs + more[:, np.newaxis] * evidence[:, said], lowest)
        np.maximum(best, after[rows, leader], out=best)
    return np.maximum(best, posterior.max(axis=1, initial=0.0))


def standings(
    posterior: FloatArray,
    n_labels: IntArray,
    rule: StopRule,
    *,
    helpful: FloatArray | None = None,
    weight: float = CALIBRATION,
    lowest: float = -np.inf,
) -> npt.NDArray[np.int8]:
    """The `Standing` of every item, (n,), with `n_labels` (n,) labels so far.

    There is nothing to gain where, by the table of the most `helpful` annotator, neither could one
    label change the decision nor could all that are left lift it to the target.
    """
    confidence = posterior.max(axis=1, initial=0.0)
    found = np.full(len(posterior), Standing.UNSURE, np.int8)
    if helpful is not None and len(posterior):
        left = np.maximum(rule.most - n_labels, 0)
        hopeless = best_case(posterior, helpful, left, weight, lowest) < rule.target
        found[hopeless & (expected_gain(posterior, helpful) < NEGLIGIBLE_GAIN)] = (
            Standing.NOTHING_TO_GAIN
        )
    found[confidence >= rule.target] = Standing.SURE
    found[n_labels < rule.least] = Standing.BELOW_LEAST
    found[n_labels >= rule.most] = Standing.AT_MOST
    return found


def routing_order(margin: FloatArray, n_labels: IntArray, items: IntArray) -> IntArray:
    """Indices by margin, smallest first; ties by fewest labels, then by item."""
    # Rounded, so that the order does not hang on the last bits of a processor.
    return np.lexsort((items, n_labels, margin.round(9)))


def typical_table(confusions: FloatArray, n_labels: IntArray) -> FloatArray:
    """Mean confusion matrix of annotators (A, K, K), weighted by how much each labeled, (K, K).

    With nobody to learn from: an annotator who guesses.
    """
    size = confusions.shape[1]
    total = float(n_labels.sum())
    if total == 0:
        return np.full((size, size), 1.0 / max(size, 1))
    return np.einsum("a,atc->tc", n_labels / total, confusions)


def most_helpful(confusions: FloatArray, priors: FloatArray) -> int:
    """The annotator whose label says most about an item of which nothing is known yet."""
    known = [float(expected_information(priors[np.newaxis], each)[0]) for each in confusions]
    return int(np.argmax(np.round(known, 9)))


def bounded(logs: FloatArray, lowest: float = -np.inf) -> FloatArray:
    """exp(logs) with rows that sum to 1, none smaller than exp(`lowest`) times the largest."""
    if not logs.size:
        return np.exp(logs)
    found = np.exp(np.maximum(logs - logs.max(axis=1, keepdims=True), lowest))
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _entropy(rows: FloatArray) -> FloatArray:
    """Entropy of every row in nats."""
    return np.asarray(-(rows * np.log(np.maximum(rows, _SMALLEST))).sum(axis=1))
