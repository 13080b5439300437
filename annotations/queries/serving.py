"""One leased slot with its item, as the annotator gets it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import Annotation, AnnotationKind, Draft, RepeatAnswer
from annotations.queries.check_repeats import own_repeat, raw_repeat
from annotations.queries.raters import sources_of
from annotations.values import KINDS
from projects.models import Project

_HELD = """
SELECT a.id, a.version_id, a.lease_until, a.priority, item.id, item.external_id, item.payload,
       item.metadata, draft.values, a.round, a.show_previous
FROM annotations_assignment AS a
JOIN annotations_item AS item ON item.id = a.item_id AND item.withdrawn_at IS NULL
LEFT JOIN annotations_draft AS draft
    ON draft.assignment_id = a.id AND draft.annotator_id = %(annotator)s
    AND draft.refused_id IS NULL
WHERE a.project_id = %(project)s AND a.annotator_id = %(annotator)s AND a.state = 'leased'
  AND (%(assignment)s::bigint IS NULL OR a.id = %(assignment)s)
ORDER BY a.priority, a.position, a.id
"""


@dataclass(frozen=True)
class Serving:
    """`assignment` is None for an answer that needs no slot any more (an imported one).

    `round` is 0 for the first labeling, else the campaign that asks again; `show_previous`: the
    person's earlier answer stands beside the question.
    """

    assignment: int | None
    version_id: int
    lease_until: datetime | None
    priority: int
    item_id: int
    external_id: str
    payload: dict[str, Any]
    metadata: dict[str, Any]
    draft: dict[str, Any] | None
    round: int = 0
    show_previous: bool = False


@dataclass(frozen=True)
class Reopened:
    """An own answer to be changed: `answer` are its values as its controls take them.

    `supersedes` is the end of the line, which the next answer must name; `refused` are values
    that once found no place.
    """

    serving: Serving
    answer: dict[str, Any]
    supersedes: str
    kind: str
    reason: str
    comment: str
    refused: list[dict[str, Any]]


def serving_of(row: tuple[Any, ...]) -> Serving:
    """From a row of the lease statement or of `held_servings`."""
    payload, metadata, draft = (None if text is None else json.loads(text) for text in row[6:9])
    return Serving(
        assignment=row[0],
        version_id=row[1],
        lease_until=row[2],
        priority=row[3],
        item_id=row[4],
        external_id=row[5],
        payload=payload or {},
        metadata=metadata or {},
        draft=draft,
        round=row[9],
        show_previous=row[10],
    )


def held_servings(project: Project, by: User, assignment: int | None = None) -> list[Serving]:
    """What the annotator has on the screen already; nothing is leased or renewed."""
    keys = {"project": project.pk, "annotator": by.pk, "assignment": assignment}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, keys)
        return [serving_of(row) for row in cursor.fetchall()]


def reopened(project: Project, by: User, annotation_id: Any) -> Reopened:
    """The annotator's own line that `annotation_id` is part of, at its end; 404 for all others.

    The version is that of the answer: what is changed is read against the rules it was made under.
    """
    repeat = own_repeat(project, by, annotation_id)
    head = repeat or _own_head(project, by, annotation_id)
    refused = Draft.objects.filter(
        assignment__item=head.item, annotator=by, refused_id__isnull=False
    ).order_by("saved_at")
    serving = Serving(
        assignment=head.assignment_id,
        version_id=head.version_id,
        lease_until=None,
        priority=head.assignment.priority if head.assignment else 0,
        item_id=head.item_id,
        external_id=head.item.external_id,
        payload=head.item.payload,
        metadata=head.item.metadata,
        draft=None,
    )
    return Reopened(
        serving=serving,
        answer=_raw(head) if head.kind == AnnotationKind.ANSWER else {},
        supersedes=str(head.pk),
        kind=head.kind,
        reason=head.reason,
        comment=head.comment,
        refused=[
            {"values": draft.values, "comment": draft.comment, "code": draft.refused_code}
            for draft in refused[:10]
        ],
    )


def _raw(head: Annotation | RepeatAnswer) -> dict[str, Any]:
    return raw_repeat(head) if isinstance(head, RepeatAnswer) else raw_values(head)


def _own_head(project: Project, by: User, annotation_id: Any) -> Annotation:
    own = Annotation.objects.filter(project=project, source__in=sources_of(project, by))
    items = own.filter(pk=annotation_id, item__withdrawn_at=None).values("item")
    head = (
        own.filter(item__in=items)
        .current()
        .select_related("item", "assignment")
        .prefetch_related("labels__question")
        .first()
    )
    if head is None:
        raise Http404(_("You have no such answer in this project."))
    return head


def raw_values(annotation: Annotation) -> dict[str, Any]:
    """Values by question key, as they were sent. Needs `labels__question`."""
    return {
        label.question.key: KINDS[label.question.kind].raw(label.value)
        for label in annotation.labels.all()
    }
