"""Items of files: each file that no item shows yet becomes one, with open slots."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.bulk_items import ItemCounts, add_items
from annotations.actions.bulk_staging import StagedItem
from annotations.models import Batch
from annotations.queries.media import fields_of, unused_files
from core import audit
from core.errors import Conflict
from core.problems import Problems
from projects.models import Project

MOST_ITEMS = 50_000


@transaction.atomic
def make_items_of_files(*, project: Project, by: User, now: datetime) -> ItemCounts:
    """One item per unused file, in the order of their names; its id is the name of the file.

    All of them or none, at most 50,000 at once. Conflict when the project is closed or no file is
    unused; ValidationError when another item has the name of a file as its id.
    """
    if not project.is_open:
        raise Conflict(
            _("This project is closed, so no items can be added."), code="project_closed"
        )
    items = list(_staged(project))  # no statement runs beside the COPY that takes them
    if not items:
        raise Conflict(_("Every file is shown by an item already."), code="no_unused_files")
    batch = Batch.objects.create(project=project, name="Media", created_by=by, created_at=now)
    try:
        counts = add_items(batch=batch, items=items, overlap=project.overlap, now=now)
    except Problems as problems:
        names = ", ".join(str(each.params["external_id"]) for each in problems.problems[:5])
        message = _("Other items have the names of these files as their ids: %(names)s")
        raise ValidationError(message, code="item_differs", params={"names": names}) from problems
    audit.record(
        action="items.add",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"batch:{batch.pk}",
        added=counts.added,
        known=counts.known,
    )
    return counts


def _staged(project: Project) -> Iterator[StagedItem]:
    files = unused_files(project.pk).order_by("name")[:MOST_ITEMS]
    for line, media in enumerate(files.iterator(chunk_size=2000)):
        part = {"key": media.kind, **fields_of(media)}
        payload = json.dumps({"parts": [part]}, ensure_ascii=False)
        yield StagedItem(line=line, external_id=media.name, payload=payload)
