"""Keep what an annotator has entered so far."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Gone
from projects.models import Project

LARGEST = 1_000_000

_SAVE = """
INSERT INTO annotations_draft
    (assignment_id, annotator_id, values, comment, refused_code, body_hash, saved_at)
SELECT id, annotator_id, %(values)s::jsonb, %(comment)s, '', '', %(now)s
FROM annotations_assignment
WHERE id = %(assignment)s AND project_id = %(project)s AND annotator_id = %(annotator)s
  AND state = 'leased'
ON CONFLICT (assignment_id, annotator_id) WHERE refused_id IS NULL
    DO UPDATE SET values = excluded.values, comment = excluded.comment, saved_at = excluded.saved_at
RETURNING id
"""


def save_draft(
    *,
    project: Project,
    by: User,
    assignment: int,
    values: dict[str, Any],
    comment: str = "",
    now: datetime,
) -> None:
    """Replace the annotator's draft. Gone when the slot is not on their screen any more."""
    text = json.dumps(values, ensure_ascii=False)
    if len(text) > LARGEST:
        raise ValidationError({"values": _("The draft is too long.")})
    keys = {"project": project.pk, "annotator": by.pk, "assignment": assignment}
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, {**keys, "values": text, "comment": comment, "now": now})
        if cursor.fetchone() is None:
            raise Gone(_("This item is not on your screen any more."), code="lease_lost")
