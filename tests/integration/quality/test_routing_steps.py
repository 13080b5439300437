"""Steps of adaptive overlap against the real database: which slots they open and close."""

import pytest

from annotations.models import Assignment
from quality.models import RoutedSlot
from tests.factories.routing import labeled, routed, stepped, studied

pytestmark = pytest.mark.django_db


def test_smoke(project):
    ledger = labeled(project, 60, labels=3)
    study = studied(ledger)
    print(study.job.error, study.replay, study.pace, study.standing["labels"])
    policy = routed(ledger, target=0.9, most=5)
    print(policy.expected)
    step = stepped(policy)
    print(step.job.error, step.outcome, step.n_opened, step.n_closed, step.standing["standing"], step.room)
    print(list(RoutedSlot.objects.values_list("place", "item", "reason", "margin", "gain", "confidence"))[:5])
    print(Assignment.objects.filter(project=project).count())
