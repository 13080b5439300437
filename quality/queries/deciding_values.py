"""What a resolution run stores about kinds other than choice; no database."""

from collections.abc import Iterator

import numpy as np

from core.digest import canonical_json
from quality.aggregation.base import ValueAggregator, similarity_to_decision
from quality.kinds import KIND_QUALITY
from quality.models import Undecided
from quality.queries.measuring import Row
from quality.queries.values import ValueColumns

# Smaller probabilities are left out of what is stored.
_NEGLIGIBLE = 1e-6
# Entropy, margin, expected cost and the members of a pool.
_ONLY_OF_CHOICES = (None, None, None, None)


def decisions(labels: ValueColumns, fitted: ValueAggregator) -> Iterator[Row]:
    """Rows of Resolution by item, in the order of `deciding.COLUMNS`."""
    for item, value, posterior, confidence, n_labels in zip(
        labels.item_ids.tolist(),
        fitted.labels_,
        fitted.posteriors_,
        fitted.confidences_.round(9).tolist(),
        labels.table.per_item.tolist(),
        strict=True,
    ):
        kept = {key: round(chance, 9) for key, chance in posterior.items() if chance >= _NEGLIGIBLE}
        yield (
            item,
            None,
            None if value is None else canonical_json(value).decode(),
            canonical_json(kept).decode(),
            min(1.0, max(0.0, confidence)),
            n_labels,
            "" if value is not None else _reason(kept),
            *_ONLY_OF_CHOICES,
        )


def _reason(posterior: dict[str, float]) -> str:
    """Why an item is undecided: its answers are even, or none of them fits the question."""
    return str(Undecided.TIE if posterior else Undecided.NO_LABEL)


def reliabilities(labels: ValueColumns, fitted: ValueAggregator, kind_name: str) -> Iterator[Row]:
    """Rows of SourceReliability: source, mean similarity to the decisions, no confusion, n, and
    no weight."""
    table = labels.table
    distance = KIND_QUALITY[kind_name].distance(table)
    near = similarity_to_decision(table, fitted.labels_, distance)
    n_labels = np.bincount(table.codes.annotators, minlength=table.n_annotators)
    for source, share, n in zip(
        labels.source_ids.tolist(), near.tolist(), n_labels.tolist(), strict=True
    ):
        yield (source, None if np.isnan(share) else share, "{}", n, None)
