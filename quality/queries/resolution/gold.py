"""Gold items as a fit takes them: the trusted label of each item that people have labeled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotations.models import GoldItem
from core.digest import digest
from quality.agreement.table import IntArray
from quality.models.run import Run
from quality.queries.labels import LabelColumns

NO_GOLD = -1


@dataclass(frozen=True, eq=False)
class GoldLabels:
    """Trusted answers to one question, of items that have labels.

    `codes` (n_items,): label code of each item, -1 where there is none. `ids` of the gold items,
    ascending. `digest`: SHA-256 of ids, items and choice keys; empty without gold.
    """

    codes: IntArray
    ids: list[int]
    digest: str

    @property
    def n(self) -> int:
        return len(self.ids)


def read_gold(run: Run, labels: LabelColumns, ids: Sequence[int] | None = None) -> GoldLabels:
    """The project's active gold answers to the run's question; with `ids`, just these.

    An answer whose choice could not be given in this run, and an item without labels, count not.
    """
    rows = GoldItem.objects.filter(project=run.project_id, values__has_key=run.question.key)
    rows = rows.filter(retired_at=None) if ids is None else rows.filter(pk__in=ids)
    code_of = {key: code for code, key in enumerate(labels.choice_keys)}
    codes = np.full(labels.item_ids.size, NO_GOLD, np.int64)
    kept: list[tuple[int, int, str]] = []
    for pk, item, values in rows.order_by("pk").values_list("pk", "item_id", "values"):
        said = values[run.question.key]
        place = int(np.searchsorted(labels.item_ids, item))
        known = place < labels.item_ids.size and int(labels.item_ids[place]) == item
        if known and isinstance(said, str) and said in code_of:
            codes[place] = code_of[said]
            kept.append((pk, item, said))
    return GoldLabels(codes, [pk for pk, _item, _said in kept], digest(kept) if kept else "")
