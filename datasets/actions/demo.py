"""The demo project: made through the same actions as any other, so that it proves them.

Its story takes five weeks, which lie behind the day on which it is made: a first version of the
guideline, four annotators, disputes, a question that becomes a rule of the second version, a
hasty newcomer, gold items and repeats, reviews, and a campaign that is half done.
"""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from annotations.actions.check_pause import pause_person
from annotations.models import SourceKind
from campaigns.actions.start_campaign import Plan, start_campaign
from campaigns.actions.start_impact import start_impact
from campaigns.actions.start_report import start_report
from campaigns.models import Campaign
from core.errors import Conflict
from core.jobs import run_job
from core.models import Job
from core.models.job import JobState
from datasets.actions.bring_file import bring_file
from datasets.actions.demo_people import bring_people
from datasets.actions.demo_story import (
    People,
    Story,
    ask_for_groups,
    ask_questions,
    decide_disputes,
    make_decisions_gold,
    mark_golden,
    publish_second,
    review_some,
)
from datasets.actions.demo_work import Annotator, Script, let_annotate, names_of, script_of
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.save_draft import save_draft
from guidelines.models import GuidelineVersion, Question
from projects.actions.projects import create_project, retire_project
from projects.models import Project, ProjectState, ReviewMode
from quality.actions.agreement.start import start_agreement
from quality.actions.overview.start import start_overview
from quality.actions.people.checks import set_checks
from quality.actions.people.start import start_people
from quality.actions.resolution.save_costs import save_costs
from quality.actions.resolution.start import start_resolution
from quality.actions.review.settings import set_review
from quality.actions.routing.study import start_routing_study
from quality.models import ResolutionMethod

FOLDER = Path(__file__).resolve().parent.parent / "demo"
# As many as the demo annotators: what they answered is complete and open to a look; the messages
# that nobody answered yet have room for as many people.
FIRST_OVERLAP, OVERLAP = 4, 5
# The default, and two that are easier to explain, to compare it with.
SHOWN_METHODS = (
    ResolutionMethod.MAJORITY_VOTE,
    ResolutionMethod.DAWID_SKENE,
    ResolutionMethod.POOL,
)
# Project and guideline are rows and have one wording for every reader, so it is in both languages.
NAME = "Demo: support messages · 데모: 고객 문의"
DESCRIPTION = (
    "Invented messages to try things out: 96 with the answers of five invented annotators, 24 to"
    " label. · 연습용으로 지어낸 문의입니다. 96건에는 지어낸 라벨러 5명의 답이 있고, 24건은 직접"
    " 라벨을 달아 볼 수 있습니다."
)
TITLE = "Intent of support messages · 고객 문의의 의도"
CAMPAIGN = "Delivery or complaint · 배송인가 불만인가"
CHECKS = {
    "gold_rate": 40,
    "repeat_rate": 15,
    "repeat_after_items": 10,
    "pause_mark": 75,
    "pause_after": 10,
}
# Praise that was a complaint: an unhappy customer is thanked.
DEAR, USUAL = 5.0, 1.0
FIRST_PEOPLE = ("Minji", "David", "Soyeon", "Tom")
# Tom is not done with what the campaign asks of him.
TOM_ANSWERS = 3


def make_demo(*, by: User, now: datetime) -> Project:
    """A project with a story of five weeks behind it, and figures that the worker computes.

    Imports run here and now. Conflict when one fails, or an answer is refused, with the reason;
    the project stays behind for a look then.
    """
    messages = [json.loads(line) for line in _text("messages.jsonl").splitlines()]
    story: Story = json.loads(_text("story.json"))
    script = script_of(messages)
    today = timezone.localtime(now).replace(hour=9, minute=30, second=0, microsecond=0)
    first, second = today - timedelta(days=34), today - timedelta(days=13)
    project = create_project(
        name=NAME, description=DESCRIPTION, overlap=OVERLAP, is_demo=True, by=by, now=first
    )
    _write_guideline(project, by, first)
    people = _first_weeks(project, messages, script, by, first)
    question = Question.objects.get(guideline__project=project)
    ask_questions(
        project=project, people=people, story=story, by=by, now=second - timedelta(days=3)
    )
    decide_disputes(
        project=project, question=question, story=story, by=by, now=second - timedelta(days=2)
    )
    make_decisions_gold(project=project, by=by, now=second - timedelta(days=1))
    version = _second_weeks(project, messages, script, people, by, second)
    review_some(project=project, script=script, by=by, now=today - timedelta(days=3))
    ask_for_groups(
        project=project, people=people, story=story, by=by, now=today - timedelta(days=3)
    )
    campaign = _relabel(project, version, script, people, by, today - timedelta(days=3))
    _bring(project, [each for each in messages if "version" not in each], OVERLAP, by, now)
    _start_figures(project, question, version, campaign, by, now)
    return project


