"""What people decided, and the people of a project."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pages import keyset_page
from projects.queries import members
from projects.roles import Permission
from quality.models import Adjudication
from quality.queries.adjudication.case import standing_decisions
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.tables.registry import (
    Asked,
    Piece,
    Reader,
    Row,
    Table,
    columns,
    register,
    whole,
)


def _decisions(asked: Asked) -> Reader:
    """Standing decisions about a question, newest first."""
    project = asked.viewer.project
    names = vocabulary(project, asked.language).question(asked.one("question"))
    if names is None:
        raise Http404(_("The project has no such question."))
    queryset = standing_decisions(project).filter(question=names.id).select_related("choice")

    def read(after: str, size: int) -> Piece:
        page = keyset_page(queryset, after=after, size=size, newest_first=True)
        return Piece([_decision(row, names) for row in page.rows], page.next_after)

    return read


def _decision(row: Adjudication, names: QuestionNames) -> Row:
    return (
        row.item_id,
        row.item.external_id,
        row.verdict,
        row.choice.key if row.choice else None,
        names.summary(row.value) if row.value else None,
        row.value,
        row.reason,
        row.rule_number,
        row.comment,
        row.version.number,
        row.by.name,
        row.created_at,
    )


def _people(asked: Asked) -> Reader:
    return whole(
        (
            each.user.name,
            each.user.email,
            sorted(each.roles),
            each.joined_at,
            each.left_at,
            each.user.is_active,
        )
        for each in members(asked.viewer.project)
    )


register(
    Table(
        "decisions",
        gettext_lazy("Decisions"),
        columns(
            item=gettext_lazy("Item"),
            external_id=gettext_lazy("External id"),
            verdict=gettext_lazy("Verdict"),
            choice=gettext_lazy("Class"),
            decided=gettext_lazy("Decided"),
            value=gettext_lazy("Value"),
            reason=gettext_lazy("Why"),
            rule=gettext_lazy("Rule"),
            comment=gettext_lazy("Comment"),
            version=gettext_lazy("Version"),
            by=gettext_lazy("By"),
            at=gettext_lazy("Decided on"),
        ),
        _decisions,
        ("question",),
    ),
    Table(
        "people",
        gettext_lazy("People"),
        columns(
            name=gettext_lazy("Name"),
            email=gettext_lazy("E-mail address"),
            roles=gettext_lazy("Roles"),
            since=gettext_lazy("Since"),
            left_at=gettext_lazy("Left"),
            is_active=gettext_lazy("Active"),
        ),
        _people,
        permission=Permission.MANAGE_PEOPLE,
    ),
)
