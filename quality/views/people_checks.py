"""Checks of a project: their settings, its gold items, and gold items out of decisions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import add_errors
from core.errors import Conflict
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.people.checks import set_checks
from quality.actions.people.gold import promote_to_gold
from quality.people_forms import ChecksForm, PromoteForm, initial_checks
from quality.queries.people.gold import decision_of, gold_list
from quality.views.agreement import language_of
from quality.views.marks import invalid_is_missing


@project_view(Permission.EDIT_GUIDELINE)
@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: ProjectRequest) -> HttpResponse:
    """How many checks stand in people's streams, and the gold items with their use."""
    project = request.project
    form = ChecksForm(
        request.POST if request.method == "POST" else None, initial=initial_checks(project)
    )
    if form.is_valid():
        try:
            set_checks(project=project, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Checks are set."))
            return redirect("quality:checks", slug=project.slug)
    with invalid_is_missing():
        golds = gold_list(project, request.GET.get("after"), language=language_of())
    context = {"form": form, "golds": golds}
    status = 422 if form.errors else 200
    return render_page(request, "quality/people_checks.html", context, status=status)


@project_view(Permission.EDIT_GUIDELINE)
@require_POST
def promote(request: ProjectRequest, pk: int) -> HttpResponse:
    """Make the item of a decision gold: one click, or with another explanation and rule."""
    decision = decision_of(request.project, pk)
    form = PromoteForm(request.POST)
    explanation = rule_number = None
    if form.is_valid() and "explanation" in request.POST:
        explanation, rule_number = (
            form.cleaned_data["explanation"],
            form.cleaned_data["rule_number"],
        )
    try:
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        promote_to_gold(
            decision=decision,
            explanation=explanation,
            rule_number=rule_number,
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        name = decision.item.external_id
        messages.success(request, _("Item %(id)s is a gold item now.") % {"id": name})
    address = redirect("quality:decisions", slug=request.project.slug)
    address["Location"] += f"?question={decision.question.key}"
    return address
