"""What tests of live agreement share: count and compare with the full way."""

import itertools
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from quality.actions.live.counting import count_project
from quality.actions.live.figures import questions_to_show, show_question
from quality.models import LiveFigures
from quality.queries.live.recount import recount

_calls = itertools.count()


def count(ledger):
    """What the worker does every two seconds, for one project; each time later, so that intervals
    are due."""
    now = timezone.now() + timedelta(minutes=next(_calls))
    assert count_project(project_id=ledger.project.pk, now=now)
    for question_id in questions_to_show(now):
        show_question(question_id=question_id, now=now)


def differences(ledger):
    return recount(ledger.project.pk).differences


def waiting(ledger):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT first_item, last_item FROM quality_toucheditems WHERE project_id = %s",
            [ledger.project.pk],
        )
        return cursor.fetchall()


def figures(ledger, kind="", version=None):
    return LiveFigures.objects.get(question=ledger.question, kind=kind, version=version).figures


def alpha(ledger, **options):
    (found,) = (
        row
        for row in figures(ledger, **options)["results"]
        if row["coefficient"] == "krippendorff_alpha" and row["choice"] is None
    )
    return found
