"""What if this annotator were left out: each annotator against all others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quality.models import AgreementResult, AgreementRun, AnnotatorAgreement, CoefficientName, Scope
from quality.queries.agreement.measures import withheld
from quality.queries.naming import person_or_name, source_names

MOST_SHOWN = 20


@dataclass(frozen=True)
class LeftOut:
    """One annotator. `percent`: equal pairs of `n_pairs` with others, on `n_items` items.

    `change`: alpha without them less alpha with them; above 0 where the others agree better
    among themselves. None where there is no alpha to compare.
    """

    source_id: int
    name: str
    n_labels: int
    n_items: int
    n_pairs: int
    percent: float | None
    alpha_without: float | None
    change: float | None

    @property
    def is_better_without(self) -> bool:
        return self.change is not None and self.change > 0


@dataclass(frozen=True)
class LeftOutTable:
    """Those whose absence changes most come first. `alpha`: with everybody."""

    rows: list[LeftOut]
    n_all: int
    alpha: float | None

    @property
    def n_hidden(self) -> int:
        return self.n_all - len(self.rows)


def annotators_of_run(run: AgreementRun) -> list[dict[str, Any]]:
    """The stored rows of a run, with names, in one statement."""
    columns = ("source_id", "n_labels", "n_items", "n_pairs", "percent", "alpha_without", "name")
    rows = (
        AnnotatorAgreement.objects.filter(run=run)
        .annotate(name=person_or_name("source__"))
        .order_by("source_id")
        .values_list(*columns)
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def left_out_table(
    rows: Iterable[dict[str, Any]],
    results: Sequence[AgreementResult],
    *,
    most: int | None = MOST_SHOWN,
) -> LeftOutTable:
    """All annotators, or those that matter most; `results` hold alpha. One statement where rows
    have no names yet."""
    alpha = next(
        (
            each.value
            for each in results
            if each.scope == Scope.OVERALL
            and each.version_id is None
            and each.coefficient == CoefficientName.ALPHA
            and not withheld(each)
        ),
        None,
    )
    found = list(rows)
    ranked = sorted(found, key=lambda row: (-abs(_change(row, alpha) or 0.0), -row["n_labels"]))
    shown = ranked if most is None else ranked[:most]
    unnamed = [row["source_id"] for row in shown if "name" not in row]
    names = source_names(unnamed) if unnamed else {}
    return LeftOutTable(
        [
            LeftOut(
                source_id=row["source_id"],
                name=row.get("name") or names[row["source_id"]],
                n_labels=row["n_labels"],
                n_items=row["n_items"],
                n_pairs=row["n_pairs"],
                percent=None if row["percent"] is None else 100.0 * row["percent"],
                alpha_without=None if alpha is None else row["alpha_without"],
                change=_change(row, alpha),
            )
            for row in shown
        ],
        len(found),
        alpha,
    )


def _change(row: dict[str, Any], alpha: float | None) -> float | None:
    without = row["alpha_without"]
    return None if alpha is None or without is None else float(without) - alpha
