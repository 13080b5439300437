"""The items of a project, for people who watch."""

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from annotations.forms.fields import ItemFilterForm
from annotations.queries.comments import may_be_asked, threads_on
from annotations.queries.item_filters import AnswerFilter, narrowed, wanted_words
from annotations.queries.items import batches, item_detail, items_page
from annotations.views.controls import item_context
from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@project_view(Permission.VIEW_ITEMS)
@require_GET
def items(request: ProjectRequest) -> HttpResponse:
    """A page of items, filtered."""
    form = ItemFilterForm(request.GET, batches=batches(request.project))
    if not form.is_valid():
        return render_page(request, "annotations/items.html", {"form": form}, status=422)
    wanted = form.cleaned_data
    answer = AnswerFilter(**form.answer())
    page = items_page(
        request.project,
        prefix=wanted["id"],
        batch=int(wanted["batch"]) if wanted["batch"] else None,
        narrowed=narrowed(request.membership, wanted["state"], answer),
        after=wanted["after"],
    )
    context = {
        "form": form,
        "page": page,
        "is_filtered": any(wanted.values()),
        "said": wanted_words(request.project, answer, get_language() or "en"),
    }
    return render_page(request, "annotations/items.html", context)


@project_view(Permission.VIEW_ITEMS)
@require_GET
def item(request: ProjectRequest, pk: int) -> HttpResponse:
    """One item with the lineage of every label."""
    detail = item_detail(request.membership, pk, get_language() or "en")
    context = {
        "detail": detail,
        "item": detail.item,
        "threads": threads_on(request.membership, pk),
        "people": may_be_asked(request.membership),
        "back": request.path,
        **item_context(detail.item.payload, [], request.project),
    }
    return render_page(request, "annotations/item.html", context)
