"""Answers that wait for a review, one of them as the annotator saw it, and what was said so far."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Annotation, AnnotationKind
from annotations.queries.blindness import blind_to
from annotations.queries.items import ledger_rows
from annotations.queries.names import NAMES_ARE_HIDDEN, names_for, sees_names
from annotations.queries.serving import raw_values
from core.pages import Page, keyset_page
from projects.models import Membership, Project
from quality.models import Adjudication, Review, ReviewCase

PAGE_SIZE = 50
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class ReviewScreen:
    """One answer with its review, if there is one. `values`: raw, by question key.

    `decisions`: the last decision of each question by key, which a correction has to supersede;
    `standing`: those of them that hold. `earlier`: how the answer that this one followed was
    reviewed.
    """

    annotation: Annotation
    values: dict[str, Any]
    case: ReviewCase | None
    head: Review | None
    decisions: dict[str, int]
    standing: list[Adjudication]
    earlier: Review | None


def waiting_cases(viewer: Membership) -> QuerySet[ReviewCase]:
    """Answers of others that the person may review, in their order."""
    changed = Annotation.objects.filter(supersedes=OuterRef("annotation"))
    rows = ReviewCase.objects.filter(
        ~Exists(changed), ~blind_to(viewer), project=viewer.project, done_at=None
    )
    rows = rows.filter(item__withdrawn_at=None).exclude(source__person=viewer.user_id)
    return rows.order_by("priority", "pk")


def count_waiting(viewer: Membership) -> int:
    """How many wait for this person, of the first 1,001 that wait for anybody."""
    first = ReviewCase.objects.filter(project=viewer.project, done_at=None)
    first = first.order_by("priority", "pk")[: MOST_COUNTED + 1]
    return waiting_cases(viewer).order_by().filter(pk__in=first.values("pk")).count()


def answer_of(project: Project, pk: UUID) -> Annotation:
    """One answer that a person gave; 404 for anything else."""
    rows = ledger_rows().select_related("item").filter(project=project, pk=pk)
    found = rows.filter(kind=AnnotationKind.ANSWER, source__person__isnull=False).first()
    if found is None:
        raise Http404(_("There is no such answer in this project."))
    return found


def review_screen(annotation: Annotation) -> ReviewScreen:
    """What a reviewer sees of an answer."""
    heads = Review.objects.filter(successor=None).select_related("by", "thread")
    last = Adjudication.objects.filter(item=annotation.item_id, successor=None)
    rows = list(last.select_related("question", "by"))
    standing = set(
        Adjudication.objects.standing()
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    before = annotation.supersedes_id
    return ReviewScreen(
        annotation=annotation,
        values=raw_values(annotation),
        case=ReviewCase.objects.filter(annotation=annotation).first(),
        head=heads.filter(annotation=annotation).first(),
        decisions={row.question.key: row.pk for row in rows},
        standing=[row for row in rows if row.pk in standing],
        earlier=heads.filter(annotation=before).first() if before else None,
    )


def reviews_page(
    viewer: Membership,
    *,
    after: str | None,
    size: int = PAGE_SIZE,
    verdict: str = "",
    source: int = 0,
) -> Page[Review]:
    """Reviews that stand, newest first; of one verdict, or of one annotator.

    PermissionDenied for those of one annotator, to whom names are hidden.
    """
    if source and not sees_names(viewer):
        raise PermissionDenied(NAMES_ARE_HIDDEN)
    newer = Review.objects.filter(supersedes=OuterRef("pk"))
    rows = Review.objects.filter(~Exists(newer), project=viewer.project)
    if verdict:
        rows = rows.filter(verdict=verdict)
    if source:
        rows = rows.filter(annotation__source=source)
    rows = rows.select_related("item", "by", "annotation__source__person", "version")
    return keyset_page(rows, after=after, size=size, newest_first=True)


def annotators_of(viewer: Membership, reviews: list[Review]) -> list[str]:
    """Whose answers were reviewed, as the viewer may call them."""
    names = names_for(viewer, [row.item_id for row in reviews])
    found = []
    for row in reviews:
        source = row.annotation.source
        name = source.person.name if source.person else source.name
        found.append(names.rater(row.item_id, source.pk, source.person_id, name))
    return found


def last_review(viewer: Membership, pk: int) -> Review | None:
    """The viewer's own review of this id while it stands, so that it can be opened again."""
    rows = Review.objects.filter(project=viewer.project, by=viewer.user_id, successor=None, pk=pk)
    return rows.select_related("item").first()
