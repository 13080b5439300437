"""What leads and reviewers do in the demo: gold items, answers to questions, decisions, reviews.

The words stand in `datasets/demo/story.json`, the gold answers with their messages.
"""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from annotations.actions.answer_flag import answer_flag
from annotations.actions.flag_item import flag_item
from annotations.actions.training import mark_gold
from annotations.models import Annotation, Flag, FlagDecision, GoldItem, Item, Label
from datasets.actions.demo_work import QUESTION, Annotator, Script
from guidelines.actions.acknowledge import acknowledge
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.save_draft import save_draft
from guidelines.models import GuidelineVersion, Question
from projects.models import Membership, Project
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.actions.people.gold import promote_to_gold
from quality.actions.people.groups import answer_group, ask_for_group
from quality.actions.review.draw import draw_reviews
from quality.actions.review.give import Opinion, review_answer
from quality.models import Adjudication, Reason, ReviewCase, ReviewVerdict, Verdict

Story = dict[str, Any]
People = dict[str, Annotator]

REVIEWED = 24
ACCEPT = Opinion(ReviewVerdict.ACCEPTED)
CORRECT = Opinion(ReviewVerdict.FIXED, reason=Reason.RULE)
SEND_BACK = Opinion(
    ReviewVerdict.SENT_BACK,
    comment="Please read the rules once more. · 규칙을 한 번 더 읽어 주세요.",
)


def mark_golden(
    *, project: Project, messages: list[dict[str, Any]], by: User, now: datetime
) -> None:
    """Messages with a trusted answer become gold before anybody sees them."""
    golden = {each["id"]: each["gold"] for each in messages if "gold" in each}
    for item in Item.objects.filter(project=project, external_id__in=golden).order_by("pk"):
        gold = golden[item.external_id]
        mark_gold(
            project=project,
            item=item,
            values={QUESTION: gold[QUESTION]},
            explanation=gold.get("explanation", ""),
            rule_number=gold.get("rule"),
            by=by,
            now=now,
        )


def ask_questions(
    *, project: Project, people: People, story: Story, by: User, now: datetime
) -> None:
    """What annotators ask, and the lead's answers; one of them becomes a rule in the draft."""
    for row in story["questions"]:
        person = people[row["person"]].user
        flag = flag_item(
            membership=Membership.objects.get(project=project, user=person),
            by=person,
            item=_item(project, row["item"]).pk,
            comment=row["text"],
            now=now,
        )
        if "answer" in row:
            _answer_question(project, flag, row, by, now + timedelta(hours=2))


def _answer_question(
    project: Project, flag: Flag, row: dict[str, Any], by: User, now: datetime
) -> None:
    is_rule = row["answer"] == "rule"
    answer_flag(
        project=project,
        flag=flag,
        decision=FlagDecision.RULE_ADDED if is_rule else FlagDecision.NO_CHANGE,
        reply=row["reply"],
        choice=row.get("choice", ""),
        by=by,
        now=now,
    )


def publish_second(
    *, project: Project, words: dict[str, Any], people: People, by: User, now: datetime
) -> GuidelineVersion:
    """The rule that answers a question, finished and published; everybody has read it."""
    draft = open_draft(project=project, by=by, now=now)
    document = deepcopy(draft.document)
    added = document["rules"][-1]
    added.update(words["rule"])
    target = f"rule:{added['number']}"
    draft = save_draft(
        version=draft,
        title=draft.title,
        prose=draft.prose,
        document=document,
        changes={"classes": {target: "breaking"}, "fates": {}, "quiz": None},
        expected_revision=draft.revision,
        by=by,
        now=now,
    )
    version = publish(
        version=draft, change_note=words["note"], expected_revision=draft.revision, by=by, now=now
    )
    for each in people.values():
        acknowledge(version=version, by=each.user, now=now + timedelta(hours=1))
    acknowledge(version=version, by=by, now=now)
    return version


def decide_disputes(
    *, project: Project, question: Question, story: Story, by: User, now: datetime
) -> None:
    """Adjudications, each with its reason."""
    membership = Membership.objects.get(project=project, user=by)
    for number, row in enumerate(story["decisions"]):
        adjudicate(
            membership=membership,
            item=_item(project, row["item"]),
            question=question,
            decision=Decision(
                verdict=Verdict(row.get("verdict", Verdict.DECIDED)),
                reason=Reason(row["reason"]),
                value=row.get("choice"),
                rule_number=row.get("rule"),
                comment=row.get("comment", ""),
            ),
            now=now + timedelta(minutes=3 * number),
        )


def review_some(*, project: Project, script: Script, by: User, now: datetime) -> None:
    """The newest of the answers that were drawn for review; the others wait."""
    draw_reviews(project=project, now=now)
    membership = Membership.objects.get(project=project, user=by)
    drawn = ReviewCase.objects.filter(project=project, done_at=None).order_by(
        "-annotation__created_at"
    )
    cases = drawn.select_related("annotation__item", "annotation__source__person")[:REVIEWED]
    sent_back: set[int] = set()
    for number, case in enumerate(cases):
        annotation = case.annotation
        wanted = script.now[annotation.item.external_id]
        label = Label.objects.select_related("choice").get(annotation=annotation)
        opinion = ACCEPT
        if label.choice is not None and label.choice.key != wanted:
            is_first = annotation.source_id not in sent_back
            sent_back.add(annotation.source_id)
            opinion = SEND_BACK if is_first else _correction(annotation, wanted)
        review_answer(
            membership=membership,
            annotation=annotation,
            opinion=opinion,
            now=now + timedelta(minutes=2 * number),
        )


def _correction(annotation: Annotation, wanted: str) -> Opinion:
    """The right class; what was decided about the item before is superseded."""
    standing = Adjudication.objects.filter(item=annotation.item_id, successor=None)
    return replace(
        CORRECT,
        values={QUESTION: wanted},
        decisions={row.question.key: row.pk for row in standing.select_related("question")},
    )


def make_decisions_gold(*, project: Project, by: User, now: datetime) -> None:
    """What was decided checks who comes later."""
    decided = Adjudication.objects.standing().filter(project=project, verdict=Verdict.DECIDED)
    known = GoldItem.objects.filter(project=project).values("item")
    for row in decided.exclude(item__in=known).select_related("item", "project").order_by("pk"):
        promote_to_gold(decision=row, by=by, now=now)


def ask_for_groups(
    *, project: Project, people: People, story: Story, by: User, now: datetime
) -> None:
    """One question to annotators about themselves; not everybody answers it."""
    words = story["group"]
    question = ask_for_group(
        project=project,
        text=words["text"],
        purpose=words["purpose"],
        options=words["options"],
        by=by,
        now=now,
    )
    keys = [option["key"] for option in question.options]
    for name, chosen in words["answers"].items():
        person = people[name].user
        answer_group(question=question, person=person, option=keys[chosen], now=now)


def _item(project: Project, external_id: str) -> Item:
    return Item.objects.get(project=project, external_id=external_id)
