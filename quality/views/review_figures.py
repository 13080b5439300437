"""What was reviewed, figures by annotator, and how much is reviewed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import add_errors, sent, status_of
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.models import ReviewMode
from projects.roles import Permission
from quality.actions.review.settings import set_review
from quality.forms_adjudication import ReviewSettingsForm
from quality.models import ReviewVerdict
from quality.queries.adjudication.disputes import blind_items
from quality.queries.review.figures import review_figures
from quality.queries.review.screen import annotators_of, reviews_page
from quality.views.marks import invalid_is_missing


@project_view(Permission.VIEW_QUALITY)
@require_safe
def reviews(request: ProjectRequest) -> HttpResponse:
    """Reviews that stand, newest first."""
    verdict, source = request.GET.get("verdict", ""), request.GET.get("source", "")
    is_known = (not verdict or verdict in ReviewVerdict.values) and (
        not source or (source.isdecimal() and len(source) < 19)
    )
    if not is_known:
        raise Http404(_("There are no such reviews."))
    with invalid_is_missing():
        page = reviews_page(
            request.membership,
            after=request.GET.get("after"),
            verdict=verdict,
            source=int(source or 0),
        )
    context = {
        "page": page,
        "rows": list(zip(page.rows, annotators_of(request.membership, page.rows), strict=True)),
        "blind": blind_items(request.membership, [row.item_id for row in page.rows]),
        "verdict": ReviewVerdict(verdict) if verdict else None,
        "source": source,
    }
    return render_page(request, "quality/reviews.html", context)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def figures(request: ProjectRequest) -> HttpResponse:
    """Accepted shares by annotator."""
    together, each = review_figures(request.project)
    context = {
        "together": together,
        "figures": each,
        "is_on": request.project.review != ReviewMode.OFF,
    }
    return render_page(request, "quality/review_figures.html", context)


@project_view(Permission.EDIT_PROJECT)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ProjectRequest) -> HttpResponse:
    """Whether and how much is reviewed."""
    project = request.project
    initial = {
        "mode": project.review,
        "share": project.review_share,
        "newcomers": project.review_newcomers,
    }
    form = ReviewSettingsForm(sent(request), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_review(
                project=project,
                by=request.user,
                now=timezone.now(),
                **given | {"mode": ReviewMode(given["mode"])},
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("quality:review_settings", slug=project.slug)
    return render_page(
        request, "quality/review_settings.html", {"form": form}, status=status_of(form)
    )
