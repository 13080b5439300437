"""Pages that write: start, edit, preview, publish and discard the draft."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict
from core.htmx import render_page
from guidelines import queries
from guidelines.actions.discard_draft import discard_draft
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish as publish_draft
from guidelines.actions.save_draft import save_draft
from guidelines.change_board import change_board
from guidelines.document_fields import edit_document
from guidelines.editor import editor_rows, errors_of, faults_in
from guidelines.forms import DiscardForm, DraftForm, PublishForm, posted_document
from guidelines.markdown import render_markdown
from guidelines.models import GuidelineVersion
from guidelines.views.lookups import draft_or_404
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@project_view(Permission.EDIT_GUIDELINE)
@require_POST
def start(request: ProjectRequest) -> HttpResponse:
    """The draft at work, or a new one from the current version."""
    open_draft(project=request.project, by=request.user, now=timezone.now())
    return redirect("guidelines:edit", slug=request.project.slug)


@project_view(Permission.EDIT_GUIDELINE)
@get_or_post
def edit(request: ProjectRequest) -> HttpResponse:
    """The editor. Saving answers with a redirect; row buttons answer with the changed form."""
    draft = queries.draft_of(request.project)
    if draft is None:
        return render_page(request, "guidelines/empty.html", {"may_edit": True, "no_draft": True})
    if request.method != "POST":
        form = DraftForm(
            initial={"title": draft.title, "prose": draft.prose, "revision": draft.revision}
        )
        return _editor(request, draft, form, draft.document)
    form, do = DraftForm(request.POST), request.POST.get("do", "save")
    document = posted_document(request.POST)
    if do == "autosave":
        return _autosave(request, draft, form, document)
    if do == "save" or do.startswith("overwrite:"):
        return _save(request, draft, form, document, do)
    used = [rule.get("number") for rule in document["rules"] if isinstance(rule, dict)]
    number = queries.next_rule_number(draft, [each for each in used if isinstance(each, int)])
    document, place = edit_document(
        document, do, language=get_language() or "en", rule_number=number
    )
    typed = DraftForm(initial=request.POST.dict())
    return _editor(request, draft, typed, document, place=place, is_unsaved=True)


def _save(
    request: ProjectRequest,
    draft: GuidelineVersion,
    form: DraftForm,
    document: dict[str, Any],
    do: str,
) -> HttpResponse:
    """Store it; what cannot be stored comes back as typed, with what is wrong."""
    if not form.is_valid():
        return _editor(request, draft, form, document, is_unsaved=True, status=422)
    seen = do.partition(":")[2] or str(form.cleaned_data["revision"])
    try:
        saved = save_draft(
            version=draft,
            title=form.cleaned_data["title"],
            prose=form.cleaned_data["prose"],
            document=document,
            expected_revision=int(seen) if seen.isdecimal() else 0,
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        for name in set(errors_of(error)) & set(form.fields):
            form.add_error(name, errors_of(error)[name])
        errors = {path: each for path, each in errors_of(error).items() if path not in form.fields}
        return _editor(request, draft, form, document, errors=errors, is_unsaved=True, status=422)
    except Conflict as conflict:
        if conflict.code != "stale_revision":
            raise
        return _editor(
            request, draft, form, document, conflict=conflict, is_unsaved=True, status=409
        )
    messages.success(
        request, _("The draft of version %(number)s is saved.") % {"number": saved.number}
    )
    return redirect("guidelines:edit", slug=request.project.slug)


def _autosave(
    request: ProjectRequest, draft: GuidelineVersion, form: DraftForm, document: dict[str, Any]
) -> HttpResponse:
    """Store it without a word, or say by the status what stands in the way: the Save button shows
    it in full. A text that somebody else has saved over is never stored."""
    if not form.is_valid():
        return JsonResponse({"code": "invalid"}, status=422)
    try:
        saved = save_draft(
            version=draft,
            title=form.cleaned_data["title"],
            prose=form.cleaned_data["prose"],
            document=document,
            expected_revision=form.cleaned_data["revision"],
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        return JsonResponse({"code": "invalid", "errors": errors_of(error)}, status=422)
    except Conflict as conflict:
        return JsonResponse({"code": conflict.code, "message": conflict.message}, status=409)
    time = date_format(timezone.localtime(saved.edited_at), "H:i")
    return JsonResponse({"revision": saved.revision, "time": time})


def _editor(
    request: ProjectRequest,
    draft: GuidelineVersion,
    form: DraftForm,
    document: dict[str, Any],
    *,
    errors: dict[str, list[str]] | None = None,
    place: str = "",
    conflict: Conflict | None = None,
    is_unsaved: bool = False,
    status: int = 200,
) -> HttpResponse:
    prose = form["prose"].value() or ""
    rows = editor_rows(
        document,
        errors or {},
        kinds=queries.frozen_kinds(draft),
        choices=queries.frozen_choices(draft),
        missing={} if is_unsaved else queries.unfinished(draft),
    )
    numbers = [row.key.value for row in rows.rules]
    context = {
        "draft": draft,
        "form": form,
        "editor": rows,
        "place": place,
        "conflict": conflict,
        "theirs": queries.conflict_diff(draft, form["title"].value() or "", prose, document)
        if conflict
        else None,
        "is_unsaved": is_unsaved,
        "preview": render_markdown(prose, rules=[int(n) for n in numbers if n.isdecimal()]).html,
    }
    return render_page(request, "guidelines/edit.html", context, partial="editor", status=status)


@project_view(Permission.EDIT_GUIDELINE)
@require_POST
def preview(request: ProjectRequest) -> HttpResponse:
    """The prose of the editor as HTML; stores nothing."""
    html = render_markdown(request.POST.get("prose", "")).html
    return render_page(request, "guidelines/_preview.html", {"preview": html})


@project_view(Permission.PUBLISH_GUIDELINE)
@get_or_post
def publish(request: ProjectRequest) -> HttpResponse:
    """Confirmation with everything that changes; publishing cannot be taken back."""
    draft = draft_or_404(request)
    form = PublishForm(_posted(request), initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid() and _publish(request, draft, form):
        return redirect("guidelines:published", slug=request.project.slug, number=draft.number)
    before = draft.based_on
    board = change_board(draft)
    context = {
        "draft": draft,
        "form": form,
        "before": before,
        "board": board,
        "counts": Counter(each.change_class for each in board.changes),
        "is_old": before != queries.current_version(request.project),
        "diff": queries.diff_of(before, draft),
        "missing": faults_in(draft.document, board.missing),
    }
    return render_page(
        request, "guidelines/publish.html", context, status=422 if form.errors else 200
    )


def _publish(request: ProjectRequest, draft: GuidelineVersion, form: PublishForm) -> bool:
    """False with the reasons in the form when the draft cannot be published."""
    try:
        published = publish_draft(
            version=draft,
            change_note=form.cleaned_data["change_note"],
            expected_revision=form.cleaned_data["revision"],
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        faults = faults_in(draft.document, errors_of(error))
        form.add_error(None, [f"{each.place} {each.message}".strip() for each in faults])
        return False
    except Conflict as conflict:
        if conflict.code != "based_on_old":
            raise
        form.add_error(None, conflict.message)
        return False
    messages.success(request, _("Version %(number)s is published.") % {"number": published.number})
    return True


@project_view(Permission.EDIT_GUIDELINE)
@require_safe
def published(request: ProjectRequest, number: int) -> HttpResponse:
    """What is worth doing after a version came out."""
    version = queries.version_by_number(request.project, number)
    return render_page(request, "guidelines/published.html", {"version": version})


@project_view(Permission.EDIT_GUIDELINE)
@get_or_post
def discard(request: ProjectRequest) -> HttpResponse:
    """Confirmation; a discarded draft is gone."""
    draft = draft_or_404(request)
    form = DiscardForm(_posted(request), initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid():
        discard_draft(
            version=draft,
            expected_revision=form.cleaned_data["revision"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The draft is discarded."))
        return redirect("guidelines:versions", slug=request.project.slug)
    before = queries.current_version(request.project)
    context = {"draft": draft, "form": form, "diff": queries.diff_of(before, draft)}
    return render_page(
        request, "guidelines/discard.html", context, status=422 if form.errors else 200
    )


def _posted(request: ProjectRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
