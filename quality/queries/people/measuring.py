"""What a run stores about each person, computed from columns: no requests here.

`Evidence` is all that is read; `measured` turns it into rows of `PersonFigures`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.agreement.proportion import wilson
from quality.people.mean_likeness import MeanLikeness, mean_likeness
from quality.people.self_agreement import SelfAgreement, self_agreement
from quality.queries.people.signals import Signals, Warnings
from quality.queries.people.times import Times
from quality.queries.people.yardsticks import Marks, Yardstick

LEAST_SELF = 0.8


@dataclass(frozen=True)
class GoldSaid:
    """One answer to a gold item on the question of the run; keys are choices, for a choice.

    `similarity` to the gold answer, for other kinds; None where the gold answer cannot be read
    any more.
    """

    source: int
    wanted: str
    given: str
    is_right: bool
    similarity: float | None = None


@dataclass(frozen=True)
class Repeated:
    """What somebody said before and again, as comparable texts, and how alike that is."""

    before: str
    again: str
    similarity: float | None = None


@dataclass(frozen=True)
class Evidence:
    """All that a run knows; `repeats` by source. `is_class`: whether answers are of few classes,
    so that equal answers need a correction for chance."""

    yardstick: Yardstick
    times: Times
    gold: Sequence[GoldSaid]
    repeats: Mapping[int, Sequence[Repeated]]
    is_class: bool


def measured(evidence: Evidence, marks: Marks) -> Iterator[dict[str, Any]]:
    """One row of columns for each person, in the order of their source ids."""
    yardstick = evidence.yardstick
    labels = yardstick.labels
    alpha, without = yardstick.alpha
    signals = Signals(yardstick, evidence.times, marks)
    gold: dict[int, list[GoldSaid]] = defaultdict(list)
    for said in evidence.gold:
        gold[said.source].append(said)
    counts = np.bincount(np.searchsorted(labels.source_ids, labels.sources))
    for source, n_labels in zip(labels.source_ids.tolist(), counts.tolist(), strict=True):
        columns, details, warnings = signals.person(source)
        share, n_pairs = yardstick.peers.get(source, (None, 0))
        checked = _gold(gold[source], marks)
        repeated = _repeats(evidence.repeats.get(source, ()), evidence.is_class, marks, share)
        warnings = [*checked.warnings, *warnings, *repeated.warnings]
        yield {
            "source_id": source,
            "n_labels": n_labels,
            "peers": share,
            "peers_n": n_pairs,
            "alpha": alpha if source in without else None,
            "alpha_without": without.get(source),
            **checked.columns,
            **repeated.columns,
            **columns,
            "n_warnings": len(warnings),
            "warnings": warnings,
            "details": {**details, **checked.details, **repeated.details},
        }


@dataclass(frozen=True)
class _Part:
    """Some columns, details and warnings of one person."""

    columns: dict[str, Any]
    details: dict[str, Any]
    warnings: Warnings


def _gold(gold: Sequence[GoldSaid], marks: Marks) -> _Part:
    """Answers to gold items: equal ones, and for rich answers how alike they are."""
    right = sum(said.is_right for said in gold)
    low, high = _interval(right, len(gold), marks)
    near = [said.similarity for said in gold if said.similarity is not None]
    alike = mean_likeness(near, confidence=marks.confidence)
    warning: dict[str, Any] = {"code": "gold", "mark": marks.gold_mark}
    if alike.n:
        warning |= {"by": "likeness", "value": alike.value, "n": alike.n, "high": alike.high}
    else:
        warning |= {"right": right, "n": len(gold), "high": high}
    is_low = warning["n"] >= marks.fewest_checks and 100 * warning["high"] < marks.gold_mark
    columns = {
        "gold_right": right,
        "gold_n": len(gold),
        "gold_low": low,
        "gold_high": high,
        **_similarity("gold", alike),
        "gold_similarity_n": alike.n,
    }
    return _Part(columns, _gold_details(gold, marks), [warning] if is_low else [])


def _repeats(
    repeats: Sequence[Repeated], is_class: bool, marks: Marks, peers: float | None
) -> _Part:
    """Silent repeats: nobody can be more like others than like themselves.

    Of rich answers no fixed share must be alike; a warning says that somebody is less like
    themselves than like the others.
    """
    found = _again(repeats, marks)
    equal, n = found.percent.hits, found.percent.n
    near = [each.similarity for each in repeats if each.similarity is not None]
    alike = mean_likeness(near, confidence=marks.confidence)
    least: float | None = LEAST_SELF
    warning: dict[str, Any] = {"code": "self"}
    if alike.n:
        least = None if peers is None else min(LEAST_SELF, peers)
        warning |= {
            "by": "likeness",
            "value": alike.value,
            "n": alike.n,
            "high": alike.high,
            "peers": peers,
        }
    else:
        warning |= {"equal": equal, "n": n, "high": found.percent.high}
    is_low = warning["n"] >= marks.fewest_checks and warning["high"] < (least or 0.0)
    columns = {
        "self_equal": equal,
        "self_n": n,
        "self_low": found.percent.low,
        "self_high": found.percent.high,
        **_similarity("self", alike),
    }
    kappa = found.kappa.value if is_class and n else None
    return _Part(columns, {"self_kappa": kappa}, [warning] if is_low else [])


def _again(repeats: Sequence[Repeated], marks: Marks) -> SelfAgreement:
    before = np.array([each.before for each in repeats], dtype=object)
    again = np.array([each.again for each in repeats], dtype=object)
    return self_agreement(before.astype(str), again.astype(str), confidence=marks.confidence)


def _similarity(what: str, alike: MeanLikeness) -> dict[str, float | None]:
    return {
        f"{what}_similarity": alike.value,
        f"{what}_similarity_low": alike.low,
        f"{what}_similarity_high": alike.high,
    }


def _interval(right: int, n: int, marks: Marks) -> tuple[float | None, float | None]:
    """Of a share, both ends between 0 and 1; None without a case."""
    found = wilson(right, n, confidence=marks.confidence)
    return found.low, found.high


def _gold_details(gold: Sequence[GoldSaid], marks: Marks) -> dict[str, Any]:
    """Right answers by class, and what was said instead; only where answers are choices."""
    if not any(said.wanted for said in gold):
        return {}
    by_class = Counter(said.wanted for said in gold)
    right = Counter(said.wanted for said in gold if said.is_right)
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    for said in gold:
        confusion[said.wanted][said.given] += 1
    classes = []
    for key, n in sorted(by_class.items()):
        low, high = _interval(right[key], n, marks)
        classes.append({"choice": key, "right": right[key], "n": n, "low": low, "high": high})
    return {
        "classes": classes,
        "gold_confusion": {key: dict(row) for key, row in sorted(confusion.items())},
    }