def reset_demo(*, by: User, now: datetime) -> Project:
    """Retire the demo projects, whose labels are kept like all labels, and make a fresh one."""
    for project in Project.objects.filter(is_demo=True).exclude(state=ProjectState.RETIRED):
        retire_project(project=project, by=by, now=now)
    return make_demo(by=by, now=now)


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _write_guideline(project: Project, by: User, now: datetime) -> None:
    draft = open_draft(project=project, by=by, now=now)
    draft = save_draft(
        version=draft,
        title=TITLE,
        prose=_text("guideline.md"),
        document=json.loads(_text("schema.json")),
        expected_revision=draft.revision,
        by=by,
        now=now,
    )
    publish(version=draft, change_note="", expected_revision=draft.revision, by=by, now=now)


def _bring(
    project: Project, messages: list[dict[str, Any]], overlap: int, by: User, now: datetime
) -> None:
    """Import messages without their answers: those come from the annotators."""
    rows = [{key: each[key] for key in ("id", "text", "metadata")} for each in messages]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with transaction.atomic():
        file_import = bring_file(
            project=project,
            file=ContentFile(lines.encode(), name="messages.jsonl"),
            source_kind=SourceKind.DEMO,
            overlap=overlap,
            by=by,
            now=now,
        )
    assert file_import.job is not None
    _run(file_import.job)


def _run(job: Job) -> None:
    run_job(job.pk)
    job.refresh_from_db()
    if job.state != JobState.DONE:
        raise Conflict(str(job.error), code="demo_import_failed")


def _first_weeks(
    project: Project, messages: list[dict[str, Any]], script: Script, by: User, now: datetime
) -> People:
    """The first messages under the first version."""
    users = bring_people(project=project, names=FIRST_PEOPLE, by=by, now=now)
    people = {name: Annotator(name, users[name]) for name in FIRST_PEOPLE}
    mine = [each for each in messages if each.get("version") == 1]
    _bring(project, mine, FIRST_OVERLAP, by, now)
    mark_golden(project=project, messages=mine, by=by, now=now)
    for place, each in enumerate(people.values()):
        at = now + timedelta(days=1 + place, hours=place)
        let_annotate(project=project, annotator=each, script=script, at=at, days=14, most=len(mine))
    return people


def _second_weeks(
    project: Project,
    messages: list[dict[str, Any]],
    script: Script,
    people: People,
    by: User,
    now: datetime,
) -> GuidelineVersion:
    """The second version, a newcomer, checks in everybody's stream, and the rule that pauses."""
    new = [name for name in names_of(messages, 2) if name not in people]
    for name, user in bring_people(project=project, names=new, by=by, now=now).items():
        people[name] = Annotator(name, user)
    words = json.loads(_text("second_version.json"))
    version = publish_second(project=project, words=words, people=people, by=by, now=now)
    set_checks(project=project, by=by, now=now, **CHECKS)
    set_review(project=project, mode=ReviewMode.SAMPLE, share=10, newcomers=4, by=by, now=now)
    project.refresh_from_db()
    mine = [each for each in messages if each.get("version") == 2]
    _bring(project, mine, OVERLAP, by, now)
    for place, each in enumerate(people.values()):
        at = now + timedelta(days=1 + place, hours=place)
        let_annotate(project=project, annotator=each, script=script, at=at, days=6)
    pause_person(
        project=project,
        person=people["Jihoon"].user,
        reason=json.loads(_text("story.json"))["pause"],
        by=by,
        now=now + timedelta(days=10),
    )
    # Fewer from now on: half of what people do would be checks.
    set_checks(project=project, by=by, now=now + timedelta(days=10), gold_rate=10)
    return version


def _relabel(
    project: Project,
    version: GuidelineVersion,
    script: Script,
    people: People,
    by: User,
    now: datetime,
) -> Campaign:
    """A campaign for what the second version touched: it is almost done."""
    plan = Plan(name=CAMPAIGN, share=Decimal("0.4"))
    campaign = start_campaign(project=project, version=version, plan=plan, by=by, now=now)
    _run(campaign.job)
    for place, name in enumerate(FIRST_PEOPLE):
        let_annotate(
            project=project,
            annotator=people[name],
            script=script,
            at=now + timedelta(hours=2 * place),
            days=2,
            most=TOM_ANSWERS if name == "Tom" else None,
        )
    return campaign


@transaction.atomic
def _start_figures(
    project: Project,
    question: Question,
    version: GuidelineVersion,
    campaign: Campaign,
    by: User,
    now: datetime,
) -> None:
    """Left to the worker, in the order in which somebody would look at them."""
    start_overview(project=project, question=question, by=by, now=now)
    start_agreement(project=project, question=question, by=by, now=now)
    for method in SHOWN_METHODS:
        start_resolution(project=project, question=question, method=method, by=by, now=now)
    start_people(project=project, question=question, by=by, now=now)
    start_report(campaign=campaign, by=by, now=now)
    start_impact(version=version, by=by, now=now)
    start_routing_study(project=project, question=question, by=by, now=now)
    save_costs(project=project, question=question, costs=_costs(), based_on=0, by=by, now=now)


def _costs() -> dict[str, dict[str, float]]:
    """Every mistake costs the same, but for thanking somebody who complained."""
    schema = json.loads(_text("schema.json"))
    keys = [choice["key"] for choice in schema["questions"][0]["choices"]]
    costs = {true: {said: USUAL * (true != said) for said in keys} for true in keys}
    costs["complaint"]["praise"] = DEAR
    return costs
