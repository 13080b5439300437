"""The pages of reviewers and leads in a project of a million labels: what each costs.

    python -m bench.quality_pages [--labels 1000000] [--repeats 20]

The project has a review case for every tenth answer, a thread for every tenth item, answers that
were sent back, one agreement run and two resolutions (`bench.quality_world`). Every page is asked
for by somebody who leads and reviews, through the whole stack of the web server but the socket;
each way of going on is asked for in turn, as when somebody works. Printed are the 50th and 95th
percentile of the wall time, and the mean CPU time of this process and of its PostgreSQL backend.
The first view of two runs side by side is a job, whose own time is printed apart.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import django

from bench.machine import private_servers
from bench.overview import backend_cpu

JSON = "application/json"


class Pages:
    """Two people with a browser each, and the clock beside them."""

    def __init__(self, slug: str, project: int, repeats: int) -> None:
        from django.db import connection
        from django.test import Client

        from accounts.models import User

        self.slug, self.project, self.repeats = slug, project, repeats
        self.lead, self.annotator = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
        self.lead.force_login(User.objects.get(email="reviewer@example.com"))
        members = User.objects.filter(name="Annotator 1").order_by("pk")
        self.annotator.force_login(members.latest("pk"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = int(cursor.fetchone()[0])

    def at(self, name: str, *arguments: Any) -> str:
        from django.urls import reverse

        return reverse(name, args=[self.slug, *arguments])

    def get(self, path: str, **query: Any) -> Callable[[], Any]:
        return lambda: self._sent(self.lead.get(path, query))

    def post(self, path: str, **given: Any) -> Callable[[], Any]:
        return lambda: self._sent(self.lead.post(path, given))

    def ask(self, path: str, **given: Any) -> Callable[[], Any]:
        """What the screen of an annotator asks for."""
        return lambda: self._sent(self.annotator.post(path, given, JSON, headers={"accept": JSON}))

    def look(self, path: str) -> Callable[[], Any]:
        """What it looks for every few seconds."""
        return lambda: self._sent(self.annotator.get(path, headers={"accept": JSON}))

    def _sent(self, response: Any) -> Any:
        if response.status_code not in (200, 302):
            raise SystemExit(f"{response.request['PATH_INFO']} answered {response.status_code}")
        return response

    def timed(self, name: str, action: Callable[[], Any]) -> None:
        """Once to warm up, then as often as asked for."""
        action()
        walls, cpu = [], time.process_time() + backend_cpu(self.backend)
        for _ in range(self.repeats):
            start = time.perf_counter()
            action()
            walls.append(1000 * (time.perf_counter() - start))
        cpu = 1000 * (time.process_time() + backend_cpu(self.backend) - cpu) / self.repeats
        print(
            f"  {name:<42} p50 {percentile(walls, 50):7.0f} ms  p95 {percentile(walls, 95):7.0f} ms"
            f"  CPU {cpu:7.0f} ms",
            flush=True,
        )


def percentile(values: Sequence[float], share: int) -> float:
    """The nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, (len(ranked) * share) // 100)]


def measure(slug: str, project: int, runs: tuple[int, int], repeats: int) -> None:
    """Every page, in the order of a day's work."""
    from annotations.models import Flag, Item

    pages = Pages(slug, project, repeats)
    at, get, post, timed = pages.at, pages.get, pages.post, pages.timed
    item = Item.objects.filter(project=project).order_by("pk")[7].pk
    thread = Flag.objects.filter(project=project).order_by("-pk").values_list("pk", flat=True)[0]
    timed("number of unread threads", get(at("annotations:unread_threads")))
    timed("threads, open", get(at("annotations:threads")))
    timed("threads, unread", get(at("annotations:threads"), state="all", whose="unread"))
    timed("threads, of me", get(at("annotations:threads"), whose="mine"))
    timed("one thread", get(at("annotations:question", thread)))
    timed("inbox of the lead", get(at("annotations:inbox")))
    timed("item", get(at("annotations:item", item)))
    timed("overview, items needing work", get(at("quality:overview")))
    timed("disputed items", get(at("quality:disputed")))
    timed("adjudication, what waits", get(at("quality:adjudicate")))
    for order in ("disputed", "uncertain", "undecided", "flagged"):
        path = at("quality:adjudicate_next")
        timed(f"adjudication, next: {order}", post(path, question="intent", order=order))
    timed("adjudication, one item", get(at("quality:adjudication", item), question="intent"))
    timed("review, what waits", get(at("quality:review")))
    timed("review, next", post(at("quality:review_next")))
    timed("review, done", get(at("quality:reviews")))
    timed("review, figures", get(at("quality:review_figures")))
    timed("resolution", get(at("quality:resolution", runs[0])))
    compare(pages, runs)
    timed("labeling screen, next item", pages.ask(at("annotations:next"), n=1, have=[]))
    timed("labeling screen, what came back", pages.look(at("annotations:returned")))


def compare(pages: Pages, runs: tuple[int, int]) -> None:
    """The first view offers the job, which is then done; then as with any page."""
    from core.jobs import run_job
    from core.models import Job

    path = pages.at("quality:comparison", *runs)
    start = time.perf_counter()
    pages.get(path)()
    first = time.perf_counter() - start
    pages.post(path)()
    for job in Job.objects.filter(kind="quality.compare", state="queued"):
        start, cpu = time.perf_counter(), time.process_time() + backend_cpu(pages.backend)
        run_job(job.pk)
        cpu = time.process_time() + backend_cpu(pages.backend) - cpu
        wall = time.perf_counter() - start
        print(f"  two runs compared, the job: {wall:.1f} s wall, {cpu:.1f} s CPU")
    print(f"  {'two runs compared, first view':<42} {1000 * first:11.0f} ms")
    pages.timed("two runs compared", pages.get(path))


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=20)
    given = parser.parse_args()
    with private_servers():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
        # The hashed names of the other storage need a collectstatic before.
        os.environ["STATICFILES_BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        django.setup()
        from django.core.management import call_command

        from bench.quality_world import compute_runs, make_quality_world

        call_command("migrate", verbosity=0)
        world, reviewer = make_quality_world(given.labels)
        runs = compute_runs(world.project, reviewer)
        print(f"{given.labels:,} labels, {given.labels * 10 // 27:,} items")
        measure(world.slug, world.project, runs, given.repeats)


if __name__ == "__main__":
    main()
