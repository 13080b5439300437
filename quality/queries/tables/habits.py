"""The table of what a run for other kinds than choice learned of its sources."""

from django.utils.translation import gettext_lazy

from core.pages import keyset_page
from quality.models import SourceReliability
from quality.queries.naming import person_or_name
from quality.queries.resolution.habits import habit_keys, habit_name
from quality.queries.resolution.pages import names_of
from quality.queries.resolution.runs import resolution_run
from quality.queries.tables.registry import Asked, Piece, Reader, Row, Table, columns, register


def _source_habits(asked: Asked) -> Reader:
    """A row per source and figure."""
    run = resolution_run(asked.viewer.project, asked.needed_number("run"))
    names = names_of(run, asked.language)
    queryset = SourceReliability.objects.filter(run=run).annotate(
        source_name=person_or_name("source__")
    )

    def read(after: str, size: int) -> Piece:
        page = keyset_page(queryset.defer("confusion"), after=after, size=size)
        rows: list[Row] = [
            (
                row.source_id,
                row.source_name,
                about,
                measure,
                habit_name(about, measure, names),
                each,
            )
            for row in page.rows
            for about, measure in habit_keys([row.habits])
            if (each := row.habits[about].get(measure)) is not None
        ]
        return Piece(rows, page.next_after)

    return read


register(
    Table(
        "source_habits",
        gettext_lazy("What was learned of each source"),
        columns(
            source=gettext_lazy("Source"),
            source_name=gettext_lazy("Name"),
            about=gettext_lazy("About"),
            measure=gettext_lazy("Measure"),
            measure_name=gettext_lazy("Name of the measure"),
            value=gettext_lazy("Value"),
        ),
        _source_habits,
        ("run",),
    ),
)
