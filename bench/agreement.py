"""Agreement and Dawid-Skene as ratios against `krippendorff` and `crowd-kit` in the same run.

    python -m bench.agreement [--labels 1000000]

Synthetic labels of a fixed seed: 200 annotators of very unequal activity, 3 to 5 labels an item,
5 classes, an own confusion matrix per annotator, 5 % spammers. Every library gets its data in the
form it wants, made outside the clock, and the results are compared before any time is printed.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.majority_vote import MajorityVote
from quality.agreement.bootstrap import bootstrap_interval, histogram_of
from quality.agreement.histogram import PatternHistogram
from quality.agreement.krippendorff import KrippendorffAlpha, Level, krippendorff_alpha
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.pairs import pairwise_cohen_kappa
from quality.agreement.patterns import count_patterns
from quality.agreement.table import ReliabilityTable
from quality.agreement.two_intervals import measure_with_intervals

ANNOTATORS = 200
SPAMMERS = 10
PRIORS = np.array([0.40, 0.25, 0.15, 0.12, 0.08])
CLASSES = len(PRIORS)
EM_STEPS = 20
SEED = 20_090_225
CHUNK = 20_000

Codes = npt.NDArray[np.int64]


def synthetic_labels(labels: int) -> tuple[Codes, Codes, Codes, Codes]:
    """About `labels` labels as codes (items, annotators, labels), and the truth of each item."""
    generator = np.random.default_rng(SEED)
    per_item = generator.integers(3, 6, max(1, labels // 4))
    truth = generator.choice(CLASSES, per_item.size, p=PRIORS)
    activity = 1.0 / np.arange(1, ANNOTATORS + 1) ** 0.75
    people = []
    for start in range(0, per_item.size, CHUNK):
        wanted = per_item[start : start + CHUNK, np.newaxis]
        # The smallest of exponential waiting times: a weighted draw without replacement.
        waiting = generator.exponential(size=(len(wanted), ANNOTATORS)) / activity
        first = np.argsort(waiting, axis=1)[:, :5]
        people.append(first[np.arange(5) < wanted])
    annotators = np.concatenate(people)
    items = np.repeat(np.arange(per_item.size), per_item)
    said = _confusions(generator)[annotators, truth[items]].cumsum(axis=1)
    drawn = (generator.random((items.size, 1)) > said).sum(axis=1)
    return items, annotators, np.minimum(drawn, CLASSES - 1), truth


def _confusions(generator: np.random.Generator) -> npt.NDArray[np.float64]:
    """Confusion matrices (A, true, said): accuracy .70 on average; spammers ignore the truth."""
    confusions = generator.dirichlet(np.ones(CLASSES), (ANNOTATORS, CLASSES))
    accuracy = generator.beta(7, 3, (ANNOTATORS, CLASSES))
    same = np.arange(CLASSES)
    confusions[:, same, same] = 0
    confusions *= ((1 - accuracy) / confusions.sum(axis=2))[:, :, np.newaxis]
    confusions[:, same, same] = accuracy
    spammers = generator.choice(ANNOTATORS, SPAMMERS, replace=False)
    confusions[spammers] = generator.dirichlet(np.ones(CLASSES), (SPAMMERS, 1))
    return confusions


def timed(name: str, action: Callable[[], Any], *, repeats: int = 3) -> tuple[Any, float]:
    """Result and least CPU seconds of the action; prints them."""
    clocks = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        result = action()
        clocks.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = min(clocks)
    print(f"  {name:<52} {cpu:9.4f} s CPU {wall:9.4f} s wall")
    return result, cpu


def from_counts(counts: Codes, statistic: KrippendorffAlpha) -> float | None:
    """Alpha from the counts of labels per item, the form that `krippendorff` is fastest with."""
    patterns = count_patterns(counts)
    return PatternHistogram(patterns.counts, patterns.weights).value(statistic).value


def measure_ours(columns: tuple[Codes, Codes, Codes], n_items: int) -> dict[str, Any]:
    """Everything the agreement page and the resolver compute, from three columns of codes."""

    def table() -> ReliabilityTable:
        return ReliabilityTable(*columns, n_items, ANNOTATORS, CLASSES)

    def em() -> DawidSkene:
        return DawidSkene(n_iter=EM_STEPS, tol=0, smoothing=0).fit(table())

    print("labelhub (each line starts from three columns of codes, checks included)")
    results: dict[str, Any] = {}
    results["alpha"] = timed("alpha, nominal", lambda: krippendorff_alpha(table()).value)
    results["ordinal"] = timed(
        "alpha, ordinal", lambda: krippendorff_alpha(table(), level="ordinal").value
    )
    both = [KrippendorffAlpha(), KrippendorffAlpha(Level.ORDINAL)]
    results["counts"] = counts = table().counts
    for name, statistic in (("nominal", both[0]), ("ordinal", both[1])):
        results[f"{name} from counts"] = timed(
            f"alpha, {name}, from value_counts", partial(from_counts, counts, statistic)
        )
    timed(
        "alpha with 1000-resample interval over items",
        lambda: bootstrap_interval(table(), statistic=KrippendorffAlpha(), seed=0),
    )
    timed("alpha without each annotator", lambda: leave_one_annotator_out(table()))
    results["both"] = timed(
        "alpha, nominal and ordinal, each with both intervals",
        lambda: measure_with_intervals(table(), both, seed=0),
        repeats=5,
    )
    histogram = histogram_of(table())
    timed(
        "the same from the stored histogram, over items",
        lambda: histogram.measure_all(both, seed=0),
    )
    timed("Cohen's kappa of all pairs", lambda: pairwise_cohen_kappa(table()))
    results["vote"] = timed("majority vote", lambda: MajorityVote().fit(table()))
    results["em"] = timed(f"Dawid-Skene, {EM_STEPS} EM steps", em)
    timed("Dawid-Skene until it converges", lambda: DawidSkene().fit(table()))
    return results


def against_krippendorff(
    library: Any, columns: tuple[Codes, Codes, Codes], n_items: int, ours: dict[str, Any]
) -> None:
    """Alpha from the matrix of annotators and items, and from counts per item."""
    items, annotators, labels = columns
    matrix = np.full((ANNOTATORS, n_items), np.nan)
    matrix[annotators, items] = labels
    counts = ours["counts"]
    print("krippendorff")
    for form, data in (("value_counts", counts), ("reliability_data", matrix)):
        for level, key in (("nominal", "alpha"), ("ordinal", "ordinal")):
            theirs = partial(library.alpha, **{form: data}, level_of_measurement=level)
            alpha, cpu = timed(f"alpha, {level}, from {form}", theirs)
            value, our_cpu = ours[key]
            difference = abs(alpha - value)
            print(f"    labelhub is {cpu / our_cpu:.1f}x faster, difference {difference:.1e}")
            _check(difference < 1e-9, "alpha differs from krippendorff's")
            if form == "value_counts":
                ratio = cpu / ours[f"{level} from counts"][1]
                print(f"    labelhub from the same counts is {ratio:.1f}x faster")


def against_crowd_kit(
    library: Any, frames: Any, columns: tuple[Codes, Codes, Codes], ours: dict[str, Any]
) -> None:
    """Dawid-Skene of as many EM steps, and the majority vote."""
    items, annotators, labels = columns
    answers = frames.DataFrame({"task": items, "worker": annotators, "label": labels})
    print("crowd-kit")
    _votes, cpu = timed("majority vote", lambda: library.MajorityVote().fit(answers))
    print(f"    labelhub is {cpu / ours['vote'][1]:.1f}x faster")
    # tol below any change, so that both do the same number of steps.
    theirs, cpu = timed(
        f"Dawid-Skene, {EM_STEPS} EM steps",
        lambda: library.DawidSkene(n_iter=EM_STEPS, tol=-1e9).fit(answers),
        repeats=2,
    )
    model, our_cpu = ours["em"]
    posterior = theirs.probas_.reindex(columns=range(CLASSES)).sort_index().to_numpy()
    difference = np.abs(posterior - model.probas_).max()
    print(f"    labelhub is {cpu / our_cpu:.1f}x faster, largest difference {difference:.1e}")
    _check(model.n_iter_ == EM_STEPS, "Dawid-Skene stopped early")
    _check(difference < 1e-3, "posteriors differ from crowd-kit's")


def _check(holds: bool, complaint: str) -> None:
    if not holds:
        raise SystemExit(f"The results are not comparable: {complaint}.")


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=1_000_000)
    items, annotators, labels, truth = synthetic_labels(parser.parse_args().labels)
    columns = (items, annotators, labels)
    print(f"{items.size} labels, {truth.size} items, {ANNOTATORS} annotators, {CLASSES} classes")
    ours = measure_ours(columns, truth.size)
    for name, key in (("majority vote", "vote"), ("Dawid-Skene", "em")):
        share = (ours[key][0].labels_ == truth).mean()
        print(f"  {name} finds {share:.2%} of the truth")
    missing = [name for name in ("krippendorff", "crowdkit") if find_spec(name) is None]
    if "krippendorff" not in missing:
        against_krippendorff(import_module("krippendorff"), columns, truth.size, ours)
    if "crowdkit" not in missing:
        against_crowd_kit(
            import_module("crowdkit.aggregation"), import_module("pandas"), columns, ours
        )
    if missing:
        print(f"No comparison with {' and '.join(missing)}: `make bench` installs the baselines.")


if __name__ == "__main__":
    main()
