"""Questions about the guideline: what people asked about items, and what became of it.

A question is answered when one of its answers counts ("no change needed", or a rule in a version
that is a draft at work or published; an answer in a draft that was discarded does not count), or
when somebody resolved its thread, and nobody opened it again since.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import GUIDELINE_KINDS, Flag, FlagAnswer
from annotations.queries.comments import answers_that_count, is_open, visible_threads
from annotations.queries.names import names_for
from core.pages import Page, keyset_page
from guidelines.models import VersionState
from projects.models import Membership, Project

PAGE = 25


def questions_of(project: Project, *, answered: bool | None = None) -> QuerySet[Flag]:
    """Questions and gaps of a project, all of them or those in one state."""
    rows = Flag.objects.filter(project=project, kind__in=GUIDELINE_KINDS)
    rows = rows.select_related("item", "by", "version")
    if answered is None:
        return rows
    return rows.filter(~is_open() if answered else is_open())


def question_page(project: Project, *, answered: bool, after: str | None) -> Page[Flag]:
    """The lead's inbox: the oldest open question first, the newest answered one first."""
    rows = questions_of(project, answered=answered)
    return keyset_page(rows, after=after, size=PAGE, newest_first=answered)


def own_question_page(membership: Membership, *, after: str | None) -> Page[Flag]:
    """What the person asked, newest first."""
    rows = questions_of(membership.project).filter(by=membership.user_id)
    return keyset_page(rows, after=after, size=PAGE, newest_first=True)


@dataclass(frozen=True)
class QuestionDetail:
    """A question with the answer that counts, and all there were; `by`: as the reader may call
    who asked."""

    flag: Flag
    by: str
    answer: FlagAnswer | None
    history: list[FlagAnswer]


def question_of(membership: Membership, pk: int) -> QuestionDetail:
    """One question or other thread that the person may read; 404 for all others."""
    flag = visible_threads(membership).filter(pk=pk).first()
    if flag is None:
        raise Http404(_("There is no such question in this project."))
    return details_of(membership, [flag])[0]


def details_of(viewer: Membership, flags: list[Flag]) -> list[QuestionDetail]:
    """Questions with their answers, in a few statements for any number of them."""
    names = names_for(viewer, [flag.item_id for flag in flags])
    rows = FlagAnswer.objects.filter(flag__in=flags).select_related("version", "by").order_by("pk")
    found: dict[int, list[FlagAnswer]] = {}
    for row in rows:
        found.setdefault(row.flag_id, []).append(row)
    return [
        QuestionDetail(
            flag,
            names.person(flag.item_id, flag.by_id, flag.by.name),
            _counting(found.get(flag.pk, [])),
            found.get(flag.pk, []),
        )
        for flag in flags
    ]


def _counting(answers: list[FlagAnswer]) -> FlagAnswer | None:
    counting = [
        each
        for each in answers
        if each.version is None or each.version.state != VersionState.DISCARDED
    ]
    return counting[-1] if counting else None


def questions_of_rule(project: Project, number: int) -> list[FlagAnswer]:
    """The questions that a rule answers, with the item each was asked about."""
    rows = answers_that_count().filter(flag__project=project, rule_number=number)
    return list(rows.select_related("flag__item", "version").order_by("pk")[:50])
