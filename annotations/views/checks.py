"""What somebody sees who gets no new items for now."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.queries.checks import pause_of
from annotations.queries.serving import held_servings
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@never_cache
@project_view(Permission.LABEL)
@require_safe
def paused(request: ProjectRequest) -> HttpResponse:
    """Why nothing new comes, and what to do; back to the screen when there is no reason."""
    pause = pause_of(request.project, request.user)
    if pause is None:
        return redirect("annotations:label", slug=request.project.slug)
    context = {"pause": pause, "n_held": len(held_servings(request.project, request.user))}
    return render_page(request, "annotations/coaching_paused.html", context)
