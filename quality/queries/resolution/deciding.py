"""What a resolution run stores, computed from a fitted aggregator; no database."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from annotations.values import KINDS
from core.digest import canonical_json
from guidelines.label_schema import ChoiceSpec, QuestionSpec
from quality.aggregation.base import UNDECIDED, Aggregator
from quality.aggregation.crowd_model import CrowdModel
from quality.aggregation.decision import least_cost
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.models import Undecided
from quality.queries.labels import LabelColumns

Row = tuple[Any, ...]

# The columns of `decisions`, here and for kinds other than choice.
COLUMNS = (
    "item_id",
    "choice_id",
    "value",
    "posterior",
    "confidence",
    "n_labels",
    "undecided",
    "entropy",
    "margin",
    "expected_cost",
    "member_choices",
    "estimate",
    "deviation",
)
# Of numbers only.
_NO_ESTIMATE = (None, None)
# Smaller probabilities are left out of what is stored.
_NEGLIGIBLE = 1e-6
# Below this much evidence a row of a confusion matrix is only the smoothing.
_NO_EVIDENCE = 1e-3
# What is stored is rounded so, lest it hang on the last bits of a processor.
_DIGITS = 9


class Ruling(NamedTuple):
    """What was decided of each item, code by code: `labels` (n_items,), -1 where undecided;
    `reasons`, why so; `confidences`; `expected` costs, None without a cost matrix."""

    labels: IntArray
    reasons: list[str]
    confidences: FloatArray
    expected: FloatArray | None


class Reliability(NamedTuple):
    """What a fit says about the sources, by annotator code, and about the classes.

    `confusions` (A, K, K): [a, t, c] chance that a says c when t is true. `evidence` (A, K): how
    many labels of a speak of true class t. `accuracy` (A,): NaN where nothing is known. `weights`
    (A,): how much the vote of a counts, None where a method weighs no sources.
    """

    priors: FloatArray
    confusions: FloatArray
    evidence: FloatArray
    accuracy: FloatArray
    weights: FloatArray | None = None


def rule(
    fitted: Aggregator, per_item: IntArray, *, costs: FloatArray | None, threshold: float
) -> Ruling:
    """The decision of each item: the most probable class, or with `costs` (K, K) [true, said] the
    one that is expected to cost least. Nothing where the most probable class is less probable
    than the threshold, whatever it costs: what is unclear goes to people."""
    probas = fitted.probas_.round(_DIGITS)
    labels, expected = fitted.labels_, None
    if costs is not None and probas.size:
        labels, expected = least_cost(probas, costs)
    labels = np.where(per_item > 0, labels, UNDECIDED)
    confidences = probas.max(axis=1, initial=0.0)
    kept = np.where(confidences < threshold, UNDECIDED, labels)
    decided = np.flatnonzero(kept != UNDECIDED)
    confidences[decided] = probas[decided, kept[decided]]
    codes = np.select([kept != UNDECIDED, per_item == 0, labels != UNDECIDED], [0, 1, 2], default=3)
    names = ("", str(Undecided.NO_LABEL), str(Undecided.BELOW_THRESHOLD), str(Undecided.TIE))
    return Ruling(kept, [names[code] for code in codes.tolist()], confidences, expected)


def spread_of(probas: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Entropy of each row (n, K), to the base of the number of classes, and its margin: the
    largest less the second largest. Of a single class both say that all is clear."""
    n, classes = probas.shape
    if classes < 2:
        return np.zeros(n), np.ones(n) * (classes == 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(probas > 0, np.log(probas), 0.0)
    entropy = -np.einsum("ik,ik->i", probas, logs) / np.log(classes)
    largest = np.partition(probas, classes - 2, axis=1)[:, classes - 2 :]
    return np.maximum(entropy, 0.0).round(_DIGITS), (largest[:, 1] - largest[:, 0]).round(_DIGITS)


def canonical_values(kind: str, keys: list[str]) -> list[str]:
    """Canonical JSON of the answer that each choice key stands for, retired choices as well."""
    choices = tuple(ChoiceSpec(key, {}, {}, 0, "") for key in keys)
    question = QuestionSpec("", kind, {}, {}, required=True, choices=choices, options={})
    return [canonical_json(KINDS[kind].parse(key, question).value).decode() for key in keys]


def decisions(
    labels: LabelColumns,
    fitted: Aggregator,
    ruling: Ruling,
    values: list[str],
    members: IntArray | None = None,
) -> Iterator[Row]:
    """Rows of Resolution by item, in the order of `COLUMNS`; `members` (M, n_items): what each
    member of a pool would have decided."""
    names = [json.dumps(key) for key in labels.choice_keys]
    choice_ids = labels.choice_ids.tolist()
    posteriors = fitted.probas_.round(_DIGITS)
    entropy, margin = spread_of(posteriors)
    per_item = labels.table.counts.sum(axis=1)
    expected = [None] * len(posteriors)
    if ruling.expected is not None:
        expected = ruling.expected.round(_DIGITS).tolist()
    for place, (item, decided, posterior) in enumerate(
        zip(labels.item_ids.tolist(), ruling.labels.tolist(), posteriors, strict=True)
    ):
        undecided = decided == UNDECIDED
        yield (
            item,
            None if undecided else choice_ids[decided],
            None if undecided else values[decided],
            _posterior_text(names, posterior.tolist()),
            float(ruling.confidences[place]),
            int(per_item[place]),
            ruling.reasons[place],
            float(entropy[place]),
            float(margin[place]),
            expected[place],
            None if members is None else _array_text(members[:, place].tolist(), choice_ids),
            *_NO_ESTIMATE,
        )


def _posterior_text(names: list[str], chances: list[float]) -> str:
    text = ",".join(
        f"{name}:{chance!r}"
        for name, chance in zip(names, chances, strict=True)
        if chance >= _NEGLIGIBLE
    )
    return "{" + text + "}"


def _array_text(codes: list[int], choice_ids: list[int]) -> str:
    """An array as COPY takes it."""
    said = ("NULL" if code == UNDECIDED else str(choice_ids[code]) for code in codes)
    return "{" + ",".join(said) + "}"


def reliability(table: ReliabilityTable, fitted: Aggregator) -> Reliability:
    """Confusion matrices of the fit: those of the model, or of a method that has none, how often
    each class was said of items that are probably the other; of majority vote, of its decisions.
    """
    weights = _skills(fitted)
    evidence = _by_annotator(table, fitted.probas_)
    if isinstance(fitted, CrowdModel) and hasattr(fitted, "confusions_"):
        truth = np.einsum("k,akk->a", fitted.priors_, fitted.confusions_)
        return Reliability(fitted.priors_, fitted.confusions_, evidence, truth, weights)
    if isinstance(fitted, CrowdModel):
        together, priors = fitted.counts_, fitted.priors_
    else:
        decided = fitted.labels_ != UNDECIDED
        chances = np.zeros(fitted.probas_.shape)
        chances[decided, fitted.labels_[decided]] = 1.0
        together, evidence = _together(table, chances), _by_annotator(table, chances)
        priors = chances.sum(axis=0) / max(int(decided.sum()), 1)
    known = evidence.sum(axis=1)
    accuracy = np.full(table.n_annotators, np.nan)
    np.divide(np.einsum("akk->a", together), known, out=accuracy, where=known > 0)
    confusions = together / np.where(evidence > 0, evidence, 1.0)[:, :, np.newaxis]
    return Reliability(priors, confusions, evidence, accuracy, weights)


def _skills(fitted: Aggregator) -> FloatArray | None:
    """By what a method weighs whole sources: agreement, competence or ability."""
    for name in ("skills_", "abilities_"):
        if hasattr(fitted, name):
            return np.asarray(getattr(fitted, name), np.float64)
    return None


def _together(table: ReliabilityTable, chances: FloatArray) -> FloatArray:
    """[a, t, c]: how often a said c of items that are t, given the chances (n_items, K)."""
    shape = (table.n_annotators, table.n_labels, table.n_labels)
    said = sparse.csr_array(
        (np.ones(len(table)), (table.annotators * table.n_labels + table.labels, table.items)),
        shape=(table.n_annotators * table.n_labels, table.n_items),
    )
    return np.asarray(said @ chances).reshape(shape).transpose(0, 2, 1)


def _by_annotator(table: ReliabilityTable, of_items: FloatArray) -> FloatArray:
    """Sum of the rows (n_items, K) over the items that each annotator labeled: (A, K)."""
    labeled = sparse.csr_array(
        (np.ones(len(table)), (table.annotators, table.items)),
        shape=(table.n_annotators, table.n_items),
    )
    return np.asarray(labeled @ of_items)


def reliabilities(labels: LabelColumns, learned: Reliability) -> Iterator[Row]:
    """Rows of SourceReliability: source, accuracy, confusion, n, weight, no habits."""
    keys = labels.choice_keys
    n_labels = np.bincount(labels.table.annotators, minlength=labels.source_ids.size)
    for code, source in enumerate(labels.source_ids.tolist()):
        accuracy = float(learned.accuracy[code])
        confusion = {
            keys[true]: shares(keys, learned.confusions[code, true])
            for true in np.flatnonzero(learned.evidence[code] > _NO_EVIDENCE).tolist()
        }
        yield (
            source,
            None if np.isnan(accuracy) else round(accuracy, _DIGITS),
            canonical_json(confusion).decode(),
            int(n_labels[code]),
            _weight(learned.weights, code),
            "{}",
        )


def _weight(weights: FloatArray | None, code: int) -> float | None:
    if weights is None or not np.isfinite(weights[code]):
        return None
    return round(float(weights[code]), _DIGITS)


def shares(keys: list[str], values: FloatArray) -> dict[str, float]:
    """Probabilities by choice key, negligible ones left out."""
    return {
        key: value
        for key, value in zip(keys, values.round(6).tolist(), strict=True)
        if value >= _NEGLIGIBLE
    }
