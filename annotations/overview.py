"""What this app says on the overview of a project and on the list of projects."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from annotations.queries.progress import own_counts, progress
from projects import overview
from projects.access import has_permission
from projects.models import Membership, Project
from projects.overview import Card
from projects.roles import Permission


def register() -> None:
    """Called once, when the apps are ready."""
    overview.register(answers_card)
    overview.register_progress(own_work)


def answers_card(membership: Membership) -> Card:
    """Answered slots of all slots."""
    project = membership.project
    known = progress(project, membership.user)
    card: Card = {
        "title": _("Answers"),
        "value": f"{known['done']:,}",
        "note": _("of %(total)s that are asked for") % {"total": f"{known['total']:,}"},
    }
    if has_permission(membership, Permission.VIEW_ITEMS):
        card["url"] = reverse("annotations:items", args=[project.slug])
    return card


def own_work(person: User, projects: Sequence[Project]) -> dict[int, str]:
    """A sentence on each project in which the person has answered."""
    return {
        project_id: ngettext(
            "You have answered %(count)s item.", "You have answered %(count)s items.", count
        )
        % {"count": f"{count:,}"}
        for project_id, count in own_counts(person, projects).items()
        if count
    }
