"""Where the items of a question stand: labels, slots and calibrated posteriors, side by side."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from annotations.models import GoldItem, Source
from quality.aggregation.base import UNDECIDED
from quality.aggregation.routing import (
    Standing,
    StopRule,
    margins,
    most_helpful,
    standings,
    typical_table,
)
from quality.aggregation.routing_model import Calibrated, calibrated
from quality.aggregation.routing_plan import ItemStates
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.models import RoutingPolicy
from quality.models.run import Run
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.routing.states import (
    SlotColumns,
    counts_at,
    decided_items,
    labelers,
    rows_at,
    slot_columns,
)

CONFIDENCE_BINS = 100
# An own table says something about a person from so many labels on.
ENOUGH_FOR_A_TABLE = 5
SAMPLE_ITEMS = 500
SAMPLE_CELLS = 10_000


@dataclass(frozen=True, eq=False)
class Outlook:
    """Rows are the items that may be asked about: not withdrawn, not gold.

    `posterior` (n, K) is calibrated, that of the class shares where there is no label yet. The
    smallest `margin` (n,) is labeled next.
    `people`: who labels here; `sources`: code of the annotator of each of them who has labeled.
    """

    labels: LabelColumns
    fitted: Calibrated
    slots: SlotColumns
    posterior: FloatArray
    margin: FloatArray
    n_labels: IntArray
    decided: IntArray
    people: list[int]
    sources: dict[int, int]

    @cached_property
    def labels_by_annotator(self) -> IntArray:
        """(A,) labels of each annotator."""
        return np.bincount(self.labels.table.annotators, minlength=self.labels.source_ids.size)

    @cached_property
    def typical(self) -> FloatArray:
        """The table of a typical annotator."""
        return typical_table(self.fitted.confusions, self.labels_by_annotator)

    def table_of(self, person: int) -> FloatArray:
        """The person's own table, or the typical one while too little is known."""
        code = self.sources.get(person)
        if code is None or self.labels_by_annotator[code] < ENOUGH_FOR_A_TABLE:
            return self.typical
        return np.asarray(self.fitted.confusions[code])

    @cached_property
    def helpful(self) -> FloatArray:
        """The most helpful table among the people who label here."""
        if not self.people:
            return self.typical
        tables = np.array([self.table_of(person) for person in self.people])
        return np.asarray(tables[most_helpful(tables, self.fitted.priors)])

    def states(self, rule: StopRule) -> ItemStates:
        """What a plan is made from."""
        standing = standings(
            self.posterior,
            self.n_labels,
            rule,
            helpful=self.helpful,
            weight=self.fitted.weight,
            lowest=self.fitted.lowest,
        )
        standing[np.isin(self.slots.items, self.decided)] = Standing.DECIDED
        return ItemStates(
            items=self.slots.items,
            n_labels=self.n_labels,
            waiting=self.slots.waiting,
            own=self.slots.own,
            others=self.slots.others,
            on_screen=self.slots.on_screen,
            nobody_left=self.slots.had >= len(self.people),
            standing=standing,
            margin=self.margin,
        )


def outlook(
    run: Run,
    *,
    policy: RoutingPolicy | None,
    check: Callable[[LabelColumns], None],
    report: Callable[[int], None] = lambda _read: None,
) -> Outlook:
    """Read, `check` what was read, and fit; the run says of which question and sources.

    Slots are read before labels: what is answered in between is counted twice, never missed, so
    that no item gets more than it may.
    """
    people = labelers(run.project)
    policies = list(
        RoutingPolicy.objects.filter(project=run.project_id).unended().values_list("pk", flat=True)
    )
    own = policy.pk if policy else None
    slots = slot_columns(run.project, policy=own, policies=policies, people=people)
    labels = read_labels(run, report)
    check(labels)
    fitted = calibrated(labels.table, gold=gold_codes(run, labels))
    per_item = labels.table.counts.sum(axis=1)
    return Outlook(
        labels=labels,
        fitted=fitted,
        slots=slots,
        posterior=rows_at(slots.items, labels.item_ids, fitted.posterior, fitted.priors),
        margin=margins(rows_at(slots.items, labels.item_ids, fitted.order, fitted.priors)),
        n_labels=counts_at(slots.items, labels.item_ids, per_item),
        decided=decided_items(run.question_id),
        people=people,
        sources=_sources(labels),
    )


