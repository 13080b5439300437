"""Crowds with a known truth, made by fixed seeds, and the models that are tried on them."""

import numpy as np

from quality.aggregation.bcc import Bcc
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.dawid_skene_map import DawidSkeneMap
from quality.aggregation.ebcc import Ebcc
from quality.aggregation.glad import Glad
from quality.aggregation.mace import Mace
from quality.aggregation.one_coin import OneCoin
from quality.aggregation.pool import Pool
from quality.aggregation.pooled_bcc import PooledBcc
from quality.aggregation.wawa import Wawa
from quality.agreement.table import ReliabilityTable

MODELS = {
    "wawa": Wawa,
    "one_coin": OneCoin,
    "dawid_skene": DawidSkene,
    "dawid_skene_map": DawidSkeneMap,
    "bcc": Bcc,
    "pooled_bcc": PooledBcc,
    "ebcc": Ebcc,
    "glad": Glad,
    "mace": Mace,
    "pool": Pool,
}
SKILLS = (0.9, 0.8, 0.75, 0.7, 0.35, 0.35)


def table(items, annotators, labels, *, n_labels, n_items=None, n_annotators=None):
    """A table of three columns; counts of items and annotators from the codes."""
    items, annotators = np.asarray(items, np.int64), np.asarray(annotators, np.int64)
    return ReliabilityTable(
        items,
        annotators,
        np.asarray(labels, np.int64),
        int(items.max(initial=-1)) + 1 if n_items is None else n_items,
        int(annotators.max(initial=-1)) + 1 if n_annotators is None else n_annotators,
        n_labels,
    )


def crowd(n_items=300, *, seed=0, skills=SKILLS, n_labels=4, share=0.8):
    """Annotators of the given skills who answer a share of the items each, and the truth."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, n_labels, n_items)
    items, annotators, labels = [], [], []
    for annotator, skill in enumerate(skills):
        seen = np.flatnonzero(generator.random(n_items) < share)
        right = generator.random(seen.size) < skill
        wrong = (truth[seen] + generator.integers(1, n_labels, seen.size)) % n_labels
        items.append(seen)
        annotators.append(np.full(seen.size, annotator))
        labels.append(np.where(right, truth[seen], wrong))
    columns = (np.concatenate(each) for each in (items, annotators, labels))
    return table(*columns, n_labels=n_labels, n_items=n_items, n_annotators=len(skills)), truth


def trapped(n_items=1500, *, seed=3, n_annotators=12, trap=0.3):
    """Items of which some are traps: there most people say the same wrong thing."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 2, n_items)
    is_trap = (truth == 1) & (generator.random(n_items) < trap)
    falls = generator.uniform(0.1, 0.95, n_annotators)
    skill = generator.uniform(0.75, 0.95, n_annotators)
    items = np.repeat(np.arange(n_items), n_annotators)
    annotators = np.tile(np.arange(n_annotators), n_items)
    right = generator.random(items.size) < np.where(
        is_trap[items], 1 - falls[annotators], skill[annotators]
    )
    labels = np.where(right, truth[items], 1 - truth[items])
    return table(items, annotators, labels, n_labels=2), truth


def evidence_of(votes_table, logs):
    """Sum over labels of logs[annotator, true, said], (n_items, K), one label at a time."""
    found = np.zeros((votes_table.n_items, votes_table.n_labels))
    for item, annotator, label in zip(
        votes_table.items, votes_table.annotators, votes_table.labels, strict=True
    ):
        found[item] += logs[annotator, :, label]
    return found


def softmax(rows):
    rows = np.exp(rows - rows.max(axis=1, keepdims=True))
    return rows / rows.sum(axis=1, keepdims=True)
