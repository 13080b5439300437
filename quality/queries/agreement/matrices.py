"""Heat tables: which classes are confused with each other, which annotators agree."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Sum

from quality.models import AgreementRun, ConfusionCell, PairAgreement, SourceReliability
from quality.queries.charts.intervals import heat
from quality.queries.naming import ChoiceName, QuestionNames, source_names

MOST_SHOWN_SOURCES = 15
MOST_WEAK_PAIRS = 5


@dataclass(frozen=True)
class Cell:
    """One cell; `value` None where there is nothing, `link` the query of the rows behind it."""

    value: float | None
    n: int = 0
    heat: int = 0
    is_self: bool = False
    link: str = ""

    @property
    def percent(self) -> float | None:
        """The value of a share."""
        return None if self.value is None else 100.0 * self.value


@dataclass(frozen=True)
class ConfusionMatrix:
    """Counts of pairs of annotators by pair of classes."""

    rows: list[tuple[ChoiceName, list[Cell]]]
    choices: list[ChoiceName]
    n_pairs: int
    n_agreeing: int
    most_confused: list[tuple[ChoiceName, ChoiceName, int]]


@dataclass(frozen=True)
class WeakPair:
    """Two sources that agree little."""

    first: str
    second: str
    kappa: float | None
    n_items: int
    link: str


@dataclass(frozen=True)
class SourceMatrix:
    """Cohen's kappa, or mean similarity, by pair of sources; the busiest when there are many."""

    rows: list[tuple[str, list[Cell]]]
    names: list[str]
    n_sources: int
    weakest: list[WeakPair]

    @property
    def n_left_out(self) -> int:
        return self.n_sources - len(self.names)


def confusion_matrix(run: AgreementRun, names: QuestionNames) -> ConfusionMatrix:
    """The confusion that a run has stored."""
    rows = ConfusionCell.objects.filter(run=run)
    cells = rows.values_list("choice_a_id", "choice_b_id", "count")
    return confusion_of({(first, second): n for first, second, n in cells}, names)


def confusion_of(cells: dict[tuple[int, int], int], names: QuestionNames) -> ConfusionMatrix:
    """Pairs of annotators of the same item, by lower and higher choice id: one said the row, the
    other the column."""
    used = {choice for pair in cells for choice in pair}
    choices = [choice for choice in names.choices.values() if choice.id in used]
    apart = {pair: count for pair, count in cells.items() if pair[0] != pair[1]}
    most = max(apart.values(), default=0)

    def cell(row: ChoiceName, column: ChoiceName) -> Cell:
        count = cells.get((min(row.id, column.id), max(row.id, column.id)), 0)
        if row.id == column.id:
            return Cell(count, count, is_self=True)
        link = f"a={row.key}&b={column.key}" if count else ""
        return Cell(count, count, heat(count, most), link=link)

    ranked = sorted(apart.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    total = sum(cells.values())
    return ConfusionMatrix(
        rows=[(row, [cell(row, column) for column in choices]) for row in choices],
        choices=choices,
        n_pairs=total,
        n_agreeing=total - sum(apart.values()),
        most_confused=[
            (names.choices[first], names.choices[second], count)
            for (first, second), count in ranked
        ],
    )


def source_matrix(run: AgreementRun, kind: str = "choice") -> SourceMatrix:
    """Kappa (or similarity, for kinds other than choice) of the sources with the most common
    items, and the pairs that agree least."""
    measure = "kappa" if kind == "choice" else "percent"
    shared = _common_items(run)
    shown = [source for source, _n in shared.most_common(MOST_SHOWN_SOURCES)]
    weakest = _weakest_pairs(run, measure)
    names = source_names([*shown, *(source for pair in weakest for source in pair[:2])])
    shown.sort(key=lambda source: (names[source].casefold(), source))
    pairs = PairAgreement.objects.filter(run=run, source_a__in=shown, source_b__in=shown)
    found = {(pair.source_a_id, pair.source_b_id): pair for pair in pairs}

    def cell(row: int, column: int) -> Cell:
        pair = found.get((min(row, column), max(row, column)))
        if row == column or pair is None:
            return Cell(None, is_self=row == column)
        value: float | None = getattr(pair, measure)
        shade = 0 if value is None else heat(value, 1.0)
        return Cell(value, pair.n_items, shade, link=f"source={row}&source={column}")

    return SourceMatrix(
        rows=[(names[row], [cell(row, column) for column in shown]) for row in shown],
        names=[names[source] for source in shown],
        n_sources=len(shared),
        weakest=[
            WeakPair(names[a], names[b], kappa, n, f"source={a}&source={b}")
            for a, b, kappa, n in weakest
        ],
    )


def _common_items(run: AgreementRun) -> Counter[int]:
    """Common items of each source with all others, added up in the database."""
    shared: Counter[int] = Counter()
    pairs = PairAgreement.objects.filter(run=run)
    for side in ("source_a_id", "source_b_id"):
        for source, n in pairs.values_list(side).annotate(n=Sum("n_items")).order_by(side):
            shared[source] += n
    return shared


def _weakest_pairs(run: AgreementRun, measure: str) -> list[tuple[int, int, float | None, int]]:
    """The pairs that agree least on at least ten common items."""
    pairs = PairAgreement.objects.filter(run=run, n_items__gte=10)
    rows = pairs.exclude(**{f"{measure}__isnull": True}).order_by(measure, "pk")[:MOST_WEAK_PAIRS]
    return list(rows.values_list("source_a_id", "source_b_id", measure, "n_items"))


def reliability_matrix(
    reliability: SourceReliability, choices: list[ChoiceName]
) -> list[tuple[ChoiceName, list[Cell]]]:
    """How one source labels each true class: rows without evidence have empty cells."""
    rows = []
    for true in choices:
        given = reliability.confusion.get(true.key)
        cells = [
            Cell(
                None if given is None else given.get(said.key, 0.0),
                heat=0 if given is None else heat(given.get(said.key, 0.0), 1.0),
                is_self=said.id == true.id,
            )
            for said in choices
        ]
        rows.append((true, cells))
    return rows
