"""Public crowd datasets with published results, read from the reference folder when it is there.

The folder is `../shared/data` beside the checkout, or REFERENCE_DATA. Nothing of it is copied here;
the expected figures are facts, cited in the README of each dataset.
"""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("REFERENCE_DATA") or ROOT.parent / "shared" / "data")


@dataclass(frozen=True)
class Dataset:
    """What is published or was measured independently about one set.

    `majority` is the range of accuracies over all ways to break ties; `dawid_skene` the accuracy of
    an independent EM (compared within 0.01), `loglik` its log-likelihood.
    """

    name: str
    choices: tuple[str, ...]
    items: int
    annotators: int
    labels: int
    alpha: float
    majority: tuple[float, float]
    dawid_skene: float

    @property
    def answers(self) -> Path:
        return FOLDER / self.name / "answers.csv"

    def truth(self) -> dict[str, str]:
        with (FOLDER / self.name / "truth.csv").open(newline="") as file:
            return {row["item"]: row["label"] for row in csv.DictReader(file)}


DATASETS = [
    Dataset(
        name="mturk_stem",
        choices=("0", "1"),
        items=6679,
        annotators=27,
        labels=33371,
        alpha=0.4468,
        majority=(0.9231, 0.9231),
        dawid_skene=0.8951,
    ),
    Dataset(
        name="rte",
        choices=("0", "1"),
        items=800,
        annotators=164,
        labels=8000,
        alpha=0.2415,
        majority=(0.8562, 0.9375),
        dawid_skene=0.9275,
    ),
    Dataset(
        name="dog",
        choices=("0", "1", "2", "3"),
        items=807,
        annotators=109,
        labels=8070,
        alpha=0.5194,
        majority=(0.7918, 0.8525),
        dawid_skene=0.8426,
    ),
]
