"""The table of disputed items, with the filters and the blindness of its page."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Source
from core.pages import keyset_page
from quality.models import DisputedItem
from quality.queries.adjudication.disputes import blind_items, disputed_items
from quality.queries.naming import ChoiceName, QuestionNames
from quality.queries.tables.measured import FILTERS, run_of
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


def _disputed(asked: Asked) -> Reader:
    """With the filters of the page: two classes (a, b), or two sources."""
    run, names = run_of(asked)
    if run is None:
        return whole(())
    viewer = asked.viewer
    rows = disputed_items(
        run, viewer=viewer, between=_between(asked, names), sources=_sources(asked)
    )

    def read(after: str, size: int) -> Piece:
        page = keyset_page(rows, after=after, size=size)
        blind = blind_items(viewer, [row.item_id for row in page.rows])
        return Piece([_dispute(row, row.item_id in blind) for row in page.rows], page.next_after)

    return read


def _dispute(row: DisputedItem, blind: bool) -> Row:
    said = sorted(row.counts.items(), key=lambda entry: (-entry[1], entry[0]))
    answers = None if blind else [f"{key}: {n}" for key, n in said]
    figures = (None, None) if blind else (row.entropy, row.disagreement)
    return (row.item_id, row.item.external_id, row.n_labels, *figures, answers, blind)


def _between(asked: Asked, names: QuestionNames) -> tuple[ChoiceName, ChoiceName] | None:
    keys = (asked.one("a"), asked.one("b"))
    if not any(keys):
        return None
    if not all(key in names.by_key for key in keys):
        raise Http404(_("The question has no such choice."))
    return names.by_key[keys[0]], names.by_key[keys[1]]


def _sources(asked: Asked) -> tuple[int, int] | None:
    given = asked.many("source")
    if not given:
        return None
    numbers = [int(each) for each in given if each.isdecimal() and len(each) < 19]
    known = Source.objects.filter(project=asked.viewer.project, pk__in=numbers).count()
    if len(given) != 2 or len(numbers) != 2 or known != len(set(numbers)):
        raise Http404(_("The project has no such source."))
    return numbers[0], numbers[1]


register(
    Table(
        "disputed",
        gettext_lazy("Disputed items"),
        columns(
            item=gettext_lazy("Item"),
            external_id=gettext_lazy("External id"),
            n_labels=gettext_lazy("Labels"),
            entropy=gettext_lazy("Entropy"),
            disagreement=gettext_lazy("Mean distance"),
            answers=gettext_lazy("Answers"),
            hidden=gettext_lazy("Hidden from you"),
        ),
        _disputed,
        (*FILTERS, "a", "b", "source"),
    ),
)
