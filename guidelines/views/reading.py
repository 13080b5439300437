"""Pages that show versions: the current one, any published one, the list, and differences."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.htmx import render_page
from guidelines import queries
from guidelines.forms import CompareForm
from guidelines.models import GuidelineVersion
from guidelines.rendering import rendered_guideline
from projects.access import ProjectRequest, has_permission, project_view
from projects.roles import Permission


def may_edit(request: ProjectRequest) -> bool:
    """Drafts are shown to those who write them."""
    return has_permission(request.membership, Permission.EDIT_GUIDELINE)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def current(request: ProjectRequest) -> HttpResponse:
    """The guideline as it holds now."""
    version = queries.current_version(request.project)
    if version is None:
        draft = queries.draft_of(request.project) if may_edit(request) else None
        context = {"may_edit": may_edit(request), "draft": draft}
        return render_page(request, "guidelines/empty.html", context)
    return _reader(request, version, version)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def version(request: ProjectRequest, number: int) -> HttpResponse:
    """A published version at its permanent address."""
    found = queries.version_by_number(request.project, number)
    return _reader(request, found, queries.current_version(request.project))


def _reader(
    request: ProjectRequest, shown: GuidelineVersion, latest: GuidelineVersion | None
) -> HttpResponse:
    context = {
        "version": shown,
        "latest": latest,
        "is_current": latest is not None and latest.pk == shown.pk,
        "rendered": rendered_guideline(shown.pk, get_language() or "en"),
        "may_edit": may_edit(request),
    }
    return render_page(request, "guidelines/version.html", context)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def versions(request: ProjectRequest) -> HttpResponse:
    """All versions, newest first."""
    find = queries.versions if may_edit(request) else queries.published_versions
    rows = list(find(request.project))
    context = {
        "versions": rows,
        "published": [row for row in rows if row.is_published],
        "has_draft": any(not row.is_published for row in rows),
        "may_edit": may_edit(request),
    }
    return render_page(request, "guidelines/versions.html", context)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def compare(request: ProjectRequest) -> HttpResponse:
    """From the form of the list to the permanent address of the comparison."""
    form = CompareForm(request.GET)
    if not form.is_valid():
        raise Http404(_("Choose two versions to compare."))
    return redirect("guidelines:diff", slug=request.project.slug, **form.cleaned_data)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def diff(request: ProjectRequest, before: int, after: int) -> HttpResponse:
    """What one version changes against another."""
    drafts = may_edit(request)
    left = queries.version_by_number(request.project, before, with_drafts=drafts)
    right = queries.version_by_number(request.project, after, with_drafts=drafts)
    context = {"before": left, "after": right, "diff": queries.diff_of(left, right)}
    return render_page(request, "guidelines/diff.html", context)
