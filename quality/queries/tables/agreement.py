"""The tables of the agreement page: live where it is live, of a run where one is named."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy

from quality.models import AgreementResult, Scope
from quality.queries.agreement.left_out import left_out_table
from quality.queries.agreement.measures import withheld
from quality.queries.charts.intervals import percent
from quality.queries.lookups import pairs_page
from quality.queries.tables.measured import FILTERS, measured, run_of
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


def _coefficient(each: AgreementResult) -> Row:
    """Nothing but the reason where too little data stands behind a value, as on the page."""
    basis = (each.n_items, each.n_annotators, each.n_labels)
    if code := withheld(each):
        return (each.coefficient, *(None,) * 7, *basis, code)
    return (
        each.coefficient,
        each.value,
        each.low,
        each.high,
        each.annotator_low,
        each.annotator_high,
        each.observed,
        each.expected,
        *basis,
        each.undefined,
    )


def _results(asked: Asked) -> Reader:
    found = measured(asked)
    return whole(
        (
            each.scope,
            *found.choice(each.choice_id),
            found.version(each.version_id),
            *_coefficient(each),
        )
        for each in found.results
    )


def _versions(asked: Asked) -> Reader:
    found = measured(asked)
    rows = [each for each in found.results if each.version_id in found.versions]
    rows.sort(key=lambda each: found.version(each.version_id) or 0)
    return whole(
        (
            found.version(each.version_id),
            found.versions[each.version_id or 0].published_at,
            *_coefficient(each),
        )
        for each in rows
    )


def _classes(asked: Asked) -> Reader:
    found = measured(asked)
    totals: dict[int | None, int] = {}
    for (_choice, version), n in found.counts.items():
        totals[version] = totals.get(version, 0) + n
    return whole(
        (*found.choice(choice), found.version(version), n, percent(n, totals[version]))
        for (choice, version), n in found.counts.items()
    )


def _confusion(asked: Asked) -> Reader:
    found = measured(asked)
    return whole(
        (*found.choice(first), *found.choice(second), n)
        for (first, second), n in sorted(found.confusion.items())
    )


def _left_out(asked: Asked) -> Reader:
    found = measured(asked)
    rows = left_out_table(found.annotators, found.results, most=None).rows
    return whole(
        (
            each.source_id,
            each.name,
            each.n_labels,
            each.n_items,
            each.n_pairs,
            each.percent,
            each.alpha_without,
            each.change,
        )
        for each in rows
    )


def _slices(asked: Asked) -> Reader:
    """By time and by campaign, as far as the run has them."""
    run, _names = run_of(asked)
    rows = AgreementResult.objects.filter(run=run, scope__in=[Scope.PERIOD, Scope.ROUND])
    return whole(_slice_rows(rows.order_by("pk")))


def _slice_rows(rows: Iterable[AgreementResult]) -> Iterator[Row]:
    for each in rows:
        yield (each.scope, each.period, each.period_end, each.round, *_coefficient(each))


def _pairs(asked: Asked) -> Reader:
    run, _names = run_of(asked)
    if run is None:
        return whole(())

    def read(after: str, size: int) -> Piece:
        page = pairs_page(run, after=after, size=size)
        return Piece(page.rows, page.next_after)

    return read


_COEFFICIENT = {
    "coefficient": gettext_lazy("Coefficient"),
    "value": gettext_lazy("Value"),
    "low": gettext_lazy("Low, over items"),
    "high": gettext_lazy("High, over items"),
    "annotator_low": gettext_lazy("Low, over annotators"),
    "annotator_high": gettext_lazy("High, over annotators"),
    "observed": gettext_lazy("Observed"),
    "expected": gettext_lazy("Expected"),
    "n_items": gettext_lazy("Items"),
    "n_annotators": gettext_lazy("Annotators"),
    "n_labels": gettext_lazy("Labels"),
    "undefined": gettext_lazy("Undefined because"),
}
_CHOICE = {"choice": gettext_lazy("Class"), "choice_name": gettext_lazy("Name of the class")}
_VERSION = {"version": gettext_lazy("Version")}

register(
    Table(
        "agreement",
        gettext_lazy("Agreement"),
        columns(scope=gettext_lazy("Speaks of"), **_CHOICE, **_VERSION, **_COEFFICIENT),
        _results,
        FILTERS,
    ),
    Table(
        "agreement_slices",
        gettext_lazy("Agreement by time and campaign"),
        columns(
            scope=gettext_lazy("Speaks of"),
            since=gettext_lazy("From"),
            until=gettext_lazy("To"),
            campaign=gettext_lazy("Campaign"),
            **_COEFFICIENT,
        ),
        _slices,
        FILTERS,
    ),
    Table(
        "classes",
        gettext_lazy("By class"),
        columns(
            **_CHOICE,
            **_VERSION,
            n_labels=gettext_lazy("Labels"),
            percent=gettext_lazy("Share, percent"),
        ),
        _classes,
        FILTERS,
    ),
    Table(
        "versions",
        gettext_lazy("By guideline version"),
        columns(**_VERSION, published_at=gettext_lazy("Published"), **_COEFFICIENT),
        _versions,
        FILTERS,
    ),
    Table(
        "confusion",
        gettext_lazy("Which classes are confused"),
        columns(
            choice_a=gettext_lazy("One said"),
            choice_a_name=gettext_lazy("Name of the class"),
            choice_b=gettext_lazy("The other"),
            choice_b_name=gettext_lazy("Name of the other class"),
            count=gettext_lazy("Pairs of annotators"),
        ),
        _confusion,
        FILTERS,
    ),
    Table(
        "left_out",
        gettext_lazy("What if this annotator were left out"),
        columns(
            source=gettext_lazy("Source"),
            source_name=gettext_lazy("Name"),
            n_labels=gettext_lazy("Labels"),
            n_items=gettext_lazy("Items with others"),
            n_pairs=gettext_lazy("Pairs"),
            percent=gettext_lazy("Agreement with the others"),
            alpha_without=gettext_lazy("Alpha without"),
            change=gettext_lazy("Change"),
        ),
        _left_out,
        FILTERS,
    ),
    Table(
        "pairs",
        gettext_lazy("Who agrees with whom"),
        columns(
            source_a=gettext_lazy("First source"),
            source_a_name=gettext_lazy("Name of the first"),
            source_b=gettext_lazy("Second source"),
            source_b_name=gettext_lazy("Name of the second"),
            kappa=gettext_lazy("Cohen's kappa"),
            similarity=gettext_lazy("Share of equal answers, or mean similarity"),
            n_items=gettext_lazy("Common items"),
        ),
        _pairs,
        FILTERS,
    ),
)
