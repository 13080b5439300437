"""Who may see which file."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.models import Annotation, Assignment, AssignmentState, GoldItem, ItemMedia
from annotations.queries.gate import has_passed_training
from media.models import MediaFile
from media.queries.files import file_of, no_such_file
from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission

MOST_KEPT = 5000


def visible_file(membership: Membership, media_id: int) -> MediaFile:
    """A file that this person may see now; the same 404 for all others.

    That is any file of the project for those who may see its items. An annotator sees the files
    of items on their screen, of items they have answered, and of gold items while in training.
    """
    media = file_of(membership.project, media_id)
    media.project = membership.project
    if has_permission(membership, Permission.VIEW_ITEMS):
        return media
    shown = ItemMedia.objects.filter(media=media, item__withdrawn_at=None)
    if not shown.filter(_asked(membership) | _in_training(membership)).exists():
        raise no_such_file()
    return media


def fields_of(media: MediaFile) -> dict[str, Any]:
    """A file as the fields of a part; its sizes are those that were measured."""
    measures = {
        "width": media.width,
        "height": media.height,
        "duration": media.duration,
        "pages": media.pages,
    }
    known = {name: value for name, value in measures.items() if value is not None}
    return {"kind": media.kind, "media": media.pk, "file": media.name, **known}


def media_finder(project_id: int) -> Callable[[str | int], dict[str, Any] | None]:
    """Finds present files of a project by name or id, as the fields of a part.

    The last few thousand are kept, since many items may show the same file.
    """

    @lru_cache(maxsize=MOST_KEPT)
    def find(name: str | int) -> dict[str, Any] | None:
        files = MediaFile.objects.present().filter(project=project_id)
        wanted = files.filter(pk=name) if isinstance(name, int) else files.filter(name=name)
        media = wanted.first()
        return fields_of(media) if media else None

    return find


def unused_files(project_id: int) -> QuerySet[MediaFile]:
    """Present files that no item shows."""
    used = ItemMedia.objects.filter(media=OuterRef("pk"))
    return MediaFile.objects.present().filter(~Exists(used), project=project_id)


def _asked(membership: Membership) -> Q:
    """Items they hold or have answered, in the words of `ItemMedia`."""
    held = [AssignmentState.LEASED, AssignmentState.DONE]
    slots = Assignment.objects.filter(
        item=OuterRef("item"), annotator=membership.user_id, state__in=held
    )
    said = Annotation.objects.filter(
        item=OuterRef("item"),
        source__project=membership.project_id,
        source__person=membership.user_id,
    )
    return Q(Exists(slots)) | Q(Exists(said))


def _in_training(membership: Membership) -> Q:
    project = membership.project
    may_label = has_permission(membership, Permission.LABEL)
    if not (may_label and project.training_items):
        return Q(pk__in=[])
    if has_passed_training(project, membership.user):
        return Q(pk__in=[])
    gold = GoldItem.objects.filter(project=project, item=OuterRef("item"), retired_at=None)
    return Q(Exists(gold))
