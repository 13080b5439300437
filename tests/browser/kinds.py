"""One question of a kind on screen, and what is stored of its answer."""

import json

from django.utils import timezone

from annotations.actions.bulk_items import add_items
from annotations.actions.bulk_staging import StagedItem
from annotations.models import Batch
from tests.browser.labeling import open_screen, stored_by, wait_until_saved
from tests.factories.guidelines import publish_version

CLASSES = [
    {"key": "person", "name": {"en": "Person", "ko": "사람"}, "color": 0},
    {"key": "place", "name": {"en": "Place", "ko": "장소"}, "color": 2},
    {"key": "time", "name": {"en": "Time", "ko": "시간"}, "color": 4},
]


def asked(kind, *, choices=None, options=None, key="q", **more):
    """A question of this kind."""
    return {
        "key": key,
        "kind": kind,
        "title": {"en": f"Question of {kind}", "ko": f"{kind} 질문"},
        "choices": choices or [],
        "options": options or {},
        **more,
    }


def serve(project, questions, *payloads):
    """A published guideline with these questions, and items with these payloads."""
    publish_version(project, document={"questions": questions, "rules": []})
    now = timezone.now()
    batch = Batch.objects.create(
        project=project, name="items", created_by=project.created_by, created_at=now
    )
    rows = [
        StagedItem(number, f"item-{number}", json.dumps(payload))
        for number, payload in enumerate(payloads, start=1)
    ]
    add_items(batch=batch, items=rows, overlap=1, now=now)


def open_kind(page, live_server, project, annotator, questions, *payloads):
    """The screen with the first of these items."""
    serve(project, questions, *payloads)
    open_screen(page, live_server, annotator)


def stored_values(page, annotator):
    """Canonical values by question key, of each answer in its order."""
    wait_until_saved(page)
    return [
        {label.question.key: label.value for label in row.labels.select_related("question")}
        for row in stored_by(annotator)
    ]
