"""A second way to the live counts: from all labels at once, by the code of the full runs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from core.copying import stream
from guidelines.models import GuidelineVersion, Question
from quality.agreement.table import IntArray
from quality.models import AgreementRun
from quality.models.run import PEOPLE
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.live.codes import CODED_KINDS, SAID_SQL, code_of
from quality.queries.live.counts import LiveCounts, LiveSlice, live_counts
from quality.queries.live.values_recount import recount_values

MOST_DIFFERENCES = 20

# Rater, answer, pattern; or two raters and the ratings of an item that both rated.
Place = tuple[int, int, bytes]
_ANSWERS = f"""
SELECT label.id, {SAID_SQL}
  FROM annotations_label AS label
  JOIN guidelines_question AS question ON question.id = label.question_id
 WHERE label.id = ANY(%s)
"""


class Columns(NamedTuple):
    """Ids of raters, codes of answers, and rows of patterns."""

    raters: IntArray
    answers: IntArray
    patterns: IntArray


class Recount(NamedTuple):
    """What was counted anew, and where the live counts differ from it (at most twenty places)."""

    n_items: int
    n_labels: int
    differences: list[dict[str, Any]]


def recount(project_id: int) -> Recount:
    """Every slice of every question that is counted by patterns, live counts against the ledger.

    Call it where both are read from one snapshot, with nothing left to be counted.
    """
    n_items = n_labels = 0
    differences: list[dict[str, Any]] = []
    questions = Question.objects.filter(guideline__project=project_id, kind__in=CODED_KINDS)
    for question in questions.order_by("pk"):
        counts = live_counts(question.pk, meetings=question.kind == "rating") or nothing()
        everybody = read_codes(_as_run(project_id, question, None, PEOPLE))
        n_items += everybody.item_ids.size
        n_labels += len(everybody)
        for kinds in (PEOPLE, *([kind] for kind in counts.kinds if len(counts.kinds) > 1)):
            labels = everybody
            if kinds is not PEOPLE:
                labels = read_codes(_as_run(project_id, question, None, kinds))
            differences += _differences(question, counts, labels, kinds)
    values = recount_values(project_id)
    return Recount(
        n_items + values.n_items,
        n_labels + values.n_labels,
        [*differences, *values.differences][:MOST_DIFFERENCES],
    )


def read_codes(run: AgreementRun) -> LabelColumns:
    """The labels of a run with codes of their answers in the column of choices."""
    if run.question.kind == "choice":
        return read_labels(run)
    found = read_labels(run, whole_values=True)
    said = found.choices if found.under is None else np.append(found.choices, found.under[:, 2])
    labels = np.unique(said)
    codes = np.zeros(labels.size, np.int64)
    for rows in stream(_ANSWERS, (labels.tolist(),), size=20_000):
        places = np.searchsorted(labels, [label for label, _said in rows])
        codes[places] = [code_of(run.question.kind, answer) for _label, answer in rows]
    under = None if found.under is None else found.under.copy()
    if under is not None:
        under[:, 2] = codes[np.searchsorted(labels, under[:, 2])]
    return replace(
        found,
        choices=codes[np.searchsorted(labels, found.choices)],
        under=under,
        scale=dict.fromkeys(codes.tolist(), ""),
    )


def nothing() -> LiveCounts:
    """Counts before the first label."""
    none = np.empty((0, 5), np.int64)
    return LiveCounts(0, none[:, 0], none, none[:, :3], none[:, :4])


def _as_run(
    project_id: int, question: Question, version: GuidelineVersion | None, kinds: Sequence[str]
) -> AgreementRun:
    """What `read_labels` asks of a run; it is not stored."""
    return AgreementRun(
        project_id=project_id, question=question, version=version, source_kinds=list(kinds)
    )


def _differences(
    question: Question, counts: LiveCounts, labels: LabelColumns, kinds: Sequence[str]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    scale = labels.scale
    if question.kind != "choice":  # what either side knows
        scale = scale | dict.fromkeys(counts.said(kinds, None), "")
        labels = replace(labels, scale=scale)
    for version_id in (None, *sorted({*labels.version_ids, *counts.versions})):
        part = labels if version_id is None else labels.of_version(version_id)
        slice_ = counts.slice(kinds=kinds, version_id=version_id, choices=scale)
        expected, seen = _places_of_labels(part), _places(slice_)
        if counts.meetings is not None and not slice_.is_crowded:
            expected |= _meetings_of_labels(part)
            seen |= _meetings(counts.meetings.places(slice_.chosen))
        if expected == seen:
            continue
        slice_name = {"question": question.key, "kinds": list(kinds), "version": version_id}
        found += [
            {
                **slice_name,
                "rater": place[0],
                "answer": place[1],
                "pattern": np.frombuffer(place[2], np.int64).tolist(),
                "live": seen.get(place, 0),
                "ledger": expected.get(place, 0),
            }
            for place in sorted(expected.keys() | seen.keys())
            if expected.get(place, 0) != seen.get(place, 0)
        ][:MOST_DIFFERENCES]
    return found


def _places(part: LiveSlice) -> dict[Place, int]:
    cases = part.cases
    return _placed(
        cases.counts,
        cases.weights,
        Columns(part.raters[cases.raters], part.choices[cases.labels], cases.patterns),
        cases.items,
    )


def _places_of_labels(labels: LabelColumns) -> dict[Place, int]:
    patterns = labels.table.patterns
    columns = Columns(labels.sources, labels.choices, patterns.of_item[labels.table.items])
    ones = np.ones(len(labels), np.int64)
    return _placed(patterns.counts, patterns.weights, columns, ones)


def _meetings_of_labels(labels: LabelColumns) -> dict[Place, int]:
    """Items by two raters and how many ratings they have."""
    per_item = np.bincount(labels.table.items, minlength=labels.table.n_items)
    starts = np.cumsum(per_item) - per_item
    raters = labels.sources[np.lexsort((labels.sources, labels.items))]
    found: Counter[tuple[int, int, int]] = Counter()
    for size in np.unique(per_item[per_item > 1]).tolist():
        first, second = np.triu_indices(size, k=1)
        rows = starts[per_item == size][:, np.newaxis]
        met = np.column_stack([raters[rows + first].ravel(), raters[rows + second].ravel()])
        pairs, often = np.unique(met, axis=0, return_counts=True)
        for (one, other), n in zip(pairs.tolist(), often.tolist(), strict=True):
            found[one, other, size] += n
    return _meetings(found)


def _meetings(places: Counter[tuple[int, int, int]]) -> dict[Place, int]:
    return {
        (first, second, np.array([size], np.int64).tobytes()): n
        for (first, second, size), n in places.items()
    }


def _placed(
    counts: IntArray, weights: IntArray, columns: Columns, items: IntArray
) -> dict[Place, int]:
    """Items of each pattern (under rater and answer 0), and of each rater's answer within one."""
    names = [row.tobytes() for row in counts]
    found = {
        (0, 0, names[place]): int(weights[place])
        for place in np.flatnonzero((weights > 0) & counts.any(axis=1)).tolist()
    }
    rows = np.column_stack(columns)
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    often = np.zeros(len(distinct), np.int64)
    np.add.at(often, place.reshape(-1), items)
    for (rater, answer, pattern), n in zip(distinct.tolist(), often.tolist(), strict=True):
        found[rater, answer, names[pattern]] = n
    return found
