"""Live agreement: what it costs those who label, and how fast a label becomes a figure.

    python -m bench.live_agreement [--labels 1000000] [--kind spans]

Private servers, durable as in production, and the ledger of `bench.agreement`'s synthetic labels.
CPU seconds are those of this process and of PostgreSQL together; wall times are told beside them.
Ratios are against the full run over the same rows.
"""

import argparse
import os
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.agreement import ANNOTATORS, synthetic_labels
from bench.machine import TICKS, cpu_seconds, private_servers

PROBES = 500
TURNS = 8
BULK = 20_000


def timed(name: str, action: Callable[[], Any]) -> tuple[Any, float]:
    """Result and CPU seconds, of this process and PostgreSQL; prints them with the wall time."""
    wall, cpu, server = time.perf_counter(), time.process_time(), cpu_seconds("postgres")
    result = action()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    total = cpu + cpu_seconds("postgres") - server
    print(f"  {name:<58} {total:8.3f} s CPU {wall:8.3f} s wall")
    return result, total


class Bench:
    """One project with as many labels as asked for."""

    def __init__(self, labels: int) -> None:
        from bench.world import make_world
        from guidelines.models import Choice, GuidelineVersion, Question

        self.columns = synthetic_labels(labels)
        self.world = make_world(int(self.columns[3].size))
        guideline = {"guideline__project": self.world.project}
        self.version = GuidelineVersion.objects.get(**guideline)
        self.question = Question.objects.get(**guideline)
        choices = Choice.objects.filter(question=self.question).order_by("pk")
        self.choices = list(choices.values_list("pk", "key"))

    @property
    def labels(self) -> int:
        return int(self.columns[0].size)

    def fill(self) -> None:
        """The ledger, set-based and without its triggers; then one note for all of it."""
        from core.copying import copy_rows

        items, annotators, labels, _truth = self.columns
        execute("SET session_replication_role = replica; SET synchronous_commit = off")
        execute(
            "INSERT INTO annotations_source (project_id, kind, name, version, created_at)"
            " SELECT %s, 'import', 'rater ' || n, '', now() FROM generate_series(1, %s) n",
            [self.world.project, ANNOTATORS],
        )
        execute("CREATE TEMPORARY TABLE said (item int, rater int, label int)")
        copy_rows("said", ("item", "rater", "label"), zip(items, annotators, labels, strict=True))
        execute(
            "CREATE TEMPORARY TABLE made AS SELECT gen_random_uuid() AS id, item.id AS item,"
            " source.id AS source, said.label FROM said"
            " JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS code FROM annotations_item"
            "       WHERE project_id = %s) AS item ON item.code = said.item"
            " JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS code FROM annotations_source"
            "       WHERE project_id = %s) AS source ON source.code = said.rater",
            [self.world.project, self.world.project],
        )
        execute(
            INSERT_ANNOTATIONS + " SELECT id, %s, item, source, %s, 'answer', '', '', now(), now(),"
            " 'bench', '' FROM made",
            [self.world.project, self.version.pk],
        )
        execute(
            "INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, value)"
            " SELECT made.id, made.item, %s, choice.id,"
            " jsonb_build_object('kind', 'choice', 'choice', choice.key) FROM made"
            " JOIN unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS choice (id, key, number)"
            "   ON choice.number = made.label + 1",
            [self.question.pk, [pk for pk, _ in self.choices], [key for _, key in self.choices]],
        )
        execute("SET session_replication_role = origin; SET synchronous_commit = on")
        execute("ANALYZE annotations_annotation, annotations_label")
        execute(
            "INSERT INTO quality_toucheditems (project_id, first_item, last_item)"
            " SELECT %s, min(id), max(id) FROM annotations_item WHERE project_id = %s",
            [self.world.project, self.world.project],
        )

    def answer(self, item: int, source: int, label: int) -> None:
        """One answer as the program stores it: annotation and label in one statement."""
        pk, key = self.choices[label]
        execute(
            "WITH stored AS (" + INSERT_ANNOTATIONS + " VALUES (%s, %s, %s, %s, %s, 'answer', '',"
            " '', now(), now(), 'bench', '') RETURNING id, item_id)"
            " INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, value)"
            " SELECT id, item_id, %s, %s, jsonb_build_object('kind', 'choice', 'choice', %s::text)"
            " FROM stored",
            [
                *(str(uuid.uuid4()), self.world.project, item, source, self.version.pk),
                *(self.question.pk, pk, key),
            ],
        )


INSERT_ANNOTATIONS = (
    "INSERT INTO annotations_annotation (id, project_id, item_id, source_id, version_id, kind,"
    " reason, comment, submitted_at, created_at, tool, body_hash)"
)


