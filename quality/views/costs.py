"""The page on which a lead says what wrong decisions cost."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Conflict
from core.htmx import render_page
from projects.access import ProjectRequest, has_permission, project_view
from projects.roles import Permission
from quality.actions.resolution.save_costs import save_costs
from quality.forms import CostForm, cost_field
from quality.models import CostMatrix
from quality.queries.lookups import question_by_key
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.resolution.costs import cost_matrices
from quality.views.agreement import language_of

MOST_VERSIONS = 20
# A form of more classes would have more fields than a request may have; REST takes any number.
MOST_CLASSES = 25


@project_view(Permission.VIEW_QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def costs(request: ProjectRequest, question: str) -> HttpResponse:
    """The table of costs that stands, and a form that makes its next version."""
    names = vocabulary(request.project, language_of()).question(question)
    if names is None or names.kind != "choice":
        raise Http404(_("The project has no such question with a single choice."))
    may_edit = has_permission(request.membership, Permission.RESOLVE)
    if request.method != "POST":
        return _page(request, names, may_edit=may_edit)
    if not may_edit:
        return _page(request, names, may_edit=False, status=403)
    form = CostForm(request.POST, choices=list(names.choices.values()))
    if not form.is_valid():
        return _page(request, names, may_edit=True, form=form, status=422)
    try:
        save_costs(
            project=request.project,
            question=question_by_key(request.project, names.key),
            costs=form.costs(),
            based_on=form.cleaned_data["based_on"],
            comment=form.cleaned_data["comment"],
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, names, may_edit=True, form=form, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return redirect("quality:costs", slug=request.project.slug, question=names.key)
    messages.success(request, _("The costs are saved. Runs that ask for them use them from now."))
    path = reverse("quality:new_resolution", args=[request.project.slug])
    return redirect(f"{path}?question={names.key}")


def _page(
    request: ProjectRequest,
    names: QuestionNames,
    *,
    may_edit: bool,
    form: CostForm | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = list(cost_matrices(names.id)[:MOST_VERSIONS])
    head = versions[0] if versions else None
    shown = form or CostForm(choices=list(names.choices.values()), initial=_initial(names, head))
    context = {
        "question": names,
        "form": shown,
        "versions": versions,
        "head": head,
        "may_edit": may_edit and len(names.choices) <= MOST_CLASSES,
        "is_too_large": len(names.choices) > MOST_CLASSES,
    }
    return render_page(request, "quality/costs.html", context, status=status)


def _initial(names: QuestionNames, head: CostMatrix | None) -> dict[str, object]:
    """The costs that stand; a mistake costs 1 where nothing is known."""
    known = head.costs if head else {}
    found: dict[str, object] = {"based_on": head.number if head else 0}
    for true in names.by_key:
        for said in names.by_key:
            cost = known.get(true, {}).get(said, float(true != said))
            found[cost_field(true, said)] = int(cost) if cost == int(cost) else cost
    return found
