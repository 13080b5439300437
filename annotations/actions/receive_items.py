"""Items that a program sends, a few at a time; files of any size are imported by `datasets`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.bulk_items import ItemCounts, add_items
from annotations.actions.bulk_staging import StagedItem
from annotations.models import Batch
from annotations.parts import read_payload, with_media
from annotations.queries.media import media_finder
from core import audit
from core.errors import Conflict
from core.problems import Problem, Problems
from projects.models import Project

MOST_ITEMS = 1000


@dataclass(frozen=True)
class NewItem:
    """One item as it was sent."""

    external_id: str
    payload: dict[str, Any]
    metadata: dict[str, Any]


@transaction.atomic
def receive_items(
    *, project: Project, by: User, items: Sequence[NewItem], now: datetime
) -> ItemCounts:
    """Store all of them with open slots, or none. Known items with the same content add nothing."""
    if not project.is_open:
        raise Conflict(
            _("This project is closed, so no items can be added."), code="project_closed"
        )
    payloads = _payloads(project, items)
    batch = Batch.objects.create(project=project, name="REST", created_by=by, created_at=now)
    staged = [
        StagedItem(
            line=number,
            external_id=item.external_id,
            payload=json.dumps(payloads[number], ensure_ascii=False),
            metadata=json.dumps(item.metadata, ensure_ascii=False),
        )
        for number, item in enumerate(items)
    ]
    try:
        counts = add_items(batch=batch, items=staged, overlap=project.overlap, now=now)
    except Problems as problems:
        raise _refusal(problems.problems) from problems
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


def _payloads(project: Project, items: Sequence[NewItem]) -> list[dict[str, Any]]:
    """The payloads as they are stored, or ValidationError with the place of each fault."""
    find, found = media_finder(project.pk), []
    faults: dict[str, list[str]] = {}
    for number, item in enumerate(items):
        try:
            found.append(with_media(read_payload(item.payload), find))
        except Problems as problems:
            for problem in problems.problems:
                place = f"items[{number}].payload.{problem.field}"
                faults.setdefault(place, []).append(_(problem.template) % problem.params)
    if faults:
        raise ValidationError(faults)
    return found


def _refusal(problems: list[Problem]) -> ValidationError:
    """By the place of the item in the request."""
    faults: dict[str, list[str]] = {}
    for problem in problems:
        place = f"items[{problem.params.get('line', 0)}].id"
        faults.setdefault(place, []).append(_sentence(problem))
    return ValidationError(faults)


def _sentence(problem: Problem) -> str:
    name = {"external_id": problem.params.get("external_id", "")}
    if problem.code == "external_id_twice":
        return _("The id “%(external_id)s” is used twice in this request.") % name
    return _("Another item of this project has the id “%(external_id)s”.") % name
