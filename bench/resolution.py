"""A project of a million labels, resolved end to end by a worker: rows, arrays, results, rows.

    python -m bench.resolution [--labels 1000000] [--methods pool dawid_skene majority_vote]

The labels are those of `bench.agreement` (200 annotators of unequal activity, 3 to 5 labels an
item, 5 classes, 5 % spammers), put into a private PostgreSQL. Each run is asked for as the page
does it and done in a process of its own by the code of the worker; the last one is then checked,
which computes it once more. Printed are wall seconds, CPU seconds of that process and of the
database, the peak of the process's memory, how many different states of its progress could be
seen, and the share of the items that were decided as they truly are.
"""

import argparse
import multiprocessing
import os
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import django

from bench.agreement import ANNOTATORS, synthetic_labels
from bench.machine import cpu_seconds, private_servers, resident_mb

CLASSES = [f"class_{number}" for number in range(5)]
LOOK_SECONDS = 0.25


def fill(labels: int) -> int:
    """A project whose item "i<n>" is truly `metadata.truth`; returns its id."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from accounts.models import User
    from core.copying import copy_rows
    from projects.models import Project
    from tests.factories.guidelines import a_document, publish_version

    call_command("migrate", verbosity=0)
    now = timezone.now()
    owner = User.objects.create(email="bench@example.com", name="Bench", is_owner=True)
    project = Project.objects.create(
        slug="bench", name="Bench", overlap=3, created_by=owner, created_at=now
    )
    version = publish_version(project, document=a_document(*CLASSES, question="intent"))
    items, annotators, said, truth = synthetic_labels(labels)
    print(f"{items.size:,} labels, {truth.size:,} items, {ANNOTATORS} annotators, 5 classes")
    start = time.perf_counter()
    with connection.cursor() as cursor:
        # The rows are sound: without triggers and foreign keys this takes a third of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO annotations_batch (id, project_id, name, digest, created_by_id,"
            " created_at) VALUES (1, %s, 'bench', '', %s, now())",
            [project.pk, owner.pk],
        )
        cursor.execute(
            "INSERT INTO annotations_source (id, project_id, kind, name, version, created_at)"
            " SELECT n, %s, 'import', 'annotator ' || n, '', now() FROM generate_series(1, %s) n",
            [project.pk, ANNOTATORS],
        )
        cursor.execute(
            "SELECT choice.id, question.id FROM guidelines_choice choice"
            " JOIN guidelines_question question ON question.id = choice.question_id"
            " ORDER BY choice.key"
        )
        found = cursor.fetchall()
    choices, question = [row[0] for row in found], found[0][1]
    copy_rows(
        "annotations_item",
        ("id", "project_id", "external_id", "payload", "metadata", "batch_id", "created_at"),
        (
            (
                n + 1,
                project.pk,
                f"i{n}",
                '{"text": "a text"}',
                f'{{"truth": "{CLASSES[t]}"}}',
                1,
                now,
            )
            for n, t in enumerate(truth.tolist())
        ),
    )
    ids = [str(uuid.UUID(int=n + 1)) for n in range(items.size)]
    columns = ("id", "project_id", "item_id", "source_id", "version_id", "kind", "reason")
    copy_rows(
        "annotations_annotation",
        (*columns, "comment", "submitted_at", "created_at", "tool", "body_hash"),
        (
            (pk, project.pk, item + 1, who + 1, version.pk, "answer", "", "", now, now, "b", "0")
            for pk, item, who in zip(ids, items.tolist(), annotators.tolist(), strict=True)
        ),
    )
    copy_rows(
        "annotations_label",
        ("annotation_id", "item_id", "question_id", "choice_id", "value"),
        (
            (pk, item + 1, question, choices[c], f'{{"kind": "choice", "choice": "{CLASSES[c]}"}}')
            for pk, item, c in zip(ids, items.tolist(), said.tolist(), strict=True)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"filled in {time.perf_counter() - start:.0f} s")
    return int(project.pk)


def resolve(project_id: int, method: str) -> int:
    """Ask for a run and do it; prints the figures and returns its id."""
    django.setup()
    from django.utils import timezone

    from guidelines.models import Question
    from projects.models import Project
    from quality.actions.resolution.start import start_resolution

    project = Project.objects.get(pk=project_id)
    run = start_resolution(
        project=project,
        question=Question.objects.get(key="intent"),
        method=method,
        by=project.created_by,
        now=timezone.now(),
    )
    figures = timed_job(run.job_id)
    print(f"{method:<28}{figures}, {_share_right(run.pk):.2%} right")
    return int(run.pk)


def check(run_id: int) -> None:
    """Have a run computed anew; prints the figures and what was found."""
    django.setup()
    from django.utils import timezone

    from quality.actions.resolution.start_check import start_check
    from quality.models import ResolutionCheck, ResolutionRun

    run = ResolutionRun.objects.get(pk=run_id)
    made = start_check(run=run, by=run.requested_by, now=timezone.now())
    figures = timed_job(made.job_id)
    outcome = ResolutionCheck.objects.get(pk=made.pk).get_outcome_display()
    print(f"{'check of the last':<28}{figures}, {outcome}")


def timed_job(job_id: uuid.UUID) -> str:
    """Do a job as a worker does it; what it took, and how often its progress could be seen."""
    from core.jobs import run_job
    from core.models.job import JobState

    seen: set[tuple[Any, ...]] = set()
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(job_id, over, seen))
    watcher.start()
    wall, cpu, database = time.perf_counter(), time.process_time(), cpu_seconds("postgres")
    state = run_job(job_id)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    database = cpu_seconds("postgres") - database
    over.set()
    watcher.join()
    if state != JobState.DONE:
        raise SystemExit(f"The job ended as {state}.")
    return (
        f"{wall:6.1f} s wall {cpu:6.1f} s CPU {database:6.1f} s CPU of PostgreSQL"
        f" {resident_mb(os.getpid()):7.0f} MB peak, {len(seen)} states of progress"
    )


def _watch(job_id: uuid.UUID, over: threading.Event, seen: set[tuple[Any, ...]]) -> None:
    from django.db import connection

    from core.models import Job

    while not over.wait(LOOK_SECONDS):
        seen.add(Job.objects.values_list("state", "done", "total", "message").get(pk=job_id))
    connection.close()


def _share_right(run_id: int) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT avg((resolution.value ->> 'choice' IS NOT DISTINCT FROM"
            " item.metadata ->> 'truth')::int) FROM quality_resolution resolution"
            " JOIN annotations_item item ON item.id = resolution.item_id"
            " WHERE resolution.run_id = %s",
            [run_id],
        )
        return float(cursor.fetchone()[0])


def _alone(action: Callable[..., Any], *arguments: Any) -> Any:
    """The answer of an action in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(action, arguments)


def main() -> None:
    """Fill a project, resolve it with each method, check the last run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--methods", nargs="+", default=["majority_vote", "dawid_skene", "pool"])
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "labelhub.settings"
    # Two processes share the machine in production; one core each for the arithmetic.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with private_servers():
        project, run = _alone(fill, given.labels), 0
        for method in given.methods:
            run = _alone(resolve, project, method)
        _alone(check, run)


if __name__ == "__main__":
    main()
