"""Spans by Dawid and Skene's model on tokens: borders may differ between people."""

from typing import Any, Self

import numpy as np

from quality.aggregation.base import UNDECIDED, ItemTexts, ValueAggregator
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.tokens import Token, check_size, tokens_of
from quality.agreement.table import ReliabilityTable
from quality.agreement.values import ValueTable

Classes = tuple[str, ...]

# Different sets of classes on one token.
MOST_CLASS_SETS = 200


class TokenDawidSkene(ValueAggregator):
    """Every token is an item, and the set of classes it was marked with the label.

    Tokens are words and single signs of the item's text; without a text, the stretches between
    the borders that anybody set. Neighbouring tokens decided for a class become one span; a token
    whose chances are even gets no class. Parameters as of `DawidSkene`.
    `confidences_`: mean chance of the decided label over the tokens that anybody marked.
    `posteriors_`: mean chance over the tokens of each decided span, by place in the list.
    `habits_`: by class, hit and false_alarm per token.
    Raises ValueError for more than 20 million token labels or 200 sets of classes.
    """

    def __init__(self, *, n_iter: int = 100, tol: float = 1e-6, smoothing: float = 0.03) -> None:
        self.n_iter = n_iter
        self.tol = tol
        self.smoothing = smoothing

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Run EM over the tokens of all items."""
        tokens = [
            tokens_of(table.of_item(item), texts[item] if texts else {})
            for item in range(table.n_items)
        ]
        labels, sets = _token_labels(table, tokens)
        fitted = DawidSkene(**self.get_params()).fit(labels)
        self.converged_, self.n_iter_ = fitted.converged_, fitted.n_iter_
        self.habits_ = _habits(sets, fitted)
        self.priors_ = _class_shares(sets, fitted.priors_.tolist())
        empty = sets.index(())
        decided = np.where(fitted.labels_ == UNDECIDED, empty, fitted.labels_)
        chances = fitted.probas_
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = np.zeros(table.n_items)
        start = 0
        for item, mine in enumerate(tokens):
            rows = slice(start, start + len(mine))
            start += len(mine)
            if not table.per_item[item]:
                self.labels_.append(None)
                self.posteriors_.append({})
                continue
            chosen = [sets[code] for code in decided[rows].tolist()]
            of_class = _chances(chances[rows], sets)
            spans, shares = _spans(mine, chosen, of_class, texts[item] if texts else {})
            self.labels_.append({"kind": "spans", "spans": spans})
            self.posteriors_.append(shares)
            touched = chances[rows][:, empty] < 1.0 - 1e-6
            sure = chances[rows].max(axis=1)[touched]
            self.confidences_[item] = float(sure.mean()) if sure.size else 1.0
        return self


def _token_labels(
    table: ValueTable, tokens: list[list[Token]]
) -> tuple[ReliabilityTable, list[Classes]]:
    n_labels = sum(len(mine) * int(n) for mine, n in zip(tokens, table.per_item, strict=True))
    check_size(n_labels)
    codes: dict[Classes, int] = {(): 0}
    items, people, said = [], [], []
    first = 0
    for item, mine in enumerate(tokens):
        rows = range(int(table.starts[item]), int(table.starts[item + 1]))
        for row in rows:
            marked = _marked(mine, table.said(row)["spans"])
            said.append(np.array([codes.setdefault(each, len(codes)) for each in marked], np.int64))
            items.append(np.arange(first, first + len(mine)))
            people.append(np.full(len(mine), table.codes.annotators[row]))
        first += len(mine)
    if len(codes) > MOST_CLASS_SETS:
        raise ValueError(f"{len(codes)} sets of classes on a token are too many.")
    nothing = np.empty(0, np.int64)
    order = sorted(codes)
    rank = np.array([order.index(each) for each in codes], np.int64)
    labels = ReliabilityTable(
        items=np.concatenate([nothing, *items]),
        annotators=np.concatenate([nothing, *people]),
        labels=rank[np.concatenate([nothing, *said])],
        n_items=first,
        n_annotators=table.n_annotators,
        n_labels=len(codes),
    )
    return labels, order


def _marked(tokens: list[Token], spans: list[dict[str, Any]]) -> list[Classes]:
    """The classes of every token that shares a character with a span."""
    found: list[set[str]] = [set() for _token in tokens]
    for span in spans:
        for place, (part, start, end) in enumerate(tokens):
            if part == span["part"] and start < span["end"] and end > span["start"]:
                found[place].add(span["choice"])
    return [tuple(sorted(each)) for each in found]


def _chances(posterior: np.ndarray, sets: list[Classes]) -> dict[str, np.ndarray]:
    """Chance of each class on each token: sets that hold it, added up."""
    names = sorted({name for each in sets for name in each})
    return {
        name: posterior[:, [code for code, each in enumerate(sets) if name in each]].sum(axis=1)
        for name in names
    }


def _spans(
    tokens: list[Token],
    chosen: list[Classes],
    chances: dict[str, np.ndarray],
    texts: Any,
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Runs of tokens of a part decided for a class, with the mean chance of the class on them."""
    runs: list[tuple[str, int, int, str, float]] = []
    for name, of_token in chances.items():
        place = 0
        while place < len(tokens):
            if name not in chosen[place]:
                place += 1
                continue
            first = place
            part = tokens[place][0]
            while place < len(tokens) and tokens[place][0] == part and name in chosen[place]:
                place += 1
            chance = float(of_token[first:place].mean())
            runs.append((part, tokens[first][1], tokens[place - 1][2], name, chance))
    spans, shares = [], {}
    for place, (part, start, end, name, chance) in enumerate(sorted(runs), start=1):
        quote = texts[part][start:end] if part in texts else ""
        spans.append({"part": part, "start": start, "end": end, "choice": name, "quote": quote})
        shares[str(place)] = chance
    return spans, shares


def _habits(sets: list[Classes], fitted: DawidSkene) -> list[dict[str, dict[str, float]]]:
    """By annotator and class: how often tokens of the class are marked with it (hit), and tokens
    that are not (false_alarm), sets of classes weighted by their shares."""
    names = sorted({name for each in sets for name in each})
    found: list[dict[str, dict[str, float]]] = [{} for _person in fitted.confusions_]
    for name in names:
        holds = np.array([name in each for each in sets])
        says = fitted.confusions_[:, :, holds].sum(axis=2)
        for measure, of in (("hit", holds), ("false_alarm", ~holds)):
            weights = np.where(of, fitted.priors_, 0.0)
            rate = says @ (weights / max(float(weights.sum()), 1e-300))
            for person, each in enumerate(rate.tolist()):
                found[person].setdefault(name, {})[measure] = each
    return found


def _class_shares(sets: list[Classes], priors: list[float]) -> dict[str, float]:
    """Share of the tokens that belong to each class."""
    names = sorted({name for each in sets for name in each})
    return {
        name: sum(share for each, share in zip(sets, priors, strict=True) if name in each)
        for name in names
    }
