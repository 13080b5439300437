"""Import and export as ratios against plain COPY of the same rows in the same run.

    python -m bench.imports_exports [--items 200000] [--labels 1000000]

Items of about 670 bytes are imported from JSONL through the job's own code, then labels of five
annotators an item from CSV, then everything is exported as a client would see it. Prints rows per
second, the share of COPY's rate, and the highest resident memory of this process.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from bench.machine import private_servers, resident_mb

SEED = 20_261_121
CLASSES = ("refund", "delivery", "account", "product", "praise")
WORDS = [
    "배송은",
    "빨랐는데",
    "포장이",
    "찢어져",
    "있었어요",
    "the",
    "box",
    "was",
    "torn",
    "and",
    "delivery",
    "quick",
    "thanks",
]


def write_items(path: Path, items: int) -> None:
    """About 670 bytes a row, Korean and English."""
    draw = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        for number in range(items):
            text = " ".join(draw.choices(WORDS, k=84))
            row = {"id": f"msg-{number}", "text": text, "metadata": {"shop": number % 97}}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_labels(path: Path, items: int, labels: int) -> None:
    """Five rows an item, one annotator each, with the time of the answer."""
    draw = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,annotator,labeled_at,label\n")
        for number in range(labels):
            moment = f"2026-01-{1 + number % 28:02}T10:00:00Z"
            choice = draw.choice(CLASSES)
            file.write(f"msg-{number // 5 % items},worker {number % 5},{moment},{choice}\n")


def copy_baseline(path: Path) -> float:
    """Rows per second of COPY of the same rows into a bare table with a primary key."""
    from django.db import connection

    prepared, count = path.with_suffix(".copy"), 0
    with path.open(encoding="utf-8") as rows, prepared.open("w", encoding="utf-8") as text:
        for line in rows:
            row = json.loads(line)
            payload = json.dumps({"text": row["text"]}, ensure_ascii=False)
            text.write(f"{row['id']}\t{payload}\t{json.dumps(row['metadata'])}\n")
            count += 1
    with connection.cursor() as cursor, prepared.open("rb") as text:
        cursor.execute(
            "CREATE TABLE bench_bare (external_id text PRIMARY KEY, payload jsonb, metadata jsonb)"
        )
        start = time.perf_counter()
        cursor.copy_expert("COPY bench_bare FROM STDIN", text, 1 << 16)
        seconds = time.perf_counter() - start
        cursor.execute("DROP TABLE bench_bare")
    return count / seconds


def make_project() -> Any:
    """An owner, a project, a published guideline."""
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.models import User
    from projects.models import Membership, Project
    from tests.factories.guidelines import a_document, publish_version

    call_command("migrate", verbosity=0)
    now = timezone.now()
    owner = User.objects.create(email="bench@example.com", name="Bench", is_owner=True)
    project = Project.objects.create(
        slug="bench",
        name="Bench",
        overlap=1,
        created_by=owner,
        created_at=now,
    )
    roles = ["annotator", "reviewer", "lead", "admin"]
    Membership.objects.create(project=project, user=owner, roles=roles, joined_at=now)
    publish_version(project, document=a_document(*CLASSES, question="intent"))
    return project


def timed_import(project: Any, path: Path) -> float:
    """Seconds from the handler's start to its commit; the upload is outside."""
    from django.core.files import File
    from django.db import transaction
    from django.utils import timezone

    from core.jobs import Progress
    from datasets.actions.bring_file import bring_file
    from datasets.actions.run_import import run_import

    with path.open("rb") as file:
        row = bring_file(
            project=project,
            file=File(file, path.name),
            by=project.created_by,
            now=timezone.now(),
        )
    progress = Progress(job_id=row.job_id, attempt=1)
    start = time.perf_counter()
    with transaction.atomic():
        run_import(progress, {"import": row.pk})
    return time.perf_counter() - start


def timed_export(project: Any, file_format: str) -> tuple[float, float, int]:
    """(seconds, seconds to the first bytes, bytes)."""
    from django.utils import timezone

    from datasets.actions.open_export import ExportRequest, open_export

    start = time.perf_counter()
    export = open_export(
        project=project,
        request=ExportRequest(file_format=file_format),
        by=project.created_by,
        now=timezone.now(),
    )
    size, first = 0, 0.0
    for chunk in export.chunks:
        first = first or time.perf_counter() - start
        size += len(chunk)
    return time.perf_counter() - start, first, size


def report(name: str, rows: int, seconds: float, copy: float) -> None:
    rate = rows / seconds
    print(
        f"{name:<28}{rows:>10,} in {seconds:7.1f} s {rate:>10,.0f} /s {rate / copy:>7.0%} of COPY",
    )


def measure(folder: Path, items: int, labels: int) -> Iterator[str]:
    django.setup()
    project = make_project()
    item_file, label_file = folder / "items.jsonl", folder / "labels.csv"
    write_items(item_file, items)
    write_labels(label_file, items, labels)
    copy = copy_baseline(item_file)
    print(f"COPY baseline: {copy:,.0f} rows/s, {item_file.stat().st_size / items:.0f} bytes a row")
    yield "start"
    report("import items (JSONL)", items, timed_import(project, item_file), copy)
    yield "after items"
    report("the same items again", items, timed_import(project, item_file), copy)
    report("import labels (CSV)", labels, timed_import(project, label_file), copy)
    yield "after labels"
    for file_format in ("jsonl", "csv"):
        seconds, first, size = timed_export(project, file_format)
        report(f"export labels ({file_format})", labels, seconds, copy)
        print(f"{'':<28}{size / 1e6:,.0f} MB, first bytes after {first:.1f} s")
        yield f"after export ({file_format})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--labels", type=int, default=1_000_000)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
    with private_servers() as folder:
        for moment in measure(folder, arguments.items, arguments.labels):
            print(f"{'':<28}peak RSS {moment}: {resident_mb(os.getpid()):.0f} MB")


if __name__ == "__main__":
    main()
