"""Live agreement on spans: what one touched item costs in a large project (ADR 0035)."""

import json
import random
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.live_agreement import INSERT_ANNOTATIONS, execute, new_source, own_backend_cpu

RATERS = 12
TOUCHES = 20
CHOICES = ("person", "place", "thing")


def some_spans(dice: random.Random) -> list[dict[str, Any]]:
    """One to five spans of a text of 400 characters."""
    spans = []
    for _number in range(dice.randint(1, 5)):
        start = dice.randint(0, 380)
        end = start + dice.randint(2, 18)
        choice = dice.choice(CHOICES)
        spans.append({"part": "text", "start": start, "end": end, "choice": choice, "quote": "x"})
    return sorted(spans, key=lambda span: (span["start"], span["end"], span["choice"]))


class ValueBench:
    """A project in which three of twelve raters marked spans in every item."""

    def __init__(self, items: int) -> None:
        from bench.world import make_world
        from guidelines.models import Choice, GuidelineVersion, Question

        self.world = make_world(items)
        self.version = GuidelineVersion.objects.get(guideline__project=self.world.project)
        guideline = self.version.guideline
        self.question = Question.objects.create(guideline=guideline, key="spans", kind="spans")
        for key in CHOICES:
            Choice.objects.create(question=self.question, key=key)
        self.raters = [0] * RATERS
        self.dice = random.Random(1)

    def fill(self) -> None:
        """The ledger without its triggers; then one note for all of it."""
        from core.copying import copy_rows

        execute("SET session_replication_role = replica; SET synchronous_commit = off")
        for number in range(RATERS):
            self.raters[number] = self._source(f"rater {number}")
        items = [
            item
            for (item,) in execute(
                "SELECT id FROM annotations_item WHERE project_id = %s ORDER BY id",
                [self.world.project],
            )
        ]
        execute("CREATE TEMPORARY TABLE said (id uuid, item bigint, source bigint, value jsonb)")
        copy_rows("said", ("id", "item", "source", "value"), self._rows(items))
        execute(
            INSERT_ANNOTATIONS + " SELECT id, %s, item, source, %s, 'answer', '', '', now(), now(),"
            " 'bench', '' FROM said",
            [self.world.project, self.version.pk],
        )
        execute(
            "INSERT INTO annotations_label (annotation_id, item_id, question_id, value)"
            " SELECT id, item, %s, value FROM said",
            [self.question.pk],
        )
        execute("SET session_replication_role = origin; SET synchronous_commit = on")
        execute("ANALYZE annotations_annotation, annotations_label")
        execute(
            "INSERT INTO quality_toucheditems (project_id, first_item, last_item)"
            " VALUES (%s, %s, %s)",
            [self.world.project, items[0], items[-1]],
        )
        self.items = items

    def _rows(self, items: list[int]) -> Any:
        for item in items:
            usual = some_spans(self.dice)
            for source in self.dice.sample(self.raters, 3):
                said = usual if self.dice.random() < 0.6 else some_spans(self.dice)
                yield uuid.UUID(int=self.dice.getrandbits(128)), item, source, self._value(said)

    @staticmethod
    def _value(spans: list[dict[str, Any]]) -> str:
        return json.dumps({"kind": "spans", "spans": spans})

    def _source(self, name: str) -> int:
        ((pk,),) = execute(
            "INSERT INTO annotations_source (project_id, kind, name, version, created_at)"
            " VALUES (%s, 'import', %s, '', now()) RETURNING id",
            [self.world.project, name],
        )
        return int(pk)

    def answer(self, item: int, source: int) -> None:
        """One answer as the program stores it."""
        execute(
            "WITH stored AS (" + INSERT_ANNOTATIONS + " VALUES (%s, %s, %s, %s, %s, 'answer', '',"
            " '', now(), now(), 'bench', '') RETURNING id, item_id)"
            " INSERT INTO annotations_label (annotation_id, item_id, question_id, value)"
            " SELECT id, item_id, %s, %s::jsonb FROM stored",
            [
                *(str(uuid.uuid4()), self.world.project, item, source, self.version.pk),
                *(self.question.pk, self._value(some_spans(self.dice))),
            ],
        )


def clocked(name: str, action: Callable[[], Any]) -> tuple[Any, float]:
    """Result and CPU seconds, of this process and the server process behind its connection."""
    ((pid,),) = execute("SELECT pg_backend_pid()")
    wall, cpu = time.perf_counter(), time.process_time() + own_backend_cpu(pid)
    result = action()
    cpu = time.process_time() + own_backend_cpu(pid) - cpu
    if name:
        print(f"  {name:<58} {cpu:8.3f} s CPU {time.perf_counter() - wall:8.3f} s wall")
    return result, cpu


def measure_values(labels: int) -> None:
    """Count everything once, make all figures, touch single items, prove."""
    from django.utils import timezone

    from quality.actions.live.counting import count_all, count_project
    from quality.actions.live.figures import show_all
    from quality.actions.live.proof import prove_project

    bench = ValueBench(labels // 3)
    bench.fill()
    project, now = bench.world.project, timezone.now()
    print(f"{3 * len(bench.items)} answers of spans to {len(bench.items)} items, {RATERS} raters")
    _done, cpu = clocked(
        "counting everything once (after an import, in the worker)",
        lambda: count_project(project_id=project, now=now, seconds=1e6),
    )
    print(f"    {cpu / len(bench.items) * 1e3:.2f} ms for an item with three answers")
    clocked("all figures with intervals, made and stored", lambda: show_all(now=now))
    source = new_source(bench, "late")
    walls, cpus = [], []
    for item in bench.items[:: max(1, len(bench.items) // TOUCHES)][:TOUCHES]:
        bench.answer(item, source)
        wall = time.perf_counter()
        cpus.append(clocked("", lambda: (count_all(now=now), show_all(now=now)))[1])
        walls.append(time.perf_counter() - wall)
    print(f"A label becomes a figure ({len(cpus)} times, one by one)")
    print(f"  CPU: mean {statistics.mean(cpus):.3f} s, worst {max(cpus):.3f} s")
    print(f"  wall: median {statistics.median(walls):.3f} s, worst {max(walls):.3f} s")
    later = timezone.now() + timedelta(hours=1)
    clocked("the same with intervals that are due", lambda: show_all(now=later))
    proof, _cpu = clocked(
        "recount all answers and compare every sum",
        lambda: prove_project(project_id=project, now=later),
    )
    if proof is None or not proof.is_equal:
        raise SystemExit("The recount differs from the live sums.")
