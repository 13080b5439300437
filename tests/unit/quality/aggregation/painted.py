"""Synthetic pictures with known boxes, marked by people with habits of their own.

The setting of the comparison that box resolution is held to: 20 annotators, 3 to 5 on each picture.
Everybody has a margin (how much too wide they draw), a scatter, a hit rate and false alarms; sizes
are such that a single annotator's boxes overlap the true ones by about .8.
"""

from typing import NamedTuple

import numpy as np

from quality.agreement.boxes import iou
from quality.agreement.matching import best_matching
from quality.agreement.values import ValueTable


class Painted(NamedTuple):
    """`table` of answers, `truth` boxes by item, and the habits they were drawn with."""

    table: ValueTable
    truth: list
    margins: np.ndarray
    scatter: np.ndarray
    hits: np.ndarray


def box(left, top, right, bottom, choice="cat"):
    x, y = round(max(left, 0), 2), round(max(top, 0), 2)
    return {
        "part": "image", "x": x, "y": y, "width": round(max(right - x, 1), 2),
        "height": round(max(bottom - y, 1), 2), "choice": choice,
    }  # fmt: skip


def boxes_of(elements):
    order = ("part", "x", "y", "width", "height", "choice")
    return {"kind": "boxes", "boxes": sorted(elements, key=lambda each: [each[n] for n in order])}


def painted(seed=1, *, n_items=150, n_people=20):
    generator = np.random.default_rng(seed)
    margins = generator.normal(0, 6.0, n_people)
    scatter = np.exp(generator.normal(np.log(5.6), 0.4, n_people))
    hits = generator.beta(6, 1.2, n_people)
    alarms = generator.gamma(0.5, 0.6, n_people)
    outward = np.array([-1.0, -1.0, 1.0, 1.0])
    rows, truth = [], []
    for item in range(n_items):
        true = _scene(generator)
        truth.append([box(*each) for each in true])
        for person in generator.choice(n_people, generator.integers(3, 6), replace=False):
            seen = [each for each in true if generator.random() < hits[person]]
            drawn = [
                each + outward * margins[person] + generator.normal(0, scatter[person], 4)
                for each in seen
            ]
            drawn += [_one(generator) for _alarm in range(generator.poisson(alarms[person]))]
            rows.append((item, int(person), boxes_of([box(*each) for each in drawn])))
    return Painted(ValueTable.from_rows(rows), truth, margins, scatter, hits)


def scores(painting, decided):
    """Mean IoU of boxes matched at .5, and F1 at .5 and .9, against the truth."""
    both = {0.5: 0, 0.9: 0}
    total, overlaps = 0, []
    for true, value in zip(painting.truth, decided, strict=True):
        found = value["boxes"] if value else []
        total += len(true) + len(found)
        matrix = np.array([[iou(a, b) for b in found] for a in true])
        matrix = matrix.reshape(len(true), len(found))
        for threshold in both:
            rows, columns = best_matching(matrix, threshold=threshold)
            both[threshold] += 2 * rows.size
            if threshold == 0.5:
                overlaps += matrix[rows, columns].tolist()
    return float(np.mean(overlaps)), both[0.5] / total, both[0.9] / total


def single(painting, seed=0):
    """The answer of one annotator per picture, drawn at random."""
    generator = np.random.default_rng(seed)
    table = painting.table
    return [
        table.of_item(item)[generator.integers(table.per_item[item])]
        for item in range(table.n_items)
    ]


def _one(generator):
    width, height = generator.uniform(60, 160, 2)
    x, y = generator.uniform(20, 800, 2)
    return np.array([x, y, x + width, y + height])


def _scene(generator):
    """One to five boxes that do not overlap each other."""
    found = []
    for _try in range(generator.integers(1, 6)):
        new = _one(generator)
        if all(iou(box(*new), box(*old)) == 0 for old in found):
            found.append(new)
    return found
