"""Several choices: every class is a yes-or-no question of its own."""

from typing import Self

import numpy as np

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.dawid_skene import DawidSkene
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.values import Value, ValueTable

_TIE = 1e-9


class ClassVote(ValueAggregator):
    """A class is chosen when more than half of the annotators chose it.

    `ties`: "abstain" leaves an item undecided on which a class stands at exactly half, "lowest"
    leaves that class out. `posteriors_`: share of the votes by class.
    """

    def __init__(self, *, ties: str = "abstain") -> None:
        self.ties = ties

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Count the votes. Raises ValueError for an unknown way to break ties."""
        if self.ties not in ("abstain", "lowest"):
            raise ValueError(f'ties must be "abstain" or "lowest", not {self.ties!r}.')
        classes = classes_of(table)
        chances = np.zeros((table.n_items, len(classes)))
        for column, name in enumerate(classes):
            chosen = chosen_rows(table, name)
            votes = np.bincount(table.codes.items, weights=chosen, minlength=table.n_items)
            chances[:, column] = votes / np.maximum(table.per_item, 1)
        _decide(self, table, classes, chances, self.ties)
        return self


class ClassDawidSkene(ValueAggregator):
    """Dawid and Skene's model for each class by itself (binary relevance).

    A class is chosen when its probability is above one half; at exactly half the item is left
    undecided. Parameters as of `DawidSkene`. `priors_`: estimated share of items with each class;
    `habits_`: by class, hit and false_alarm.
    """

    def __init__(self, *, n_iter: int = 100, tol: float = 1e-6, smoothing: float = 0.03) -> None:
        self.n_iter = n_iter
        self.tol = tol
        self.smoothing = smoothing

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Run EM per class. Raises ValueError for parameters out of range."""
        classes = classes_of(table)
        chances = np.zeros((table.n_items, len(classes)))
        self.priors_, self.converged_, self.n_iter_ = {}, True, 0
        habits: list[dict[str, dict[str, float]]] = [{} for _person in range(table.n_annotators)]
        for column, name in enumerate(classes):
            fitted = DawidSkene(**self.get_params()).fit(one_class(table, name))
            chances[:, column] = fitted.probas_[:, 1]
            self.priors_[name] = float(fitted.priors_[1])
            self.converged_ = self.converged_ and fitted.converged_
            self.n_iter_ = max(self.n_iter_, fitted.n_iter_)
            for person, says in enumerate(fitted.confusions_[:, :, 1].tolist()):
                habits[person][name] = {"hit": says[1], "false_alarm": says[0]}
        self.habits_ = habits
        _decide(self, table, classes, chances, "abstain")
        return self


def classes_of(table: ValueTable) -> list[str]:
    """The classes that somebody chose, sorted."""
    return sorted({name for value in table.values for name in value["choices"]})


def chosen_rows(table: ValueTable, name: str) -> IntArray:
    """1 for every row that chose the class, else 0."""
    chosen = np.array([name in value["choices"] for value in table.values], np.int64)
    return chosen[table.codes.labels]


def one_class(table: ValueTable, name: str) -> ReliabilityTable:
    """The answers as labels of one class: 1 chosen, 0 not."""
    codes = table.codes
    return ReliabilityTable(
        items=codes.items,
        annotators=codes.annotators,
        labels=chosen_rows(table, name),
        n_items=codes.n_items,
        n_annotators=codes.n_annotators,
        n_labels=2,
    )


def _decide(
    aggregator: ValueAggregator,
    table: ValueTable,
    classes: list[str],
    chances: FloatArray,
    ties: str,
) -> None:
    # Where nobody ever chose nothing, that is no answer to this question.
    may_be_empty = any(not value["choices"] for value in table.values)
    labels: list[Value | None] = []
    posteriors: list[dict[str, float]] = []
    for n, row in zip(table.per_item.tolist(), chances.tolist(), strict=True):
        tied = ties == "abstain" and any(abs(chance - 0.5) <= _TIE for chance in row)
        chosen = [name for name, chance in zip(classes, row, strict=True) if chance > 0.5 + _TIE]
        undecided = tied or not n or not (chosen or may_be_empty)
        labels.append(None if undecided else {"kind": "choices", "choices": chosen})
        posteriors.append(
            {name: chance for name, chance in zip(classes, row, strict=True) if chance and n}
        )
    aggregator.labels_, aggregator.posteriors_ = labels, posteriors
    sure = np.maximum(chances, 1.0 - chances).prod(axis=1)
    aggregator.confidences_ = np.where(table.per_item > 0, sure, 0.0)
