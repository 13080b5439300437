"""The next answer to review, held for one reviewer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from annotations.models import Annotation
from projects.models import Membership
from quality.actions.review.draw import draw_reviews
from quality.actions.review.give import Opinion, review_answer
from quality.models import Review, ReviewCase
from quality.queries.review.screen import waiting_cases


@transaction.atomic
def take_next_review(
    *, membership: Membership, now: datetime, after: int | None = None
) -> ReviewCase | None:
    """The case that the person has from now on; None when nothing waits for them.

    New answers are drawn first. `after` was reviewed or put aside: the next one is looked for
    behind it, then from the start. Nobody gets an answer of their own, or one on an item they may
    still be asked about. What they held is free again.
    """
    draw_reviews(project=membership.project, now=now)
    held = ReviewCase.objects.filter(project=membership.project, reviewer=membership.user)
    held.filter(done_at=None).update(reviewer=None, lease_until=None)
    rows = waiting_cases(membership).filter(Q(reviewer=None) | Q(lease_until__lte=now))
    aside = ReviewCase.objects.filter(project=membership.project, pk=after or 0).first()
    if aside is not None:
        behind = rows.filter(priority__gte=aside.priority).filter(
            Q(priority=aside.priority, pk__gt=aside.pk) | Q(priority__gt=aside.priority)
        )
        found = behind.select_for_update(skip_locked=True, of=("self",)).first()
        rows = rows.exclude(pk=aside.pk)
        if found is not None:
            return _hold(found, membership, now)
    free = rows.select_for_update(skip_locked=True, of=("self",)).first()
    return None if free is None else _hold(free, membership, now)


def _hold(case: ReviewCase, membership: Membership, now: datetime) -> ReviewCase:
    case.reviewer = membership.user
    case.lease_until = now + timedelta(minutes=membership.project.lease_minutes)
    case.save(update_fields=["reviewer", "lease_until"])
    return case


@transaction.atomic
def review_and_go_on(
    *, membership: Membership, annotation: Annotation, opinion: Opinion, now: datetime
) -> tuple[Review, ReviewCase | None]:
    """The review, and the next answer. Errors are those of `review_answer`."""
    made = review_answer(membership=membership, annotation=annotation, opinion=opinion, now=now)
    case = ReviewCase.objects.filter(annotation=annotation).values_list("pk", flat=True).first()
    return made, take_next_review(membership=membership, now=now, after=case)
