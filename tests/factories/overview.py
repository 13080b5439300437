"""A project that has been at work for some weeks: what its overview is counted from."""

import uuid
from datetime import datetime, time, timedelta

from django.utils import timezone

from annotations.models import Annotation, Assignment
from core.jobs import run_job
from quality.actions.overview.start import start_overview
from tests.factories.annotations import human_source, open_slots
from tests.factories.quality import Ledger

KEYS = {"p": "positive", "n": "negative", "m": "mixed"}


def at_noon(day):
    """Noon of a day in the server's time zone."""
    return datetime.combine(day, time(12), timezone.get_default_timezone())


def days_ago(number):
    """A day before the server's today; noon of it."""
    return at_noon(timezone.localdate(timezone=timezone.get_default_timezone()) - timedelta(number))


class WorkLedger(Ledger):
    """A ledger of people who answer slots, each at a time of its own."""

    def person(self, user):
        """The user's own source, by the name of the user."""
        self.sources[user.name] = human_source(self.project, user)
        return user.name

    def answer(self, item, user, letter, *, ago=0):
        """A person answers an open slot of the item, so many days ago; "-" skips it."""
        self.now = days_ago(ago) if ago else timezone.now() - timedelta(minutes=1)
        if user.name not in self.sources:
            self.person(user)
        slot = Assignment.objects.filter(item=self.item(item), state="open").order_by("slot")[0]
        Assignment.objects.filter(pk=slot.pk).update(
            state="done", annotator=user, version=self.version, done_at=self.now
        )
        where = (item, user.name)
        self.heads[where] = annotation = Annotation.objects.create(
            id=uuid.uuid4(),
            project=self.project,
            item=self.item(item),
            source=self.sources[user.name],
            version=self.version,
            assignment=slot,
            kind="skip" if letter == "-" else "answer",
            reason="unclear" if letter == "-" else "",
            supersedes=self.heads.get(where),
            submitted_at=self.now,
            created_at=self.now,
            tool="test",
            body_hash="0" * 64,
        )
        if letter != "-":
            self.label(annotation, KEYS[letter])
        return annotation

    def wait(self, item, overlap=2):
        """An item with open slots."""
        open_slots(self.item(item), overlap)
        return self.items[item]


def counted(project, question, by):
    """An overview run with its figures."""
    run = start_overview(project=project, question=question, by=by, now=timezone.now())
    run_job(run.job_id)
    run.refresh_from_db()
    return run


def busy_ledger(project, people):
    """Thirty items over three weeks and two versions: two or three answers each, some disputed.

    Six more wait, one of them begun and one skipped.
    """
    ledger = WorkLedger(project)
    said = ["ppp", "ppn", "nnn", "mmp", "ppp", "nnp", "mpn", "nnn", "ppp", "pmm"]
    for number in range(30):
        if number == 15:
            ledger.publish("positive", "negative", "mixed")
        ledger.wait(f"item-{number:02}", overlap=len(people))
        letters = said[number % len(said)]
        for user, letter in zip(people, letters, strict=False):
            ledger.answer(f"item-{number:02}", user, letter, ago=max(0, 20 - number * 2 // 3))
    for number in range(6):
        ledger.wait(f"open-{number}", overlap=2)
    ledger.answer("open-0", people[0], "p")
    ledger.answer("open-1", people[1], "-")
    return ledger
