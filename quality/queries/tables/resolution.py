"""The tables of the resolution pages: runs, items, sources, and two runs side by side."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pages import keyset_page
from quality.models import Resolution, ResolutionRun, SourceReliability
from quality.queries.adjudication.disputes import blind_items
from quality.queries.naming import QuestionNames, person_or_name, vocabulary
from quality.queries.resolution.comparing import Change, Difference, differences, latest_comparison
from quality.queries.resolution.decisions import decided_counts, item_mark
from quality.queries.resolution.pages import names_of, two_runs
from quality.queries.resolution.runs import resolution_run, resolution_runs
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


def _run(asked: Asked) -> tuple[ResolutionRun, QuestionNames]:
    """The run that `run` names; 404 when the project has no such run."""
    run = resolution_run(asked.viewer.project, asked.needed_number("run"))
    return run, _names(asked, run)


def _names(asked: Asked, run: ResolutionRun) -> QuestionNames:
    names = vocabulary(asked.viewer.project, asked.language).question(run.question.key)
    if names is None:
        raise Http404(_("The project has no such question."))
    return names


def _runs(asked: Asked) -> Reader:
    queryset = resolution_runs(asked.viewer.project)

    def read(after: str, size: int) -> Piece:
        page = keyset_page(queryset, after=after, size=size, newest_first=True)
        return Piece([_run_row(run) for run in page.rows], page.next_after)

    return read


def _run_row(run: ResolutionRun) -> Row:
    return (
        run.pk,
        run.method,
        run.method_version,
        run.question.key,
        run.version.number if run.version else None,
        run.n_items,
        run.n_labels,
        run.n_sources,
        run.n_undecided,
        run.job.state,
        run.requested_by.name,
        run.created_at,
        run.computed_at,
    )


def _items(asked: Asked) -> Reader:
    """In the order of item ids, so that any number of them is one walk over an index."""
    run, names = _run(asked)
    rows = Resolution.objects.filter(run=run)
    if asked.one("show") == "undecided":
        rows = rows.filter(value__isnull=True)

    def read(after: str, size: int) -> Piece:
        page = rows.filter(item__gt=item_mark(after)).order_by("item")[: size + 1]
        found = list(page.values_list(*_ITEM_COLUMNS))
        shown = found[:size]
        blind = blind_items(asked.viewer, [row[0] for row in shown])
        return Piece(
            [_item(row, names, row[0] in blind) for row in shown],
            str(shown[-1][0]) if len(found) > size else None,
        )

    return read


# Values alone: making rows of models takes longer than reading them.
_ITEM_COLUMNS = (
    "item_id",
    "item__external_id",
    "choice__key",
    "value",
    "confidence",
    "posterior",
    "n_labels",
)


def _item(row: tuple[Any, ...], names: QuestionNames, blind: bool) -> Row:
    item, external_id, choice, value, confidence, posterior, n_labels = row
    if blind:
        return (item, external_id, None, None, None, None, None, n_labels, True)
    words = None if value is None else names.summary(value)
    return (item, external_id, choice, words, value, confidence, posterior, n_labels, False)


def _sources(asked: Asked) -> Reader:
    run, _question = _run(asked)
    queryset = SourceReliability.objects.filter(run=run).annotate(
        source_name=person_or_name("source__")
    )

    def read(after: str, size: int) -> Piece:
        page = keyset_page(queryset.defer("confusion"), after=after, size=size)
        rows = [(row.source_id, row.source_name, row.n_labels, row.accuracy) for row in page.rows]
        return Piece(rows, page.next_after)

    return read


def _source_confusion(asked: Asked) -> Reader:
    """Of one source: how it labels each true class."""
    run, names = _run(asked)
    row = SourceReliability.objects.filter(run=run, source=asked.needed_number("source")).first()
    if row is None:
        raise Http404(_("The run knows no such source."))
    known = names.by_key
    return whole(
        (true, known[true].name if true in known else true, said, chance)
        for true, given in sorted(row.confusion.items())
        for said, chance in sorted(given.items())
    )


def _decided(asked: Asked) -> Reader:
    run, names = _run(asked)
    if run.computed_at is None:
        return whole(())
    return whole((row.answer.text, row.n, row.percent) for row in decided_counts(run, names))


def _strengths(asked: Asked) -> Reader:
    run, _question = _run(asked)
    ranked = sorted(run.priors.items(), key=lambda entry: (-entry[1], entry[0]))
    return whole((name, share) for name, share in ranked)


def _comparison(asked: Asked) -> Reader:
    """Items that two runs decided differently; what may not be compared is not found."""
    viewer = asked.viewer
    first, second = two_runs(
        viewer.project, asked.needed_number("run"), asked.needed_number("other")
    )
    made = latest_comparison(first, second)
    if made is None or made.computed_at is None:
        raise Http404(_("These two runs have not been compared yet."))
    names, change = names_of(first, asked.language), Change(asked.one("from"), asked.one("to"))

    def read(after: str, size: int) -> Piece:
        rows, next_after = differences(
            made, names=names, viewer=viewer, change=change, after=after, size=size
        )
        return Piece([_difference(row) for row in rows], next_after)

    return read


def _difference(row: Difference) -> Row:
    where = (row.item.pk, row.item.external_id)
    if row.blind:
        return (*where, None, None, None, None, True)
    first = row.first.text if row.first else None
    second = row.second.text if row.second else None
    return (*where, first, row.first_confidence, second, row.second_confidence, False)


_ITEM = {"item": gettext_lazy("Item"), "external_id": gettext_lazy("External id")}
_HIDDEN = gettext_lazy("Hidden from you")

register(
    Table(
        "resolutions",
        gettext_lazy("Resolutions"),
        columns(
            run=gettext_lazy("Run"),
            method=gettext_lazy("Method"),
            method_version=gettext_lazy("Version of the method"),
            question=gettext_lazy("Question"),
            version=gettext_lazy("Version"),
            n_items=gettext_lazy("Items"),
            n_labels=gettext_lazy("Labels"),
            n_sources=gettext_lazy("Sources"),
            n_undecided=gettext_lazy("Undecided"),
            state=gettext_lazy("State"),
            requested_by=gettext_lazy("Asked for by"),
            created_at=gettext_lazy("Asked for"),
            computed_at=gettext_lazy("Computed"),
        ),
        _runs,
    ),
    Table(
        "resolution_items",
        gettext_lazy("Resolved items"),
        columns(
            **_ITEM,
            choice=gettext_lazy("Class"),
            decided=gettext_lazy("Decided"),
            value=gettext_lazy("Value"),
            confidence=gettext_lazy("Confidence"),
            posterior=gettext_lazy("Probabilities"),
            n_labels=gettext_lazy("Labels"),
            hidden=_HIDDEN,
        ),
        _items,
        ("run", "show"),
    ),
    Table(
        "reliabilities",
        gettext_lazy("How reliable each source is"),
        columns(
            source=gettext_lazy("Source"),
            source_name=gettext_lazy("Name"),
            n_labels=gettext_lazy("Labels"),
            accuracy=gettext_lazy("Accuracy"),
        ),
        _sources,
        ("run",),
    ),
    Table(
        "source_confusion",
        gettext_lazy("Confusion of a source"),
        columns(
            true=gettext_lazy("True class"),
            true_name=gettext_lazy("Name of the class"),
            said=gettext_lazy("What the source gave"),
            probability=gettext_lazy("Probability"),
        ),
        _source_confusion,
        ("run", "source"),
    ),
    Table(
        "decided",
        gettext_lazy("What was decided"),
        columns(
            answer=gettext_lazy("Answer"),
            n_items=gettext_lazy("Items"),
            percent=gettext_lazy("Share, percent"),
        ),
        _decided,
        ("run",),
    ),
    Table(
        "strengths",
        gettext_lazy("Shares and strengths of a run"),
        columns(name=gettext_lazy("Name"), share=gettext_lazy("Share")),
        _strengths,
        ("run",),
    ),
    Table(
        "comparison",
        gettext_lazy("Items decided differently"),
        columns(
            **_ITEM,
            first=gettext_lazy("Decided by the first"),
            first_confidence=gettext_lazy("Confidence of the first"),
            second=gettext_lazy("Decided by the second"),
            second_confidence=gettext_lazy("Confidence of the second"),
            hidden=_HIDDEN,
        ),
        _comparison,
        ("run", "other", "from", "to"),
    ),
)
