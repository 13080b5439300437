"""Figures of annotators and of groups as tables: what the pages about people show, as files."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pages import keyset_page
from quality.models import PeopleRun, PersonFigures
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.people.groups import group_rows
from quality.queries.people.pages import PersonRow, figures_of, latest_people_run, person_rows
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

FILTERS = ("question",)


def _asked(asked: Asked) -> tuple[QuestionNames, PeopleRun | None]:
    """The question, and its last run with results."""
    project = asked.viewer.project
    names = vocabulary(project, asked.language).question(asked.one("question"))
    if names is None:
        raise Http404(_("The project has no such question."))
    return names, latest_people_run(project, names.id)


def _annotators(asked: Asked) -> Reader:
    names, run = _asked(asked)
    project = asked.viewer.project
    queryset = figures_of(run).defer("details") if run else PersonFigures.objects.none()

    def read(after: str, size: int) -> Piece:
        page = keyset_page(queryset, after=after, size=size)
        return Piece(
            [_annotator(row) for row in person_rows(project, page.rows, names)], page.next_after
        )

    return read


def _annotator(row: PersonRow) -> Row:
    figures = row.figures
    return (
        row.source,
        row.name,
        figures.n_labels,
        figures.gold_right,
        figures.gold_n,
        figures.gold_low,
        figures.gold_high,
        figures.gold_similarity,
        figures.gold_similarity_low,
        figures.gold_similarity_high,
        figures.peers,
        figures.peers_n,
        figures.self_equal,
        figures.self_n,
        figures.self_low,
        figures.self_high,
        figures.self_similarity,
        figures.self_similarity_low,
        figures.self_similarity_high,
        figures.alpha,
        figures.alpha_without,
        figures.spam,
        figures.spam_low,
        figures.spam_high,
        figures.seconds,
        figures.seconds_n,
        [warning.code for warning in row.warnings],
        row.is_paused,
    )


def _groups(asked: Asked) -> Reader:
    names, run = _asked(asked)
    rows = group_rows(run, names) if run else []
    return whole(
        (
            each.figures.option,
            each.name,
            each.figures.n_people,
            each.figures.n_labels,
            each.figures.agreement,
            each.figures.agreement_low,
            each.figures.agreement_high,
            each.figures.n_pairs,
            each.figures.shares,
        )
        for each in rows
    )


_LOW, _HIGH = gettext_lazy("Low, 95 % interval"), gettext_lazy("High, 95 % interval")

register(
    Table(
        "annotator_figures",
        gettext_lazy("Figures of annotators"),
        columns(
            source=gettext_lazy("Source"),
            source_name=gettext_lazy("Name"),
            n_labels=gettext_lazy("Labels"),
            gold_right=gettext_lazy("Gold items right"),
            gold_n=gettext_lazy("Gold items answered"),
            gold_low=_LOW,
            gold_high=_HIGH,
            gold_likeness=gettext_lazy("Likeness to gold answers"),
            gold_likeness_low=_LOW,
            gold_likeness_high=_HIGH,
            peers=gettext_lazy("Like peers"),
            peers_n=gettext_lazy("Pairs of answers"),
            self_equal=gettext_lazy("Repeats answered the same"),
            self_n=gettext_lazy("Repeats"),
            self_low=_LOW,
            self_high=_HIGH,
            self_likeness=gettext_lazy("Likeness of repeats"),
            self_likeness_low=_LOW,
            self_likeness_high=_HIGH,
            alpha=gettext_lazy("Alpha of all"),
            alpha_without=gettext_lazy("Alpha without them"),
            score=gettext_lazy("Depends on the item"),
            score_low=_LOW,
            score_high=_HIGH,
            seconds=gettext_lazy("Median seconds"),
            seconds_n=gettext_lazy("Answers with a time"),
            warnings=gettext_lazy("Warnings"),
            is_paused=gettext_lazy("Paused"),
        ),
        _annotators,
        FILTERS,
    ),
    Table(
        "group_figures",
        gettext_lazy("Figures of groups"),
        columns(
            option=gettext_lazy("Group"),
            name=gettext_lazy("Name"),
            n_people=gettext_lazy("People"),
            n_labels=gettext_lazy("Labels"),
            agreement=gettext_lazy("Agreement inside the group"),
            agreement_low=_LOW,
            agreement_high=_HIGH,
            n_pairs=gettext_lazy("Pairs of answers"),
            shares=gettext_lazy("Labels by class"),
        ),
        _groups,
        FILTERS,
    ),
)
