"""Gold items of a project with how they were used, and the decisions that can become some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import GoldItem
from annotations.queries.checks import GoldUse, gold_uses
from core.pages import Page, keyset_page
from projects.models import Project
from quality.models import Adjudication, PeopleRun
from quality.queries.naming import Vocabulary, vocabulary

PAGE = 50


@dataclass(frozen=True)
class GoldRow:
    """A gold item, its use, and how many got it right by the last run that met it.

    `right_answers`: title of the question and the answer in words, where a language was asked for.
    """

    gold: GoldItem
    use: GoldUse
    right: int | None
    n: int | None
    right_answers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class GoldList:
    """A page of active gold items, newest first, and how many there are in all."""

    rows: list[GoldRow]
    page: Page[GoldItem]
    count: int


def gold_list(
    project: Project, after: str | None = None, size: int = PAGE, language: str = ""
) -> GoldList:
    """Active gold items with use counts, in words with a `language`; ValidationError for a mark
    that cannot be."""
    golds = GoldItem.objects.filter(project=project, retired_at=None)
    found = golds.select_related("item", "version", "created_by")
    page = keyset_page(found, after=after, size=size, newest_first=True)
    uses, counts = gold_uses(page.rows), _counts(project)
    words = vocabulary(project, language) if language else None
    rows = []
    for gold in page.rows:
        right, n = counts.get(str(gold.pk), (None, None))
        said = _in_words(gold.values, words) if words else ()
        rows.append(GoldRow(gold, uses[gold.pk], right, n, said))
    return GoldList(rows, page, golds.count())


def _in_words(values: dict[str, Any], words: Vocabulary) -> list[tuple[str, str]]:
    """Classes by their names; other answers as their controls take them."""
    questions, said = {each.key: each for each in words.questions}, []
    for key, value in values.items():
        names = questions.get(key)
        known = names.by_key.get(value) if names and isinstance(value, str) else None
        said.append((names.title if names else key, known.name if known else str(value)))
    return said


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
