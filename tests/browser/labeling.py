"""What the labeling stories share: a project with items, and an annotator at the screen."""

import json

from django.conf import settings
from django.test import Client
from django.utils import timezone

from annotations.actions.bulk_items import add_items
from annotations.actions.bulk_staging import StagedItem
from annotations.models import Annotation, Batch
from tests.factories.guidelines import publish_version

TEXTS = [
    "배송은 빨랐는데 포장이 찢어져 있었어요 😢",
    "I was charged twice for the same order. Please give the second payment back.",
    "Love it.",
    "Arrived with a crack in the lid.\nI can live with it, but a discount would be nice?",
]
TWO_QUESTIONS = {
    "questions": [
        {
            "key": "topic",
            "kind": "choice",
            "title": "Topic",
            "choices": [{"key": "refund", "name": "Refund"}, {"key": "other", "name": "Other"}],
        },
        {
            "key": "tone",
            "kind": "choice",
            "title": "Tone",
            "choices": [{"key": "calm", "name": "Calm"}, {"key": "angry", "name": "Angry"}],
        },
    ],
    "rules": [],
}


def fill(project, *, items=30, document=None):
    """A published guideline and open items, one slot each."""
    publish_version(project, document=document)
    now = timezone.now()
    batch = Batch.objects.create(
        project=project,
        name="messages.csv",
        created_by=project.created_by,
        created_at=now,
    )
    rows = [
        StagedItem(n + 1, f"msg-{n:04d}", json.dumps({"text": TEXTS[n % len(TEXTS)]}))
        for n in range(items)
    ]
    add_items(batch=batch, items=rows, overlap=1, now=now)


def sign_in(page, live_server, user):
    """Put a session of `user` into the browser."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def open_screen(page, live_server, user):
    """The labeling screen of the project `support`, with an item on it."""
    sign_in(page, live_server, user)
    page.goto("/w/support/")
    wait_for_item(page)
    page.locator("#label[data-started]").wait_for(state="attached")


def external_id(page):
    """Which item is on screen; None when there is none."""
    return page.evaluate("document.querySelector('#item-form')?.dataset.external ?? null")


def wait_for_item(page, *, other_than=None):
    """Until an item (another item) is on screen."""
    page.wait_for_function(
        "previous => { const id = document.querySelector('#item-form')?.dataset.external;"
        " return id && id !== previous; }",
        arg=other_than,
    )


def press_and_go_on(page, key):
    """One key, one finished decision."""
    before = external_id(page)
    page.keyboard.press(key)
    wait_for_item(page, other_than=before)
    return before


def wait_until_saved(page):
    page.wait_for_selector("#saved-state[data-state=saved]")


def stored_by(user):
    """All rows of the ledger by this person, oldest first."""
    return list(
        Annotation.objects.filter(source__person=user)
        .select_related("item")
        .prefetch_related("labels__choice")
        .order_by("created_at"),
    )


def choice_of(annotation):
    return annotation.labels.get().choice.key


def focused(page):
    """The id or tag of what has the focus."""
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")
