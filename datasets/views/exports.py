"""The page that builds an export: by button, curl or Python."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from datasets.actions.open_export import ending_of
from datasets.forms.exporting import ExportForm
from datasets.queries.exports import export_choices
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

CURL = """\
curl --fail \\
  -H "Authorization: Bearer $LABELHUB_TOKEN" \\
  -o {name} \\
  "{url}"
"""
PYTHON = """\
import os, urllib.request

request = urllib.request.Request(
    "{url}",
    headers={{"Authorization": "Bearer " + os.environ["LABELHUB_TOKEN"]}},
)
with urllib.request.urlopen(request) as answer, open("{name}", "wb") as file:
    while chunk := answer.read(1 << 20):
        file.write(chunk)
"""
DEFAULTS = {"what": "labels", "format": "jsonl"}


@project_view(Permission.EXPORT)
@require_safe
def export_page(request: ProjectRequest) -> HttpResponse:
    """The choices make the address, the address makes the commands."""
    form = ExportForm(request.GET or DEFAULTS, **export_choices(request.project))
    query = form.query() if form.is_valid() else DEFAULTS
    path = reverse("datasets-api:export", kwargs={"project_id": request.project.pk})
    download = f"{path}?{urlencode(query)}"
    if "download" in request.GET and form.is_valid():
        return redirect(download)
    parts = {
        "url": settings.PUBLIC_URL.rstrip("/") + download,
        "name": f"{request.project.slug}-{query['what']}.{ending_of(query['format'])}",
    }
    context = {
        "form": form,
        "curl": CURL.format(**parts),
        "python": PYTHON.format(**parts),
    }
    return render(request, "datasets/export.html", context, status=200 if form.is_valid() else 422)
