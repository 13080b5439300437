"""Next + submit over HTTP, as ratios against a bare Django view pair and bare SQL in the same run.

    python -m bench.labeling [--items 100000] [--seconds 10] [--sizes 1000,100000,1000000]

Prints cycles per second and the CPU of web and PostgreSQL per cycle with the share of both
baselines; then one annotator at several sizes, and the same annotator after 100,000 items that the
others have not done (the anti-join trap): those rows should not differ.
"""

import argparse
import json
import multiprocessing
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

import django
import psycopg2
from django.core.management import call_command
from django.db import connection

from bench.bare_sql import CLAIM, STORE, TABLES
from bench.client import Connection, run_clients
from bench.machine import cpu_seconds, gunicorn, private_servers

CLIENTS = 8
BARE_PORT, PORT = 8761, 8762
Cycle = Callable[[int], Callable[[], None]]


def caller(port: int, headers: str) -> Callable[[str, Any], Any]:
    """POST JSON, get JSON, on one kept-alive connection."""
    link = Connection(port)

    def call(url: str, payload: Any) -> Any:
        status, body = link.post(url, json.dumps(payload).encode(), headers)
        if status != 200:
            raise SystemExit(f"{url}: {status} {body[:300]!r}")
        return json.loads(body)

    return call


def answer_to(serving: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "assignment": serving["assignment"],
        "kind": "answer",
        "values": {"intent": f"c{serving['assignment'] % 5}"},
        "version": serving["version"],
        "active_ms": 900,
    }


def one_request(world: Any) -> Cycle:
    """The answer to a submit brings the next item (ADR 0012)."""

    def make(number: int) -> Callable[[], None]:
        call = caller(PORT, world.headers(number))
        held = call(f"/w/{world.slug}/next/", {"n": 1, "have": []})["items"]

        def step() -> None:
            body = {"answers": [answer_to(held.pop())], "want": 1, "have": []}
            reply = call(f"/w/{world.slug}/outbox/", body)
            if reply["results"][0]["status"] != 201:
                raise SystemExit(f"not stored: {reply['results']}")
            held.extend(reply["items"])

        return step

    return make


def two_requests(world: Any) -> Cycle:
    """The same in two requests: next, then submit."""

    def make(number: int) -> Callable[[], None]:
        call = caller(PORT, world.headers(number))

        def step() -> None:
            held = call(f"/w/{world.slug}/next/", {"n": 1, "have": []})["items"]
            body = {"answers": [answer_to(held[0])], "want": 0, "have": []}
            call(f"/w/{world.slug}/outbox/", body)

        return step

    return make


def bare_views(_number: int) -> Callable[[], None]:
    call = caller(BARE_PORT, "")

    def step() -> None:
        item = call("/claim", {})["item"]
        call("/submit", {"item": item, "value": {"kind": "choice", "choice": "c1"}})

    return step


def _sql_client(seconds: float, count: Any) -> None:
    link = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = link.cursor()
    done, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        cursor.execute(CLAIM)
        item, _payload = cursor.fetchone()
        link.commit()
        cursor.execute(STORE, [item, '{"choice": "c1"}'])
        link.commit()
        done += 1
    with count.get_lock():
        count.value += done


def bare_sql(seconds: float) -> float:
    """Claim and insert in two transactions, eight processes, no web; cycles per second."""
    context = multiprocessing.get_context("spawn")
    count = context.Value("l", 0)
    clients = [context.Process(target=_sql_client, args=(seconds, count)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return float(count.value) / seconds


def measured(cycle: Cycle, module: str, seconds: float, clients: int = CLIENTS) -> list[float]:
    """[cycles per second, web CPU ms, PostgreSQL CPU ms] after a short warm-up."""
    run_clients(clients, 1, cycle)
    web, database, begun = cpu_seconds(module), cpu_seconds("postgres"), time.monotonic()
    rate = run_clients(clients, seconds, cycle)
    cycles = rate * (time.monotonic() - begun)
    web, database = cpu_seconds(module) - web, cpu_seconds("postgres") - database
    return [rate, web / cycles * 1000, database / cycles * 1000]


def report(name: str, figures: list[float], bare: float, sql: float) -> None:
    rate, web, database = figures
    print(
        f"{name:<46} {rate:6.0f} cycles/s  web {web:5.2f} ms  pg {database:5.2f} ms"
        f"  {rate / bare:5.0%} of the bare views  {rate / sql:5.0%} of bare SQL",
        flush=True,
    )


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Next + submit over HTTP")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--sizes", default="1000,100000,1000000")
    return parser.parse_args()


def sizes_report(sizes: list[int], seconds: float, bare: float, sql: float) -> None:
    """One annotator, one connection: a fresh project of each size, then with a history."""
    from bench.world import give_history, make_world

    for size in sizes:
        world = make_world(size)
        figures = measured(one_request(world), "labelhub.wsgi", min(seconds, size / 700), 1)
        report(f"one annotator, {size:,} open items", figures, bare, sql)
        if size >= 200_000:
            give_history(world, 100_000)
            figures = measured(one_request(world), "labelhub.wsgi", seconds, 1)
            report("  after 100,000 that others have not done", figures, bare, sql)


def main() -> None:
    options = parsed()
    os.environ["DJANGO_SETTINGS_MODULE"] = "labelhub.settings"
    os.environ["STATICFILES_BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with private_servers():
        django.setup()
        from bench.world import make_world

        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(TABLES, [options.items * 3])
        sql = bare_sql(options.seconds)
        print(f"{'bare SQL, two transactions':<46} {sql:6.0f} cycles/s")
        with gunicorn("bench.bare:application", BARE_PORT):
            bare = measured(bare_views, "bench.bare", options.seconds)
        report("bare view pair", bare, bare[0], sql)
        world = make_world(options.items)
        with gunicorn("labelhub.wsgi:application", PORT):
            name = f"{CLIENTS} annotators, {options.items:,} items"
            for cycle, title in (
                (one_request, "submit brings next"),
                (two_requests, "two requests"),
            ):
                figures = measured(cycle(world), "labelhub.wsgi", options.seconds)
                report(f"{name}, {title}", figures, bare[0], sql)
            sizes = [int(size) for size in options.sizes.split(",") if size]
            sizes_report(sizes, options.seconds, bare[0], sql)
        connection.close()


if __name__ == "__main__":
    main()
