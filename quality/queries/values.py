"""The bridge from rows to answers that are more than a class, by the rules of `read_labels`."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _

from annotations.parts import IMAGE, Part, parts_of
from core.copying import stream
from core.jobs import JobFailed
from quality.agreement.values import ValueTable
from quality.kind_methods import ItemFact
from quality.models.run import Run
from quality.queries.agreement.slicing import Period, by_period, of_rounds, round_rows
from quality.queries.labels import IdArray, LabelColumns, Watermark, read_labels, scale_of
from quality.queries.resolution.ledger_cut import Cut

# More would not fit beside a web server: answers are whole documents, and are compared in pairs.
MOST_VALUES = 300_000
MOST_CHARACTERS = 200_000_000

_VALUES = "SELECT id, value::text FROM annotations_label WHERE id = ANY(%s)"
_PAYLOADS = "SELECT id, payload::text FROM annotations_item WHERE id = ANY(%s)"


@dataclass(frozen=True, eq=False)
class ValueColumns:
    """Answers as parallel columns, by (item, source), of which each occurs once.

    `labels`: the columns, with codes of `texts` (distinct canonical JSON, ascending) in place of
    choices. `scale`: the choices that could have been given, key to id.
    """

    labels: LabelColumns
    texts: tuple[str, ...]
    scale: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def item_ids(self) -> IdArray:
        return self.labels.item_ids

    @property
    def source_ids(self) -> IdArray:
        return self.labels.source_ids

    @property
    def version_ids(self) -> list[int]:
        return self.labels.version_ids

    @property
    def watermark(self) -> Watermark:
        return self.labels.watermark

    @cached_property
    def table(self) -> ValueTable:
        """The answers as the pure packages take them."""
        return ValueTable(self.labels.table, tuple(json.loads(text) for text in self.texts))

    def of_version(self, version_id: int) -> "ValueColumns":
        """What people said under one guideline version; see `LabelColumns.of_version`."""
        return replace(self, labels=self.labels.of_version(version_id))

    def by_period(self) -> Iterator[tuple[Period, "ValueColumns"]]:
        """Answers to the items of each week or month; nothing where there is only one."""
        for period, part in by_period(self.labels):
            yield period, replace(self, labels=part)

    def digest(self) -> str:
        """SHA-256 of scale, answers and columns: equal inputs, equal digests."""
        sha = hashlib.sha256(json.dumps([sorted(self.scale.items()), self.texts]).encode())
        sha.update(self.labels.digest().encode())
        return sha.hexdigest()


def read_values(
    run: Run,
    report: Callable[[int], None] = lambda _read: None,
    *,
    cut: Cut | None = None,
    scale: dict[int, str] | None = None,
) -> ValueColumns:
    """The answers a run is about; JobFailed when they are too many, or too large, for one run.

    With `cut`, the answers of that moment; `scale` are the choices then.
    """
    rows = read_labels(run, report, whole_values=True, cut=cut)
    said = rows.choices if rows.under is None else np.append(rows.choices, rows.under[:, 2])
    wanted = np.unique(said)
    if wanted.size > MOST_VALUES:
        raise _too_much(wanted.size)
    texts, codes = _distinct(wanted, report)
    coded = replace(
        rows,
        choices=codes[np.searchsorted(wanted, rows.choices)],
        under=None if rows.under is None else _recoded(rows.under, wanted, codes),
        scale=dict.fromkeys(range(len(texts)), ""),
    )
    keys = {key: pk for pk, key in (scale or scale_of(run)).items()}
    return ValueColumns(coded, texts, keys)


def values_by_round(run: Run, values: ValueColumns) -> Iterator[tuple[int, ValueColumns]]:
    """What was answered in each campaign of the project, also where it was changed later."""
    rows = round_rows(run, "label.id")
    wanted = np.unique(rows[:, 3])
    texts, codes = _distinct(wanted, lambda _read: None)
    rows[:, 3] = codes[np.searchsorted(wanted, rows[:, 3])]
    scale = dict.fromkeys(range(len(texts)), "")
    for number, part in of_rounds(rows, replace(values.labels, scale=scale)):
        yield number, ValueColumns(part, texts, values.scale)


def item_texts(labels: ValueColumns, fact: ItemFact) -> list[dict[str, str]]:
    """Of every item the text of its text parts, what its parts are called, or how large pictures
    and how long recordings are, by part key."""
    found: dict[int, dict[str, str]] = {}
    length = 0
    for rows in stream(_PAYLOADS, (labels.item_ids.tolist(),), size=500):
        for pk, text in rows:
            parts = {part.key: _fact_of(part, fact) for part in parts_of(json.loads(text))}
            found[pk] = parts = {key: words for key, words in parts.items() if words}
            length += sum(map(len, parts.values()))
            if length > MOST_CHARACTERS:
                raise _too_much(len(labels))
    return [found.get(pk, {}) for pk in labels.item_ids.tolist()]


def _fact_of(part: Part, fact: ItemFact) -> str:
    if fact is ItemFact.TEXTS:
        return part.text
    if fact is ItemFact.TITLES:
        return str(part.data.get("title") or "")
    names = ("width", "height") if part.kind == IMAGE else ("duration",)
    sizes = [float(part.data.get(name) or 0.0) for name in names]
    return " ".join(map(str, sizes)) if all(sizes) else ""


def _distinct(wanted: IdArray, report: Callable[[int], None]) -> tuple[tuple[str, ...], IdArray]:
    """The different answers, ascending, and the code of each label in `wanted`."""
    code_of: dict[str, int] = {}
    codes = np.zeros(wanted.size, np.int64)
    read = length = 0
    for rows in stream(_VALUES, (wanted.tolist(),), size=2000):
        for pk, text in rows:
            if text not in code_of:
                length += len(text)
            codes[np.searchsorted(wanted, pk)] = code_of.setdefault(text, len(code_of))
        read += len(rows)
        report(read)
        if length > MOST_CHARACTERS:
            raise _too_much(wanted.size)
    texts = sorted(code_of)
    rank = np.zeros(len(texts), np.int64)
    for place, text in enumerate(texts):
        rank[code_of[text]] = place
    return tuple(texts), rank[codes] if texts else codes


def _recoded(under: IdArray, wanted: IdArray, codes: IdArray) -> IdArray:
    changed = under.copy()
    changed[:, 2] = codes[np.searchsorted(wanted, under[:, 2])]
    return changed


def _too_much(n: int) -> JobFailed:
    message = _(
        "These are too many or too long answers for one computation (%(n)s; at most %(most)s are"
        " read). Choose one guideline version or one kind of source."
    ) % {"n": n, "most": MOST_VALUES}
    return JobFailed([{"message": message, "code": "too_many_answers"}])