def gold_codes(run: Run, labels: LabelColumns) -> IntArray | None:
    """The trusted answer of each labeled item as a label code, -1 where there is none."""
    codes = {key: code for code, key in enumerate(labels.choice_keys)}
    places = {item: place for place, item in enumerate(labels.item_ids.tolist())}
    gold = np.full(labels.item_ids.size, UNDECIDED, np.int64)
    active = GoldItem.objects.filter(project=run.project_id, retired_at=None)
    for item, values in active.values_list("item", "values"):
        said = values.get(run.question.key)
        if item in places and isinstance(said, str) and said in codes:
            gold[places[item]] = codes[said]
    return gold if (gold != UNDECIDED).any() else None


def _sources(labels: LabelColumns) -> dict[int, int]:
    """Annotator code by person."""
    ids = labels.source_ids.tolist()
    people = dict(
        Source.objects.filter(pk__in=ids, person__isnull=False).values_list("pk", "person")
    )
    return {people[source]: code for code, source in enumerate(ids) if source in people}


def standing_of(seen: Outlook, states: ItemStates | None = None) -> dict[str, Any]:
    """What is stored of where items stand.

    `confidence`: labeled items by hundredths of the largest probability; `labels`: items by labels
    so far; `waiting`: items by [labels and slots on a screen, waiting slots]; of a step besides
    `standing`: items by what they need.
    """
    labeled = seen.n_labels > 0
    confidence = seen.posterior.max(axis=1, initial=0.0)[labeled]
    bins = np.minimum((confidence * CONFIDENCE_BINS + 1e-9).astype(np.int64), CONFIDENCE_BINS - 1)
    busy = seen.n_labels + seen.slots.on_screen
    cells = Counter(zip(busy.tolist(), seen.slots.waiting.tolist(), strict=True))
    found: dict[str, Any] = {
        "n_items": int(seen.slots.items.size),
        "n_labeled": int(labeled.sum()),
        "confidence": np.bincount(bins, minlength=CONFIDENCE_BINS).tolist(),
        "labels": sorted([n, count] for n, count in Counter(seen.n_labels.tolist()).items()),
        "waiting": sorted([n, slots, count] for (n, slots), count in cells.items()),
        "n_annotators": int(seen.labels.source_ids.size),
        "n_people": len(seen.people),
        "n_gold": seen.fitted.n_gold,
    }
    if states is not None:
        counts = Counter(states.standing.tolist())
        found["standing"] = {each.name.lower(): counts.get(each.value, 0) for each in Standing}
    return found


def sample_of(seen: Outlook, seed: int) -> dict[str, Any]:
    """A bounded random sample of labeled items, and the tables that a forecast is played with."""
    labeled = np.flatnonzero(seen.n_labels > 0)
    size = min(labeled.size, SAMPLE_ITEMS, SAMPLE_CELLS // max(seen.posterior.shape[1], 1))
    chosen = np.sort(np.random.default_rng(seed).permutation(labeled)[:size])
    return {
        "posteriors": seen.posterior[chosen].round(5).tolist(),
        "n_labels": seen.n_labels[chosen].tolist(),
        "n_labeled": int(labeled.size),
        "n_unlabeled": int(seen.slots.items.size - labeled.size),
        "prior": seen.fitted.priors.round(6).tolist(),
        "typical": seen.typical.round(6).tolist(),
        "weight": round(seen.fitted.weight, 6),
        "lowest": round(seen.fitted.lowest, 6),
        "ceiling": round(seen.fitted.ceiling, 6),
    }
