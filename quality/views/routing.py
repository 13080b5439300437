"""Pages about enough labels: where items stand, a policy, what it did."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.routing.policy import (
    check_within_reach,
    end_routing,
    floored_percent,
    pause_routing,
    resume_routing,
    start_routing,
)
from quality.actions.routing.study import start_routing_study
from quality.models import RoutingStudy
from quality.queries.lookups import question_by_key
from quality.queries.routing.pages import (
    RoutingPage,
    ending_of,
    policy_view,
    routing_page,
    slot_list,
)
from quality.queries.routing.policies import (
    Expectation,
    expectation,
    kept_by,
    routing_policy,
    routing_study,
)
from quality.routing_form import RoutingForm
from quality.views.agreement import job_answer, language_of
from quality.views.marks import invalid_is_missing


@project_view(Permission.VIEW_QUALITY)
@require_safe
def show(request: ProjectRequest) -> HttpResponse:
    """Where the items of a question stand, and what is done about it."""
    page = routing_page(request.project, language_of(), request.GET.get("question"))
    return render_page(request, "quality/routing.html", {"page": page})


@project_view(Permission.RESOLVE)
@require_POST
def study(request: ProjectRequest) -> HttpResponse:
    """Look at the items in the background, then back to the page."""
    key = request.POST.get("question", "")
    with invalid_is_missing():
        question = question_by_key(request.project, key)
    start_routing_study(
        project=request.project, question=question, by=request.user, now=timezone.now()
    )
    return redirect(_address(request, key))


@project_view(Permission.VIEW_QUALITY)
@require_safe
def study_progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far a study is."""
    found = routing_study(request.project, pk)
    url = reverse("quality:study_progress", args=[request.project.slug, pk])
    return job_answer(request, found.job, url)


@project_view(Permission.RESOLVE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ProjectRequest) -> HttpResponse:
    """Say how many labels items should get, see what that does, start it."""
    key = request.POST.get("question") or request.GET.get("question")
    page = routing_page(request.project, language_of(), key)
    if page.question is None or page.study is None:
        return redirect(_address(request, page.question.key if page.question else ""))
    if request.method != "POST":
        given = request.GET if "percent" in request.GET else _initial(page)
        return _form_page(request, page, page.study, RoutingForm(given))
    form = RoutingForm(request.POST)
    if form.is_valid():
        try:
            start_routing(
                project=request.project,
                question=question_by_key(request.project, page.question.key),
                plan=form.plan(),
                replaces=form.cleaned_data["replaces"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.refuse(refused.message_dict)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            return redirect(_address(request, page.question.key))
    return _form_page(request, page, page.study, form)


def _initial(page: RoutingPage) -> dict[str, Any]:
    """What the policy that runs asks for, to be changed; else the usual."""
    if page.policy is None:
        usual = {name: field.initial for name, field in RoutingForm.base_fields.items()}
        reach = floored_percent(page.study.sample["ceiling"]) if page.study else 100.0
        return {**usual, "percent": min(float(usual["percent"]), reach)}
    policy = page.policy.policy
    return {
        "percent": round(100 * policy.target, 1),
        "least": policy.least,
        "most": policy.most,
        "budget": policy.budget,
    }


def _form_page(
    request: ProjectRequest, page: RoutingPage, study: RoutingStudy, form: RoutingForm
) -> HttpResponse:
    expected = _expected(study, form) if form.is_valid() else None
    context = {"page": page, "form": form, "expected": expected}
    status = 422 if form.errors else 200
    return render_page(request, "quality/routing_new.html", context, status=status)


def _expected(study: RoutingStudy, form: RoutingForm) -> Expectation | None:
    """What the plan would do; None for one that cannot be, which the form says then."""
    plan = form.plan()
    try:
        check_within_reach(plan, study)
    except ValidationError as refused:
        form.refuse(refused.message_dict)
        return None
    return expectation(kept_by(study), plan.rule(), plan.budget)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def step_progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far the step at work is."""
    view = policy_view(routing_policy(request.project, pk))
    url = reverse("quality:step_progress", args=[request.project.slug, pk])
    job = (view.waiting or view.step or view.failed).job  # type: ignore[union-attr]
    return job_answer(request, job, url)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def slots(request: ProjectRequest, pk: int) -> HttpResponse:
    """Which slots a policy opened and closed, and why."""
    with invalid_is_missing():
        found = slot_list(
            routing_policy(request.project, pk),
            viewer=request.membership,
            after=request.GET.get("after"),
        )
    return render_page(request, "quality/routing_slots.html", {"list": found})


@project_view(Permission.RESOLVE)
@require_POST
def pause(request: ProjectRequest, pk: int) -> HttpResponse:
    """Open and close nothing for a while."""
    policy = routing_policy(request.project, pk)
    pause_routing(policy=policy, by=request.user, now=timezone.now())
    return redirect(_address(request, policy.question.key))


@project_view(Permission.RESOLVE)
@require_POST
def resume(request: ProjectRequest, pk: int) -> HttpResponse:
    """Go on from where the items stand now."""
    policy = routing_policy(request.project, pk)
    resume_routing(policy=policy, by=request.user, now=timezone.now())
    return redirect(_address(request, policy.question.key))


@project_view(Permission.RESOLVE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ProjectRequest, pk: int) -> HttpResponse:
    """Say what ending means; on POST, end it."""
    policy = routing_policy(request.project, pk)
    if request.method != "POST":
        return render_page(request, "quality/routing_end.html", {"ending": ending_of(policy)})
    end_routing(
        policy=policy,
        restores="restores" in request.POST,
        by=request.user,
        now=timezone.now(),
    )
    return redirect(_address(request, policy.question.key))


def _address(request: ProjectRequest, key: str) -> str:
    path = reverse("quality:routing", args=[request.project.slug])
    return f"{path}?{urlencode({'question': key})}" if key else path
