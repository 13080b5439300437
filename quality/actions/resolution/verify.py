"""Compute a run anew from the ledger up to its watermark, and compare every figure."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.copying import copy_rows
from core.jobs import Progress
from quality.actions.resolution.decide import Decided, decide, moment_of
from quality.actions.resolution.methods import METHODS
from quality.actions.resolution.run_inputs import in_language_of
from quality.models import (
    CheckOutcome,
    ResolutionCheck,
    ResolutionMethod,
    ResolutionRun,
    SourceReliability,
)
from quality.queries.resolution.deciding import COLUMNS, Row

# What runs of earlier programs have stored.
_FIRST_COLUMNS = ("item_id", "choice_id", "value", "posterior", "confidence", "n_labels")
_TABLE = "quality_resolution_again"
_MAKE = f"""
DROP TABLE IF EXISTS pg_temp.{_TABLE};
CREATE TEMPORARY TABLE {_TABLE} ON COMMIT DROP AS
SELECT {{columns}} FROM quality_resolution WITH NO DATA
"""
_DIFFERENT = f"""
SELECT count(*)
  FROM (SELECT {{columns}} FROM quality_resolution WHERE run_id = %s) AS one
  FULL JOIN {_TABLE} AS other USING (item_id)
 WHERE ROW({{ones}}) IS DISTINCT FROM ROW({{others}})
"""
# What is stored of them is not rounded, so the last bits may hang on the processor.
_NEAR = 1e-9


@dataclass(frozen=True)
class Finding:
    """What a check has found. `different`: names of figures of the run that came out otherwise."""

    outcome: CheckOutcome
    inputs_digest: str = ""
    n_different: int | None = None
    different: list[str] = field(default_factory=list)


def check_resolution(*, progress: Progress, now: datetime) -> dict[str, Any]:
    """The handler of a check's job: computes the run anew and stores what was found."""
    checks = ResolutionCheck.objects.select_related("run__question", "run__version", "requested_by")
    check = checks.get(job=progress.job_id)
    with in_language_of(check.run):
        found = verify_resolution(progress=progress, run=check.run)
    ResolutionCheck.objects.filter(pk=check.pk).update(
        checked_at=now,
        outcome=found.outcome,
        n_different=found.n_different,
        inputs_digest=found.inputs_digest,
        detail={"different": found.different},
    )
    return {"check": check.pk, "outcome": str(found.outcome)}


def verify_resolution(*, progress: Progress, run: ResolutionRun) -> Finding:
    """Compute a finished run anew, inside a transaction, and compare; nothing of it is stored.

    Inputs are compared by their digest, decisions and what was learned of sources bit for bit,
    the likelihood to nine digits.
    """
    if METHODS[run.question.kind][ResolutionMethod(run.method)].version != run.method_version:
        return Finding(CheckOutcome.OTHER_PROGRAM)
    moment = moment_of(run)
    if moment is None:
        return Finding(CheckOutcome.OTHER_INPUTS)
    labels, decided = decide(progress, run, moment)
    digest = labels.digest()
    if digest != run.inputs_digest or decided.learned.get("gold_digest", "") != run.gold_digest:
        return Finding(CheckOutcome.OTHER_INPUTS, digest)
    progress.report(0, message=_("Comparing"))
    n_different = _different_items(run, decided.rows, progress)
    different = _different_figures(run, decided)
    same = not n_different and not different
    outcome = CheckOutcome.SAME if same else CheckOutcome.OTHER_RESULTS
    progress.report(int(labels.item_ids.size), message="")
    return Finding(outcome, digest, n_different, different)


def _different_items(run: ResolutionRun, rows: Iterator[Row], progress: Progress) -> int:
    """How many items have another row, or one in one of both only; compared by the database."""
    columns = COLUMNS if run.inputs else _FIRST_COLUMNS
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE.format(columns=names))
    compared = (row[: len(columns)] for row in _reported(rows, progress))
    copy_rows(_TABLE, columns, compared)
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFFERENT.format(
                columns=names,
                ones=", ".join(f"one.{name}" for name in columns[1:]),
                others=", ".join(f"other.{name}" for name in columns[1:]),
            ),
            [run.pk],
        )
        return int(cursor.fetchone()[0])


def _reported(rows: Iterator[Row], progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            progress.report(number)
        yield row


def _different_figures(run: ResolutionRun, decided: Decided) -> list[str]:
    """Names of what a run says beside its items and would say otherwise now."""
    found = []
    for name, value in {**decided.learned, "n_undecided": decided.n_undecided}.items():
        stored = getattr(run, name)
        if name == "inputs":
            continue  # the moment, not the labels, whose digest was compared
        if name == "loglik":
            same = _is_near(stored, value)
        else:
            same = stored == json.loads(json.dumps(value))
        if not same and (run.inputs or name not in ("learned", "n_gold", "gold_digest")):
            found.append(name)
    if run.inputs and _stored_sources(run) != _comparable(decided.reliabilities):
        found.append("sources")
    return found


def _is_near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)


def _stored_sources(run: ResolutionRun) -> dict[int, Any]:
    columns = ("source_id", "accuracy", "confusion", "n_labels", "weight", "habits")
    rows = SourceReliability.objects.filter(run=run).values_list(*columns)
    return {row[0]: row[1:] for row in rows}


def _comparable(rows: Iterator[Row]) -> dict[int, Any]:
    return {
        source: (accuracy, json.loads(confusion), n_labels, weight, json.loads(habits))
        for source, accuracy, confusion, n_labels, weight, habits in rows
    }
