"""The default for choices: several models decide together, and gold says how far to trust them."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from scipy.optimize import minimize

from quality.aggregation.calibration import Proportion, proportion
from quality.aggregation.crowd_model import CrowdModel, class_shares
from quality.aggregation.dawid_skene_map import DawidSkeneMap
from quality.aggregation.ebcc import Ebcc
from quality.aggregation.glad import Glad
from quality.aggregation.pooled_bcc import PooledBcc
from quality.aggregation.votes import Votes, most_probable, normalize
from quality.aggregation.wawa import Wawa
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

# From so many gold items on the weights are fitted.
LEAST_GOLD = 20
# No member may be surer than this that a label is wrong: one veto would outweigh all others.
_FLOOR = 1e-4
_FOLDS = 10
# Shares of the total weight without gold. MAP and pooled BCC are one model under two priors and
# err on the same items, so they have one share between them.
_SHARES = {"wawa": 2, "dawid_skene_map": 1, "pooled_bcc": 1, "ebcc": 2, "glad": 2}


class Pool(CrowdModel):
    """Logarithmic pool: probabilities are the weighted product of those of five models.

    Models of a crowd are too sure, because annotators stumble over the same items; a weight below
    1 in total is the temperature that repairs it (Genest and Zidek, Statistical Science 1(1),
    1986). `total`: that weight without gold. With 20 gold items or more, weights of 0 or more are
    fitted to them by the log loss, pulled to the weights without gold with the strength `pull`:
    the pool is then re-weighted and calibrated. Gold items are decided like all others. `seed`:
    of the members that start at random. A model never wins by its own likelihood.

    Learned besides what every model learns: `members_`, the fitted models by name; `weights_`
    (members,); `member_labels_` (members, n_items); `n_gold_`, gold items that have a label;
    `is_calibrated_`; `gold_accuracy_`, share of them decided rightly (undecided is not right) with
    its interval, each by weights fitted without it (10 folds); None without gold. `n_iter_` and
    `converged_` are the most steps of a member and whether all converged.
    """

    members_: dict[str, CrowdModel]
    weights_: FloatArray
    member_labels_: IntArray
    n_gold_: int
    is_calibrated_: bool
    gold_accuracy_: Proportion | None

    def __init__(self, *, total: float = 0.45, pull: float = 10.0, seed: int = 0) -> None:
        self.total = total
        self.pull = pull
        self.seed = seed

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        super().check()
        for name in ("total", "pull"):
            value = getattr(self, name)
            if not 0 < value < np.inf:
                raise ValueError(f"{name} must be above 0, not {value}.")

    def fit(self, table: ReliabilityTable, *, gold: IntArray | None = None) -> Self:
        """Fit the members, then their weights. Raises ValueError for parameters out of range, or
        gold of another length or with other labels than the table."""
        self.check()
        gold = np.full(table.n_items, -1, np.int64) if gold is None else np.asarray(gold)
        if gold.shape != (table.n_items,) or (gold >= table.n_labels).any() or (gold < -1).any():
            raise ValueError("gold must hold the code of a label, or -1, for every item.")
        return self.learn(Votes.of(table), gold)

    def learn(self, votes: Votes, gold: IntArray | None = None) -> Self:
        """Fit the members to the same votes, then their weights to the gold (n_items,)."""
        self.members_ = {name: member.learn(votes) for name, member in self._members().items()}
        self.member_labels_ = np.stack([member.labels_ for member in self.members_.values()])
        self.n_iter_ = max(member.n_iter_ for member in self.members_.values())
        self.converged_ = all(member.converged_ for member in self.members_.values())
        shares = np.array([_SHARES[name] for name in self.members_], np.float64)
        self.weights_ = self.total * shares / shares.sum()
        self._weigh(votes, gold)
        pooled = log_pool(self.members_, self.weights_)
        posterior = pooled[votes.labeled] if votes.labeled.size < votes.n_items else pooled
        self.priors_ = class_shares(np.einsum("it->t", posterior))
        self._conclude(votes, posterior, votes.count(posterior))
        return self

    def _members(self) -> dict[str, CrowdModel]:
        return {
            "wawa": Wawa(),
            "dawid_skene_map": DawidSkeneMap(),
            "pooled_bcc": PooledBcc(),
            "ebcc": Ebcc(trial=20, n_iter=100, tol=1e-6, seed=self.seed),
            "glad": Glad(tol=1e-5),
        }

    def _weigh(self, votes: Votes, gold: IntArray | None) -> None:
        known = votes.labeled if gold is None else votes.labeled[gold[votes.labeled] >= 0]
        self.gold_accuracy_, self.is_calibrated_, self.n_gold_ = None, False, 0
        if gold is None or not known.size:
            return
        logs, truth = _logs(self.members_, known), gold[known]
        first = self.weights_
        self.n_gold_ = int(known.size)
        self.is_calibrated_ = self.n_gold_ >= LEAST_GOLD
        decided = np.zeros(known.size, np.int64)
        fold = np.arange(known.size) % _FOLDS
        for each in range(_FOLDS):
            inside = fold == each
            weights = first
            if self.is_calibrated_:
                weights = fitted_weights(logs[:, ~inside], truth[~inside], first, self.pull)
            decided[inside] = most_probable(_mixed(logs[:, inside], weights))
        self.gold_accuracy_ = proportion(int((decided == truth).sum()), self.n_gold_)
        if self.is_calibrated_:
            self.weights_ = fitted_weights(logs, truth, first, self.pull)


def _logs(members: Mapping[str, CrowdModel], items: IntArray) -> FloatArray:
    """Log probabilities (members, items, K)."""
    rows = np.stack([member.probas_[items] for member in members.values()])
    return np.asarray(np.log(np.maximum(rows, _FLOOR)))


def log_pool(members: Mapping[str, CrowdModel], weights: FloatArray) -> FloatArray:
    """Probabilities (n_items, K) pooled by weights (members,), one member at a time to save memory.

    The members' are taken to be at least 1e-4.
    """
    total: FloatArray | None = None
    for member, weight in zip(members.values(), weights.tolist(), strict=True):
        logs = np.maximum(member.probas_, _FLOOR)
        np.log(logs, out=logs)
        logs *= weight
        total = logs if total is None else np.add(total, logs, out=total)
    assert total is not None
    if total.shape[1]:
        normalize(total)
    return total


def _mixed(logs: FloatArray, weights: FloatArray) -> FloatArray:
    rows = np.tensordot(weights, logs, 1)
    normalize(rows)
    return np.asarray(rows)


def fitted_weights(logs: FloatArray, truth: IntArray, first: FloatArray, pull: float) -> FloatArray:
    """Weights (members,) of 0 or more with the least log loss, summed over items, plus `pull`
    times the squared distance to the first ones. Convex, so there is one best.

    `logs` (members, n, K): log probabilities; `truth` (n,).
    """
    said = np.take_along_axis(logs, truth[np.newaxis, :, np.newaxis], axis=2).sum(axis=(1, 2))

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        mixed = np.tensordot(weights, logs, 1)
        total = normalize(mixed)
        apart = weights - first
        slope = np.tensordot(logs, mixed, ([1, 2], [0, 1])) - said + 2.0 * pull * apart
        return total - float(weights @ said) + pull * float(apart @ apart), slope

    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * first.size)
    return np.asarray(found.x)
