"""The lead decides what each change means for labels made before."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict
from core.htmx import render_page
from guidelines import queries
from guidelines.actions.rebase_draft import rebase_draft
from guidelines.actions.save_draft import save_draft
from guidelines.change_board import change_board
from guidelines.change_list import DecidedChange
from guidelines.editor import errors_of, faults_in
from guidelines.forms import DecisionsForm, RebaseForm
from guidelines.label_schema import LabelSchema
from guidelines.models import ChangeClass, GuidelineVersion
from guidelines.rendering import choice_named
from guidelines.views.lookups import draft_or_404
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

# What may become of a choice that is gone, in the words of the page.
FATES = (
    ("renamed", gettext_noop("was renamed to")),
    ("merged", gettext_noop("was merged into")),
    ("moved", gettext_noop("was moved to")),
    ("split", gettext_noop("was split into")),
    ("retired", gettext_noop("is retired")),
)


@project_view(Permission.EDIT_GUIDELINE)
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: ProjectRequest) -> HttpResponse:
    """Every change with its proposed and its decided class, the fate of choices, and the quiz."""
    draft = draft_or_404(request)
    if request.method != "POST":
        return _page(request, draft)
    form = DecisionsForm(request.POST)
    if not form.is_valid():
        return _page(request, draft, errors={"": [_("This page has expired. Please look again.")]})
    try:
        save_draft(
            version=draft,
            title=draft.title,
            prose=draft.prose,
            document=draft.document,
            changes=form.decisions(),
            expected_revision=form.cleaned_data["revision"],
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        return _page(request, draft, errors=errors_of(error), given=form.decisions())
    except Conflict as conflict:
        return _page(request, draft, errors={"": [conflict.message]}, status=409)
    messages.success(request, _("Your decisions are saved with the draft."))
    to_publish = request.POST.get("do") == "publish"
    page = "guidelines:publish" if to_publish else "guidelines:changes"
    return redirect(page, slug=request.project.slug)


@project_view(Permission.EDIT_GUIDELINE)
@require_POST
def rebase(request: ProjectRequest) -> HttpResponse:
    """Compare the draft with the version that was published meanwhile."""
    draft = draft_or_404(request)
    form = RebaseForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    try:
        rebase_draft(version=draft, expected_revision=revision, by=request.user, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    return redirect("guidelines:changes", slug=request.project.slug)


def _page(
    request: ProjectRequest,
    draft: GuidelineVersion,
    *,
    errors: dict[str, list[str]] | None = None,
    given: dict[str, Any] | None = None,
    status: int | None = None,
) -> HttpResponse:
    board = change_board(draft)
    context = {
        "draft": draft,
        "board": board,
        "rows": [_row(draft, each, given or draft.changes) for each in board.changes],
        "classes": ChangeClass.choices,
        "fates": FATES,
        "quiz": (given or draft.changes).get("quiz") or {},
        "errors": faults_in(draft.document, errors or {}),
    }
    status = status or (422 if errors else 200)
    return render_page(request, "guidelines/changes.html", context, status=status)


def _row(draft: GuidelineVersion, each: DecidedChange, given: dict[str, Any]) -> dict[str, Any]:
    """A change with what was decided, and where its labels may go."""
    change = each.change
    fate = given.get("fates", {}).get(change.key) or {}
    is_choice = change.kind == "choice" and change.op != "added"
    after = queries.schema_of(draft)
    return {
        "change": change,
        "decided": given.get("classes", {}).get(change.target) or change.proposed,
        "fate": fate.get("how", ""),
        "into": fate.get("into", []),
        "can_split": is_choice and not change.wants_fate,
        "targets": _targets(after, change.key.partition(".")[0]) if is_choice else [],
    }


def _targets(schema: LabelSchema, question: str) -> list[dict[str, Any]]:
    """Choices of the draft, those of the same question first."""
    references = sorted(schema.references(), key=lambda each: not each.startswith(f"{question}."))
    language = get_language() or "en"
    return [{"value": each, **choice_named(schema, each, language)} for each in references]
