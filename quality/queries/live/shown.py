"""Live figures as the dashboard and REST show them; a few rows, whatever the size of a project."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTransform

from projects.models import Project
from quality.models import (
    AgreementResult,
    CoefficientName,
    LiveFigures,
    LiveProof,
    LiveQuestion,
    Scope,
    TouchedItems,
)
from quality.models.run import PEOPLE


@dataclass(frozen=True)
class LiveState:
    """How current live figures are. `stamp` changes when there is something new to show.

    `is_current`: every label that is stored is in them. `is_catching_up`: a large import, or
    everything anew, is being counted, and figures wait until that is done.
    """

    changed_at: datetime
    intervals_at: datetime
    is_current: bool
    is_catching_up: bool
    intervals_are_current: bool
    proof: LiveProof | None
    stamp: str


@dataclass(frozen=True)
class LiveNumbers:
    """Live figures of a slice, with those of the guideline versions when it spans all.

    Of any kind of question: `results` are those of the kind's `shown` (and of its classes, where
    they are counted), `class_counts` by choice id for kinds with classes, `confusion` for a single
    choice only. `percent` of annotators is mean similarity for other kinds.
    """

    results: list[AgreementResult]
    class_counts: dict[tuple[int, int | None], int]
    confusion: dict[tuple[int, int], int]
    annotators: list[dict[str, Any]]
    n_items: int
    n_labels: int
    state: LiveState


def live_numbers(
    project: Project, question_id: int, *, kinds: list[str], version_id: int | None
) -> LiveNumbers | None:
    """The live figures of a slice; None where it is not followed live. Five statements."""
    row = _row(question_id, kinds, version_id)
    if row is None:
        return None
    figures = row.figures
    results = _results(figures["results"], version_id=None)
    counts: dict[tuple[int, int | None], int] = {
        (choice, None): n for choice, n in figures["class_counts"]
    }
    if version_id is None:
        for version, given, class_counts in _of_versions(question_id, row.kind):
            overall = [each for each in given if each["choice"] is None]
            results += _results(overall, version_id=version)
            counts |= {(choice, version): n for choice, n in class_counts}
    return LiveNumbers(
        results=results,
        class_counts=counts,
        confusion={(first, second): n for first, second, n in figures["confusion"]},
        annotators=figures["annotators"],
        n_items=figures["n_items"],
        n_labels=figures["n_labels"],
        state=_state(project, row),
    )


def live_alpha(project: Project) -> AgreementResult | None:
    """Alpha over all classes of the first question that is followed live; in one statement."""
    row = (
        LiveFigures.objects.filter(question__guideline__project=project, kind="", version=None)
        .order_by("question_id")
        .first()
    )
    if row is None:
        return None
    for each in _results(row.figures["results"], version_id=None):
        if each.coefficient == CoefficientName.ALPHA and each.choice_id is None:
            return each
    return None


def _row(question_id: int, kinds: list[str], version_id: int | None) -> LiveFigures | None:
    """All people, or one kind of source; where there is only that kind, it is all people."""
    rows = LiveFigures.objects.filter(question=question_id, version=version_id)
    if sorted(kinds) == sorted(PEOPLE):
        return rows.filter(kind="").first()
    if len(kinds) != 1:
        return None
    found = {row.kind: row for row in rows.filter(kind__in=["", *kinds])}
    everybody = found.get("")
    if everybody is not None and everybody.figures["kinds"] == kinds:
        return everybody
    return found.get(kinds[0])


def _of_versions(question_id: int, kind: str) -> Iterable[tuple[int, list[Any], list[Any]]]:
    """Version, results and class counts, without the rest of the figures."""
    return (
        LiveFigures.objects.filter(question=question_id, kind=kind, version__isnull=False)
        .order_by("version_id")
        .values_list(
            "version_id",
            KeyTransform("results", "figures"),
            KeyTransform("class_counts", "figures"),
        )
    )


def _results(rows: list[dict[str, Any]], *, version_id: int | None) -> list[AgreementResult]:
    """As rows of a run, which these are not: nothing stores them."""
    found = []
    for row in rows:
        fields = dict(row)
        choice = fields.pop("choice")
        scope = Scope.OVERALL if choice is None else Scope.CHOICE
        found.append(
            AgreementResult(scope=scope, choice_id=choice, version_id=version_id, **fields)
        )
    return found


def _state(project: Project, row: LiveFigures) -> LiveState:
    notes = TouchedItems.objects.filter(project=project)
    has_notes = notes.exists()
    live = LiveQuestion.objects.filter(pk=row.question_id, changes__gt=F("shown")).exists()
    catching_up = has_notes and notes.filter(last_item__gt=F("first_item")).exists()
    proof = LiveProof.objects.filter(project=project).order_by("-pk").first()
    is_current = not has_notes and not live
    parts = (row.digest, row.intervals_digest, catching_up, proof.pk if proof else 0)
    return LiveState(
        changed_at=row.changed_at,
        intervals_at=row.intervals_at,
        is_current=is_current,
        is_catching_up=catching_up,
        intervals_are_current=row.digest == row.intervals_digest,
        proof=proof,
        stamp="-".join(str(part)[:12] for part in parts),
    )
