"""Reads of guidelines and their versions. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from core.errors import validation_error
from core.problems import Problems
from guidelines.diff import VersionContent, VersionDiff, diff_versions
from guidelines.label_schema import LabelSchema, parse_document
from guidelines.models import Choice, GuidelineVersion, Question, VersionState
from projects.models import Project


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


def versions(project: Project) -> QuerySet[GuidelineVersion]:
    """All versions, newest first, with the people they name."""
    return (
        GuidelineVersion.objects.filter(guideline__project=project)
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


def content_of(version: GuidelineVersion) -> VersionContent:
    """What two versions are compared by."""
    return VersionContent(version.title, version.prose, schema_of(version))


def diff_of(before: GuidelineVersion | None, after: GuidelineVersion) -> VersionDiff:
    """What `after` changes; against nothing when there is no version before it."""
    start = content_of(before) if before else VersionContent("", "", LabelSchema((), ()))
    return diff_versions(start, content_of(after))


def unfinished(draft: GuidelineVersion) -> dict[str, list[str]]:
    """What the draft still lacks before it can be published, by path."""
    try:
        schema = parse_document(draft.document)
    except Problems as problems:
        return validation_error(problems).message_dict
    return {} if schema.questions else {"questions": [_("There is no question yet.")]}


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
    return int(found.aggregate(last=Max("number"))["last"] or 0) + 1
