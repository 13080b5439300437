"""What is still to be done: numbers, each with the page that lists exactly those rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission
from quality.models import AgreementRun, DisputedItem, ResolutionRun
from quality.queries.adjudication.queue import Ordering, line
from quality.queries.naming import QuestionNames


@dataclass(frozen=True)
class Need:
    """So many rows need somebody. `n` is None when nothing was computed to count them in.

    `action` and `action_url`: what this person can do about it, most urgent needs first.
    """

    key: str
    name: str
    n: int | None
    url: str
    detail: str = ""
    detail_url: str = ""
    action: str = ""
    action_url: str = ""


def needs_of(
    viewer: Membership,
    names: QuestionNames,
    figures: Mapping[str, Any],
    run: AgreementRun | None,
    query: str,
) -> list[Need]:
    """The most urgent first: what holds up others, then what people must decide, then volume."""
    counts = figures["needs"]
    slug = viewer.project.slug
    items = reverse("annotations:items", args=[slug])
    return [
        _questions(viewer, counts["questions"], items),
        _disputed(viewer, names, run, query),
        _undecided(viewer, names),
        Need(
            "skipped",
            _("Items that somebody skipped"),
            counts["skipped"],
            f"{items}?state=skipped",
            _of_items(counts["items"]),
        ),
        Need(
            "unfinished",
            _("Items below their overlap"),
            counts["unfinished"],
            f"{items}?state=open",
            _("%(n)s of them have been begun") % {"n": number_format(counts["begun"])},
            f"{items}?state=begun",
            _("See the items that wait"),
            f"{items}?state=open",
        ),
    ]


def most_urgent(needs: list[Need]) -> Need | None:
    """The first that is not empty and that this person can do something about."""
    return next((need for need in needs if need.n and need.action_url), None)


def _of_items(n: int) -> str:
    return ngettext("of %(n)s item", "of %(n)s items", n) % {"n": number_format(n)}


def _questions(viewer: Membership, n: int, items: str) -> Need:
    """Who may not answer them sees the items they were asked about."""
    name = _("Open questions to the lead")
    if not has_permission(viewer, Permission.EDIT_GUIDELINE):
        return Need("questions", name, n, f"{items}?state=asked")
    inbox = reverse("annotations:inbox", args=[viewer.project.slug])
    action = ngettext("Answer %(n)s question", "Answer %(n)s questions", n)
    return Need(
        "questions", name, n, inbox, action=action % {"n": number_format(n)}, action_url=inbox
    )


def _disputed(
    viewer: Membership, names: QuestionNames, run: AgreementRun | None, query: str
) -> Need:
    """Two bounded counts: a run keeps its most disputed items only."""
    slug = viewer.project.slug
    name = _("Disputed items")
    if run is None:
        agreement = f"{reverse('quality:dashboard', args=[slug])}?{query}"
        return Need("disputed", name, None, agreement, _("Agreement was not computed yet"))
    disputed = DisputedItem.objects.filter(run=run).count()
    waiting = line(viewer, run.question_id, Ordering())
    left = waiting.rows.count() if waiting else 0
    url = f"{reverse('quality:disputed', args=[slug])}?{query}"
    detail = _("%(n)s of them nobody has decided") % {"n": number_format(left)}
    if not left:
        return Need("disputed", name, disputed, url, detail)
    if not has_permission(viewer, Permission.ADJUDICATE):
        action = ngettext("Look at %(n)s disputed item", "Look at %(n)s disputed items", disputed)
        return Need(
            "disputed",
            name,
            disputed,
            url,
            detail,
            action=action % {"n": number_format(disputed)},
            action_url=url,
        )
    decide = f"{reverse('quality:adjudicate', args=[slug])}?question={names.key}"
    action = ngettext("Decide %(n)s disputed item", "Decide %(n)s disputed items", left)
    action %= {"n": number_format(left)}
    return Need("disputed", name, disputed, url, detail, decide, action, decide)


def _undecided(viewer: Membership, names: QuestionNames) -> Need:
    """In the last resolution of the question, whatever its method."""
    slug = viewer.project.slug
    name = _("Undecided by the last resolution")
    run = (
        ResolutionRun.objects.filter(project=viewer.project, question=names.id)
        .computed()
        .order_by("-pk")
        .first()
    )
    if run is None:
        runs = reverse("quality:resolutions", args=[slug])
        return Need("undecided", name, None, runs, _("No resolution yet"))
    url = f"{reverse('quality:resolution', args=[slug, run.pk])}?show=undecided"
    return Need("undecided", name, run.n_undecided or 0, url, _of_items(run.n_items or 0))
