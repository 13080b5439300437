"""Pages about annotators, for those who watch quality: all of them, one, and the rows behind."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions.check_pause import pause_person, resume_person
from annotations.models import Source
from core.errors import Conflict
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.people.start import start_people
from quality.people_forms import PauseForm, ResumeForm
from quality.queries.lookups import question_by_key
from quality.queries.naming import QuestionNames, Vocabulary, vocabulary
from quality.queries.people.groups import group_question, group_rows
from quality.queries.people.pages import annotator_of, people_page, people_run
from quality.queries.people.person import person_page
from quality.queries.people.rows import Rows, alike_rows, gold_rows, repeat_rows, stretch_rows
from quality.views.agreement import job_answer, language_of

GET_OR_POST = ["GET", "HEAD", "POST"]


def _question(request: ProjectRequest) -> tuple[Vocabulary, QuestionNames | None]:
    known = vocabulary(request.project, language_of())
    return known, known.question(request.GET.get("question"))


@project_view(Permission.VIEW_QUALITY)
@require_safe
def people(request: ProjectRequest) -> HttpResponse:
    """Everybody with labels on a question, groups that are large enough, and who is paused."""
    known, question = _question(request)
    page = people_page(request.project, question) if question else None
    context = {
        "questions": known.questions,
        "question": question,
        "page": page,
        "groups": group_rows(page.run, question) if page and page.run and question else [],
        "group_question": group_question(request.project),
    }
    return render_page(request, "quality/people.html", context)


@project_view(Permission.RESOLVE)
@require_POST
def start(request: ProjectRequest) -> HttpResponse:
    """Compute the figures of a question, and back to the list."""
    key = request.POST.get("question", "")
    try:
        question = question_by_key(request.project, key)
        start_people(
            project=request.project, question=question, by=request.user, now=timezone.now()
        )
    except ValidationError as error:
        raise Http404(" ".join(error.messages)) from error
    return redirect(f"{reverse('quality:people', args=[request.project.slug])}?question={key}")


@project_view(Permission.VIEW_QUALITY)
@require_safe
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far the job of a run is."""
    run = people_run(request.project, pk)
    address = reverse("quality:people_progress", args=[request.project.slug, pk])
    return job_answer(request, run.job, address)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def person(request: ProjectRequest, pk: int) -> HttpResponse:
    """One annotator."""
    return _person(request, annotator_of(request.project, pk))


def _person(
    request: ProjectRequest,
    source: Source,
    form: PauseForm | ResumeForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    known, question = _question(request)
    page = person_page(request.project, source, question) if question else None
    context = {
        "questions": known.questions,
        "question": question,
        "source": source,
        "page": page,
        "pause_form": form if isinstance(form, PauseForm) else PauseForm(),
        "resume_form": form if isinstance(form, ResumeForm) else ResumeForm(),
    }
    return render_page(request, "quality/people_person.html", context, status=status)


@project_view(Permission.EDIT_PROJECT)
@require_POST
def pause(request: ProjectRequest, pk: int) -> HttpResponse:
    """No new items for this person, with the reason that they will read."""
    source = annotator_of(request.project, pk)
    form = PauseForm(request.POST)
    if source.person is None:
        raise Http404(_("This annotator was named in a file, and has no account here."))
    if not form.is_valid():
        return _person(request, source, form, status=422)
    try:
        pause_person(
            project=request.project,
            person=source.person,
            by=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _person(request, source, form, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        messages.success(request, _("%(name)s gets no new items.") % {"name": source.person.name})
    return redirect("quality:person", slug=request.project.slug, pk=pk)


@project_view(Permission.EDIT_PROJECT)
@require_POST
def resume(request: ProjectRequest, pk: int) -> HttpResponse:
    """New items again."""
    source = annotator_of(request.project, pk)
    form = ResumeForm(request.POST)
    if source.person is None:
        raise Http404(_("This annotator was named in a file, and has no account here."))
    if not form.is_valid():
        return _person(request, source, form, status=422)
    try:
        resume_person(
            project=request.project,
            person=source.person,
            by=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        name = source.person.name
        messages.success(request, _("%(name)s gets new items again.") % {"name": name})
    return redirect("quality:person", slug=request.project.slug, pk=pk)


@project_view(Permission.VIEW_NAMES)
@require_http_methods(["GET", "HEAD"])
def rows(request: ProjectRequest, pk: int) -> HttpResponse:
    """The answers behind a figure: ?show=gold, repeats, stretch (from, to) or alike (with)."""
    source = annotator_of(request.project, pk)
    _known, question = _question(request)
    if question is None:
        raise Http404(_("The project has no such question."))
    show = request.GET.get("show", "")
    context = {
        "source": source,
        "question": question,
        "show": show,
        "rows": _rows(request, source, question, show),
    }
    return render_page(request, "quality/people_rows.html", context)


def _rows(request: ProjectRequest, source: Source, question: QuestionNames, show: str) -> Rows:
    viewer = request.membership
    if show == "gold":
        return gold_rows(viewer, source, question, language_of())
    if show == "repeats":
        return repeat_rows(viewer, source, question)
    if show == "stretch":
        since, until = _moment(request, "from"), _moment(request, "to")
        return stretch_rows(viewer, source, question, since, until)
    if show == "alike":
        other = request.GET.get("with", "")
        number = int(other) if other.isdecimal() and len(other) < 19 else 0
        return alike_rows(viewer, source, annotator_of(request.project, number), question)
    raise Http404(_("There are no such rows."))


def _moment(request: ProjectRequest, name: str) -> datetime:
    text = request.GET.get(name, "")
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise Http404(_("There are no such rows."))
    return found
