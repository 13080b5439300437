"""The labeling screen: the page, the next items, the outbox, and the form without JavaScript."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotations.actions.exchange import exchange
from annotations.answers import INVALID, STORED, Outcome
from annotations.forms.answers import (
    answer_of_form,
    read_json,
    read_next,
    read_outbox,
)
from annotations.forms.plain import values_of_form
from annotations.models import Flag
from annotations.queries.comments import sent_back_to
from annotations.queries.gate import gate_of
from annotations.queries.history import last_answers
from annotations.queries.progress import progress
from annotations.queries.serving import held_servings, reopened
from annotations.tickets import slot_of
from annotations.views.answers import (
    GATES,
    SCREEN,
    gate_json,
    json_door,
    problem,
    serving_json,
    servings_json,
    skip_reasons,
    wants_json,
)
from annotations.views.controls import kinds_of
from core.htmx import render_page
from guidelines.queries import current_version
from guidelines.rendering import rendered_guideline
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

MOST_ON_PAGE = 5


@never_cache
@project_view(Permission.LABEL)
@require_GET
def label(request: ProjectRequest) -> HttpResponse:
    """The screen with what is leased already; reading leases nothing."""
    items = []
    returned = sent_back_to(request.membership).first() if request.project.is_open else None
    if answer := request.GET.get("open", ""):
        items.append(_reopened_json(request, answer, returned=returned))
    elif returned:
        items.append(_reopened_json(request, str(returned.annotation_id), returned=returned))
    if request.project.is_open:
        held = held_servings(request.project, request.user)[:MOST_ON_PAGE]
        items.extend(servings_json(request, held))
        gate = "" if items else gate_of(request.project, request.user)
        if gate:
            return redirect(GATES[gate], slug=request.project.slug)
    return _screen(request, items)


@project_view(Permission.LABEL)
@require_POST
@json_door
def next_items(request: ProjectRequest) -> HttpResponse:
    """Lease the next items; without JSON one, and back to the screen."""
    if not wants_json(request):
        _exchange(request, [], want=1, have=[])
        return redirect("annotations:label", slug=request.project.slug)
    is_json = request.content_type == "application/json"
    wanted = read_next(read_json(request.body) if is_json else {})
    done = _exchange(request, [], want=wanted.want, have=wanted.have)
    return JsonResponse(
        {
            "items": servings_json(request, done.servings),
            "progress": progress(request.project, request.user),
            "gate": gate_json(request, done.gate),
        }
    )


@project_view(Permission.LABEL)
@require_POST
@json_door
def outbox(request: ProjectRequest) -> HttpResponse:
    """Store answers and hand out the next items, in one request."""
    sent = read_outbox(read_json(request.body))
    if sent.user not in (0, request.user.pk):
        # The tab of somebody who has signed out meanwhile: nobody answers in another's name.
        message = _("You are signed in as somebody else now. These answers wait for their author.")
        return problem(409, "other_person", message)
    done = _exchange(request, sent.answers, want=sent.want, have=sent.have)
    return JsonResponse(
        {
            "results": [outcome.as_json() for outcome in done.outcomes],
            "items": servings_json(request, done.servings),
            "progress": progress(request.project, request.user),
            "gate": gate_json(request, done.gate),
        }
    )


@project_view(Permission.LABEL)
@require_POST
def submit(request: ProjectRequest, assignment: int) -> HttpResponse:
    """The plain form: store, lease the next one, and back to the screen."""
    answer = answer_of_form(request.POST, assignment=assignment, screen=f"{SCREEN} form")
    have = [serving.assignment or 0 for serving in held_servings(request.project, request.user)]
    want = 0 if [each for each in have if each != slot_of(assignment)] else 1
    done = _exchange(request, [answer], want=want, have=have)
    outcome = done.outcomes[0]
    if outcome.status == INVALID:
        return _again(request, assignment, outcome)
    if outcome.is_stored:
        if outcome.status == STORED:
            messages.success(request, _("Stored: %(summary)s") % {"summary": outcome.summary})
    else:
        messages.warning(request, outcome.message)
    return redirect("annotations:label", slug=request.project.slug)


def _exchange(request: ProjectRequest, answers: Any, *, want: int, have: list[int]) -> Any:
    return exchange(
        project=request.project,
        by=request.user,
        answers=answers,
        want=want,
        have=have,
        now=timezone.now(),
    )


def _again(request: ProjectRequest, assignment: int, outcome: Outcome) -> HttpResponse:
    """The same item with what was entered, and what is wrong with it."""
    form = {name: request.POST.get(name, "") for name in ("annotation_id", "started_at")}
    values = values_of_form(request.POST)
    if supersedes := request.POST.get("supersedes"):
        items = [_reopened_json(request, supersedes, values=values, outcome=outcome)]
    else:
        items = [
            serving_json(request, serving, values=values, errors=outcome.errors, form=form)
            for serving in held_servings(request.project, request.user, slot_of(assignment))
        ]
    messages.warning(request, outcome.message)
    return _screen(request, items, status=422)


def _reopened_json(
    request: ProjectRequest,
    answer: str,
    *,
    values: Any = None,
    outcome: Outcome | None = None,
    returned: Flag | None = None,
) -> dict[str, Any]:
    again = reopened(request.project, request.user, uuid_or_none(answer))
    sent_back = returned if str(returned and returned.annotation_id) == again.supersedes else None
    return serving_json(
        request,
        again.serving,
        values=again.answer if values is None else values,
        errors=outcome.errors if outcome else {},
        form={"supersedes": again.supersedes},
        sent_back=sent_back,
    )


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _screen(
    request: ProjectRequest, items: list[dict[str, Any]], *, status: int = 200
) -> HttpResponse:
    project = request.project
    if not items and not project.is_open:
        return render_page(request, "annotations/closed.html", {}, status=status)
    current = None if items else current_version(project)
    version_id = items[0]["version_id"] if items else current and current.pk
    if version_id is None:
        return render_page(request, "annotations/no_guideline.html", {}, status=status)
    language = get_language() or "en"
    version = rendered_guideline(version_id, language)
    context = {
        "version": version,
        "questions": version.questions,
        "kinds": kinds_of(version.questions),
        "rules": version.rules,
        "guideline_html": version.html,
        "items": items,
        "strip": [entry.as_json() for entry in last_answers(project, request.user, language)],
        "progress": progress(project, request.user),
        "urls": _urls(project.slug),
        "screen_version": SCREEN,
        "skip_reasons": skip_reasons(),
    }
    return render_page(request, "annotations/label.html", context, status=status)


def _urls(slug: str) -> dict[str, str]:
    drafts = reverse("annotations:draft", args=[slug, 0])
    return {
        "next": reverse("annotations:next", args=[slug]),
        "outbox": reverse("annotations:outbox", args=[slug]),
        "drafts": drafts.removesuffix("0/"),
        "flags": reverse("annotations:flags", args=[slug]),
        "history": reverse("annotations:history", args=[slug]),
        "return": reverse("annotations:return", args=[slug]),
        "returned": reverse("annotations:returned", args=[slug]),
        "guideline": reverse("guidelines:current", args=[slug]),
    }
