"""Resolution of choices: CPU seconds and memory, as ratios against `crowd-kit` in the same run.

    python -m bench.aggregation [--labels 1000000]

The synthetic labels of bench.agreement. Every method runs in a process of its own that has read
nothing but the labels, so that its peak memory is its own. With crowd-kit, Dawid-Skene does as many
steps from the same start in both, and the posteriors are compared before any ratio is printed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bench.agreement import ANNOTATORS, CLASSES, EM_STEPS, synthetic_labels
from bench.machine import resident_mb
from quality.aggregation.base import Aggregator
from quality.aggregation.bcc import Bcc
from quality.aggregation.calibration import expected_calibration_error, log_loss
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.dawid_skene_map import DawidSkeneMap
from quality.aggregation.ebcc import Ebcc
from quality.aggregation.glad import Glad
from quality.aggregation.mace import Mace
from quality.aggregation.majority_vote import MajorityVote
from quality.aggregation.one_coin import OneCoin
from quality.aggregation.pool import Pool
from quality.aggregation.pooled_bcc import PooledBcc
from quality.aggregation.wawa import Wawa
from quality.agreement.table import ReliabilityTable

EM = "dawid_skene_20"
METHODS: dict[str, Callable[[], Aggregator]] = {
    EM: lambda: DawidSkene(n_iter=EM_STEPS, tol=0, smoothing=0),
    "majority_vote": MajorityVote,
    "wawa": Wawa,
    "one_coin": OneCoin,
    "dawid_skene": DawidSkene,
    "dawid_skene_map": DawidSkeneMap,
    "bcc": Bcc,
    "pooled_bcc": PooledBcc,
    "ebcc": Ebcc,
    "glad": Glad,
    "mace_1_start": lambda: Mace(restarts=1),
    "pool": Pool,
}
# CPU seconds and MB of resident memory for a million labels.
GOALS = {EM: (1.0, 300), "pool": (3.0, None)}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Fit one method to the stored labels; its posteriors are stored beside them."""
    columns = [np.load(folder / f"{column}.npy") for column in ("items", "annotators", "labels")]
    truth = np.load(folder / "truth.npy")
    before, wall, cpu = resident_mb(os.getpid()), time.perf_counter(), time.process_time()
    table = ReliabilityTable(*columns, truth.size, ANNOTATORS, CLASSES)
    fitted = METHODS[name]().fit(table)
    found = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "before": before,
        "peak": resident_mb(os.getpid()),
        "steps": getattr(fitted, "n_iter_", 0),
    }
    if name == EM:
        np.save(folder / "posterior.npy", fitted.probas_)
    return found | {
        "accuracy": float((fitted.labels_ == truth).mean()),
        "log_loss": log_loss(fitted.probas_, truth),
        "ece": expected_calibration_error(fitted.probas_, truth),
    }


def crowd_kit(folder: Path) -> dict[str, Any]:
    """Dawid-Skene of crowd-kit on the same labels, and how far its posteriors are from ours."""
    frames, library = import_module("pandas"), import_module("crowdkit.aggregation")
    columns = {"task": "items", "worker": "annotators", "label": "labels"}
    answers = frames.DataFrame(
        {name: np.load(folder / f"{at}.npy") for name, at in columns.items()}
    )
    cpu = time.process_time()
    # tol below any change, so that both do the same number of steps.
    theirs = library.DawidSkene(n_iter=EM_STEPS, tol=-1e9).fit(answers)
    cpu = time.process_time() - cpu
    rows = theirs.probas_.reindex(columns=range(CLASSES)).sort_index().to_numpy()
    apart = float(np.abs(rows - np.load(folder / "posterior.npy")).max())
    return {"cpu": cpu, "peak": resident_mb(os.getpid()), "apart": apart}


def in_own_process(name: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.aggregation", "--method", name, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compare(n_labels: int, folder: Path) -> None:
    """Print a line per method and what crowd-kit needs."""
    millions = n_labels / 1e6
    results = {}
    for name in METHODS:
        # The machine is shared: the lesser of two runs.
        runs = [in_own_process(name, folder) for _run in range(2)]
        found = results[name] = min(runs, key=lambda run: run["cpu"])
        print(
            f"  {name:<16} {found['cpu']:8.3f} s CPU {found['cpu'] / millions:8.3f} s per million"
            f" {found['peak']:7.0f} MB ({found['before']:.0f} before) {found['steps']:4} steps"
            f"  right {found['accuracy']:.2%} log loss {found['log_loss']:.3f}"
            f" ECE {found['ece']:.3f}"
        )
    for name, (seconds, memory) in GOALS.items():
        found = results[name]
        held = found["cpu"] <= seconds * max(millions, 1) and found["peak"] <= (memory or 1e9)
        limit = f"{seconds} s per million" + (f", {memory} MB" if memory else "")
        if not memory or millions <= 1:
            print(f"  goal of {name}: {limit}: {'held' if held else 'MISSED'}")
    if find_spec("crowdkit") is None:
        print("No comparison with crowdkit: `make bench` installs the baselines.")
        return
    theirs = in_own_process("crowd_kit", folder)
    ratio = theirs["cpu"] / results[EM]["cpu"]
    print(
        f"crowd-kit, Dawid-Skene, {EM_STEPS} steps: {theirs['cpu']:.3f} s CPU,"
        f" {theirs['peak']:.0f} MB\n    labelhub is {ratio:.1f}x faster,"
        f" largest difference {theirs['apart']:.1e}"
    )
    if theirs["apart"] > 1e-8:
        raise SystemExit("The results are not comparable: posteriors differ from crowd-kit's.")


def main() -> None:
    """Draw the labels, measure, print; or measure one method on labels already drawn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--method", help="measure only this one, on the labels in --folder")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.method:
        one = crowd_kit(given.folder) if given.method == "crowd_kit" else None
        print(json.dumps(one or measure(given.method, given.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="labelhub-bench-") as name:
        drawn = synthetic_labels(given.labels)
        for column, values in zip(("items", "annotators", "labels", "truth"), drawn, strict=True):
            np.save(Path(name) / f"{column}.npy", values)
        print(f"{drawn[0].size} labels, {drawn[3].size} items, {ANNOTATORS} annotators")
        compare(drawn[0].size, Path(name))


if __name__ == "__main__":
    main()
