"""Deciding disputed items: the next one, one item side by side, and what was decided."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotations.forms.plain import values_of_form
from annotations.models import Item
from annotations.parts import parts_of
from annotations.queries.blindness import is_blind_on
from annotations.queries.items import item_of
from annotations.views.controls import controls, item_context, parts_as_data
from core.errors import Conflict
from core.htmx import render_page
from guidelines.queries import current_version
from guidelines.rendering import rendered_guideline
from projects.access import ProjectRequest, has_permission, project_view
from projects.roles import Permission
from quality.actions.adjudicate import adjudicate
from quality.forms import AdjudicationForm
from quality.models import Adjudication, Reason
from quality.queries.adjudication import case, decisions_page, latest_run, next_item
from quality.queries.lookups import question_by_key
from quality.queries.naming import QuestionNames, vocabulary
from quality.views.agreement import language_of
from quality.views.marks import invalid_is_missing

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@project_view(Permission.ADJUDICATE)
@require_safe
def next_case(request: ProjectRequest) -> HttpResponse:
    """On to the item that is to be decided next, or why there is none."""
    names = _names(request)
    run = latest_run(request.project, names.id) if names else None
    after = request.GET.get("after", "")
    item = None
    if run:
        item = next_item(request.membership, run, int(after) if after.isdecimal() else None)
    if names and item:
        return redirect(f"{_address(request, item)}?question={names.key}")
    context = {"question": names, "run": run, "questions": _questions(request)}
    return render_page(request, "quality/adjudication_none.html", context)


@never_cache
@project_view(Permission.ADJUDICATE)
@require_http_methods(GET_OR_POST)
def adjudication(request: ProjectRequest, pk: int) -> HttpResponse:
    """One item: all answers side by side, and the decision."""
    item = item_of(request.project, pk)
    with invalid_is_missing():
        names = _names(request)
    if names is None:
        return redirect("quality:adjudicate", slug=request.project.slug)
    if request.method != "POST":
        return _page(request, item, names, AdjudicationForm())
    form = AdjudicationForm(request.POST)
    if not form.is_valid():
        return _page(request, item, names, form, status=422)
    try:
        adjudicate(
            membership=request.membership,
            item=item,
            question=question_by_key(request.project, names.key),
            decision=form.decision(values_of_form(cast(QueryDict, request.POST)).get(names.key)),
            now=timezone.now(),
        )
    except ValidationError as error:
        return _page(request, item, names, form, errors=error.message_dict, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return redirect(f"{_address(request, pk)}?question={names.key}")
    messages.success(request, _("Item %(id)s is decided.") % {"id": item.external_id})
    path = reverse("quality:adjudicate", args=[request.project.slug])
    return redirect(f"{path}?question={names.key}")


@project_view(Permission.VIEW_QUALITY)
@require_safe
def decisions(request: ProjectRequest) -> HttpResponse:
    """What people decided, newest first."""
    names = _names(request)
    page = None
    if names is not None:
        with invalid_is_missing():
            page = decisions_page(request.project, names.id, request.GET.get("after"))
    rows = [
        {"row": row, "summary": _summary(row, names)}
        for row in (page.rows if page else [])
        if names is not None
    ]
    context = {
        "question": names,
        "page": page,
        "rows": rows,
        "questions": _questions(request),
        "may_adjudicate": has_permission(request.membership, Permission.ADJUDICATE),
    }
    return render_page(request, "quality/decisions.html", context)


def _summary(row: Adjudication, names: QuestionNames) -> str:
    return names.summary(row.value) if row.value else str(row.get_verdict_display())


def _names(request: ProjectRequest) -> QuestionNames | None:
    return vocabulary(request.project, language_of()).question(request.GET.get("question"))


def _questions(request: ProjectRequest) -> list[QuestionNames]:
    return vocabulary(request.project, language_of()).questions


def _address(request: ProjectRequest, item: int) -> str:
    return reverse("quality:adjudication", args=[request.project.slug, item])


def _page(
    request: ProjectRequest,
    item: Item,
    names: QuestionNames,
    form: AdjudicationForm,
    *,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    if is_blind_on(request.membership, item.pk):
        return render_page(request, "quality/adjudication_blind.html", {"item": item}, status=403)
    version = current_version(request.project)
    shown = rendered_guideline(version.pk, language_of()) if version else None
    found = case(request.membership, item, names, with_names=request.GET.get("names") == "shown")
    raw = found.head.value if found.head else None
    given = values_of_form(cast(QueryDict, form.data)) if form.is_bound else {}
    asked = [each for each in (shown.questions if shown else ()) if each["key"] == names.key]
    questions = controls(
        [{**question, "required": True, "show_when": None} for question in asked],
        given or _standing(names, raw),
        errors or {},
        parts=parts_of(item.payload),
        seed=item.pk,
    )
    context: dict[str, Any] = {
        "case": found,
        "item": item,
        "question": names,
        "form": form,
        "errors": errors or {},
        "questions": questions,
        "kinds": [names.kind],
        "parts_data": parts_as_data(item.payload, request.project),
        "answers_data": {
            "answers": {column.annotation: column.raw for column in found.columns},
            "merged": found.merged,
        },
        "reasons": Reason.choices,
        "rules": shown.rules if shown else (),
        "are_names_shown": request.GET.get("names") == "shown",
        **item_context(item.payload, questions, request.project),
    }
    return render_page(request, "quality/adjudication.html", context, status=status)


def _standing(names: QuestionNames, value: dict[str, Any] | None) -> dict[str, Any]:
    """The decision that stands, in its controls."""
    return {} if value is None else {names.key: names.raw(value)}
