"""Beside the answers: drafts, flags, own history, giving back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.actions.flag_item import flag_item
from annotations.actions.return_items import return_items
from annotations.actions.save_draft import save_draft
from annotations.forms.answers import is_storable, read_json
from annotations.forms.fields import FlagForm
from annotations.models import Flag
from annotations.queries.comments import own_threads_by_item, sent_back_to
from annotations.queries.history import last_answers
from annotations.queries.serving import reopened
from annotations.tickets import slot_of, slots_of
from annotations.views.answers import json_door, serving_json, wants_json
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

HISTORY = 50
MOST_BACK = 5


@project_view(Permission.LABEL)
@require_http_methods(["PUT"])
@json_door
def draft(request: ProjectRequest, assignment: int) -> HttpResponse:
    """Keep unfinished values: {"values": {...}}."""
    values = read_json(request.body).get("values")
    if not isinstance(values, dict) or not is_storable(values):
        message = _("“values” must be an object of answers by question key.")
        raise ValidationError({"values": message})
    save_draft(
        project=request.project,
        by=request.user,
        assignment=slot_of(assignment),
        values=values,
        now=timezone.now(),
    )
    return HttpResponse(status=204)


@project_view(Permission.LABEL)
@require_POST
@json_door
def flags(request: ProjectRequest) -> HttpResponse:
    """Ask the lead: {"assignment" or "item", "comment"}."""
    form = FlagForm(read_json(request.body))
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    flag = flag_item(
        membership=request.membership, by=request.user, now=timezone.now(), **form.cleaned_data
    )
    return JsonResponse({"id": flag.pk}, status=201)


@project_view(Permission.LABEL)
@require_GET
def history(request: ProjectRequest) -> HttpResponse:
    """Own last answers, each of which can be opened again."""
    answers = last_answers(request.project, request.user, get_language() or "en", HISTORY)
    if wants_json(request):
        return JsonResponse({"answers": [entry.as_json() for entry in answers]})
    own = own_threads_by_item(request.membership, [entry.item_id for entry in answers])
    rows = [(entry, own.get(entry.item_id)) for entry in answers]
    return render_page(request, "annotations/history.html", {"rows": rows})


@project_view(Permission.LABEL)
@require_GET
@json_door
def history_item(request: ProjectRequest, annotation: UUID) -> HttpResponse:
    """One own answer with its item, to be changed."""
    if not wants_json(request):
        screen = reverse("annotations:label", args=[request.project.slug])
        return redirect(f"{screen}?open={annotation}")
    again = reopened(request.project, request.user, annotation)
    back = sent_back_to(request.membership).filter(annotation=UUID(again.supersedes)).first()
    shown = serving_json(
        request,
        again.serving,
        values=again.answer,
        form={"supersedes": again.supersedes},
        sent_back=back,
    )
    return JsonResponse(
        shown
        | {
            "answer": again.answer,
            "supersedes": again.supersedes,
            "kind": again.kind,
            "reason": again.reason,
            "comment": again.comment,
            "refused": again.refused,
        }
    )


@never_cache
@project_view(Permission.LABEL)
@require_GET
@json_door
def returned(request: ProjectRequest) -> HttpResponse:
    """{"returned": [ids of own answers that wait to be given again]}, at most five."""
    waiting = sent_back_to(request.membership) if request.project.is_open else Flag.objects.none()
    answers = [str(answer) for answer in waiting.values_list("annotation", flat=True)[:MOST_BACK]]
    return JsonResponse({"returned": answers})


@project_view(Permission.LABEL)
@require_POST
@json_door
def give_back(request: ProjectRequest) -> HttpResponse:
    """Return {"assignments": [...]}, or all that is on the screen."""
    assignments = None
    if request.content_type == "application/json":
        assignments = read_json(request.body).get("assignments")
        if not isinstance(assignments, list) or not all(type(each) is int for each in assignments):
            raise ValidationError({"assignments": _("“assignments” must be a list of numbers.")})
        assignments = slots_of(assignments)
    count = return_items(project=request.project, by=request.user, assignments=assignments)
    if wants_json(request):
        return JsonResponse({"returned": count})
    text = ngettext("%(count)s item was given back.", "%(count)s items were given back.", count)
    messages.success(request, text % {"count": count})
    return redirect("projects:home")
