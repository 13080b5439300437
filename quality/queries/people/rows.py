"""The rows behind a figure of a person: their checks, their repeats, a stretch of their work, and
where they are too like somebody else. Items on which the viewer must stay blind are left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from annotations.models import (
    Annotation,
    AnnotationKind,
    Assignment,
    Item,
    Label,
    RepeatAnswer,
    Source,
)
from annotations.queries.blindness import blind_to
from annotations.queries.checks import gold_answers, same_answer
from annotations.queries.history import summaries
from projects.models import Membership
from quality.queries.naming import QuestionNames
from quality.queries.people.coaching import same_again

MOST_ROWS = 200
# Latest answers of a person among which they are compared with another.
LOOKED_AT = 5000
# How late an answer that waited for the network may have been stored.
LATE = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One answer, and what it is held against ("" where nothing is)."""

    item: int
    external_id: str
    at: datetime
    said: str
    against: str
    is_right: bool | None
    seconds: float | None = None


@dataclass(frozen=True)
class Rows:
    """At most `MOST_ROWS`; `n_hidden` are about items the viewer must stay blind on."""

    rows: list[Row]
    n_hidden: int
    is_cut: bool


def gold_rows(viewer: Membership, source: Source, names: QuestionNames, language: str) -> Rows:
    """Answers to gold items in the stream, wrong ones first, then newest first."""
    if source.person is None:
        return Rows([], 0, False)
    answers = [
        answer
        for answer in gold_answers(viewer.project, person=source.person)
        if names.key in answer.wanted
    ]
    answers.sort(key=lambda each: each.at, reverse=True)
    answers.sort(key=lambda each: same_answer(each.given.get(names.key), each.wanted[names.key]))
    hidden = _hidden(viewer, [answer.item for answer in answers])
    shown = [answer for answer in answers if answer.item not in hidden][:MOST_ROWS]
    items = Item.objects.in_bulk([answer.item for answer in shown])
    versions = dict(
        Annotation.objects.filter(pk__in=[answer.annotation for answer in shown]).values_list(
            "pk", "version"
        )
    )
    rows = []
    for answer in shown:
        item, version = items[answer.item], versions[answer.annotation]
        said, wanted = (
            summaries(version, {names.key: each.get(names.key)}, item.payload, language)
            for each in (answer.given, answer.wanted)
        )
        is_right = same_answer(answer.given.get(names.key), answer.wanted[names.key])
        words = (said.get(names.key, "–"), wanted.get(names.key, "–"))
        rows.append(Row(item.pk, item.external_id, answer.at, *words, is_right))
    return Rows(rows, len(hidden), len(answers) - len(hidden) > MOST_ROWS)


def repeat_rows(viewer: Membership, source: Source, names: QuestionNames) -> Rows:
    """First answers to silent repeats beside what was said before, newest first."""
    found = (
        RepeatAnswer.objects.filter(
            project=viewer.project,
            person=source.person_id or 0,
            supersedes=None,
            kind=AnnotationKind.ANSWER,
        )
        .select_related("item")
        .prefetch_related("original__labels__question")
        .order_by("-created_at")[: MOST_ROWS + 1]
    )
    repeats = [row for row in found if names.key in row.values]
    hidden = _hidden(viewer, [row.item_id for row in repeats])
    rows = []
    for repeat in repeats[:MOST_ROWS]:
        if repeat.item_id in hidden:
            continue
        before = {label.question.key: label.value for label in repeat.original.labels.all()}
        said = names.summary(repeat.values[names.key])
        old = names.summary(before[names.key]) if names.key in before else "–"
        item = repeat.item
        equal = same_again(repeat)
        rows.append(Row(item.pk, item.external_id, repeat.created_at, said, old, equal))
    return Rows(rows, len(hidden), len(repeats) > MOST_ROWS)


def stretch_rows(
    viewer: Membership, source: Source, names: QuestionNames, since: datetime, until: datetime
) -> Rows:
    """Answers in the order in which they were given, between two moments, both included."""
    found = (
        Label.objects.filter(
            question=names.id,
            annotation__source=source,
            annotation__successor=None,
            annotation__submitted_at__range=(since, until),
            annotation__created_at__range=(since - LATE, until + LATE),
        )
        .select_related("annotation", "item")
        .order_by("annotation__submitted_at", "pk")[: MOST_ROWS + 1]
    )
    return _of_labels(viewer, found, names)


def alike_rows(viewer: Membership, source: Source, other: Source, names: QuestionNames) -> Rows:
    """Items on which two annotators gave the same answer, and somebody else another one."""
    labels = Label.objects.filter(question=names.id, annotation__successor=None)
    found = labels.raw(
        """
        SELECT label.* FROM annotations_label AS label
        JOIN (
            SELECT id FROM annotations_annotation WHERE source_id = %(source)s
            ORDER BY created_at DESC LIMIT %(looked_at)s
        ) AS mine ON mine.id = label.annotation_id
        JOIN annotations_label AS same
          ON same.item_id = label.item_id AND same.question_id = label.question_id
         AND same.value - 'left' = label.value - 'left'
        JOIN annotations_annotation AS theirs
          ON theirs.id = same.annotation_id AND theirs.source_id = %(other)s
        WHERE label.question_id = %(question)s
          AND NOT EXISTS (SELECT FROM annotations_annotation AS later
                           WHERE later.supersedes_id IN (mine.id, theirs.id))
          AND EXISTS (
              SELECT FROM annotations_label AS third
              JOIN annotations_annotation AS said ON said.id = third.annotation_id
               AND said.source_id NOT IN (%(source)s, %(other)s)
              WHERE third.item_id = label.item_id AND third.question_id = label.question_id
                AND third.value - 'left' <> label.value - 'left'
          )
        ORDER BY label.id DESC LIMIT %(most)s
        """,
        {
            "question": names.id,
            "source": source.pk,
            "other": other.pk,
            "most": MOST_ROWS + 1,
            "looked_at": LOOKED_AT,
        },
    )
    ids = [label.pk for label in found]
    rows = Label.objects.filter(pk__in=ids).select_related("annotation", "item").order_by("-pk")
    return _of_labels(viewer, rows, names)


def _of_labels(viewer: Membership, labels: Iterable[Label], names: QuestionNames) -> Rows:
    found = list(labels)
    hidden = _hidden(viewer, [label.item_id for label in found])
    rows = [
        Row(
            item=label.item_id,
            external_id=label.item.external_id,
            at=label.annotation.submitted_at,
            said=names.summary(label.value),
            against="",
            is_right=None,
            seconds=_seconds(label.annotation.active_ms),
        )
        for label in found[:MOST_ROWS]
        if label.item_id not in hidden
    ]
    return Rows(rows, len(hidden), len(found) > MOST_ROWS)


def _seconds(active_ms: int | None) -> Any:
    return None if active_ms is None else active_ms / 1000


def _hidden(viewer: Membership, items: list[int]) -> set[int]:
    """Items on which the viewer may still be asked."""
    rows = Assignment.objects.filter(blind_to(viewer), item__in=items)
    return set(rows.values_list("item", flat=True))
