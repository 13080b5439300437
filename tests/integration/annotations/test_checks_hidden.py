"""Attacks on the stream: what an annotator's client is told must not tell a check from an item."""

import itertools
import json
import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.actions.check_draw import _STATEMENTS
from annotations.actions.training import mark_gold
from annotations.models import Assignment, Purpose
from annotations.tickets import slot_of, ticket_of
from projects.actions.projects import change_project
from tests.factories.annotations import open_items

pytestmark = pytest.mark.django_db
VOLATILE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[0-9:.+]+|csrfmiddleware[^>]*>")


@pytest.fixture
def stream(project, queue, lead, annotator, client_of):
    """Sixty items, thirty gold ones that were imported before; every second item draws a check."""
    golds = open_items(project, 30, overlap=0)
    for item in golds:
        mark_gold(
            project=project, item=item, values={"sentiment": "positive"}, explanation="",
            rule_number=None, by=lead, now=timezone.now(),
        )  # fmt: skip
    open_items(project, 60)
    change_project(project=project, by=lead, now=timezone.now(), gold_rate=40)
    project.refresh_from_db()
    return Screen(project, client_of(annotator))


class Screen:
    """The labeling screen's side of the wire: it keeps everything that it was ever told."""

    def __init__(self, project, client):
        self.project, self.client, self.ring, self.seen = project, client, [], []

    def post(self, name, body):
        answer = self.client.post(
            reverse(f"annotations:{name}", args=[self.project.slug]),
            json.dumps(body),
            content_type="application/json",
            HTTP_ACCEPT="application/json",
        )
        assert answer.status_code == 200, answer.content
        return answer.json()

    def have(self):
        return [item["assignment"] for item in self.ring]

    def take(self, reply):
        for place, item in enumerate(reply["items"]):
            self.seen.append((item, place, len(reply["items"])))
            self.ring.append(item)
        return reply

    def work(self, count):
        """Answer so many items, always with five ahead, as the screen does."""
        self.take(self.post("next", {"n": 5, "have": []}))
        for number in range(count):
            item = self.ring.pop(0)
            answer = {
                "id": f"00000000-0000-4000-8000-{number:012d}",
                "assignment": item["assignment"], "kind": "answer", "version": item["version"],
                "values": {"sentiment": "positive"},
            }  # fmt: skip
            want = 5 - len(self.ring)
            reply = self.take(
                self.post("outbox", {"answers": [answer], "want": want, "have": self.have()})
            )
            assert reply["results"][0]["status"] == 201


def is_check(item):
    return Assignment.objects.get(pk=slot_of(item["assignment"])).purpose != Purpose.LABEL


def advantage(numbers, truths):
    """How well a number separates the two, whichever way round: 0.5 not at all, 1 perfectly."""
    checks = [number for number, truth in zip(numbers, truths, strict=True) if truth]
    others = [number for number, truth in zip(numbers, truths, strict=True) if not truth]
    wins = sum((a > b) + 0.5 * (a == b) for a in checks for b in others)
    share = wins / (len(checks) * len(others))
    return max(share, 1 - share)


def normal(value):
    """A JSON value without what differs between any two items."""
    text = VOLATILE.sub("*", json.dumps(value, sort_keys=True))
    return re.sub(r"\d+", "#", text)


def test_no_number_that_a_client_sees_separates_checks_from_items(stream):
    stream.work(45)
    items = [item for item, _place, _of in stream.seen]
    truths = [is_check(item) for item in items]
    leases = [datetime.fromisoformat(item["lease_until"]).timestamp() for item in items]
    ages = [moment - number for number, moment in enumerate(leases)]

    assert 8 <= sum(truths) <= len(truths) - 8
    # The attack is sound: what the server keeps to itself would give every check away.
    assert advantage([slot_of(item["assignment"]) for item in items], truths) > 0.9
    assert advantage([item["assignment"] for item in items], truths) < 0.8
    assert advantage([len(item["html"]) - len(item["item"]["external_id"]) for item in items],
                     truths) < 0.8  # fmt: skip
    assert advantage(ages, truths) < 0.8


def test_everything_but_its_content_is_the_same_for_a_check(stream):
    stream.work(30)
    items = [item for item, _place, _of in stream.seen]
    shapes = {normal({**item, "item": None, "html": ""}) for item in items}
    drawn = {
        normal(item["html"].replace(item["item"]["external_id"], "id").partition("item-card")[0])
        for item in items
    }

    assert {is_check(item) for item in items} == {True, False}
    assert len(shapes) == 1
    assert len(drawn) == 1


def test_check_keeps_its_place_in_the_screen_after_a_reload(stream):
    stream.work(20)
    ring = stream.have()
    page = stream.client.get(reverse("annotations:label", args=[stream.project.slug]))
    served = [item["assignment"] for item in page.context["items"]]

    assert served == ring[: len(served)]
    assert len(served) == 5


def test_request_that_draws_a_check_runs_the_statements_of_one_that_does_not(stream, monkeypatch):
    def statements(number):
        monkeypatch.setattr("annotations.actions.check_draw.draw", lambda *_which: number)
        with CaptureQueriesContext(connection) as captured:
            reply = stream.take(stream.post("next", {"n": 1, "have": stream.have()}))
        assert len(reply["items"]) == 1
        plain = (re.sub(r"\d+|'[^']*'", "?", each["sql"])[:400] for each in captured)
        return [re.sub(r"\?(,\?)+", "?", each) for each in plain]

    statements(1.0)
    before = Assignment.objects.filter(purpose=Purpose.GOLD).count()
    without = statements(1.0)
    drawing = statements(0.0)

    assert Assignment.objects.filter(purpose=Purpose.GOLD).count() == before + 1
    assert drawing == without


def test_candidates_are_looked_for_whether_or_not_a_check_is_drawn(stream, annotator):
    """The plan reads gold items even where none is wanted; else the time would tell."""
    parameters = {
        "project": stream.project.pk, "person": annotator.pk, "purpose": "gold", "count": 0,
        "place": 0.5, "window": 200, "priority": 5, "reserved": 0, "after_items": 0,
        "after_days": 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE) {_STATEMENTS[Purpose.GOLD]}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    scanned = [line for line in plan.splitlines() if "annotations_golditem" in line]

    assert scanned
    assert any("never executed" not in line for line in scanned)
    assert Assignment.objects.exclude(purpose=Purpose.LABEL).count() == 0


def test_tickets_are_a_permutation_that_follows_no_order():
    slots = range(1, 2001)
    tickets = [ticket_of(slot) for slot in slots]

    assert len(set(tickets)) == len(tickets)
    assert [slot_of(ticket) for ticket in tickets] == list(slots)
    rising = sum(a < b for a, b in itertools.pairwise(tickets))
    assert 850 < rising < 1150
    assert max(tickets) < 2**52


def test_ticket_of_an_earlier_key_and_a_plain_id_still_find_their_slot(settings):
    ticket = ticket_of(7)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert ticket_of(7) != ticket
    assert slot_of(ticket) == 7
    assert [slot_of(number) for number in (0, 7, 2**60)] == [0, 7, 2**60]
