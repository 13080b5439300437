"""The tables of the agreement page and of the list of disputed items."""

from collections.abc import Iterator

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pages import keyset_page
from quality.models import (
    AgreementResult,
    AgreementRun,
    ClassCount,
    ConfusionCell,
    PairAgreement,
)
from quality.queries.agreement import Slice, agreement_run, runs_of
from quality.queries.charts import percent
from quality.queries.dashboard import Choosing, chosen_slice
from quality.queries.lookups import pairs_of
from quality.queries.naming import QuestionNames, vocabulary
from quality.queries.tables import Asked, Piece, Reader, Row, Table, columns, register, whole

FILTERS = ("question", "version", "kind", "run")


def slice_of(asked: Asked) -> Slice:
    """What question, version and kind name; 404 when there is no such."""
    known = vocabulary(asked.viewer.project, asked.language)
    choosing = Choosing(asked.one("question"), asked.one("version"), asked.one("kind"))
    chosen = chosen_slice(asked.viewer.project, known, choosing)
    if chosen is None:
        raise Http404(_("The project has no such question."))
    return chosen


def run_of(asked: Asked) -> tuple[AgreementRun | None, QuestionNames]:
    """The run of this number, else the last one with results over what the filters name."""
    number = asked.number("run")
    if number is None:
        chosen = slice_of(asked)
        return runs_of(chosen).computed, chosen.question
    run = agreement_run(asked.viewer.project, number)
    known = vocabulary(asked.viewer.project, asked.language).question(run.question.key)
    if known is None:
        raise Http404(_("The project has no such question."))
    return run, known


def _results(asked: Asked) -> Reader:
    run, names = run_of(asked)
    rows = AgreementResult.objects.filter(run=run).select_related("choice", "version")
    return whole(
        (
            each.scope,
            each.choice.key if each.choice else None,
            _name(names, each.choice_id),
            each.version.number if each.version else None,
            each.coefficient,
            each.value,
            each.low,
            each.high,
            each.annotator_low,
            each.annotator_high,
            each.observed,
            each.expected,
            each.n_items,
            each.n_annotators,
            each.n_labels,
            each.undefined,
            each.run_id,
        )
        for each in rows.order_by("pk")
    )


def _name(names: QuestionNames, choice: int | None) -> str | None:
    known = names.choices.get(choice) if choice is not None else None
    return known.name if known else None


def _classes(asked: Asked) -> Reader:
    run, names = run_of(asked)
    rows = list(
        ClassCount.objects.filter(run=run).select_related("choice", "version").order_by("pk")
    )
    totals: dict[int | None, int] = {}
    for each in rows:
        totals[each.version_id] = totals.get(each.version_id, 0) + each.n_labels
    return whole(
        (
            each.choice.key,
            _name(names, each.choice_id),
            each.version.number if each.version else None,
            each.n_labels,
            percent(each.n_labels, totals[each.version_id]),
        )
        for each in rows
    )


def _confusion(asked: Asked) -> Reader:
    run, names = run_of(asked)
    rows = ConfusionCell.objects.filter(run=run).select_related("choice_a", "choice_b")
    return whole(
        (
            each.choice_a.key,
            _name(names, each.choice_a_id),
            each.choice_b.key,
            _name(names, each.choice_b_id),
            each.count,
        )
        for each in rows.order_by("pk")
    )


def _pairs(asked: Asked) -> Reader:
    run, _names = run_of(asked)
    queryset = pairs_of(run) if run else PairAgreement.objects.none()

    def read(after: str, size: int) -> Piece:
        page = keyset_page(queryset, after=after, size=size)
        return Piece(
            [
                (
                    each.source_a_id,
                    each.source_a_name,
                    each.source_b_id,
                    each.source_b_name,
                    each.kappa,
                    each.percent,
                    each.n_items,
                )
                for each in page.rows
            ],
            page.next_after,
        )

    return read


def _versions(asked: Asked) -> Reader:
    run, _names = run_of(asked)
    return whole(_version_rows(run))


def _version_rows(run: AgreementRun | None) -> Iterator[Row]:
    """Alpha of each version, in the order of versions."""
    rows = AgreementResult.objects.filter(run=run, version__isnull=False, scope="overall")
    for each in rows.select_related("version").order_by("version__number", "pk"):
        version = each.version
        yield (
            version.number if version else None,
            version.published_at if version else None,
            each.coefficient,
            each.value,
            each.low,
            each.high,
            each.annotator_low,
            each.annotator_high,
            each.n_items,
            each.n_labels,
            each.undefined,
        )


_COEFFICIENT = {
    "coefficient": gettext_lazy("Coefficient"),
    "value": gettext_lazy("Value"),
    "low": gettext_lazy("Low, over items"),
    "high": gettext_lazy("High, over items"),
    "annotator_low": gettext_lazy("Low, over annotators"),
    "annotator_high": gettext_lazy("High, over annotators"),
}
_BASIS = {
    "n_items": gettext_lazy("Items"),
    "n_labels": gettext_lazy("Labels"),
    "undefined": gettext_lazy("Undefined because"),
}

register(
    Table(
        "agreement",
        gettext_lazy("Agreement"),
        columns(
            scope=gettext_lazy("Speaks of"),
            choice=gettext_lazy("Class"),
            choice_name=gettext_lazy("Name of the class"),
            version=gettext_lazy("Version"),
            **_COEFFICIENT,
            observed=gettext_lazy("Observed"),
            expected=gettext_lazy("Expected"),
            n_items=gettext_lazy("Items"),
            n_annotators=gettext_lazy("Annotators"),
            n_labels=gettext_lazy("Labels"),
            undefined=gettext_lazy("Undefined because"),
            run=gettext_lazy("Run"),
        ),
        _results,
        FILTERS,
    ),
    Table(
        "classes",
        gettext_lazy("By class"),
        columns(
            choice=gettext_lazy("Class"),
            choice_name=gettext_lazy("Name of the class"),
            version=gettext_lazy("Version"),
            n_labels=gettext_lazy("Labels"),
            percent=gettext_lazy("Share, percent"),
        ),
        _classes,
        FILTERS,
    ),
    Table(
        "versions",
        gettext_lazy("By guideline version"),
        columns(
            version=gettext_lazy("Version"),
            published_at=gettext_lazy("Published"),
            **_COEFFICIENT,
            **_BASIS,
        ),
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
