"""Answer a question about the guideline: a rule or an example in the draft, or a reply."""

import re
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import GUIDELINE_KINDS, Flag, FlagAnswer, FlagDecision
from annotations.queries.comments import is_open
from core import audit
from core.errors import Conflict
from guidelines.actions.open_draft import open_draft
from guidelines.actions.save_draft import save_draft
from guidelines.models import GuidelineVersion
from guidelines.queries import next_rule_number
from projects.models import Project

_HANGUL = re.compile(r"[ᄀ-ᇿ㄰-㆏가-힣]")


@transaction.atomic
def answer_flag(
    *,
    project: Project,
    flag: Flag,
    decision: FlagDecision,
    by: User,
    now: datetime,
    reply: str = "",
    rule_number: int | None = None,
    choice: str = "",
) -> FlagAnswer:
    """Write the answer into the project's draft (a new one if there is none) and link it.

    A new rule takes the question as its condition and the item as its example, for the lead to
    finish; an example is added to the rule named, with its right answer `choice`
    ("question.choice") if that is known. Conflict if the question is answered already;
    ValidationError if the rule is not in the draft or a needed field is missing. Nothing half-done.
    """
    if flag.kind not in GUIDELINE_KINDS:
        raise ValidationError({"decision": _("Only questions are answered by the guideline.")})
    Flag.objects.select_for_update(no_key=True).get(pk=flag.pk)
    if not Flag.objects.filter(is_open(), pk=flag.pk).exists():
        raise Conflict(
            _("Somebody has answered this question in the meantime."), code="already_answered"
        )
    draft = None
    if decision == FlagDecision.NO_CHANGE:
        if not reply.strip():
            raise ValidationError({"reply": _("Please say why nothing has to change.")})
        rule_number = None
    else:
        draft = open_draft(project=project, by=by, now=now)
        rule_number = _write(draft, flag, decision, rule_number, choice, by, now)
    answer = FlagAnswer.objects.create(
        flag=flag,
        decision=decision,
        rule_number=rule_number,
        reply=reply.strip(),
        version=draft,
        by=by,
        created_at=now,
    )
    _record(project, answer)
    return answer


def _record(project: Project, answer: FlagAnswer) -> None:
    audit.record(
        action="question.answered",
        by=answer.by,
        now=answer.created_at,
        scope=project.scope,
        subject=f"flag:{answer.flag_id}",
        decision=str(answer.decision),
        rule=answer.rule_number,
    )


def _write(
    draft: GuidelineVersion,
    flag: Flag,
    decision: FlagDecision,
    rule_number: int | None,
    choice: str,
    by: User,
    now: datetime,
) -> int:
    """Change the draft's document; the number of the rule that answers."""
    document = deepcopy(draft.document)
    rules = document.setdefault("rules", [])
    if decision == FlagDecision.RULE_ADDED:
        rule = _new_rule(flag, choice)
        rule["number"] = next_rule_number(draft, [each["number"] for each in rules])
        rules.append(rule)
    else:
        found = next((each for each in rules if each["number"] == rule_number), None)
        if found is None:
            message = _("The draft has no rule R%(number)s.") % {"number": rule_number or "?"}
            raise ValidationError({"rule_number": message})
        rule = found
        if decision == FlagDecision.EXAMPLE_ADDED:
            rule["examples"] = [*rule.get("examples", []), _example(flag, choice)]
    if decision != FlagDecision.RULE_CHANGED:
        save_draft(
            version=draft,
            title=draft.title,
            prose=draft.prose,
            document=document,
            expected_revision=draft.revision,
            by=by,
            now=now,
        )
    return int(rule["number"])


def _new_rule(flag: Flag, choice: str) -> dict[str, Any]:
    return {
        "title": {},
        "condition": {_language(flag.comment): flag.comment},
        "decision": {},
        "examples": [_example(flag, choice)],
        "counter_examples": [],
        "choices": [choice] if choice else [],
    }


def _example(flag: Flag, choice: str) -> dict[str, Any]:
    text = (flag.item.text or flag.item.external_id)[:5000]
    texts = {_language(text): text}
    return {"text": texts, "choice": choice} if choice else texts


def _language(text: str) -> str:
    """Korean when there is Hangul in it: rules have texts by language."""
    return "ko" if _HANGUL.search(text) else "en"
