"""What REST callers name by key or number, and the rows behind a run for them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
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
from quality.queries.naming import person_or_name, source_names
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
    pairs = pairs_page(run, after="", size=MOST_PAIRS_AT_ONCE)
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
        "pairs": pairs.rows,
        "more_pairs": pairs.next_after is not None,
    }


class NamedPair(NamedTuple):
    """Two sources on the items that both labeled, as a row of a table."""

    source_a_id: int
    source_a_name: str
    source_b_id: int
    source_b_name: str
    kappa: float | None
    percent: float
    n_items: int


def pairs_page(run: AgreementRun, *, after: str, size: int) -> Page[NamedPair]:
    """A page of the pairs of sources of a run."""
    page = keyset_page(PairAgreement.objects.filter(run=run), after=after, size=size)
    return Page(named_pairs(page.rows), page.next_after)


def named_pairs(pairs: Sequence[PairAgreement]) -> list[NamedPair]:
    """Names by a query of their own: joined to the people at both ends, and with statistics older
    than the rows, PostgreSQL took minutes to find no pair."""
    names = source_names({end for pair in pairs for end in (pair.source_a_id, pair.source_b_id)})
    return [
        NamedPair(
            pair.source_a_id,
            names[pair.source_a_id],
            pair.source_b_id,
            names[pair.source_b_id],
            pair.kappa,
            pair.percent,
            pair.n_items,
        )
        for pair in pairs
    ]


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
