"""What people must read before they label on: the changes, the quiz, and the lead's list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict
from core.htmx import render_page
from guidelines import queries
from guidelines.actions.acknowledge import acknowledge
from guidelines.actions.answer_quiz import QuizFeedback, answer_quiz
from guidelines.change_list import Change
from guidelines.editor import errors_of
from guidelines.forms import AcknowledgeForm, QuizForm
from guidelines.models import GuidelineVersion
from guidelines.quiz import QuizQuestion
from guidelines.readers import reading_state
from guidelines.rendering import RuleView, choice_named, rendered_guideline
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@never_cache
@project_view(Permission.LABEL)
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: ProjectRequest) -> HttpResponse:
    """What has changed since the person read last; with POST, they have read it."""
    if request.method != "POST":
        return _reading(request)
    form = AcknowledgeForm(request.POST)
    version = _version(request, form.cleaned_data["number"] if form.is_valid() else 0)
    if version is None:
        return _moved(request, _("Another version was published meanwhile. Please read it."))
    try:
        acknowledge(version=version, by=request.user, now=timezone.now())
    except Conflict as conflict:
        return _moved(request, conflict.message)
    messages.success(request, _("Thank you. You label under version %(number)s now.")
                     % {"number": version.number})  # fmt: skip
    return redirect(_after(request))


@never_cache
@project_view(Permission.LABEL)
@require_POST
def quiz(request: ProjectRequest) -> HttpResponse:
    """One attempt: what was right, and the rule where it was not."""
    form = QuizForm(request.POST)
    version = _version(request, form.cleaned_data["number"] if form.is_valid() else 0)
    if version is None:
        return _moved(request, _("Another version was published meanwhile. Please read it."))
    try:
        feedback = answer_quiz(
            version=version,
            by=request.user,
            answers=form.answers(),
            attempt=form.cleaned_data["attempt"],
            now=timezone.now(),
        )
    except ValidationError as error:
        return _reading(request, errors=errors_of(error), given=form.answers(), status=422)
    except Conflict as conflict:
        return _moved(request, conflict.message)
    return _feedback(request, version, feedback)


@project_view(Permission.EDIT_GUIDELINE)
@require_safe
def readers(request: ProjectRequest) -> HttpResponse:
    """Who has read which version, and who keeps others waiting."""
    context = {
        "version": queries.current_version(request.project),
        "readers": reading_state(request.project),
    }
    return render_page(request, "guidelines/readers.html", context)


def _reading(
    request: ProjectRequest,
    *,
    errors: dict[str, list[str]] | None = None,
    given: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    due = queries.reading_due(request.user, request.project)
    if due is None:
        return render_page(request, "guidelines/reading_none.html", {"after": _after(request)})
    language = get_language() or "en"
    rendered = rendered_guideline(due.version.pk, language)
    asked = due.quiz.questions if due.quiz and not due.quiz.passed else ()
    context = {
        "reading": due,
        "rendered": rendered,
        "changes": [_shown(each.change, each.change_class, rendered.rules) for each in due.changes],
        "questions": [
            _asked(due.version, question, language, errors or {}, given or {}) for question in asked
        ],
        "is_whole": not due.since,
        "has_errors": bool(errors),
    }
    return render_page(request, "guidelines/reading.html", context, status=status)


def _shown(change: Change, change_class: str, rules: tuple[RuleView, ...]) -> dict[str, Any]:
    """A change, and the rule as it reads now."""
    number = int(change.key) if change.kind == "rule" else 0
    rule = next((rule for rule in rules if rule.number == number), None)
    return {"change": change, "change_class": change_class, "rule": rule}


def _asked(
    version: GuidelineVersion,
    question: QuizQuestion,
    language: str,
    errors: dict[str, list[str]],
    given: dict[str, str],
) -> dict[str, Any]:
    """A quiz question for the page; which answer is right stays on the server."""
    schema = queries.schema_of(version)
    spec = schema.question(question.question)
    return {
        "key": question.key,
        "texts": question.texts,
        "title": spec.titles if spec else {},
        "options": [
            {"key": key, **choice_named(schema, f"{question.question}.{key}", language)}
            for key in question.options
        ],
        "given": given.get(question.key, ""),
        "errors": errors.get(f"answers.{question.key}", []),
    }


def _feedback(
    request: ProjectRequest, version: GuidelineVersion, feedback: QuizFeedback
) -> HttpResponse:
    language = get_language() or "en"
    schema = queries.schema_of(version)
    rules = {rule.number: rule for rule in rendered_guideline(version.pk, language).rules}
    rows = [
        {
            "texts": answer.question.texts,
            "is_right": answer.is_right,
            "given": choice_named(schema, f"{answer.question.question}.{answer.given}", language),
            "right": choice_named(
                schema, f"{answer.question.question}.{answer.question.right}", language
            ),
            "rule": rules.get(answer.question.rule),
        }
        for answer in feedback.result.answers
    ]
    context = {"version": version, "attempt": feedback.attempt, "rows": rows}
    return render_page(request, "guidelines/quiz_feedback.html", context)


def _version(request: ProjectRequest, number: int) -> GuidelineVersion | None:
    return queries.published_versions(request.project).filter(number=number).first()


def _moved(request: ProjectRequest, message: str) -> HttpResponse:
    """Nothing was stored; the page shows what is due now."""
    messages.warning(request, message)
    return redirect("guidelines:reading", slug=request.project.slug)


def _after(request: ProjectRequest) -> str:
    """Back to work."""
    return reverse("annotations:label", args=[request.project.slug])
