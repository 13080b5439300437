"""Groups by consent: the lead asks, each person answers, declines or takes it back."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Conflict
from projects.models import Project
from quality.models import Consent, GroupAnswer, GroupQuestion

FEWEST_OPTIONS, MOST_OPTIONS = 2, 20
LONGEST_NAME, LONGEST_KEY = 100, 30


@transaction.atomic
def ask_for_group(
    *,
    project: Project,
    text: str,
    purpose: str,
    options: Sequence[str],
    by: User,
    now: datetime,
) -> GroupQuestion:
    """Ask annotators about themselves; the question before it is retired with its answers.

    `options` are names. ValidationError by field.
    """
    text, purpose = text.strip(), purpose.strip()
    named = _named([name.strip() for name in options if name.strip()])
    if not text or not purpose:
        raise ValidationError(
            {"text" if not text else "purpose": _("Please say what you ask, and what for.")}
        )
    retire_group_question(project=project, by=by, now=now)
    try:
        with transaction.atomic():
            made = GroupQuestion.objects.create(
                project=project,
                text=text,
                purpose=purpose,
                options=named,
                created_by=by,
                created_at=now,
            )
    except IntegrityError as error:
        message = _("Somebody has asked another question in the meantime. Please look again.")
        raise Conflict(message, code="group_question_moved") from error
    audit.record(action="group.asked", by=by, now=now, scope=project.scope, question=text)
    return made


@transaction.atomic
def retire_group_question(*, project: Project, by: User, now: datetime) -> None:
    """Ask no more, and forget what was answered: nobody agreed to another use of it."""
    asked = GroupQuestion.objects.select_for_update(no_key=True)
    question = asked.filter(project=project, retired_at=None).first()
    if question is None:
        return
    GroupQuestion.objects.filter(pk=question.pk).update(retired_at=now)
    GroupAnswer.objects.filter(question=question).delete()
    audit.record(
        action="group.retired", by=by, now=now, scope=project.scope, question=question.text
    )


@transaction.atomic
def answer_group(
    *, question: GroupQuestion, person: User, option: str | None, now: datetime
) -> None:
    """The person's own word; `option` None declines. Said again it replaces what was said before.

    The audit log names nothing of it. ValidationError for an option that is not there, Conflict
    when the question is not asked any more.
    """
    if option is not None and option not in {each["key"] for each in question.options}:
        message = _("This is not one of the answers.")
        raise ValidationError({"option": ValidationError(message, code="unknown_option")})
    held = GroupQuestion.objects.select_for_update(no_key=True)
    if not held.filter(pk=question.pk, retired_at=None).exists():
        message = _("This question is not asked any more.")
        raise Conflict(message, code="group_question_moved")
    GroupAnswer.objects.update_or_create(
        question=question,
        person=person,
        defaults={
            "consent": Consent.DECLINED if option is None else Consent.GIVEN,
            "option": option or "",
            "updated_at": now,
        },
    )


@transaction.atomic
def withdraw_group(*, question: GroupQuestion, person: User) -> None:
    """Nothing is kept. Harmless to repeat."""
    GroupAnswer.objects.filter(question=question, person=person).delete()


def _named(names: Sequence[str]) -> list[dict[str, str]]:
    """Options with stable keys, in their order."""
    distinct = len({name.casefold() for name in names}) == len(names)
    if not distinct or not FEWEST_OPTIONS <= len(names) <= MOST_OPTIONS:
        message = _("Please give %(fewest)s to %(most)s different answers, one in each line.")
        raise ValidationError(
            {"options": message % {"fewest": FEWEST_OPTIONS, "most": MOST_OPTIONS}}
        )
    if any(len(name) > LONGEST_NAME for name in names):
        raise ValidationError({"options": _("An answer is too long.")})
    keys: list[str] = []
    for number, name in enumerate(names, start=1):
        key = slugify(name)[:LONGEST_KEY].strip("-")
        keys.append(key if key and key not in keys else f"option-{number}")
    return [{"key": key, "name": name} for key, name in zip(keys, names, strict=True)]
