"""Keep new items back from a person, by hand or by the rule of the project, and the way back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import Pause, PauseState
from annotations.queries.checks import pause_of
from core import audit
from core.errors import Conflict
from projects.models import Membership, Project
from projects.roles import Permission

LONGEST_REASON = 2000


@transaction.atomic
def pause_person(
    *,
    project: Project,
    person: User,
    reason: str,
    by: User | None,
    now: datetime,
    figures: Mapping[str, Any] | None = None,
) -> Pause:
    """No new items for this person; what they hold they may finish, and what they said stays.

    `by` None is the rule, which tells its `figures`. ValidationError without a reason, or when the
    person does not label here; Conflict when they are paused already.
    """
    reason = _checked(reason, needed=by is not None)
    member = _locked(project, person)
    if member is None or Permission.LABEL not in member.permissions:
        message = _("This person does not label in this project.")
        raise ValidationError({"person": ValidationError(message, code="not_an_annotator")})
    if pause_of(project, person) is not None:
        raise Conflict(_("This person is paused already."), code="already_paused")
    return _record(project, person, PauseState.PAUSED, reason, by, now, figures)


@transaction.atomic
def resume_person(
    *, project: Project, person: User, reason: str = "", by: User, now: datetime
) -> Pause:
    """New items again. The rule of the project judges only what is answered from now on.

    Conflict when the person is not paused.
    """
    reason = _checked(reason, needed=False)
    _locked(project, person)
    if pause_of(project, person) is None:
        raise Conflict(_("This person is not paused."), code="not_paused")
    return _record(project, person, PauseState.RESUMED, reason, by, now, None)


def _checked(reason: str, *, needed: bool) -> str:
    reason = reason.strip()
    if needed and not reason:
        raise ValidationError({"reason": _("Please give the reason; the person sees it.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("The reason is too long.")})
    return reason


def _locked(project: Project, person: User) -> Membership | None:
    """The membership, held: of two decisions at once the second sees the first."""
    members = Membership.objects.select_for_update(no_key=True)
    return members.filter(project=project, user=person, left_at=None).first()


def _record(
    project: Project,
    person: User,
    state: PauseState,
    reason: str,
    by: User | None,
    now: datetime,
    figures: Mapping[str, Any] | None,
) -> Pause:
    made = Pause.objects.create(
        project=project,
        person=person,
        state=state,
        reason=reason,
        figures=dict(figures) if figures is not None else None,
        by=by,
        created_at=now,
    )
    audit.record(
        action="person.paused" if state == PauseState.PAUSED else "person.resumed",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"user:{person.pk}",
        reason=reason,
        **dict(figures or {}),
    )
    return made
