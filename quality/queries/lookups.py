"""What REST callers name by key or number, and the rows behind a run for them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.pages import Page, keyset_page
from guidelines.models import GuidelineVersion, Question, VersionState
from projects.models import Membership, Project
from quality.models import (
    AgreementResult,
    AgreementRun,
    ClassCount,
    ConfusionCell,
    DisputedItem,
    PairAgreement,
    Resolution,
    ResolutionRun,
    SourceReliability,
)
from quality.queries.adjudication.disputes import blind_items
from quality.queries.agreement.left_out import annotators_of_run, left_out_table
from quality.queries.naming import person_or_name
from quality.queries.resolution.decisions import item_mark

MOST_PAIRS_AT_ONCE = 1000


def question_by_key(project: Project, key: str) -> Question:
    """ValidationError for a key that no published version of the project has asked."""
    question = Question.objects.filter(guideline__project=project, key=key).first()
    if question is None:
        message = _("The project has no question “%(key)s”.") % {"key": key}
        raise ValidationError({"question": ValidationError(message, code="unknown_question")})
    return question


def version_by_number(project: Project, number: int | None) -> GuidelineVersion | None:
    """None for all versions; ValidationError for one that is not published."""
    if number is None:
        return None
    version = GuidelineVersion.objects.filter(
        guideline__project=project, number=number, state=VersionState.PUBLISHED
    ).first()
    if version is None:
        message = _("The project has no published guideline version %(number)s.") % {
            "number": number
        }
        raise ValidationError({"version": ValidationError(message, code="unknown_version")})
    return version


def agreement_details(run: AgreementRun) -> dict[str, Any]:
    """The run with all its figures; of many pairs the first ones."""
    pairs = pairs_of(run)[: MOST_PAIRS_AT_ONCE + 1]
    shown = list(pairs)
    results = list(
        AgreementResult.objects.filter(run=run).select_related("choice", "version").order_by("pk")
    )
    return {
        "run": run,
        "results": results,
        "class_counts": list(
            ClassCount.objects.filter(run=run).select_related("choice", "version").order_by("pk")
        ),
        "confusion": list(
            ConfusionCell.objects.filter(run=run)
            .select_related("choice_a", "choice_b")
            .order_by("pk")
        ),
        "annotators": left_out_table(annotators_of_run(run), results, most=None).rows,
        "pairs": shown[:MOST_PAIRS_AT_ONCE],
        "more_pairs": len(shown) > MOST_PAIRS_AT_ONCE,
    }


def pairs_of(run: AgreementRun) -> QuerySet[PairAgreement]:
    """All pairs of sources of a run."""
    return (
        PairAgreement.objects.filter(run=run)
        .annotate(
            source_a_name=person_or_name("source_a__"), source_b_name=person_or_name("source_b__")
        )
        .order_by("pk")
    )


def disputed_rows(
    run: AgreementRun, *, viewer: Membership, after: str, size: int
) -> tuple[Page[DisputedItem], set[int]]:
    """A page of disputed items, and those of them that the viewer must not see answers of."""
    rows = DisputedItem.objects.filter(run=run).select_related("item")
    page = keyset_page(rows, after=after, size=size)
    return page, blind_items(viewer, [row.item_id for row in page.rows])


def resolution_details(run: ResolutionRun) -> dict[str, Any]:
    """The run and what it learned about its sources."""
    reliabilities = (
        SourceReliability.objects.filter(run=run)
        .select_related("source")
        .annotate(source_name=person_or_name("source__"))
        .order_by("pk")
    )
    return {"run": run, "sources": list(reliabilities)}


def resolution_rows(
    run: ResolutionRun, *, viewer: Membership, after: str, size: int
) -> tuple[Page[Resolution], set[int]]:
    """A page of resolved items by item id, and those of them whose answers are hidden."""
    rows = list(
        Resolution.objects.filter(run=run, item__gt=item_mark(after))
        .select_related("item", "choice")
        .order_by("item")[: size + 1]
    )
    shown = rows[:size]
    next_after = str(shown[-1].item_id) if len(rows) > size else None
    return Page(shown, next_after), blind_items(viewer, [row.item_id for row in shown])
