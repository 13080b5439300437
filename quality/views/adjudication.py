"""Deciding disputed items: what waits, the next one, and one item side by side."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions.flag_item import flag_item
from annotations.actions.show_names import show_names
from annotations.forms.plain import values_of_form
from annotations.forms.questions import GapForm
from annotations.models import FlagKind, Item
from annotations.parts import parts_of
from annotations.queries.blindness import is_blind_on
from annotations.queries.comments import may_be_asked, threads_on
from annotations.queries.items import item_of
from annotations.views.controls import controls, item_context, parts_as_data
from core.errors import Conflict
from core.htmx import render_page
from guidelines.queries import current_version
from guidelines.rendering import rendered_guideline
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.adjudication.next import decide_and_go_on, take_next
from quality.actions.adjudication.undo import undo_decision
from quality.forms_adjudication import AdjudicationForm, OrderForm
from quality.models import Reason
from quality.queries.adjudication.case import case, gap_words, last_decision
from quality.queries.adjudication.queue import choosable, count_waiting, line
from quality.queries.lookups import question_by_key
from quality.queries.naming import QuestionNames, vocabulary
from quality.views.agreement import language_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@project_view(Permission.ADJUDICATE)
@require_safe
def waiting(request: ProjectRequest) -> HttpResponse:
    """What waits to be decided, in which orders, and the way to begin."""
    names = _names(request)
    context = {
        "question": names,
        "questions": vocabulary(request.project, language_of()).questions,
        "orders": choosable(request.membership, names.id) if names else [],
        "choices": list(names.choices.values()) if names and names.kind == "choice" else [],
        "nothing": request.GET.get("nothing", ""),
        "done": _done(request),
    }
    return render_page(request, "quality/adjudication_queue.html", context)


@project_view(Permission.ADJUDICATE)
@require_POST
def next_case(request: ProjectRequest) -> HttpResponse:
    """The next item of an order is held for the person, and shown."""
    names = _required_names(request)
    form = _order(request)
    item = take_next(
        membership=request.membership,
        question=question_by_key(request.project, names.key),
        ordering=form.ordering(),
        after=form.cleaned_data["after"],
    )
    return _to_item(request, item, names, form)


@never_cache
@project_view(Permission.ADJUDICATE)
@require_http_methods(GET_OR_POST)
def adjudication(request: ProjectRequest, pk: int) -> HttpResponse:
    """One item: all answers side by side, and the decision."""
    item = item_of(request.project, pk)
    names = _names(request)
    if names is None:
        return redirect("quality:adjudicate", slug=request.project.slug)
    if request.method != "POST":
        return _page(request, item, names, AdjudicationForm())
    form, order = AdjudicationForm(request.POST), _order(request)
    if not form.is_valid():
        return _page(request, item, names, form, status=422)
    try:
        made, following = decide_and_go_on(
            membership=request.membership,
            item=item,
            question=question_by_key(request.project, names.key),
            decision=form.decision(values_of_form(cast(QueryDict, request.POST)).get(names.key)),
            ordering=order.ordering(),
            now=timezone.now(),
        )
    except ValidationError as error:
        return _page(request, item, names, form, errors=error.message_dict, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return _to_item(request, pk, names, order)
    return _to_item(request, following, names, order, done=made.pk)


@project_view(Permission.ADJUDICATE)
@require_POST
def names(request: ProjectRequest, pk: int) -> HttpResponse:
    """Who said what: from now on, for this person, on this item, and on the record."""
    asked = _required_names(request)
    show_names(
        membership=request.membership,
        item=item_of(request.project, pk),
        now=timezone.now(),
    )
    return _to_item(request, pk, asked, _order(request))


@project_view(Permission.ADJUDICATE)
@require_POST
def undo(request: ProjectRequest, pk: int) -> HttpResponse:
    """The decision does not hold any more; the item is on the screen again."""
    asked = _required_names(request)
    undone = request.POST.get("undone", "")
    try:
        undo_decision(
            membership=request.membership,
            item=item_of(request.project, pk),
            question=question_by_key(request.project, asked.key),
            undone=int(undone) if undone.isdecimal() and len(undone) < 19 else 0,
            now=timezone.now(),
        )
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        messages.success(request, _("The decision is undone."))
    return _to_item(request, pk, asked, _order(request))


@project_view(Permission.ADJUDICATE)
@require_POST
def gap(request: ProjectRequest, pk: int) -> HttpResponse:
    """What the guideline leaves open goes to the lead; back to the item."""
    asked = _required_names(request)
    form = GapForm(request.POST)
    if form.is_valid():
        flag_item(
            membership=request.membership,
            by=request.user,
            item=item_of(request.project, pk).pk,
            kind=FlagKind.GAP,
            now=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("The lead finds it among the questions."))
    else:
        messages.warning(request, _("Please say what the guideline leaves open."))
    return _to_item(request, pk, asked, _order(request))


def _order(request: ProjectRequest) -> OrderForm:
    """What the address or the form says about the order; 404 for one that there is not."""
    words = {**request.GET.dict(), **request.POST.dict()}
    form = OrderForm({name: words.get(name, "") for name in ("order", "a", "b", "after")})
    if not form.is_valid():
        raise Http404(_("There is no such order."))
    return form


def _names(request: ProjectRequest) -> QuestionNames | None:
    key = request.POST.get("question") or request.GET.get("question")
    return vocabulary(request.project, language_of()).question(key)


def _required_names(request: ProjectRequest) -> QuestionNames:
    found = _names(request)
    if found is None:
        raise Http404(_("The project has no such question."))
    return found


def _done(request: ProjectRequest) -> Any:
    """The decision that was just made, for the person to undo."""
    done = request.GET.get("done", "")
    is_id = done.isdecimal() and len(done) < 19
    return last_decision(request.membership, int(done)) if is_id else None


def _to_item(
    request: ProjectRequest,
    item: int | None,
    names: QuestionNames,
    form: OrderForm,
    *,
    done: int | None = None,
) -> HttpResponse:
    """The item's page, or what waits when there is no next one."""
    words = {"question": names.key} | ({"done": str(done)} if done else {})
    slug = request.project.slug
    if item is None:
        words["nothing"] = form.ordering().order.value
        return redirect(f"{reverse('quality:adjudicate', args=[slug])}?{urlencode(words)}")
    path = reverse("quality:adjudication", args=[slug, item])
    return redirect(f"{path}?{urlencode(words)}&{form.query()}")