def execute(sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def measure_counting(bench: Bench) -> None:
    """Everything once; then alpha from the counts against alpha from all labels."""
    from django.utils import timezone

    from quality.actions.live.counting import count_project
    from quality.actions.live.figures import show_all
    from quality.agreement.krippendorff import KrippendorffAlpha
    from quality.agreement.two_intervals import measure_with_intervals
    from quality.models import AgreementRun
    from quality.models.run import PEOPLE
    from quality.queries.labels import read_labels, scale_for
    from quality.queries.live.counts import live_counts

    project, now = bench.world.project, timezone.now()
    alphas = [KrippendorffAlpha(), KrippendorffAlpha("ordinal")]
    scale = scale_for(bench.question, None)

    def count() -> None:
        while not count_project(project_id=project, now=now):
            pass

    def from_labels() -> list[Any]:
        run = AgreementRun(project_id=project, question=bench.question, source_kinds=PEOPLE)
        return measure_with_intervals(read_labels(run).table, alphas, seed=1)

    def from_counts() -> list[Any]:
        counts = live_counts(bench.question.pk)
        part = counts.slice(kinds=PEOPLE, version_id=None, choices=scale)
        part.cases.without_each(alphas)
        return part.histogram.measure_all(alphas, seed=1)

    print("\nAlpha, nominal and ordinal, with both intervals, from PostgreSQL")
    timed("counting everything once (after an import, in the worker)", count)
    full, full_cpu = timed("from all labels: what a full run does", from_labels)
    live, live_cpu = timed("from the live counts", from_counts)
    timed("all live figures of the question, made and stored", lambda: show_all(now=now))
    difference = max(
        abs(one.coefficient.value - other.value) + abs(one.coefficient.low - other.low)
        for one, other in zip(full, live, strict=True)
    )
    print(f"    {full_cpu / live_cpu:.0f}x less CPU, largest difference {difference:.1e}")
    if difference > 1e-9:
        raise SystemExit("The live counts are not those of the ledger.")


def measure_delay(bench: Bench) -> None:
    """From the commit of a label to its figure, without the wait for beat and for the poll."""
    from django.utils import timezone

    from quality.actions.live.counting import count_all
    from quality.actions.live.figures import show_all

    rows = execute(
        "SELECT id FROM annotations_item WHERE project_id = %s ORDER BY id LIMIT 40",
        [bench.world.project],
    )
    source = new_source(bench, "late")
    walls, cpus = [], []
    for number, (item,) in enumerate(rows):
        bench.answer(item, source, number % len(bench.choices))
        wall, cpu, server = time.perf_counter(), time.process_time(), cpu_seconds("postgres")
        count_all(now=timezone.now())
        show_all(now=timezone.now())
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu + cpu_seconds("postgres") - server)
    print(f"\nA label becomes a figure ({len(rows)} times, one by one)")
    print(f"  wall: median {statistics.median(walls):.3f} s, worst {max(walls):.3f} s")
    print(
        f"  CPU: mean {statistics.mean(cpus):.3f} s; beat rings every 2 s, the page asks every 3 s"
    )


def own_backend_cpu(pid: int) -> float:
    """CPU seconds so far of the server process behind this connection."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure_triggers(bench: Bench) -> None:
    """Single answers and bulk statements, with and without the note of touched items."""
    items = [
        item
        for (item,) in execute(
            "SELECT id FROM annotations_item WHERE project_id = %s ORDER BY id LIMIT %s",
            [bench.world.project, BULK],
        )
    ]
    ((pid,),) = execute("SELECT pg_backend_pid()")
    execute("SET synchronous_commit = off")  # CPU is what counts here, not the disk
    single = {"ENABLE": 0.0, "DISABLE": 0.0}
    bulk = {"ENABLE": 0.0, "DISABLE": 0.0}
    for turn in range(TURNS):
        for state in ("ENABLE", "DISABLE") if turn % 2 else ("DISABLE", "ENABLE"):
            execute(f"ALTER TABLE annotations_annotation {state} TRIGGER quality_touch_annotated")
            source, other = (new_source(bench, f"{what} {state} {turn}") for what in "ab")
            started = own_backend_cpu(pid)
            for number in range(PROBES):
                bench.answer(items[number], source, number % 5)
            single[state] += own_backend_cpu(pid) - started
            started = own_backend_cpu(pid)
            execute(
                INSERT_ANNOTATIONS + " SELECT gen_random_uuid(), %s, item, %s, %s, 'answer', '',"
                " '', now(), now(), 'bench', '' FROM unnest(%s) item",
                [bench.world.project, other, bench.version.pk, items],
            )
            bulk[state] += own_backend_cpu(pid) - started
    execute("ALTER TABLE annotations_annotation ENABLE TRIGGER quality_touch_annotated")
    print("\nWhat the note of touched items costs (CPU of the server)")
    for name, spent, often in (
        ("one answer", single, TURNS * PROBES),
        (f"one of {BULK} answers in a statement", bulk, TURNS * BULK),
    ):
        with_note, without = (spent[state] / often * 1e6 for state in ("ENABLE", "DISABLE"))
        print(
            f"  {name}: {with_note:.1f} against {without:.1f} us without"
            f" ({with_note / without - 1:+.1%})"
        )


def measure_proof(bench: Bench) -> None:
    """The daily recount of everything."""
    from django.utils import timezone

    from quality.actions.live.proof import prove_project

    print("\nThe daily proof")
    proof, _cpu = timed(
        "recount all labels and compare every slice",
        lambda: prove_project(project_id=bench.world.project, now=timezone.now()),
    )
    if proof is None or not proof.is_equal:
        raise SystemExit("The recount differs from the live counts.")


def new_source(bench: Bench, name: str) -> int:
    ((pk,),) = execute(
        "INSERT INTO annotations_source (project_id, kind, name, version, created_at)"
        " VALUES (%s, 'import', %s, '', now()) RETURNING id",
        [bench.world.project, name],
    )
    return int(pk)


def main() -> None:
    """Fill, measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=("choice", "spans"), default="choice")
    labels, kind = parser.parse_args().labels, parser.parse_args().kind
    with private_servers():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
        import django
        from django.core.management import call_command

        from bench.live_values import measure_values

        django.setup()
        call_command("migrate", verbosity=0)
        if kind == "spans":
            measure_values(labels)
            return
        bench = Bench(labels)
        started = time.perf_counter()
        bench.fill()
        print(
            f"{bench.labels} labels, {np.unique(bench.columns[0]).size} items, {ANNOTATORS}"
            f" annotators, 5 classes; written in {time.perf_counter() - started:.0f} s"
        )
        measure_counting(bench)
        measure_delay(bench)
        measure_proof(bench)
        measure_triggers(bench)


if __name__ == "__main__":
    main()
