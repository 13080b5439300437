"""Margin-first against uniform overlap, replayed on public crowd data with gold.

All sets of choices in the reference folder with gold and at least seven labels per item on average
take part, also those where there is nothing to save; left out is mace_example, a toy of 100 items
of which all labels together decide less than half rightly. The labels per item are those at which
the mean accuracy over the sets comes within half a point of that with all (at most 10) labels.

Skipped with a loud reason where the reference folder is absent.
"""

import csv
import gzip

import numpy as np
import pytest

from quality.aggregation.bcc import Bcc
from quality.aggregation.routing import tempered
from quality.aggregation.routing_model import calibrated
from quality.aggregation.routing_replay import NEARLY, first_crossing, replay
from quality.agreement.table import ReliabilityTable
from tests.verification.datasets import FOLDER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FOLDER.is_dir(),
        reason="VERIFICATION SKIPPED: the reference data folder is absent",
    ),
]

REDUNDANT = [
    "d_possent",
    "dog",
    "hitspam_crowdflower",
    "rte",
    "s_adult",
    "weather_amt",
    "wsd",
]
SMALL = ["dog", "rte", "weather_amt", "wsd"]
GRID = np.arange(2, 10.01, 0.125)


def loaded(name):
    """Labels and gold codes; of repeated labels of one annotator and item the last."""
    path = FOLDER / name / "answers.csv"
    if path.exists():
        text = path.read_text()
    else:
        text = gzip.decompress((FOLDER / name / "answers.csv.gz").read_bytes()).decode()
    rows = {
        (row["item"], row["annotator"]): row["label"] for row in csv.DictReader(text.splitlines())
    }
    table = ReliabilityTable.from_rows((*key, label) for key, label in rows.items())
    with (FOLDER / name / "truth.csv").open(newline="") as file:
        truth = {row["item"]: row["label"] for row in csv.DictReader(file)}
    codes = {label: code for code, label in enumerate(table.label_keys)}
    gold = [codes.get(truth.get(item), -1) for item in table.item_keys]
    return table, np.array(gold)


def by_bcc(table):
    return tempered(Bcc(tol=1e-4).fit(table).probas_)


def by_policy(table):
    """What a policy decides by."""
    return calibrated(table).posterior


def mean_curves(names, posterior, **options):
    """Mean over sets of uniform, margin-first, and all labels."""
    curves, full = [], []
    for name in names:
        table, gold = loaded(name)
        found = replay(table, posterior, gold=gold, most=10, **options)
        print(f"{name}: needs {found.needed('margin')} by margin, {found.needed('uniform')} not")
        curves.append(
            [np.interp(GRID, found.budgets, each) for each in (found.uniform, found.margin)]
        )
        full.append(found.full)
    uniform, margin = np.mean(curves, axis=0)
    return uniform, margin, float(np.mean(full))


def saved(uniform, margin, full):
    level = full - NEARLY
    return 1 - first_crossing(GRID, margin, level) / first_crossing(GRID, uniform, level)


def at(curve, labels):
    return curve[np.searchsorted(GRID, labels)]


def test_margin_first_needs_thirty_percent_fewer_labels_in_the_mean_over_redundant_sets():
    """Of single draws, where a curve first reaches a level is chance: hence the mean of eight."""
    uniform, margin, full = mean_curves(REDUNDANT, by_bcc, step=0.125, draws=8)

    print(saved(uniform, margin, full))
    assert saved(uniform, margin, full) >= 0.30
    assert at(margin, 3) - at(uniform, 3) >= 0.012
    assert at(margin, 5) - at(uniform, 5) >= 0.009


def test_model_of_policies_saves_labels_too():
    """The pool takes ten times as long to fit, hence small sets, larger steps and one draw."""
    uniform, margin, full = mean_curves(SMALL, by_policy, step=0.5, draws=1)

    print(saved(uniform, margin, full))
    assert saved(uniform, margin, full) >= 0.15
    assert at(margin, 3) > at(uniform, 3)
    assert at(margin, 5) > at(uniform, 5)
