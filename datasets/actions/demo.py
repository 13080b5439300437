"""The demo project: made through the same actions as any other, so that it proves them."""

import json
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from annotations.models import SourceKind
from core.errors import Conflict
from core.jobs import run_job
from core.models import Job
from core.models.job import JobState
from datasets.actions.bring_file import bring_file
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.save_draft import save_draft
from guidelines.models import Question
from projects.actions.projects import create_project, retire_project
from projects.models import Project, ProjectState
from quality.actions.start_agreement import start_agreement
from quality.actions.start_resolution import start_resolution
from quality.models import ResolutionMethod

FOLDER = Path(__file__).resolve().parent.parent / "demo"
# As many as the demo annotators: what they answered is complete and open to a look; the messages
# that nobody answered yet have room for four people.
OVERLAP = 4
# The default, and two that are easier to explain, to compare it with.
SHOWN_METHODS = (
    ResolutionMethod.MAJORITY_VOTE,
    ResolutionMethod.DAWID_SKENE,
    ResolutionMethod.POOL,
)
# Project and guideline are rows and have one wording for every reader, so it is in both languages.
NAME = "Demo: support messages · 데모: 고객 문의"
DESCRIPTION = (
    "Invented messages to try things out: 60 with the answers of four demo annotators, 24 to label."
    " · 연습용으로 지어낸 문의입니다. 60건에는 데모 작업자 4명의 답이 있고,"
    " 24건은 직접 라벨을 달아 볼 수 있습니다."
)
TITLE = "Intent of support messages · 고객 문의의 의도"


def make_demo(*, by: User, now: datetime) -> Project:
    """A project with a published guideline, messages, most with four people's answers, and figures.

    The import runs here and now; agreement and resolutions are left to the worker. Conflict when
    the import fails, with its reason; the project stays behind for a look then.
    """
    with transaction.atomic():
        project = create_project(
            name=NAME,
            description=DESCRIPTION,
            overlap=OVERLAP,
            is_demo=True,
            by=by,
            now=now,
        )
        _write_guideline(project, by, now)
        file_import = bring_file(
            project=project,
            file=ContentFile((FOLDER / "messages.jsonl").read_bytes(), name="messages.jsonl"),
            source_kind=SourceKind.DEMO,
            by=by,
            now=now,
        )
    assert file_import.job is not None
    run_job(file_import.job.pk)
    job = Job.objects.get(pk=file_import.job.pk)
    if job.state != JobState.DONE:
        raise Conflict(str(job.error), code="demo_import_failed")
    _start_figures(project, by, now)
    return project


def reset_demo(*, by: User, now: datetime) -> Project:
    """Retire the demo projects, whose labels are kept like all labels, and make a fresh one."""
    for project in Project.objects.filter(is_demo=True).exclude(state=ProjectState.RETIRED):
        retire_project(project=project, by=by, now=now)
    return make_demo(by=by, now=now)


def _write_guideline(project: Project, by: User, now: datetime) -> None:
    draft = open_draft(project=project, by=by, now=now)
    draft = save_draft(
        version=draft,
        title=TITLE,
        prose=(FOLDER / "guideline.md").read_text(encoding="utf-8"),
        document=json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")),
        expected_revision=draft.revision,
        by=by,
        now=now,
    )
    publish(version=draft, change_note="", expected_revision=draft.revision, by=by, now=now)


@transaction.atomic
def _start_figures(project: Project, by: User, now: datetime) -> None:
    question = Question.objects.get(guideline__project=project)
    start_agreement(project=project, question=question, by=by, now=now)
    for method in SHOWN_METHODS:
        start_resolution(project=project, question=question, method=method, by=by, now=now)
