"""Gold items and training: marking, retiring, answering, and how much of it a project asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.submission_checks import Labels, parse_values
from annotations.models import (
    Assignment,
    AssignmentState,
    GoldItem,
    Item,
    Purpose,
    TrainingAnswer,
    TrainingResult,
)
from annotations.parts import parts_of
from annotations.queries.training import active_gold, training_state
from annotations.values import KINDS
from core import audit
from core.errors import Conflict
from guidelines.queries import ServedVersion, current_version, served_schema
from projects.actions.projects import change_project
from projects.models import Project


@transaction.atomic
def mark_gold(
    *,
    project: Project,
    item: Item,
    values: Mapping[str, Any],
    explanation: str,
    rule_number: int | None,
    by: User,
    now: datetime,
    is_partial: bool = False,
) -> GoldItem:
    """Keep the trusted answer, checked against the current version.

    With `is_partial` some questions may stay open: the item is gold in the others.

    ValidationError by question key, or for a rule that the version does not have; Conflict when
    the item is gold already or there is no guideline.
    """
    version = current_version(project)
    if version is None:
        raise Conflict(_("This project has no published guideline yet."), code="no_guideline")
    served = served_schema(version.pk)
    labels = _trusted(served, item, values, rule_number, is_partial=is_partial)
    try:
        with transaction.atomic():
            gold = GoldItem.objects.create(
                project=project,
                item=item,
                version=version,
                values=_canonical(served, labels),
                explanation=explanation.strip(),
                rule_number=rule_number,
                created_by=by,
                created_at=now,
            )
    except IntegrityError as error:
        raise Conflict(_("This item is a gold item already."), code="already_gold") from error
    _record("gold.marked", gold, by, now)
    return gold


def _trusted(
    served: ServedVersion,
    item: Item,
    values: Mapping[str, Any],
    rule_number: int | None,
    *,
    is_partial: bool,
) -> Labels:
    """The answer as labels; ValidationError by question key, or for the rule."""
    labels, errors = parse_values(served, dict(values), lambda: parts_of(item.payload))
    if is_partial and labels:
        errors = {key: found for key, found in errors.items() if key in values}
    if rule_number is not None and served.schema.rule(rule_number) is None:
        errors["rule_number"] = [
            _("Version %(version)s has no rule R%(number)s.")
            % {"version": served.number, "number": rule_number}
        ]
    if errors:
        raise ValidationError(errors)
    return labels


@transaction.atomic
def retire_gold(*, gold: GoldItem, by: User, now: datetime) -> None:
    """Take it out of training and of the stream; answers to it stay. Harmless to repeat."""
    if GoldItem.objects.filter(pk=gold.pk, retired_at=None).update(retired_at=now):
        # Checks that wait for somebody; who has it on the screen answers it like any item.
        Assignment.objects.filter(
            item=gold.item_id, purpose=Purpose.GOLD, state=AssignmentState.RESERVED
        ).update(state=AssignmentState.CLOSED, reserved_for=None)
        _record("gold.retired", gold, by, now)


@transaction.atomic
def set_training(
    *, project: Project, items: int, pass_mark: int, by: User, now: datetime
) -> Project:
    """How many gold items a new annotator answers first (0: none), and the per cent needed.

    ValidationError when there are not so many gold items.
    """
    known = active_gold(project)
    if items > known:
        message = _("There are only %(known)s gold items. Mark more items as gold first.")
        raise ValidationError({"items": message % {"known": known}})
    if not 0 <= items <= 100 or not 1 <= pass_mark <= 100:
        raise ValidationError({"pass_mark": _("Please give numbers from 1 to 100.")})
    return change_project(
        project=project, by=by, now=now, training_items=items, training_pass_mark=pass_mark
    )


@dataclass(frozen=True)
class Feedback:
    """What was right; `result` is there when this was the last item of the attempt."""

    answer: TrainingAnswer
    gold: GoldItem
    result: TrainingResult | None


@transaction.atomic
def answer_training(
    *,
    project: Project,
    by: User,
    gold: int,
    attempt: int,
    values: Mapping[str, Any],
    now: datetime,
) -> Feedback:
    """Keep and judge one answer. The same gold item in the same attempt again changes nothing.

    Conflict `training_moved` when another item or attempt is due; ValidationError by question key.
    """
    # Two tabs at once answer one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = (
        TrainingAnswer.objects.filter(project=project, person=by, gold=gold, attempt=attempt)
        .select_related("gold__item")
        .first()
    )
    if known:
        return Feedback(known, known.gold, _result(project, by, attempt))
    state = training_state(project, by)
    if state.next is None or (state.next.pk, state.attempt) != (gold, attempt):
        raise Conflict(
            _("This training item is not due any more. Here is the next one."),
            code="training_moved",
        )
    due, served = state.next, served_schema(state.next.version_id)
    labels, errors = parse_values(served, dict(values), lambda: parts_of(due.item.payload))
    if errors:
        raise ValidationError(errors)
    given = _canonical(served, labels)
    answer = TrainingAnswer.objects.create(
        project=project,
        person=by,
        gold=state.next,
        attempt=attempt,
        values=given,
        is_right=all(given.get(key) == right for key, right in state.next.values.items()),
        created_at=now,
    )
    if state.done + 1 == state.total:
        _finish(project, by, attempt, now)
    return Feedback(answer, state.next, _result(project, by, attempt))


def _canonical(served: ServedVersion, labels: Labels) -> dict[str, Any]:
    """Answers by question key as controls take them: two that mean the same are equal."""
    keys = {number: key for key, number in served.questions.items()}
    return {
        keys[number]: KINDS[value.value["kind"]].raw(value.value)
        for number, _choice, value in labels
    }


def _finish(project: Project, by: User, attempt: int, now: datetime) -> None:
    answers = TrainingAnswer.objects.filter(project=project, person=by, attempt=attempt)
    n_items = answers.count()
    n_right = answers.filter(is_right=True).count()
    passed = n_right * 100 >= project.training_pass_mark * n_items
    TrainingResult.objects.create(
        project=project,
        person=by,
        attempt=attempt,
        n_right=n_right,
        n_items=n_items,
        passed=passed,
        created_at=now,
    )
    audit.record(
        action="training.finished",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"user:{by.pk}",
        attempt=attempt,
        n_right=n_right,
        n_items=n_items,
        passed=passed,
    )


def _result(project: Project, by: User, attempt: int) -> TrainingResult | None:
    return TrainingResult.objects.filter(project=project, person=by, attempt=attempt).first()


def _record(action: str, gold: GoldItem, by: User, now: datetime) -> None:
    audit.record(
        action=action,
        by=by,
        now=now,
        scope=gold.project.scope,
        subject=f"gold:{gold.pk}",
        item=gold.item.external_id,
    )
