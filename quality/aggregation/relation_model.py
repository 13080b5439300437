"""Relations by how often each annotator draws those that are there, and those that are not."""

from typing import Any, Self

import numpy as np

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.presence import Candidate, presence
from quality.agreement.spans import relation_identity
from quality.agreement.values import ValueTable

_TIE = 1e-9


class RelationModel(ValueAggregator):
    """Keeps relations (the same type between the same two spans) that are there with at least the
    probability `presence`: see `presence.presence`. `answers`: by how many everybody is
    taken for the average annotator.

    `posteriors_`: probability of each kept relation, by its place in the list. `confidences_`: mean
    certainty of all that anybody drew. `priors_`: coincidence of false alarms. `habits_`:
    "presence": hit, and false_alarm per item.
    """

    def __init__(self, *, presence: float = 0.5, answers: float = 5.0) -> None:
        self.presence = presence
        self.answers = answers

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Raises ValueError for parameters out of range."""
        if not 0 < self.presence <= 1:
            raise ValueError(f"presence must be above 0 and at most 1, not {self.presence}.")
        if not 0 < self.answers < np.inf:
            raise ValueError(f"answers must be above 0, not {self.answers}.")
        candidates = _drawn(table)
        found = presence(candidates, table, prior=self.answers)
        self.converged_, self.n_iter_ = found.converged, found.n_iter
        self.answerss_ = {"coincidence": found.coincidence}
        rates = zip(found.hits.tolist(), found.false_alarms.tolist(), strict=True)
        self.habits_ = [{"presence": {"hit": hit, "false_alarm": alarm}} for hit, alarm in rates]
        kept: list[list[dict[str, Any]]] = [[] for _item in range(table.n_items)]
        self.posteriors_ = [{} for _item in range(table.n_items)]
        certain: list[list[float]] = [[] for _item in range(table.n_items)]
        for each, chance in zip(candidates, found.chances.tolist(), strict=True):
            is_kept = chance >= self.presence - _TIE
            certain[each.item].append(chance if is_kept else 1.0 - chance)
            if is_kept:
                kept[each.item].append(each.elements[0])
                self.posteriors_[each.item][str(len(kept[each.item]))] = chance
        self.labels_ = [
            {"kind": "relations", "relations": mine} if n else None
            for mine, n in zip(kept, table.per_item.tolist(), strict=True)
        ]
        self.confidences_ = np.array(
            [
                float(np.sort(mine).mean()) if mine else float(n > 0)
                for mine, n in zip(certain, table.per_item.tolist(), strict=True)
            ]
        )
        return self


def _drawn(table: ValueTable) -> list[Candidate]:
    """The different relations of every item, in the order of canonical answers."""
    found = []
    for item in np.flatnonzero(table.per_item).tolist():
        people = table.codes.annotators[table.starts[item] : table.starts[item + 1]].tolist()
        by_identity: dict[Any, tuple[dict[str, Any], list[int]]] = {}
        for person, answer in zip(people, table.of_item(item), strict=True):
            for relation in answer["relations"]:
                _element, drawn_by = by_identity.setdefault(_order(relation), (relation, []))
                if person not in drawn_by:
                    drawn_by.append(person)
        for _identity, (relation, drawn_by) in sorted(by_identity.items()):
            found.append(Candidate(item, tuple(drawn_by), (relation,) * len(drawn_by)))
    return found


def _order(relation: dict[str, Any]) -> tuple[Any, ...]:
    """Its identity, as canonical answers are sorted: from, to, type."""
    choice, one, other = relation_identity(relation)
    return one, other, choice