def _page(
    request: ProjectRequest,
    item: Item,
    names: QuestionNames,
    form: AdjudicationForm,
    *,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    if is_blind_on(request.membership, item.pk):
        return render_page(request, "quality/adjudication_blind.html", {"item": item}, status=403)
    order = _order(request)
    found = case(request.membership, item, names)
    standing = found.standing
    context: dict[str, Any] = {
        "case": found,
        "item": item,
        "question": names,
        "form": form,
        "errors": errors or {},
        "order": order.ordering(),
        "order_query": order.query(),
        "left": count_waiting(line(request.membership, names.id, order.ordering())),
        "done": _done(request),
        "kinds": [names.kind],
        "parts_data": parts_as_data(item.payload, request.project),
        "answers_data": {
            "answers": {column.annotation: column.raw for column in found.columns},
            "merged": found.merged,
        },
        "reasons": Reason.choices,
        "gap_words": gap_words(found, names),
        "threads": threads_on(request.membership, item.pk),
        "people": may_be_asked(request.membership),
        "back": request.get_full_path(),
        **_controls(request, item, names, form, standing.value if standing else None, errors),
    }
    return render_page(request, "quality/adjudication.html", context, status=status)


def _controls(
    request: ProjectRequest,
    item: Item,
    names: QuestionNames,
    form: AdjudicationForm,
    standing: dict[str, Any] | None,
    errors: dict[str, list[str]] | None,
) -> dict[str, Any]:
    """The question with what was sent, else with the decision that stands; and the rules."""
    version = current_version(request.project)
    shown = rendered_guideline(version.pk, language_of()) if version else None
    given = values_of_form(cast(QueryDict, form.data)) if form.is_bound else {}
    asked = [each for each in (shown.questions if shown else ()) if each["key"] == names.key]
    questions = controls(
        [{**question, "required": True, "show_when": None} for question in asked],
        given or ({} if standing is None else {names.key: names.raw(standing)}),
        errors or {},
        parts=parts_of(item.payload),
        seed=item.pk,
    )
    return {
        "questions": questions,
        "rules": shown.rules if shown else (),
        **item_context(item.payload, questions, request.project),
    }
