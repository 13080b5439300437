"""The next item to decide, held for one reviewer; deciding one and going on to the next."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from annotations.models import Item
from guidelines.models import Question
from projects.models import Membership
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.models import Adjudication, AdjudicationLease
from quality.queries.adjudication.queue import Ordering, line, next_items

# Items that are tried when others reach for the same ones at the same moment.
MOST_TRIES = 20

_HOLD = """
INSERT INTO quality_adjudicationlease (project_id, item_id, question_id, person_id, until)
VALUES (%(project)s, %(item)s, %(question)s, %(person)s, statement_timestamp() + %(lease)s)
ON CONFLICT (item_id, question_id) DO UPDATE
SET person_id = excluded.person_id, until = excluded.until
WHERE quality_adjudicationlease.until <= statement_timestamp()
   OR quality_adjudicationlease.person_id = excluded.person_id
RETURNING id
"""


@transaction.atomic
def take_next(
    *, membership: Membership, question: Question, ordering: Ordering, after: int | None = None
) -> int | None:
    """The id of the item that the person has from now on; None when nothing waits for them.

    `after` was decided or put aside: the next one is looked for behind it, then from the start.
    What they held of this question is free again.
    """
    AdjudicationLease.objects.filter(
        project=membership.project, question=question, person=membership.user
    ).delete()
    found = line(membership, question.pk, ordering)
    if found is None:
        return None
    candidates = next_items(
        membership, found, after=after, count=MOST_TRIES, question_id=question.pk
    )
    return next((item for item in candidates if _is_taken(membership, question, item)), None)


@transaction.atomic
def decide_and_go_on(
    *,
    membership: Membership,
    item: Item,
    question: Question,
    decision: Decision,
    ordering: Ordering,
    now: datetime,
) -> tuple[Adjudication, int | None]:
    """The decision, and the next item of the order. Errors are those of `adjudicate`."""
    made = adjudicate(
        membership=membership, item=item, question=question, decision=decision, now=now
    )
    following = take_next(
        membership=membership, question=question, ordering=ordering, after=item.pk
    )
    return made, following


def hold(*, membership: Membership, question: Question, item_id: int) -> bool:
    """Whether the item is the person's from now on; False while somebody else has it."""
    parameters: dict[str, Any] = {
        "project": membership.project_id,
        "item": item_id,
        "question": question.pk,
        "person": membership.user_id,
        "lease": timedelta(minutes=membership.project.lease_minutes),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, parameters)
        return cursor.fetchone() is not None


def _is_taken(membership: Membership, question: Question, item_id: int) -> bool:
    """Held, and not decided by somebody between the look at the queue and the hold."""
    if not hold(membership=membership, question=question, item_id=item_id):
        return False
    decided = Adjudication.objects.standing().filter(item=item_id, question=question)
    if not decided.exists():
        return True
    AdjudicationLease.objects.filter(item=item_id, question=question).delete()
    return False
