"""Boxes, points, segments and polygons by what is known of who marked them."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np

from quality.aggregation.annotator_habits import Habits, Measured, learn_habits
from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.clusters import ClusterAggregator
from quality.aggregation.presence import Candidate, Classes, Presence, classes, presence
from quality.agreement.coefficient import FloatArray
from quality.agreement.values import Value, ValueTable

Element = dict[str, Any]
# Below this only rounding would decide what is kept.
_TIE = 1e-9


class PlaceModel(ValueAggregator):
    """Clusters what people marked, and asks of each cluster: is it there, what is it, and where?

    1. Elements of different people that overlap by at least `overlap` are one candidate, as in
    `ClusterAggregator`. 2. It is there with a probability that follows from how often each of the
    item's annotators marks what is there and what is not; candidates with at least `presence` are
    kept. 3. Its class is decided by a model of the crowd; two classes as probable in a kept
    candidate leave the item undecided. 4. Its sides are means after everybody's own margin,
    weighted by the inverse variance of what is left (`learn_habits`). `answers`: by how many
    everybody is taken for the average annotator.

    `posteriors_`: chance of each kept entry, place and class, by its place in the list.
    `confidences_`: mean certainty of all candidates, the chance of what was kept and 1 - presence
    of what was dropped. `priors_`: coincidence of false alarms. `skills_`: precision of the sides
    relative to the mean. `habits_`: "presence": hit, and false_alarm per item; by side: offset
    (what somebody adds to it) and deviation.
    """

    clusters: ClassVar[type[ClusterAggregator]]
    sides: ClassVar[tuple[str, ...]]

    def __init__(
        self, *, overlap: float = 0.5, presence: float = 0.5, answers: float = 5.0
    ) -> None:
        self.overlap = overlap
        self.presence = presence
        self.answers = answers

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Decide all items; `texts`: sizes of parts. Raises ValueError for parameters out of
        range."""
        clusters = self.clusters(overlap=self.overlap)
        clusters.check()
        if not 0 < self.presence <= 1:
            raise ValueError(f"presence must be above 0 and at most 1, not {self.presence}.")
        if not 0 < self.answers < np.inf:
            raise ValueError(f"answers must be above 0, not {self.answers}.")
        candidates = candidates_of(table, clusters)
        found = presence(candidates, table, prior=self.answers)
        named = classes(candidates, table.n_annotators)
        kept = np.flatnonzero(found.chances >= self.presence - _TIE).tolist()
        habits = self._habits(table, [candidates[each] for each in kept])
        self.converged_ = found.converged and habits.converged
        self.n_iter_ = max(found.n_iter, habits.n_iter)
        self.answerss_ = {"coincidence": found.coincidence}
        self.skills_ = habits.precision
        self.habits_ = self._by_person(found, habits)
        places = {}
        for row, each in enumerate(kept):
            sizes = texts[candidates[each].item] if texts else {}
            places[each] = self._element(candidates[each], habits.truth[row], sizes)
        self._decide(table, candidates, found, named, places)
        return self

    @abstractmethod
    def measure(self, element: Element) -> tuple[float, ...]:
        """The sides of an element."""

    @abstractmethod
    def element(
        self, sides: Sequence[float], candidate: Candidate, sizes: Mapping[str, str]
    ) -> Element:
        """An element with these sides, without its class and part."""

    def _habits(self, table: ValueTable, kept: Sequence[Candidate]) -> Habits:
        rows = [
            (code, person, *self.measure(element))
            for code, each in enumerate(kept)
            for person, element in zip(each.people, each.elements, strict=True)
        ]
        columns = np.array(rows, np.float64).reshape(len(rows), 2 + len(self.sides))
        given = Measured(
            columns[:, 0].astype(np.int64),
            columns[:, 1].astype(np.int64),
            columns[:, 2:],
            len(kept),
            table.n_annotators,
        )
        return learn_habits(given, prior=self.answers, with_scale=False)

    def _element(
        self, candidate: Candidate, sides: FloatArray, sizes: Mapping[str, str]
    ) -> Element:
        made = self.element(sides.tolist(), candidate, sizes)
        return {"part": candidate.elements[0]["part"], **made}

    def _by_person(self, found: Presence, habits: Habits) -> list[dict[str, dict[str, float]]]:
        rates = zip(found.hits.tolist(), found.false_alarms.tolist(), strict=True)
        by_person: list[dict[str, dict[str, float]]] = []
        for person, (hit, false_alarm) in enumerate(rates):
            mine = {"presence": {"hit": hit, "false_alarm": false_alarm}}
            for side, name in enumerate(self.sides):
                mine[name] = {
                    "offset": float(habits.offsets[person, side]),
                    "deviation": float(habits.scatter[person, side]),
                }
            by_person.append(mine)
        return by_person

    def _decide(
        self,
        table: ValueTable,
        candidates: Sequence[Candidate],
        found: Presence,
        named: Classes,
        places: Mapping[int, Element],
    ) -> None:
        field, order = self.clusters.field, self.clusters.order
        listed: list[dict[str, tuple[Element, float]]] = [{} for _item in range(table.n_items)]
        certain: list[list[float]] = [[] for _item in range(table.n_items)]
        tied = set()
        for code, each in enumerate(candidates):
            chance = float(found.chances[code])
            if code not in places:
                certain[each.item].append(1.0 - chance)
                continue
            name, chance = named.names[code], chance * float(named.chances[code])
            if name is None:
                tied.add(each.item)
            entry = {**places[code], "choice": name or ""}
            # Two that came out the same are one.
            listed[each.item][repr([entry[side] for side in order])] = (entry, chance)
            certain[each.item].append(chance)
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = (table.per_item > 0).astype(np.float64)
        for item, found_there in enumerate(listed):
            entries = sorted(
                found_there.values(), key=lambda entry: [entry[0][side] for side in order]
            )
            value: Value = {"kind": field, field: [entry for entry, _chance in entries]}
            self.labels_.append(None if item in tied or not table.per_item[item] else value)
            self.posteriors_.append(
                {str(place): chance for place, (_entry, chance) in enumerate(entries, start=1)}
            )
            if certain[item]:
                self.confidences_[item] = float(np.sort(certain[item]).mean())


def candidates_of(table: ValueTable, clusters: ClusterAggregator) -> list[Candidate]:
    """What people marked, cluster by cluster, item by item."""
    found = []
    for item in np.flatnonzero(table.per_item).tolist():
        people = table.codes.annotators[table.starts[item] : table.starts[item + 1]].tolist()
        for members in clusters.clusters(table.of_item(item)):
            ordered = sorted(members, key=lambda member: member[0])
            found.append(
                Candidate(
                    item,
                    tuple(people[place] for place, _element in ordered),
                    tuple(element for _place, element in ordered),
                )
            )
    return found
