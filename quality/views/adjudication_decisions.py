"""What people decided about disputed items, and why the answers had differed."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.htmx import render_page
from projects.access import ProjectRequest, has_permission, project_view
from projects.roles import Permission
from quality.models import Adjudication, Reason
from quality.queries.adjudication.case import decisions_page
from quality.queries.adjudication.reasons import reason_counts
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.people.gold import golden_items
from quality.views.agreement import language_of
from quality.views.marks import invalid_is_missing


@project_view(Permission.VIEW_QUALITY)
@require_safe
def decisions(request: ProjectRequest) -> HttpResponse:
    """What people decided, newest first; with one reason, if one is named."""
    words = vocabulary(request.project, language_of())
    names = words.question(request.GET.get("question"))
    reason = request.GET.get("reason", "")
    if reason and reason not in Reason.values:
        raise Http404(_("There is no such reason."))
    page = None
    if names is not None:
        with invalid_is_missing():
            page = decisions_page(
                request.project, names.id, request.GET.get("after"), reason=reason
            )
    rows = [
        {"row": row, "summary": _summary(row, names)}
        for row in (page.rows if page else [])
        if names is not None
    ]
    context = {
        "question": names,
        "page": page,
        "rows": rows,
        "golden": golden_items([row.item_id for row in page.rows] if page else []),
        "reason": Reason(reason) if reason else None,
        "questions": words.questions,
        "may_adjudicate": has_permission(request.membership, Permission.ADJUDICATE),
    }
    return render_page(request, "quality/decisions.html", context)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def reasons(request: ProjectRequest) -> HttpResponse:
    """Why answers differed, counted."""
    words = vocabulary(request.project, language_of())
    names = words.question(request.GET.get("question"))
    counts = reason_counts(request.project, names.id) if names else []
    context = {
        "question": names,
        "questions": words.questions,
        "counts": counts,
        "total": counts[0].of if counts else 0,
    }
    return render_page(request, "quality/decision_reasons.html", context)


def _summary(row: Adjudication, names: QuestionNames) -> str:
    return names.summary(row.value) if row.value else str(row.get_verdict_display())
