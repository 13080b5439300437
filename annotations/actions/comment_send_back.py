"""An answer goes back to who gave it, with the words why."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.comment import LONGEST_TEXT
from annotations.models import Annotation, Flag, FlagKind
from core.errors import Conflict
from guidelines.models import GuidelineVersion
from projects.queries import present_members
from projects.roles import Permission


def send_back(
    *, annotation: Annotation, version: GuidelineVersion, by: User, comment: str, now: datetime
) -> Flag:
    """The thread that the annotator finds; inside the caller's transaction.

    The item is on their labeling screen first until they have answered it again. ValidationError
    without words, or when the person does not label here any more; Conflict when the answer was
    changed in the meantime.
    """
    words = comment.strip()
    if not words:
        raise ValidationError({"comment": _("Please say what is to be looked at again.")})
    if len(words) > LONGEST_TEXT:
        raise ValidationError({"comment": _("The comment is too long.")})
    if Annotation.objects.filter(supersedes=annotation).exists():
        message = _("This answer has been changed in the meantime.")
        raise Conflict(message, code="superseded")
    person = annotation.source.person
    present = present_members(annotation.project).filter(user=person).first()
    if person is None or present is None or Permission.LABEL not in present.permissions:
        message = _("This person does not label here any more. Please correct the answer instead.")
        raise ValidationError({"comment": message})
    return Flag.objects.create(
        project=annotation.project,
        item_id=annotation.item_id,
        version=version,
        by=by,
        kind=FlagKind.BACK,
        comment=words,
        asked=person,
        annotation=annotation,
        created_at=now,
    )
