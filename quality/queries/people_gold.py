"""Gold items of a project with how they were used, and the decisions that can become some."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import GoldItem
from annotations.queries.checks import GoldUse, gold_uses
from core.pages import Page, keyset_page
from projects.models import Project
from quality.models import Adjudication, PeopleRun

PAGE = 50


@dataclass(frozen=True)
class GoldRow:
    """A gold item, its use, and how many got it right by the last run that met it."""

    gold: GoldItem
    use: GoldUse
    right: int | None
    n: int | None


@dataclass(frozen=True)
class GoldList:
    """A page of active gold items, newest first, and how many there are in all."""

    rows: list[GoldRow]
    page: Page[GoldItem]
    count: int


def gold_list(project: Project, after: str | None = None, size: int = PAGE) -> GoldList:
    """Active gold items with use counts; ValidationError for a mark that cannot be."""
    golds = GoldItem.objects.filter(project=project, retired_at=None)
    found = golds.select_related("item", "version", "created_by")
    page = keyset_page(found, after=after, size=size, newest_first=True)
    uses, counts = gold_uses(page.rows), _counts(project)
    rows = []
    for gold in page.rows:
        right, n = counts.get(str(gold.pk), (None, None))
        rows.append(GoldRow(gold, uses[gold.pk], right, n))
    return GoldList(rows, page, golds.count())


def decision_of(project: Project, pk: int) -> Adjudication:
    """One decision; 404 when it is not of this project."""
    rows = Adjudication.objects.filter(project=project, pk=pk)
    found = rows.select_related("project", "item", "question").first()
    if found is None:
        raise Http404(_("The project has no such decision."))
    return found


def golden_items(items: list[int]) -> set[int]:
    """Which of these items are gold now."""
    rows = GoldItem.objects.filter(item__in=items, retired_at=None)
    return set(rows.values_list("item", flat=True))


def _counts(project: Project) -> dict[str, Any]:
    """By id of the gold item what the newest run of each question counted; the first one wins."""
    runs = PeopleRun.objects.filter(project=project).computed()
    newest = runs.order_by("question", "-pk").distinct("question")
    merged: dict[str, Any] = {}
    for counts in newest.values_list("gold_counts", flat=True):
        merged = {**counts, **merged}
    return merged
