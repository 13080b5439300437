"""What this app says on the overview of a project."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from projects import overview
from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission
from quality.queries.agreement import latest_alpha
from quality.queries.measures import withheld


def register() -> None:
    """Called when all apps are loaded."""
    overview.register(agreement_card)


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
