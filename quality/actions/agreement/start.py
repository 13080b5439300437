"""Ask for agreement to be computed."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.jobs import start_job
from guidelines.models import GuidelineVersion, Question
from projects.models import Project
from quality.actions.starting import (
    check_question,
    check_version,
    chosen_kinds,
)
from quality.kinds import COMPUTED_KINDS
from quality.models import AgreementRun
from quality.queries.agreement.measuring import IntervalSettings

AGREEMENT_JOB = "quality.agreement"
# 1000 resamples put the ends of a 95 % interval within a few thousandths; the seed is fixed, so
# that the same labels always give the same interval.
INTERVALS = IntervalSettings(resamples=1000, confidence=0.95, seed=1)
PARAMETERS = INTERVALS._asdict()


@transaction.atomic
def start_agreement(
    *,
    project: Project,
    question: Question | None = None,
    version: GuidelineVersion | None = None,
    source_kinds: Sequence[str] | None = None,
    by: User,
    now: datetime,
) -> list[AgreementRun]:
    """One run for the question, or for every question that can be computed.

    A run that is asked for while the same one waits or is at work is that run. ValidationError
    when there is no question, or the question or version is not of this project.
    """
    kinds = chosen_kinds(source_kinds)
    check_version(project=project, version=version)
    # Locked, so that of two requests at once the second finds the run of the first.
    questions = Question.objects.select_related("guideline").select_for_update(
        of=("self",), no_key=True
    )
    if question is None:
        chosen = list(
            questions.filter(guideline__project=project, kind__in=COMPUTED_KINDS).order_by("pk")
        )
    else:
        chosen = list(questions.filter(pk=question.pk))
    if not chosen:
        message = _("The project has no published question yet. Publish a guideline first.")
        raise ValidationError({"question": ValidationError(message, code="no_question")})
    runs = []
    for each in chosen:
        check_question(project=project, question=each)
        runs.append(_same_or_new(project, each, version, kinds, by, now))
    return runs


def _same_or_new(
    project: Project,
    question: Question,
    version: GuidelineVersion | None,
    kinds: list[str],
    by: User,
    now: datetime,
) -> AgreementRun:
    what = {"project": project, "question": question, "version": version, "source_kinds": kinds}
    waiting = AgreementRun.objects.unfinished().filter(**what, parameters=PARAMETERS).first()
    if waiting is not None:
        return waiting
    job = start_job(kind=AGREEMENT_JOB, arguments={}, by=by, now=now)
    run = AgreementRun.objects.create(
        **what, parameters=PARAMETERS, job=job, requested_by=by, created_at=now
    )
    record(
        action="quality.start_agreement",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"agreement:{run.pk}",
        question=question.key,
        version=version.number if version else None,
        source_kinds=kinds,
    )
    return run
