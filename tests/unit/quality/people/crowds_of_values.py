"""Simulated crowds that answer with spans, boxes, texts, ratings and more, with known habits."""

import numpy as np

from quality.agreement.values import ValueTable

WORDS = ("the", "cat", "sat", "on", "a", "mat", "and", "saw", "two", "old", "red", "birds")
CLASSES = ("cat", "dog", "elk")


def _span(start, length, choice):
    return {"part": "t", "start": start, "end": start + length, "choice": choice, "quote": ""}


def _spans_truth(generator):
    starts = np.sort(generator.choice(20, generator.integers(0, 4), replace=False)) * 10
    return [
        (int(start), int(generator.integers(3, 9)), str(generator.choice(CLASSES)))
        for start in starts
    ]


def _spans(generator, truth, skill):
    """Some are missed, moved by a few letters, or given another class."""
    found = []
    for start, length, choice in truth:
        if generator.random() > 0.4 + 0.6 * skill:
            continue
        if generator.random() > skill:
            start, length = start + int(generator.integers(-1, 2)), length + 1
        if generator.random() > 0.5 + 0.5 * skill:
            choice = str(generator.choice(CLASSES))
        found.append(_span(max(0, start), length, choice))
    return {"kind": "spans", "spans": found}


def _boxes_truth(generator):
    return [
        (*generator.integers(0, 70, 2).tolist(), *generator.integers(10, 30, 2).tolist())
        for _ in range(generator.integers(0, 4))
    ]


def _boxes(generator, truth, skill):
    found = []
    for box in truth:
        if generator.random() > 0.4 + 0.6 * skill:
            continue
        moved = np.array(box) + generator.normal(0, 6 * (1.2 - skill), 4)
        x, y, width, height = np.maximum(np.rint(moved), 1).tolist()
        found.append(
            {"part": "i", "x": x, "y": y, "width": width, "height": height, "choice": "cat"}
        )
    return {"kind": "boxes", "boxes": found}


def _text_truth(generator):
    return [str(word) for word in generator.choice(WORDS, 8)]


def _text(generator, truth, skill):
    words = [
        word if generator.random() < 0.6 + 0.4 * skill else str(generator.choice(WORDS))
        for word in truth
    ]
    return {"kind": "text", "text": " ".join(words)}


def _rating_truth(generator):
    return float(generator.uniform(1, 5))


def _rating(generator, truth, skill):
    said = np.clip(np.rint(truth + generator.normal(0, 2 * (1.1 - skill))), 1, 5)
    return {"kind": "rating", "number": int(said)}


def _pairwise_truth(generator):
    return str(generator.choice(["a", "b"]))


def _pairwise(generator, truth, skill):
    right = generator.random() < 0.5 + 0.5 * skill
    other = str(generator.choice(["a", "b", "tie"]))
    return {"kind": "pairwise", "winner": truth if right else other, "left": "a"}


FAMILIES = {
    "spans": (_spans_truth, _spans),
    "boxes": (_boxes_truth, _boxes),
    "text": (_text_truth, _text),
    "rating": (_rating_truth, _rating),
    "pairwise": (_pairwise_truth, _pairwise),
}


def crowd_of(
    kind,
    seed,
    *,
    items=150,
    people=12,
    per_item=4,
    skill=(0.6, 0.9),
    copies=(),
    spammers=(),
    drifters=(),
    hard=0.0,
):
    """Rows (item, person, value) as a table; people answer items in the order of items.

    `copies`: (who, of whom) repeats the other's answer on nine of ten common items. `spammers`
    answer another item than the one they are asked about. `drifters` do so from half-way on, six
    times of ten. `hard`: share of items on which everybody has half of their skill."""
    generator = np.random.default_rng(seed)
    draw_truth, answer = FAMILIES[kind]
    truths = [draw_truth(generator) for _ in range(items)]
    skills = generator.uniform(*skill, people)
    loads = generator.random(items) < hard
    rows = []
    for item in range(items):
        said = {}
        for person in generator.permutation(people)[:per_item].tolist():
            able = skills[person] * (0.5 if loads[item] else 1.0)
            careless = person in drifters and item >= items // 2 and generator.random() < 0.6
            about = generator.integers(0, items) if person in spammers or careless else item
            said[person] = answer(generator, truths[about], able)
        for who, whom in copies:
            if who in said and whom in said and generator.random() < 0.9:
                said[who] = said[whom]
        rows += [(item, person, value) for person, value in said.items()]
    return ValueTable.from_rows(rows)
