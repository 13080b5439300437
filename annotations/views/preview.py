"""The labeling screen before anybody labels: the draft asks about an item, nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from annotations.parts import parts_of
from annotations.queries.items import some_item
from annotations.views.controls import controls, item_context, kinds_of, parts_as_data
from core.htmx import render_page
from guidelines.queries import current_version, draft_of, schema_of
from guidelines.rendering import questions_in
from projects.access import ProjectRequest, project_view
from projects.models import Layout
from projects.roles import Permission

# Until the first items arrive.
SAMPLE = {"text": "The quick brown fox jumps over the lazy dog.\n다람쥐 헌 쳇바퀴에 타고파."}


@project_view(Permission.EDIT_GUIDELINE)
@require_safe
def preview(request: ProjectRequest) -> HttpResponse:
    """How the draft (or the version of now) asks, in either layout."""
    version = draft_of(request.project) or current_version(request.project)
    if version is None:
        return render_page(request, "annotations/no_guideline.html", {})
    item = some_item(request.project, _number(request, "item"))
    payload = item.payload if item else SAMPLE
    layout = request.GET.get("layout", request.project.layout)
    asked = questions_in(schema_of(version), get_language() or "en")
    questions = controls(asked, {}, {}, parts=parts_of(payload), seed=item.pk if item else 0)
    context = {
        **item_context(payload, questions, request.project),
        "item": item,
        "version": version,
        "questions": questions,
        "kinds": kinds_of(asked),
        "parts_data": parts_as_data(payload, request.project),
        "layout": layout if layout in Layout.values else request.project.layout,
        "layouts": Layout.choices,
    }
    return render_page(request, "annotations/preview.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
