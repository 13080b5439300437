"""Threads: the list, what is new, a reply, and the beginning of one on an item's page."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.actions.comment import begin_thread, comment_on, mark_read
from annotations.forms.threads import CommentForm, ThreadFilterForm, ThreadForm
from annotations.models import CommentKind
from annotations.queries.comments import count_unread, thread_of, thread_page
from core.errors import Conflict
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@never_cache
@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def threads(request: ProjectRequest) -> HttpResponse:
    """What was asked, remarked and sent back, newest first."""
    form = ThreadFilterForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There are no such threads."))
    try:
        page, shown = thread_page(request.membership, form.wanted(), after=request.GET.get("after"))
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
    context = {
        "form": form,
        "page": page,
        "threads": shown,
        "is_filtered": any(form.cleaned_data.values()),
        "back": request.get_full_path(),
    }
    return render_page(request, "annotations/threads.html", context)


@never_cache
@project_view(Permission.VIEW_GUIDELINE)
@require_safe
def unread(request: ProjectRequest) -> HttpResponse:
    """How many threads have something new: a fragment of the navigation."""
    context = {"count": count_unread(request.membership)}
    return render_page(request, "annotations/_unread.html", context)


@project_view(Permission.VIEW_GUIDELINE)
@require_POST
def read(request: ProjectRequest) -> HttpResponse:
    """Nothing in one thread, or in any, is new. A page that shows a thread sends this by itself."""
    thread = request.POST.get("thread", "")
    now = timezone.now()
    if thread.isdecimal():
        pk = thread_of(request.membership, int(thread)).flag.pk
        mark_read(membership=request.membership, thread=pk, now=now)
        return HttpResponse(status=204)
    mark_read(membership=request.membership, now=now)
    return redirect("annotations:threads", slug=request.project.slug)


@project_view(Permission.VIEW_GUIDELINE)
@require_POST
def comment(request: ProjectRequest, pk: int) -> HttpResponse:
    """Reply, resolve or open again; back to the thread."""
    found = thread_of(request.membership, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.warning(
            request, " ".join(str(each) for errors in form.errors.values() for each in errors)
        )
        return _to_thread(request, pk)
    given = form.cleaned_data
    try:
        comment_on(
            membership=request.membership,
            thread=found.flag,
            now=timezone.now(),
            **given | {"kind": CommentKind(given["kind"])},
        )
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    return _to_thread(request, pk)


@project_view(Permission.VIEW_ITEMS)
@require_POST
def begin(request: ProjectRequest, pk: int) -> HttpResponse:
    """A remark on an item; back to the page it was made on."""
    form = ThreadForm(request.POST)
    item = reverse("annotations:item", args=[request.project.slug, pk])
    if not form.is_valid():
        messages.warning(request, _("Please write something."))
        return redirect(back_of(request) or item)
    try:
        begin_thread(
            membership=request.membership, item=pk, now=timezone.now(), **form.cleaned_data
        )
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, _("Your comment is stored."))
    return redirect(back_of(request) or item)


def back_of(request: ProjectRequest) -> str:
    """Where the reader came from, if that is a page of this project; else nothing."""
    path = request.POST.get("back") or request.GET.get("back") or ""
    slug = request.project.slug
    return path if path.startswith((f"/p/{slug}/", f"/w/{slug}/")) else ""


def _to_thread(request: ProjectRequest, pk: int) -> HttpResponse:
    path = reverse("annotations:question", args=[request.project.slug, pk])
    back = back_of(request)
    return redirect(f"{path}?{urlencode({'back': back})}#reply" if back else f"{path}#reply")
