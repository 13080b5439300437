"""Margin-first against uniform overlap, replayed on public crowd data with gold.

All sets of choices in the reference folder with gold and at least seven labels per item on average
take part, also those where there is nothing to save; left out is mace_example, a toy of 100 items
of which all labels together decide less than half rightly. The labels per item are those at which
the mean accuracy over the sets comes within half a point of that with all (at most 10) labels.
Of a single draw that place is chance (uniform overlap gains a third of a point per label there):
the standard error of what is saved, over draws, is 10 points for one and 5 for four. Hence the mean
over draws; ROUTING_DRAWS sets how many the model of policies is tried with (4).

Skipped with a loud reason where the reference folder is absent.
"""

import csv
import gzip
import os

import numpy as np
import pytest

from quality.actions.routing.study import replay_sample
from quality.aggregation.bcc import Bcc
from quality.aggregation.calibration import expected_calibration_error
from quality.aggregation.routing import margins, tempered
from quality.aggregation.routing_model import look
from quality.aggregation.routing_replay import NEARLY, Look, first_crossing, replay
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
DRAWS = int(os.environ.get("ROUTING_DRAWS", "4"))
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
    posterior = tempered(Bcc(tol=1e-4).fit(table).probas_)
    return Look(posterior, margins(posterior))


def mean_curves(sets, model, errors=None, **options):
    """Mean over sets of uniform, margin-first, and all labels. `sets`: tables and gold by name;
    `errors` is given the calibration error of every fit, by name."""
    curves, full = [], []
    for name, (table, gold) in sets.items():

        def watched(shown, name=name, gold=gold):
            seen = model(shown)
            if errors is not None:
                errors[name].append(expected_calibration_error(seen.posterior, gold))
            return seen

        found = replay(table, watched, gold=gold, most=10, **options)
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
    sets = {name: loaded(name) for name in REDUNDANT}
    uniform, margin, full = mean_curves(sets, by_bcc, step=0.125, draws=8)

    print(saved(uniform, margin, full))
    assert saved(uniform, margin, full) >= 0.30
    assert at(margin, 3) - at(uniform, 3) >= 0.012
    assert at(margin, 5) - at(uniform, 5) >= 0.009


def test_policies_need_thirty_percent_fewer_labels_in_the_mean_over_redundant_sets():
    """What the page replays is what policies choose and decide by, on as many labels as the page
    takes: all of the largest set would take as long as the six others together."""
    sets = {name: replay_sample(*loaded(name), seed=0) for name in REDUNDANT}
    errors = {name: [] for name in sets}
    uniform, margin, full = mean_curves(sets, look, errors, step=0.25, draws=DRAWS)

    honesty = np.mean([np.mean(each) for each in errors.values()])
    print(DRAWS, saved(uniform, margin, full), full, at(margin, 3), at(margin, 5), honesty)
    # Two to ten labels an item, at random or by margin: the stop rule can be believed.
    assert honesty <= 0.11
    assert saved(uniform, margin, full) >= 0.30
    assert at(margin, 3) - at(uniform, 3) >= 0.012
    assert at(margin, 5) - at(uniform, 5) >= 0.009
