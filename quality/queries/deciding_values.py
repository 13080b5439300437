"""What a resolution run stores about kinds other than choice; no database."""

from collections.abc import Iterator

import numpy as np

from core.digest import canonical_json
from quality.aggregation.base import ValueAggregator, similarity_to_decision
from quality.kinds import KIND_QUALITY
from quality.queries.measuring import Row
from quality.queries.values import ValueColumns

# Smaller probabilities are left out of what is stored.
_NEGLIGIBLE = 1e-6


def decisions(labels: ValueColumns, fitted: ValueAggregator) -> Iterator[Row]:
    """Rows of Resolution by item: item, choice, value, posterior, confidence, labels."""
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
        )


def reliabilities(labels: ValueColumns, fitted: ValueAggregator, kind_name: str) -> Iterator[Row]:
    """Rows of SourceReliability: source, mean similarity to the decisions, no confusion, n."""
    table = labels.table
    distance = KIND_QUALITY[kind_name].distance(table)
    near = similarity_to_decision(table, fitted.labels_, distance)
    n_labels = np.bincount(table.codes.annotators, minlength=table.n_annotators)
    for source, share, n in zip(
        labels.source_ids.tolist(), near.tolist(), n_labels.tolist(), strict=True
    ):
        yield (source, None if np.isnan(share) else share, "{}", n)
