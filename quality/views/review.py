"""Reviewing answers one by one: what waits, the next one, and one answer as it was given."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.forms.plain import values_of_form
from annotations.models import Annotation
from annotations.parts import parts_of
from annotations.queries.blindness import is_blind_on
from annotations.queries.comments import may_be_asked, threads_on
from annotations.views.controls import controls, item_context, kinds_of, parts_as_data
from core.errors import Conflict
from core.htmx import render_page
from guidelines.rendering import rendered_guideline
from projects.access import ProjectRequest, project_view
from projects.models import ReviewMode
from projects.roles import Permission
from quality.actions.review.next import review_and_go_on, take_next_review
from quality.forms_adjudication import ReviewForm
from quality.models import Reason, ReviewCase
from quality.queries.review.figures import review_figures
from quality.queries.review.screen import (
    answer_of,
    count_waiting,
    last_review,
    review_screen,
)
from quality.views.agreement import language_of


@never_cache
@project_view(Permission.ADJUDICATE)
@require_safe
def waiting(request: ProjectRequest) -> HttpResponse:
    """How far the review is, and the way to begin."""
    is_on = request.project.review != ReviewMode.OFF
    context = {
        "is_on": is_on,
        "mode": ReviewMode(request.project.review),
        "waiting": count_waiting(request.membership),
        "together": review_figures(request.project)[0],
        "nothing": "nothing" in request.GET,
        "done": _done(request),
    }
    return render_page(request, "quality/review_queue.html", context)


@project_view(Permission.ADJUDICATE)
@require_POST
def next_answer(request: ProjectRequest) -> HttpResponse:
    """The next answer is held for the person, and shown."""
    after = request.POST.get("after", "")
    case = take_next_review(
        membership=request.membership,
        now=timezone.now(),
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
    )
    return _to_answer(request, case)


@never_cache
@project_view(Permission.ADJUDICATE)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """One answer as the annotator saw it, and what the reviewer makes of it."""
    annotation = answer_of(request.project, pk)
    if request.method != "POST":
        return _page(request, annotation, ReviewForm())
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, annotation, form, status=422)
    values = values_of_form(cast(QueryDict, request.POST))
    try:
        made, following = review_and_go_on(
            membership=request.membership,
            annotation=annotation,
            opinion=form.opinion(values, _decisions(request)),
            now=timezone.now(),
        )
    except ValidationError as error:
        return _page(request, annotation, form, errors=error.message_dict, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return redirect("quality:review_answer", slug=request.project.slug, pk=pk)
    return _to_answer(request, following, done=made.pk)


def _decisions(request: ProjectRequest) -> dict[str, int]:
    """The decision that was on the screen, by question key: fields "decision-<key>"."""
    prefix = "decision-"
    return {
        name.removeprefix(prefix): int(str(value))
        for name, value in request.POST.dict().items()
        if name.startswith(prefix) and str(value).isdecimal() and len(str(value)) < 19
    }


def _done(request: ProjectRequest) -> Any:
    """The review that was just made, for the person to open again."""
    done = request.GET.get("done", "")
    is_id = done.isdecimal() and len(done) < 19
    return last_review(request.membership, int(done)) if is_id else None


def _to_answer(
    request: ProjectRequest, case: ReviewCase | None, *, done: int | None = None
) -> HttpResponse:
    words = {"done": str(done)} if done else {}
    slug = request.project.slug
    if case is None:
        path = reverse("quality:review", args=[slug])
        return redirect(f"{path}?{urlencode(words | {'nothing': '1'})}")
    path = reverse("quality:review_answer", args=[slug, case.annotation_id])
    return redirect(f"{path}?{urlencode(words)}" if words else path)


def _page(
    request: ProjectRequest,
    annotation: Annotation,
    form: ReviewForm,
    *,
    errors: Mapping[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    item = annotation.item
    if is_blind_on(request.membership, item.pk):
        return render_page(request, "quality/adjudication_blind.html", {"item": item}, status=403)
    screen = review_screen(annotation)
    shown = rendered_guideline(annotation.version_id, language_of())
    given = values_of_form(cast(QueryDict, form.data)) if form.is_bound else screen.values
    questions = controls(
        shown.questions,
        given,
        errors or {},
        parts=parts_of(item.payload),
        seed=annotation.assignment_id or item.pk,
    )
    titles = {question["key"]: question["title"] for question in shown.questions}
    context: dict[str, Any] = {
        "screen": screen,
        "annotation": annotation,
        "item": item,
        "form": form,
        "errors": _elsewhere(errors or {}, titles),
        "questions": questions,
        "kinds": kinds_of(shown.questions),
        "rules": shown.rules,
        "reasons": Reason.choices,
        "parts_data": parts_as_data(item.payload, request.project),
        "left": count_waiting(request.membership),
        "done": _done(request),
        "seconds": None if annotation.active_ms is None else annotation.active_ms / 1000,
        "is_mine": annotation.source.person_id == request.user.pk,
        "is_current": _is_current(annotation),
        "threads": threads_on(request.membership, item.pk),
        "people": may_be_asked(request.membership),
        "back": request.path,
        **item_context(item.payload, questions, request.project),
    }
    return render_page(request, "quality/review.html", context, status=status)


def _elsewhere(errors: Mapping[str, list[str]], titles: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong and does not stand at a question."""
    return {name: found for name, found in errors.items() if name not in titles}


def _is_current(annotation: Annotation) -> bool:
    return not hasattr(annotation, "successor")
