"""Reads of guidelines and their versions. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from core.digest import digest
from core.errors import validation_error
from core.problems import Problems
from guidelines.changes import (
    EMPTY,
    DecidedChange,
    decided_changes,
    parse_changes,
    read_changes,
)
from guidelines.diff import VersionContent, VersionDiff, diff_versions
from guidelines.label_schema import LabelSchema, RuleSpec, parse_document
from guidelines.models import (
    Acknowledgement,
    Choice,
    GuidelineVersion,
    Question,
    QuizAttempt,
    VersionState,
)
from guidelines.reading import Quiz, all_decisions, changes_to_read, quiz_of
from projects.models import Membership, Project


@dataclass(frozen=True)
class ServedVersion:
    """A published version as the labeling screen and the ledger need it; never changes.

    `questions` maps a question's key to its id, `choices` maps (question key, choice key) to the
    choice's id; both hold what this version asks.
    """

    id: int
    number: int
    title: str
    schema: LabelSchema
    questions: dict[str, int]
    choices: dict[tuple[str, str], int]


@dataclass(frozen=True)
class Reading:
    """What a person must read, or read again, before they label on.

    `since` is the version that they knew last; 0 for newcomers, who read the whole guideline.
    """

    version: GuidelineVersion
    since: int
    changes: tuple[DecidedChange, ...]
    quiz: Quiz | None

    @property
    def asks_quiz(self) -> bool:
        """Whether the quiz still stands between the person and their acknowledgement."""
        return self.quiz is not None and not self.quiz.passed


def versions(project: Project) -> QuerySet[GuidelineVersion]:
    """All versions but discarded drafts, newest first, with the people they name."""
    return (
        GuidelineVersion.objects.filter(guideline__project=project)
        .exclude(state=VersionState.DISCARDED)
        .select_related("created_by", "edited_by", "published_by", "based_on")
        .order_by("-number")
    )


def published_versions(project: Project) -> QuerySet[GuidelineVersion]:
    """What annotators may read."""
    return versions(project).filter(state=VersionState.PUBLISHED)


def current_version(project: Project) -> GuidelineVersion | None:
    """The latest published version; None before the first."""
    return (
        GuidelineVersion.objects.filter(guideline__project=project, state=VersionState.PUBLISHED)
        .order_by("-number")
        .first()
    )


def draft_of(project: Project) -> GuidelineVersion | None:
    """The draft at work, if there is one."""
    return versions(project).filter(state=VersionState.DRAFT).first()


def version_by_number(
    project: Project, number: int, *, with_drafts: bool = False
) -> GuidelineVersion:
    """One version; 404 if there is none, or if it is a draft and drafts were not asked for."""
    found = (versions if with_drafts else published_versions)(project).filter(number=number).first()
    if found is None:
        raise Http404(_("This project has no guideline version %(number)s.") % {"number": number})
    return found


@lru_cache(maxsize=256)
def served_schema(version_id: int) -> ServedVersion:
    """A published version, kept in this process: no statement once it was read.

    Raises `GuidelineVersion.DoesNotExist` for drafts, which are not kept: a published version
    never changes, so that what is kept can never be stale.
    """
    version = GuidelineVersion.objects.get(pk=version_id, state=VersionState.PUBLISHED)
    schema = parse_document(version.document)
    keys = [question.key for question in schema.questions]
    questions = dict(
        Question.objects.filter(guideline_id=version.guideline_id, key__in=keys).values_list(
            "key", "id"
        )
    )
    choices = {
        (question, choice): pk
        for question, choice, pk in Choice.objects.filter(
            question_id__in=questions.values()
        ).values_list("question__key", "key", "id")
        if (spec := schema.question(question)) and spec.choice(choice)
    }
    return ServedVersion(version.pk, version.number, version.title, schema, questions, choices)


def schema_of(version: GuidelineVersion) -> LabelSchema:
    """The label schema of any version; of a draft, as far as it is written."""
    if version.is_published:
        return served_schema(version.pk).schema
    return parse_document(version.document, complete=False)


def rule_by_number(version: GuidelineVersion, number: int) -> RuleSpec:
    """One rule of a version; 404 if it has none with this number."""
    rule = schema_of(version).rule(number)
    if rule is None:
        raise Http404(_("This version has no rule %(number)s.") % {"number": number})
    return rule


def content_of(version: GuidelineVersion) -> VersionContent:
    """What two versions are compared by."""
    return VersionContent(version.title, version.prose, schema_of(version))


def content_before(version: GuidelineVersion) -> VersionContent:
    """What a version is compared with: the one it is based on, or nothing."""
    return content_of(version.based_on) if version.based_on else EMPTY


def diff_of(before: GuidelineVersion | None, after: GuidelineVersion) -> VersionDiff:
    """What `after` changes; against nothing when there is no version before it."""
    return diff_versions(content_of(before) if before else EMPTY, content_of(after))


def unfinished(draft: GuidelineVersion) -> dict[str, list[str]]:
    """What the draft still lacks before it can be published, by path."""
    try:
        schema = parse_document(draft.document)
        if schema.questions and draft.based_on:
            parse_changes(draft.changes, content_before(draft), content_of(draft), complete=True)
    except Problems as problems:
        return validation_error(problems).message_dict
    return {} if schema.questions else {"questions": [_("There is no question yet.")]}


def changes_of(version: GuidelineVersion) -> tuple[DecidedChange, ...]:
    """What a version changes against the one it is based on; nothing for a first version."""
    if version.based_on is None:
        return ()
    decisions = read_changes(version.changes)
    return decided_changes(content_of(version.based_on), content_of(version), decisions)


def conflict_diff(
    stored: GuidelineVersion, title: str, prose: str, document: dict[str, Any]
) -> VersionDiff:
    """What saving the given, readable text would change in the stored draft."""
    schema = parse_document(document, complete=False)
    return diff_versions(content_of(stored), VersionContent(title, prose, schema))


def frozen_kinds(version: GuidelineVersion) -> dict[str, str]:
    """Kind by key of every question that was ever published in this guideline."""
    rows = Question.objects.filter(guideline_id=version.guideline_id)
    return dict(rows.values_list("key", "kind"))


def frozen_choices(version: GuidelineVersion) -> set[tuple[str, str]]:
    """(question key, choice key) of every choice that was ever published in this guideline."""
    rows = Choice.objects.filter(question__guideline_id=version.guideline_id)
    return set(rows.values_list("question__key", "key"))


def next_rule_number(version: GuidelineVersion, numbers: Iterable[int]) -> int:
    """A number that neither `numbers` nor any version of this guideline has used."""
    documents = GuidelineVersion.objects.filter(guideline_id=version.guideline_id).values_list(
        "document__rules", flat=True
    )
    used = [rule["number"] for rules in documents for rule in rules or []]
    return max([0, *numbers, *used]) + 1


def next_version_number(guideline_id: int) -> int:
    found = GuidelineVersion.objects.filter(guideline_id=guideline_id)
    found = found.exclude(state=VersionState.DISCARDED)
    return int(found.aggregate(last=Max("number"))["last"] or 0) + 1


def last_revision(guideline_id: int, number: int) -> int:
    """The last revision of discarded drafts with this number: 0 without any.

    A draft that takes the number again goes on from there, so that nobody who still has the
    discarded one before them can save into, or publish, what they have not seen.
    """
    found = GuidelineVersion.objects.filter(guideline_id=guideline_id, number=number)
    return int(found.aggregate(last=Max("revision"))["last"] or 0)


def is_due(person: User, project: Project) -> bool:
    """Whether the person must read before they label on. One statement."""
    published = GuidelineVersion.objects.filter(
        guideline__project=project, state=VersionState.PUBLISHED
    )
    newer = published.filter(number__gt=OuterRef("number"))
    seen = Acknowledgement.objects.filter(
        person=person,
        version__guideline=OuterRef("guideline"),
        version__number__gte=OuterRef("reading_number"),
    )
    return published.filter(~Exists(newer), ~Exists(seen), reading_number__gt=0).exists()


def reading_due(person: User, project: Project) -> Reading | None:
    """What the person must read before they label on; None when there is nothing."""
    if not is_due(person, project):
        return None
    rows = list(published_versions(project).defer("prose", "document").order_by("number"))
    current, since = rows[-1], _known_version(person, rows)
    unread = [read_changes(row.changes) for row in rows if row.number > since]
    before = next((row for row in rows if row.number == since), None)
    after = content_of(current)
    tries = QuizAttempt.objects.filter(version=current, person=person).aggregate(
        number=Count("pk"), passed=Count("pk", filter=Q(passed=True))
    )
    attempt = tries["number"] + 1
    return Reading(
        version=current,
        since=since,
        changes=changes_to_read(content_of(before), after, all_decisions(unread)) if before else (),
        quiz=quiz_of(
            after.schema,
            unread,
            seed=digest([person.pk, current.pk, attempt]),
            attempt=attempt,
            passed=tries["passed"] > 0,
        ),
    )


def _known_version(person: User, rows: list[GuidelineVersion]) -> int:
    """The number of the version that the person knew last, 0 if none.

    That is the last one they acknowledged. Who has acknowledged none, but was in the project
    before the first version that had to be, labeled under the versions that need not be.
    """
    guideline = rows[-1].guideline_id
    acknowledged = Acknowledgement.objects.filter(person=person, version__guideline=guideline)
    if last := acknowledged.aggregate(last=Max("version__number"))["last"]:
        return int(last)
    first = next(row for row in rows if row.reading_number)
    was_there = Membership.objects.filter(
        user=person, project__guideline=guideline, joined_at__lt=first.published_at
    ).exists()
    return max((row.number for row in rows if row.number < first.number), default=0) * was_there
