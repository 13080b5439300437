"""Media files of a project, and their arrivals."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from media.models import Arrival, MediaFile
from projects.models import Project


def files_of(project: Project, *, kind: str = "", prefix: str = "") -> QuerySet[MediaFile]:
    """Present ones; `prefix` is the beginning of their name."""
    found = MediaFile.objects.present().filter(project=project)
    if kind:
        found = found.filter(kind=kind)
    return found.filter(name__startswith=prefix) if prefix else found


def file_of(project: Project, media_id: int) -> MediaFile:
    """One present file of this project; 404 for any other."""
    try:
        return files_of(project).get(pk=media_id)
    except (MediaFile.DoesNotExist, OverflowError) as error:
        raise no_such_file() from error


def no_such_file() -> Http404:
    """The same for a file of another project, one that one may not see, and none at all."""
    return Http404(_("There is no such file."))


def arrivals_of(project: Project) -> QuerySet[Arrival]:
    """With what a list shows of each."""
    return Arrival.objects.filter(project=project).select_related("job", "created_by", "project")


def arrival_of(project: Project, arrival_id: int) -> Arrival:
    """One arrival of this project; 404 for any other."""
    try:
        return arrivals_of(project).get(pk=arrival_id)
    except (Arrival.DoesNotExist, OverflowError) as error:
        raise Http404(_("There is no such arrival of files.")) from error
