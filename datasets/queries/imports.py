"""Imports of a project."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from datasets.models import Import
from projects.models import Project


def imports_of(project: Project) -> QuerySet[Import]:
    """With what a list shows of each."""
    return Import.objects.filter(project=project).select_related(
        "job",
        "uploaded_by",
        "version",
        "batch",
    )


def import_of(project: Project, import_id: int) -> Import:
    """One import of this project; 404 for any other."""
    try:
        return imports_of(project).select_related("project").get(pk=import_id)
    except Import.DoesNotExist as error:
        raise Http404(_("This project has no such import.")) from error
