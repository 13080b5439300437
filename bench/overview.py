"""The overview of a project of a million labels: counting it, showing it, and its tables as files.

    python -m bench.overview [--labels 1000000]

Labels of eight annotators, three an item, spread over ninety days and written set-based. Prints
what the worker's count costs (this process and PostgreSQL together), what the page costs from the
stored count, and how fast a resolution of all items leaves as CSV; memory is that of this process.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import django

from bench.machine import TICKS, private_servers, resident_mb

_SOURCES = """
INSERT INTO annotations_source (project_id, kind, name, version, person_id, created_at)
SELECT %(project)s, 'human', 'user-' || id, '', id, now() FROM unnest(%(people)s::bigint[]) id
"""
# Ninety days of work; every hundredth answer is of class 4, every seventh item is disputed.
_ANNOTATIONS = """
INSERT INTO annotations_annotation (id, project_id, item_id, source_id, version_id, assignment_id,
    kind, reason, comment, submitted_at, created_at, tool, body_hash)
SELECT gen_random_uuid(), slot.project_id, slot.item_id, source.id, version.id, slot.id,
       'answer', '', '', made.at, made.at, 'bench', repeat('0', 64)
  FROM annotations_assignment slot
  JOIN annotations_source source ON source.project_id = slot.project_id
       AND source.person_id = (%(people)s::bigint[])[1 + (slot.item_id + slot.slot) %% 8]
  JOIN guidelines_guidelineversion version ON version.state = 'published'
  JOIN guidelines_guideline guideline ON guideline.id = version.guideline_id
       AND guideline.project_id = slot.project_id
 CROSS JOIN LATERAL (SELECT now() - make_interval(secs => 7776000.0 * (slot.position %% 100000)
       / 100000) AS at) made
 WHERE slot.project_id = %(project)s AND slot.item_id %% 10 < 9
"""
_LABELS = """
INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, value)
SELECT annotation.id, annotation.item_id, question.id, choice.id,
       jsonb_build_object('kind', 'choice', 'choice', choice.key)
  FROM annotations_annotation annotation
  JOIN annotations_assignment slot ON slot.id = annotation.assignment_id
  JOIN guidelines_guideline guideline ON guideline.project_id = annotation.project_id
  JOIN guidelines_question question ON question.guideline_id = guideline.id
  JOIN guidelines_choice choice ON choice.question_id = question.id
       AND choice.key = 'c' || CASE WHEN annotation.item_id %% 7 = 0
           THEN (annotation.item_id + slot.slot) %% 4
           WHEN annotation.item_id %% 100 = 0 THEN 4 ELSE annotation.item_id %% 3 END
 WHERE annotation.project_id = %(project)s
"""
_DONE = """
UPDATE annotations_assignment slot
   SET state = 'done', version_id = annotation.version_id, done_at = annotation.created_at,
       annotator_id = source.person_id
  FROM annotations_annotation annotation
  JOIN annotations_source source ON source.id = annotation.source_id
 WHERE annotation.assignment_id = slot.id AND slot.project_id = %(project)s
"""


def fill(project: int, people: list[int]) -> None:
    """Answers in nine of ten items, without the triggers that look at each row."""
    from django.db import connection, transaction

    asked = {"project": project, "people": people}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (_SOURCES, _ANNOTATIONS, _LABELS, _DONE):
            cursor.execute(statement, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE annotations_annotation, annotations_label, annotations_assignment"
        )


def backend_cpu(pid: int) -> float:
    """CPU seconds of the PostgreSQL process behind this connection."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def timed(name: str, pid: int, action: Callable[[], Any], *, repeats: int = 1) -> Any:
    """Runs and prints the least CPU and wall of the repeats."""
    best = (float("inf"), 0.0, 0.0)
    for _ in range(repeats):
        wall, own, server = time.perf_counter(), time.process_time(), backend_cpu(pid)
        result = action()
        own, server = time.process_time() - own, backend_cpu(pid) - server
        best = min(best, (own + server, own, time.perf_counter() - wall))
    both, own, wall = best
    print(f"  {name:<44} {both:8.3f} s CPU ({own:.3f} here) {wall:8.3f} s wall")
    return result


def measure(labels: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import User
    from bench.world import make_world
    from core.jobs import run_job
    from guidelines.models import Question
    from projects.models import Project
    from quality.actions.agreement.start import start_agreement
    from quality.actions.overview.start import start_overview
    from quality.actions.resolution.start import start_resolution

    world = make_world(labels * 10 // 27)
    fill(world.project, world.people)
    project = Project.objects.get(pk=world.project)
    lead = User.objects.get(pk=world.people[0])
    question = Question.objects.get(guideline__project=project)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM annotations_label)")
        pid, found = cursor.fetchone()
    print(f"{found:,} labels, {labels * 10 // 27:,} items; PostgreSQL without parallel workers")

    asked: dict[str, Any] = {"project": project, "by": lead, "now": timezone.now()}
    overview = start_overview(question=question, **asked)
    timed("count of the overview (the job)", pid, lambda: run_job(overview.job_id))
    (agreement,) = start_agreement(question=question, **asked)
    resolution = start_resolution(question=question, method="majority_vote", parameters={}, **asked)
    for run in (agreement, resolution):
        run_job(run.job_id)
    client = Client(SERVER_NAME="localhost")
    client.force_login(lead)

    def page(address: str, **query: Any) -> None:
        answer = client.get(address, query)
        pieces = answer.streaming_content if answer.streaming else [answer.content]
        if not sum(len(piece) for piece in pieces) or answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    show = reverse("quality:overview", args=[project.slug])
    page(show)
    timed("the page", pid, lambda: page(show), repeats=5)
    items = reverse("annotations:items", args=[project.slug])
    for query in ({"state": "skipped"}, {"question": "intent", "choice": "c4"}):
        words = ", ".join(query.values())
        timed(f"its items, {words}", pid, lambda query=query: page(items, **query), repeats=3)
    file = reverse("quality:table", args=[project.slug, "resolution_items"])
    before = resident_mb(os.getpid())
    timed("resolution of all items as CSV", pid, lambda: page(file, run=resolution.pk))
    after = resident_mb(os.getpid())
    print(f"  most memory before the file {before:.0f} MB, after it {after:.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=1_000_000)
    labels = parser.parse_args().labels
    with private_servers():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
        # The hashed names of the other storage need a collectstatic before.
        os.environ["STATICFILES_BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure(labels)


if __name__ == "__main__":
    main()
