"""Training before the first real item, gold items, and who is where."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions.training import (
    Feedback,
    answer_training,
    mark_gold,
    retire_gold,
    set_training,
)
from annotations.forms.questions import GoldForm, TrainingForm, TrainingSettingsForm
from annotations.models import GoldItem, Item
from annotations.parts import parts_of
from annotations.queries.history import summaries
from annotations.queries.items import item_of
from annotations.queries.training import active_gold, trainees, training_state
from annotations.views.controls import controls, item_context, kinds_of, parts_as_data
from core.errors import Conflict
from core.htmx import render_page
from guidelines.queries import current_version
from guidelines.rendering import RenderedGuideline, rendered_guideline
from projects.access import ProjectRequest, has_permission, project_view
from projects.roles import Permission

MOST_GOLD = 200
GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@project_view(Permission.LABEL)
@require_http_methods(GET_OR_POST)
def training(request: ProjectRequest) -> HttpResponse:
    """The next gold item; with POST, what was right about the answer."""
    if request.method != "POST":
        return _training(request)
    form = TrainingForm(request.POST)
    if not form.is_valid():
        return redirect("annotations:training", slug=request.project.slug)
    try:
        feedback = answer_training(
            project=request.project,
            by=request.user,
            gold=form.cleaned_data["gold"],
            attempt=form.cleaned_data["attempt"],
            values=form.values(),
            now=timezone.now(),
        )
    except ValidationError as error:
        return _training(request, values=form.values(), errors=error.message_dict, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return redirect("annotations:training", slug=request.project.slug)
    return _feedback(request, feedback)


@project_view(Permission.EDIT_GUIDELINE)
@require_http_methods(GET_OR_POST)
def overview(request: ProjectRequest) -> HttpResponse:
    """Who is where, the gold items, and how much training the project asks for."""
    project = request.project
    current = {"items": project.training_items, "pass_mark": project.training_pass_mark}
    form = TrainingSettingsForm(request.POST if request.method == "POST" else None, initial=current)
    if request.method == "POST" and form.is_valid():
        try:
            set_training(project=project, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            for name, found in error.message_dict.items():
                form.add_error(name, found)
        else:
            messages.success(request, _("Training is set."))
            return redirect("annotations:trainees", slug=project.slug)
    golds = GoldItem.objects.filter(project=project, retired_at=None)
    context = {
        "form": form,
        "trainees": trainees(project),
        "golds": golds.select_related("item", "version", "created_by").order_by("-pk")[:MOST_GOLD],
        "n_gold": active_gold(project),
    }
    return render_page(
        request, "annotations/trainees.html", context, status=422 if form.errors else 200
    )


@project_view(Permission.EDIT_GUIDELINE)
@require_http_methods(GET_OR_POST)
def gold(request: ProjectRequest, pk: int) -> HttpResponse:
    """Mark an item as gold: the trusted answer, and why."""
    item = item_of(request.project, pk)
    form = GoldForm(request.POST or None)
    errors: dict[str, list[str]] = {}
    if request.method == "POST" and form.is_valid():
        try:
            mark_gold(
                project=request.project,
                item=item,
                values=form.values(),
                by=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except ValidationError as error:
            errors = error.message_dict
        except Conflict as conflict:
            messages.warning(request, conflict.message)
            return redirect("annotations:item", slug=request.project.slug, pk=pk)
        else:
            messages.success(request, _("This item is a gold item now."))
            return redirect("annotations:trainees", slug=request.project.slug)
    version_id = _current_version(request)
    if version_id is None:
        return render_page(request, "annotations/no_guideline.html", {})
    shown = rendered_guideline(version_id, get_language() or "en")
    context = {
        "item": item,
        "form": form,
        **_item_context(request, item, shown, form.values() if form.is_bound else {}, errors),
        "rules": shown.rules,
        "errors": errors,
    }
    status = 422 if errors or form.errors else 200
    return render_page(request, "annotations/gold.html", context, status=status)


@project_view(Permission.EDIT_GUIDELINE)
@require_POST
def retire(request: ProjectRequest, pk: int) -> HttpResponse:
    """Take a gold item out of training."""
    found = get_object_or_404(GoldItem, project=request.project, pk=pk)
    retire_gold(gold=found, by=request.user, now=timezone.now())
    messages.success(request, _("The item is no gold item any more."))
    return redirect("annotations:trainees", slug=request.project.slug)


def _current_version(request: ProjectRequest) -> int | None:
    version = current_version(request.project)
    return version.pk if version else None


def _training(
    request: ProjectRequest,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    state = training_state(request.project, request.user)
    context: dict[str, Any] = {
        "state": state,
        "may_lead": has_permission(request.membership, Permission.EDIT_GUIDELINE),
    }
    if state.next is not None:
        shown = rendered_guideline(state.next.version_id, get_language() or "en")
        context["rules"] = shown.rules
        context |= _item_context(request, state.next.item, shown, values or {}, errors or {})
    return render_page(request, "annotations/training.html", context, status=status)


def _feedback(request: ProjectRequest, feedback: Feedback) -> HttpResponse:
    shown = rendered_guideline(feedback.gold.version_id, get_language() or "en")
    rule = next((each for each in shown.rules if each.number == feedback.gold.rule_number), None)
    context = {
        "feedback": feedback,
        "item": feedback.gold.item,
        "rows": _compared(feedback, shown),
        **_item_context(request, feedback.gold.item, shown, {}, {}),
        "rule": rule,
        "state": training_state(request.project, request.user),
    }
    return render_page(request, "annotations/training_feedback.html", context)


def _compared(feedback: Feedback, shown: RenderedGuideline) -> list[dict[str, Any]]:
    """What was said and what is right, question by question: choices with their colours, all
    other answers in a few words."""
    given, right = feedback.answer.values, feedback.gold.values
    gold = feedback.gold
    words = {
        name: summaries(gold.version_id, values, gold.item.payload, get_language() or "en")
        for name, values in (("given", given), ("right", right))
    }
    return [
        {
            "title": question["title"],
            "is_right": given.get(question["key"]) == right[question["key"]],
            "given": _named(question, given, words["given"]),
            "right": _named(question, right, words["right"]),
        }
        for question in shown.questions
        if question["key"] in right
    ]


def _named(
    question: dict[str, Any], values: dict[str, Any], words: dict[str, str]
) -> dict[str, Any]:
    key = question["key"]
    found = next((each for each in question["choices"] if each["key"] == values.get(key)), None)
    return found or {"key": "", "name": words.get(key, "–"), "color": 9}


def _item_context(
    request: ProjectRequest,
    item: Item,
    shown: RenderedGuideline,
    values: dict[str, Any],
    errors: dict[str, list[str]],
) -> dict[str, Any]:
    """The item and its questions as while labeling."""
    parts = parts_of(item.payload)
    questions = controls(shown.questions, values, errors, parts=parts, seed=item.pk)
    return {
        "questions": questions,
        "kinds": kinds_of(shown.questions),
        "parts_data": parts_as_data(item.payload, request.project),
        **item_context(item.payload, questions, request.project),
    }
