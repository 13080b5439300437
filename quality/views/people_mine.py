"""What annotators see of themselves: their own figures, and what they say about their group."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.queries.checks import pause_of
from core.errors import Conflict
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.people.groups import (
    answer_group,
    ask_for_group,
    retire_group_question,
    withdraw_group,
)
from quality.people_forms import GroupQuestionForm
from quality.queries.naming import vocabulary
from quality.queries.people.coaching import PACE_DAYS, coaching
from quality.queries.people.groups import group_question, own_answer
from quality.views.agreement import language_of

DECLINE = "-"


@never_cache
@project_view(Permission.LABEL)
@require_safe
def mine(request: ProjectRequest) -> HttpResponse:
    """Own figures: what gets mixed up, the rules that decide it, pace and trend."""
    now = timezone.now()
    question = group_question(request.project)
    found = coaching(
        request.project,
        request.user,
        vocabulary(request.project, language_of()).questions,
        language=language_of(),
        since=now - timedelta(days=PACE_DAYS),
        zone=timezone.get_current_timezone_name(),
    )
    context = {
        "coaching": found,
        "pause": pause_of(request.project, request.user),
        "group_question": question,
        "group_answer": own_answer(question, request.user) if question else None,
        "decline": DECLINE,
    }
    return render_page(request, "quality/people_mine.html", context)


@project_view(Permission.LABEL)
@require_POST
def group(request: ProjectRequest) -> HttpResponse:
    """Answer, decline, or take back what one said: `option` is a key, "-" or nothing."""
    question = group_question(request.project)
    option = request.POST.get("option", "")
    if question is None:
        messages.warning(request, _("This question is not asked any more."))
    elif not option:
        withdraw_group(question=question, person=request.user)
        messages.success(request, _("Nothing about your group is kept."))
    else:
        try:
            answer_group(
                question=question,
                person=request.user,
                option=None if option == DECLINE else option,
                now=timezone.now(),
            )
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        except Conflict as conflict:
            messages.warning(request, conflict.message)
        else:
            messages.success(request, _("Saved. You can change it at any time."))
    return redirect("quality:coaching", slug=request.project.slug)


@project_view(Permission.EDIT_PROJECT)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_group(request: ProjectRequest) -> HttpResponse:
    """What annotators are asked about themselves; a new wording forgets the old answers."""
    current = group_question(request.project)
    form = GroupQuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "retire" in request.POST:
        retire_group_question(project=request.project, by=request.user, now=timezone.now())
        messages.success(request, _("Nobody is asked any more, and no answer is kept."))
        return redirect("quality:people", slug=request.project.slug)
    if form.is_valid():
        try:
            ask_for_group(
                project=request.project,
                text=form.cleaned_data["text"],
                purpose=form.cleaned_data["purpose"],
                options=form.lines(),
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            for name, found in error.message_dict.items():
                form.add_error(name, found)
        except Conflict as conflict:
            messages.warning(request, conflict.message)
            return redirect("quality:ask_group", slug=request.project.slug)
        else:
            messages.success(request, _("Annotators can answer now."))
            return redirect("quality:people", slug=request.project.slug)
    context = {"form": form, "current": current}
    status = 422 if form.errors else 200
    return render_page(request, "quality/people_ask.html", context, status=status)
