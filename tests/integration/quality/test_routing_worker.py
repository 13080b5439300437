"""Adaptive overlap by a real worker: from a study to slots that wait."""

import pytest
from django.utils import timezone

from annotations.models import Assignment
from quality.actions.routing.policy import RoutingPlan, start_routing
from quality.actions.routing.study import start_routing_study
from quality.models import RoutingStep
from tests.factories.routing import labeled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_worker_studies_and_then_opens_slots(project, live_worker):
    ledger = labeled(project, 30, labels=2)
    by, now = project.created_by, timezone.now()
    study = start_routing_study(project=project, question=ledger.question, by=by, now=now)
    done = type(study).objects.computed().filter(pk=study.pk)
    live_worker.wait_until(done.exists, what="the study")

    plan = RoutingPlan(target=0.95, most=6)
    start_routing(project=project, question=ledger.question, plan=plan, by=by, now=now)
    live_worker.wait_until(RoutingStep.objects.computed().exists, what="the step")

    step = RoutingStep.objects.get()
    assert step.outcome == "opened"
    assert Assignment.objects.filter(project=project, state="open").count() == step.n_opened > 0
