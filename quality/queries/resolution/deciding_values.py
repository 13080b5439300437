"""What a resolution run stores about kinds other than choice; no database."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from core.digest import canonical_json
from quality.aggregation.base import Habits, ValueAggregator, similarity_to_decision
from quality.agreement.coefficient import FloatArray
from quality.agreement.values import Value
from quality.kinds import KIND_QUALITY
from quality.models import ResolutionMethod, Undecided
from quality.queries.agreement.measuring import Row
from quality.queries.values import ValueColumns

# Smaller probabilities are left out of what is stored.
_NEGLIGIBLE = 1e-6
# What is stored is rounded so, lest it hang on the last bits of a processor.
_DIGITS = 9
# Expected cost, and the members of a pool.
_ONLY_OF_CHOICES = (None, None)
# Kinds of which a posterior is one distribution; of others each part has a chance of its own.
DISTRIBUTIONS = frozenset({"rating", "pairwise", "soft_choice"})
# Kinds of answers that nothing but their nearness is known of.
_NO_PARTS = frozenset({"number"})


class ValueRuling(NamedTuple):
    """What was decided of each item: `values`, None where undecided; `reasons`, why so; and
    `confidences` (n_items,)."""

    values: list[Value | None]
    reasons: list[str]
    confidences: FloatArray

    @property
    def n_by_reason(self) -> dict[str, int]:
        """Undecided items by reason."""
        return dict(sorted(Counter(reason for reason in self.reasons if reason).items()))


def rule(labels: ValueColumns, fitted: ValueAggregator, *, threshold: float) -> ValueRuling:
    """What the method decided; nothing where its confidence is below the threshold: what is
    unclear goes to people."""
    confidences = np.clip(fitted.confidences_.round(_DIGITS), 0.0, 1.0)
    values: list[Value | None] = []
    reasons: list[str] = []
    for value, sure, n in zip(
        fitted.labels_, confidences.tolist(), labels.table.per_item.tolist(), strict=True
    ):
        reason = ""
        if not n:
            reason = str(Undecided.NO_LABEL)
        elif value is None:
            reason = str(Undecided.TIE)
        elif sure < threshold:
            reason = str(Undecided.BELOW_THRESHOLD)
        values.append(None if reason else value)
        reasons.append(reason)
    return ValueRuling(values, reasons, confidences)


def decisions(
    labels: ValueColumns, fitted: ValueAggregator, ruling: ValueRuling, kind: str
) -> Iterator[Row]:
    """Rows of Resolution by item, in the order of `deciding.COLUMNS`."""
    n_answers = len({key for each in fitted.posteriors_ for key in each})
    estimates, deviations = _numbers(fitted.estimates_), _numbers(fitted.deviations_)
    for place, (item, value, posterior, n_labels) in enumerate(
        zip(
            labels.item_ids.tolist(),
            ruling.values,
            fitted.posteriors_,
            labels.table.per_item.tolist(),
            strict=True,
        )
    ):
        kept = {
            key: round(chance, _DIGITS)
            for key, chance in posterior.items()
            if chance >= _NEGLIGIBLE
        }
        yield (
            item,
            None,
            None if value is None else canonical_json(value).decode(),
            canonical_json(kept).decode(),
            float(ruling.confidences[place]),
            n_labels,
            ruling.reasons[place],
            *spread(kind, kept, n_answers, fitted.labels_[place]),
            *_ONLY_OF_CHOICES,
            estimates[place] if estimates else None,
            deviations[place] if deviations else None,
        )


def spread_of_kind(kind: str, method: str) -> str:
    """What `spread` is of: "distribution" over answers, "parts" of an answer, or "", nothing."""
    if kind == "choice" or kind in DISTRIBUTIONS:
        return "distribution"
    has_none = kind in _NO_PARTS or (kind == "text" and method != ResolutionMethod.ROVER)
    return "" if has_none else "parts"


def spread(
    kind: str, posterior: Mapping[str, float], n_answers: int, value: Value | None
) -> tuple[float | None, float | None]:
    """Entropy and margin of an item, both None where they are not defined.

    Of one distribution over `n_answers` answers: entropy to the base of their number, and the
    largest chance less the next. Of parts that are decided each by itself: the mean of their
    entropies, to the base 2, and |2 p - 1| of the least sure part; 0 and 1 for an answer without
    parts. Numbers have no parts, and texts have chances by word of the vote on words only.
    """
    if kind in _NO_PARTS or (kind == "text" and not posterior):
        return None, None
    chances = np.array(sorted(posterior.values()), np.float64)
    if kind in DISTRIBUTIONS:
        if not chances.size:
            return None, None
        entropy = -float((chances * np.log(chances)).sum()) / max(np.log(n_answers), np.log(2.0))
        margin = chances[-1] - (chances[-2] if chances.size > 1 else 0.0)
        return round(max(0.0, entropy), _DIGITS), round(float(margin), _DIGITS)
    if not chances.size:
        return (0.0, 1.0) if value is not None else (None, None)
    both = np.clip(np.stack([chances, 1.0 - chances]), 1e-300, 1.0)
    entropies = -(both * np.log2(both)).sum(axis=0)
    least = float(np.abs(2.0 * chances - 1.0).min())
    return round(max(0.0, float(entropies.mean())), _DIGITS), round(least, _DIGITS)


def reliabilities(labels: ValueColumns, fitted: ValueAggregator, kind_name: str) -> Iterator[Row]:
    """Rows of SourceReliability: source, mean similarity to the decisions, no confusion, n,
    weight and habits."""
    table = labels.table
    distance = KIND_QUALITY[kind_name].distance(table)
    near = similarity_to_decision(table, fitted.labels_, distance)
    n_labels = np.bincount(table.codes.annotators, minlength=table.n_annotators)
    weights = _numbers(fitted.skills_)
    for code, source in enumerate(labels.source_ids.tolist()):
        share = float(near[code])
        yield (
            source,
            None if np.isnan(share) else share,
            "{}",
            int(n_labels[code]),
            weights[code] if weights else None,
            _habits_text(fitted.habits_[code]) if fitted.habits_ else "{}",
        )


def _habits_text(habits: Habits) -> str:
    rounded = {
        about: {name: round(float(value), _DIGITS) for name, value in measures.items()}
        for about, measures in habits.items()
    }
    return canonical_json(rounded).decode()


def _numbers(values: FloatArray | None) -> list[float | None]:
    """Rounded, None where nothing is known; empty where a method has none of them."""
    if values is None:
        return []
    return [None if np.isnan(each) else round(each, _DIGITS) for each in values.tolist()]
