"""Simulated crowds whose habits are known."""

import numpy as np

from quality.agreement.table import ReliabilityTable


def confusion(accuracy, classes):
    """Right with `accuracy`, else any other class alike."""
    matrix = np.full((classes, classes), (1 - accuracy) / (classes - 1))
    np.fill_diagonal(matrix, accuracy)
    return matrix


def crowd(
    seed, *, items=600, people=20, per_item=5, classes=4, accuracy=(0.6, 0.9), copies=(), hard=0.0
):
    """A table of labels and the truth. `copies`: (who, of whom) repeats the other's answer in nine
    of ten common items. `hard`: share of items on which everybody errs half of the time, mostly
    towards the same class."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, classes, items)
    skill = generator.uniform(*accuracy, people)
    misleading = generator.random(items) < hard
    wrong = (truth + 1 + generator.integers(0, classes - 1, items)) % classes
    rows = []
    for item in range(items):
        said = {}
        for person in generator.permutation(people)[:per_item].tolist():
            chances = confusion(0.5 if misleading[item] else skill[person], classes)[truth[item]]
            if misleading[item]:
                chances = np.full(classes, 0.1 / classes)
                chances[truth[item]] += 0.5
                chances[wrong[item]] += 0.4
            said[person] = int(generator.choice(classes, p=chances / chances.sum()))
        for who, whom in copies:
            if who in said and whom in said and generator.random() < 0.9:
                said[who] = said[whom]
        rows += [(item, person, label) for person, label in said.items()]
    items_, people_, labels = (np.array(column) for column in zip(*rows, strict=True))
    return ReliabilityTable(items_, people_, labels, items, people, classes), truth
