"""What this app says on the overview of a project."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from annotations.queries.checks import paused_people
from projects import overview
from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission
from quality.queries.agreement.measures import withheld
from quality.queries.agreement.runs import latest_alpha


def register() -> None:
    """Called when all apps are loaded."""
    overview.register(agreement_card)
    overview.register(paused_card)


def paused_card(membership: Membership) -> overview.Card | None:
    """Who gets no new items now, for those who can let them go on; one statement."""
    if not has_permission(membership, Permission.EDIT_PROJECT):
        return None
    paused = paused_people(membership.project)
    if not paused:
        return None
    by_rule = sum(pause.by is None for pause in paused)
    note = _("Get no new items; %(n)s of them by the rule") % {"n": by_rule}
    url = reverse("quality:people", args=[membership.project.slug])
    return overview.Card(title=_("Paused people"), value=str(len(paused)), note=note, url=url)


def agreement_card(membership: Membership) -> overview.Card | None:
    """Alpha over everything, live where it is followed live; at most two statements."""
    if not has_permission(membership, Permission.VIEW_QUALITY):
        return None
    url = reverse("quality:overview", args=[membership.project.slug])
    alpha = latest_alpha(membership.project)
    if alpha is None or alpha.value is None or withheld(alpha):
        note = _("Not computed yet") if alpha is None else _("Undefined so far")
        if alpha is not None and withheld(alpha):
            note = _("Too few labels for a coefficient")
        return overview.Card(title=_("Agreement"), value="–", note=note, url=url)
    note = _("Krippendorff's alpha")
    if alpha.low is not None and alpha.high is not None:
        note = _("Krippendorff's alpha, %(low)s to %(high)s over items") % {
            "low": number_format(alpha.low, 2),
            "high": number_format(alpha.high, 2),
        }
    value = number_format(alpha.value, 2)
    return overview.Card(title=_("Agreement"), value=value, note=note, url=url)
