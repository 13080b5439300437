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
from quality.aggregation.dawid_skene import DawidSkene
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import ReliabilityTable
from quality.queries.labels import LabelColumns

Row = tuple[Any, ...]

# Smaller probabilities are left out of what is stored.
_NEGLIGIBLE = 1e-6
# Below this much evidence a row of a confusion matrix is only the smoothing.
_NO_EVIDENCE = 1e-3


class Reliability(NamedTuple):
    """What a fit says about the sources, by annotator code, and about the classes.

    `confusions` (A, K, K): [a, t, c] chance that a says c when t is true. `evidence` (A, K): how
    many labels of a speak of true class t. `accuracy` (A,): NaN where nothing is known.
    """

    priors: FloatArray
    confusions: FloatArray
    evidence: FloatArray
    accuracy: FloatArray


def canonical_values(kind: str, keys: list[str]) -> list[str]:
    """Canonical JSON of the answer that each choice key stands for, retired choices as well."""
    choices = tuple(ChoiceSpec(key, {}, {}, 0, "") for key in keys)
    question = QuestionSpec("", kind, {}, {}, required=True, choices=choices, options={})
    return [canonical_json(KINDS[kind].parse(key, question).value).decode() for key in keys]


def decisions(labels: LabelColumns, fitted: Aggregator, values: list[str]) -> Iterator[Row]:
    """Rows of Resolution by item: item, choice, value, posterior, confidence, labels."""
    names = [json.dumps(key) for key in labels.choice_keys]
    choice_ids = labels.choice_ids.tolist()
    # Rounded, so that what is stored does not hang on the last bits of a processor.
    posteriors = fitted.probas_.round(9)
    per_item = labels.table.counts.sum(axis=1)
    for item, decided, posterior, n_labels in zip(
        labels.item_ids.tolist(),
        fitted.labels_.tolist(),
        posteriors,
        per_item.tolist(),
        strict=True,
    ):
        chances = posterior.tolist()
        text = ",".join(
            f"{name}:{chance!r}"
            for name, chance in zip(names, chances, strict=True)
            if chance >= _NEGLIGIBLE
        )
        undecided = decided == UNDECIDED
        yield (
            item,
            None if undecided else choice_ids[decided],
            None if undecided else values[decided],
            "{" + text + "}",
            max(chances),
            n_labels,
        )


def reliability(table: ReliabilityTable, fitted: Aggregator) -> Reliability:
    """Confusion matrices of the fit; those of majority vote are counted from its decisions."""
    decided = fitted.labels_ != UNDECIDED
    if isinstance(fitted, DawidSkene):
        evidence = _by_annotator(table, fitted.probas_)
        priors, confusions = fitted.priors_, fitted.confusions_
        truth = np.einsum("k,akk->a", priors, confusions)
        return Reliability(priors, confusions, evidence, truth)
    one_hot = np.zeros(fitted.probas_.shape)
    one_hot[decided, fitted.labels_[decided]] = 1.0
    evidence = _by_annotator(table, one_hot)
    together = np.zeros((table.n_annotators, table.n_labels, table.n_labels))
    counted = decided[table.items]
    said_by, said = table.annotators[counted], table.labels[counted]
    np.add.at(together, (said_by, fitted.labels_[table.items[counted]], said), 1.0)
    right = np.einsum("akk->a", together)
    known = evidence.sum(axis=1)
    accuracy = np.full(table.n_annotators, np.nan)
    np.divide(right, known, out=accuracy, where=known > 0)
    confusions = together / np.maximum(evidence, 1.0)[:, :, np.newaxis]
    priors = one_hot.sum(axis=0) / max(int(decided.sum()), 1)
    return Reliability(priors, confusions, evidence, accuracy)


def _by_annotator(table: ReliabilityTable, of_items: FloatArray) -> FloatArray:
    """Sum of the rows (n_items, K) over the items that each annotator labeled: (A, K)."""
    labeled = sparse.csr_array(
        (np.ones(len(table)), (table.annotators, table.items)),
        shape=(table.n_annotators, table.n_items),
    )
    return np.asarray(labeled @ of_items)


def reliabilities(labels: LabelColumns, learned: Reliability) -> Iterator[Row]:
    """Rows of SourceReliability: source, accuracy, confusion, n."""
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
            None if np.isnan(accuracy) else accuracy,
            canonical_json(confusion).decode(),
            int(n_labels[code]),
        )


def shares(keys: list[str], values: FloatArray) -> dict[str, float]:
    """Probabilities by choice key, negligible ones left out."""
    return {
        key: value
        for key, value in zip(keys, values.round(6).tolist(), strict=True)
        if value >= _NEGLIGIBLE
    }
