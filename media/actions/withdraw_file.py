"""A file that must not be shown any more; its row stays, and so do the items that name it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.audit import record
from media.models import MediaFile


@transaction.atomic
def withdraw_file(*, media: MediaFile, by: User, now: datetime) -> None:
    """From now on nobody is served the file. Doing it twice changes nothing."""
    withdrawn = MediaFile.objects.present().filter(pk=media.pk).update(withdrawn_at=now)
    if withdrawn:
        record(
            action="media.withdrawn",
            by=by,
            now=now,
            scope=media.project.scope,
            subject=f"media:{media.pk}",
            name=media.name,
        )
