"""What several pages look up."""

from django.http import Http404
from django.utils.translation import gettext as _

from guidelines import queries
from guidelines.models import GuidelineVersion
from projects.access import ProjectRequest


def draft_or_404(request: ProjectRequest) -> GuidelineVersion:
    """The project's draft."""
    draft = queries.draft_of(request.project)
    if draft is None:
        raise Http404(_("There is no draft. Start one from the guideline's page."))
    return draft
