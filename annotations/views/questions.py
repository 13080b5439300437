"""Questions about the guideline: the lead's inbox, one question, one's own, and a rule's."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions.answer_flag import answer_flag
from annotations.actions.flag_item import flag_item
from annotations.forms.questions import AnswerFlagForm, GapForm
from annotations.models import GUIDELINE_KINDS, Flag, FlagDecision, FlagKind
from annotations.queries.comments import may_be_asked, thread_of
from annotations.queries.questions import (
    QuestionDetail,
    details_of,
    own_question_page,
    question_of,
    question_page,
    questions_of,
    questions_of_rule,
)
from annotations.views.threads import back_of
from core.errors import Conflict
from core.htmx import render_page
from core.pages import Page
from guidelines.queries import current_version, draft_of, schema_of
from guidelines.rendering import choice_named, rules_in
from projects.access import ProjectRequest, has_permission, project_view
from projects.roles import Permission


@project_view(Permission.EDIT_GUIDELINE)
@require_safe
def inbox(request: ProjectRequest) -> HttpResponse:
    """What people asked: open or answered."""
    answered = request.GET.get("state") == "answered"
    page = _page_or_404(
        lambda after: question_page(request.project, answered=answered, after=after), request
    )
    context = {
        "page": page,
        "details": details_of(request.membership, page.rows),
        "answered": answered,
        "n_open": questions_of(request.project, answered=False).count(),
    }
    return render_page(request, "annotations/inbox.html", context)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def mine(request: ProjectRequest) -> HttpResponse:
    """What I asked, and what became of it."""
    page = _page_or_404(lambda after: own_question_page(request.membership, after=after), request)
    context = {"page": page, "details": details_of(request.membership, page.rows)}
    return render_page(request, "annotations/my_questions.html", context)


@never_cache
@project_view(Permission.VIEW_GUIDELINE)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: ProjectRequest, pk: int) -> HttpResponse:
    """One thread with its entries; leads answer questions about the guideline here."""
    detail = question_of(request.membership, pk)
    may_answer = has_permission(request.membership, Permission.EDIT_GUIDELINE)
    if request.method != "POST":
        return _question(request, detail, AnswerFlagForm(), may_answer)
    if not may_answer or detail.flag.kind not in GUIDELINE_KINDS:
        raise Http404
    form = AnswerFlagForm(request.POST)
    if not form.is_valid():
        return _question(request, detail, form, may_answer, status=422)
    try:
        answer = answer_flag(
            project=request.project,
            flag=detail.flag,
            by=request.user,
            now=timezone.now(),
            **form.cleaned_data | {"decision": FlagDecision(form.cleaned_data["decision"])},
        )
    except ValidationError as error:
        for name, found in error.message_dict.items():
            form.add_error(name if name in form.fields else None, found)
        return _question(request, detail, form, may_answer, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return redirect("annotations:question", slug=request.project.slug, pk=pk)
    if answer.version is None:
        messages.success(request, _("Your reply is stored."))
        return redirect("annotations:inbox", slug=request.project.slug)
    messages.success(
        request,
        _("R%(number)s of the draft is linked to this question. Finish it in the editor.")
        % {"number": answer.rule_number},
    )
    return redirect("guidelines:edit", slug=request.project.slug)


@project_view(Permission.VIEW_ITEMS)
@require_POST
def gap(request: ProjectRequest, pk: int) -> HttpResponse:
    """This item is a gap in the guideline."""
    form = GapForm(request.POST)
    if form.is_valid():
        flag_item(
            membership=request.membership,
            by=request.user,
            item=pk,
            kind=FlagKind.GAP,
            now=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("The lead finds it among the questions."))
    else:
        messages.warning(request, _("Please say what the guideline leaves open."))
    return redirect("annotations:item", slug=request.project.slug, pk=pk)


@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def of_rule(request: ProjectRequest, number: int) -> HttpResponse:
    """The questions that a rule answers: a fragment of the guideline's page."""
    watches = has_permission(request.membership, Permission.VIEW_ITEMS)
    answers = questions_of_rule(request.project, number) if watches else []
    return render_page(request, "annotations/_rule_questions.html", {"answers": answers})


def _question(
    request: ProjectRequest,
    detail: QuestionDetail,
    form: AnswerFlagForm,
    may_answer: bool,
    *,
    status: int = 200,
) -> HttpResponse:
    language = get_language() or "en"
    version = draft_of(request.project) or current_version(request.project)
    flag, thread = detail.flag, thread_of(request.membership, detail.flag.pk)
    may_answer = (
        may_answer and flag.kind in GUIDELINE_KINDS and thread.is_open and request.project.is_open
    )
    schema = schema_of(version) if version and may_answer else None
    context = {
        "detail": detail,
        "flag": flag,
        "thread": thread,
        "people": may_be_asked(request.membership, flag),
        "back": back_of(request),
        "is_mine": request.user.pk in (flag.by_id, flag.asked_id),
        "form": form,
        "may_answer": may_answer,
        "may_see_item": has_permission(request.membership, Permission.VIEW_ITEMS),
        "rules": rules_in(schema, language) if schema else (),
        "choices": [
            {"value": each, **choice_named(schema, each, language)}
            for each in sorted(schema.references())
        ]
        if schema
        else [],
        "current": current_version(request.project),
    }
    return render_page(request, "annotations/question.html", context, status=status)


def _page_or_404(find: Callable[[str | None], Page[Flag]], request: ProjectRequest) -> Page[Flag]:
    try:
        return find(request.GET.get("after"))
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
