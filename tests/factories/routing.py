"""A question that is being labeled under adaptive overlap: labels, slots, a study, a policy."""

import random

import pytest
from django.db import transaction
from django.utils import timezone

from core.jobs import Progress
from core.models import Job
from quality.actions.routing.policy import RoutingPlan, start_routing
from quality.actions.routing.start_step import start_routing_step
from quality.actions.routing.step import compute_routing_step
from quality.actions.routing.study import compute_routing_study, start_routing_study
from tests.factories.annotations import open_slots
from tests.factories.quality import Ledger

CHOICES = ("positive", "negative", "mixed")
PEOPLE = {"Ann": 0.95, "Ben": 0.85, "Cho": 0.8, "Dan": 0.75}


def labeled(project, n_items=40, *, labels=2, people=PEOPLE, seed=1, overlap=0):
    """`labels` answers per item by the first of some sources who are right at different rates.

    `overlap`: slots that wait besides.
    """
    rng = random.Random(seed)
    ledger = Ledger(project, choices=CHOICES)
    for number in range(n_items):
        name, truth = f"i{number:03}", rng.choice(CHOICES)
        for person in rng.sample(sorted(people), labels):
            others = [choice for choice in CHOICES if choice != truth]
            said = truth if rng.random() < people[person] else rng.choice(others)
            ledger.say(name, person, said)
        if overlap:
            open_slots(ledger.items[name], overlap)
    return ledger


def finished(run, compute, now=None):
    """The run of a job, computed here and now.

    A job that takes longer than a second would look for its row from another connection, which
    does not see what a test has not committed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        compute(progress=Progress(run.job_id, 1), now=now)
    Job.objects.filter(pk=run.job_id).update(state="done", started_at=now, finished_at=now)
    return type(run).objects.select_related("job").get(pk=run.pk)


def studied(ledger, by=None):
    """A study that is computed; its replay has few points, to save time."""
    study = start_routing_study(
        project=ledger.project,
        question=ledger.question,
        by=by or ledger.project.created_by,
        now=timezone.now(),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quality.actions.routing.study.REPLAY_DRAWS", 1)
        patch.setattr("quality.actions.routing.study.REPLAY_STEPS", 4)
        return finished(study, compute_routing_study)


def routed(ledger, *, by=None, **plan):
    """A policy whose first step has not run yet."""
    studied(ledger)
    return start_routing(
        project=ledger.project,
        question=ledger.question,
        plan=RoutingPlan(**plan),
        by=by or ledger.project.created_by,
        now=timezone.now(),
    )


def stepped(policy, now=None):
    """The step that waits, or the next one, done."""
    now = now or timezone.now()
    return finished(start_routing_step(policy=policy, now=now), compute_routing_step, now)
