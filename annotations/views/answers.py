"""JSON answers of the labeling screen, and what the screen shows of one item."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.models import DEFAULT_PRIORITY, RETURNED_PRIORITY, Flag, SkipReason
from annotations.parts import parts_of
from annotations.queries.history import Previous, previous_answers
from annotations.queries.serving import Serving
from annotations.tickets import ticket_of
from annotations.views.controls import (
    controls,
    depend_on_item,
    item_context,
    kinds_of,
    need_parts,
    parts_as_data,
)
from core.errors import Conflict, Gone
from guidelines.rendering import RenderedGuideline, rendered_guideline
from projects.access import ProjectRequest

SCREEN = "label-1"

Errors = Mapping[str, list[str]]


def json_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Domain errors as JSON: 422, 404, 409, 410 with the same keys as the REST door."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ValidationError as error:
            by_field = hasattr(error, "error_dict")
            errors = error.message_dict if by_field else {NON_FIELD_ERRORS: error.messages}
            message = next(iter(errors.values()))[0]
            return problem(422, "invalid", message, errors=errors)
        except Conflict as error:
            status = 410 if isinstance(error, Gone) else 409
            return problem(status, error.code, error.message)
        except Http404 as error:
            return problem(404, "not_found", str(error))

    return guarded


def problem(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    """One shape for what went wrong."""
    return JsonResponse({"code": code, "message": message, **more}, status=status)


def wants_json(request: HttpRequest) -> bool:
    """A program asks, not a form."""
    return "application/json" in request.headers.get("Accept", "")


# Where people go who must do something before they get more items.
GATES = {
    "paused": "annotations:paused",
    "reading": "guidelines:reading",
    "training": "annotations:training",
}


def gate_json(request: ProjectRequest, gate: str) -> dict[str, str] | None:
    """What keeps new items back, and where it is done; None for nothing."""
    if not gate:
        return None
    return {"kind": gate, "url": reverse(GATES[gate], args=[request.project.slug])}


def servings_json(request: ProjectRequest, servings: Sequence[Serving]) -> list[dict[str, Any]]:
    """All of them, and beside what campaigns ask again the person's own earlier answer."""
    asked_again = [serving.item_id for serving in servings if serving.show_previous]
    language = get_language() or "en"
    previous = (
        previous_answers(request.project, request.user, asked_again, language)
        if asked_again
        else {}
    )
    return [
        serving_json(
            request,
            serving,
            previous=previous.get(serving.item_id) if serving.show_previous else None,
        )
        for serving in servings
    ]


def serving_json(
    request: ProjectRequest,
    serving: Serving,
    *,
    previous: Previous | None = None,
    values: Mapping[str, Any] | None = None,
    errors: Errors | None = None,
    form: Mapping[str, str] | None = None,
    sent_back: Flag | None = None,
) -> dict[str, Any]:
    """What the screen gets of one item. Metadata stays behind: it may give the answer away."""
    guideline = rendered_guideline(serving.version_id, get_language() or "en")
    shown = {
        "assignment": ticket_of(serving.assignment or 0),
        "item": {"id": serving.item_id, "external_id": serving.external_id},
        "kinds": kinds_of(guideline.questions),
        "version": guideline.number,
        "version_id": serving.version_id,
        "lease_until": serving.lease_until.isoformat() if serving.lease_until else "",
        "why": _why(serving),
        "previous": previous and {"summary": previous.summary, "version": previous.version},
        "sent_back": sent_back and {"comment": sent_back.comment, "thread": sent_back.pk},
        "draft": serving.draft,
    }
    if need_parts(guideline.questions):
        shown["parts"] = parts_as_data(serving.payload, request.project)
    answered = values if values is not None else (serving.draft or {})
    context = {
        "project": request.project,
        "version": guideline,
        "serving": shown,
        "values": answered,
        "errors": errors or {},
        "annotation_id": str(uuid4()),
        "started_at": timezone.now().isoformat(),
        "csrf_token": get_token(request),
        **_questions_context(request, serving, guideline, answered, errors or {}),
        **(form or {}),
    }
    shown["html"] = get_template("annotations/label_item.html").render(context)
    return shown


def _questions_context(
    request: ProjectRequest,
    serving: Serving,
    guideline: RenderedGuideline,
    answered: Mapping[str, Any],
    errors: Errors,
) -> dict[str, Any]:
    questions = controls(
        guideline.questions,
        answered,
        errors,
        parts=parts_of(serving.payload),
        seed=serving.assignment or serving.item_id,
    )
    is_blank = not answered and not errors and not depend_on_item(guideline.questions)
    return {
        "questions": questions,
        "questions_html": _blank_questions(serving.version_id, guideline) if is_blank else "",
        **item_context(serving.payload, questions, request.project),
    }


# Controls without an answer look the same on every item of a version: by (version id, language).
_blank: dict[tuple[int, str], str] = {}
MOST_BLANK = 500


def _blank_questions(version_id: int, guideline: RenderedGuideline) -> str:
    key = version_id, get_language() or "en"
    if key not in _blank:
        if len(_blank) >= MOST_BLANK:
            _blank.clear()
        context = {"questions": controls(guideline.questions, {}, {}), "version": guideline}
        _blank[key] = get_template("annotations/label_questions.html").render(context)
    return _blank[key]


def skip_reasons() -> list[dict[str, str]]:
    """Reasons in the order of their digits."""
    return [{"key": reason.value, "name": str(reason.label)} for reason in SkipReason]


def _why(serving: Serving) -> str:
    if serving.round:
        return _("Asked again: the guideline has changed")
    if serving.priority < RETURNED_PRIORITY:
        return _("Needed first")
    return _("Back in the queue") if serving.priority < DEFAULT_PRIORITY else ""
