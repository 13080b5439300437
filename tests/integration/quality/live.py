"""What tests of live agreement share: count and compare with the full way."""

import itertools
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from quality.actions.live.counting import count_batch, count_project
from quality.actions.live.figures import questions_to_show, show_question
from quality.models import LiveFigures, LiveQuestion
from quality.queries.live.recount import recount
from tests.together import at_once

_calls = itertools.count()


def count(ledger):
    """What the worker does every two seconds, for one project; each time later, so that intervals
    are due."""
    now = timezone.now() + timedelta(minutes=next(_calls))
    assert count_project(project_id=ledger.project.pk, now=now)
    for question_id in questions_to_show(now):
        show_question(question_id=question_id, now=now)


def count_and_be_cut(ledger):
    """Count in a connection that the server cuts with everything written, as when it goes down."""

    def be_cut():
        with transaction.atomic():
            count_batch(project_id=ledger.project.pk, now=timezone.now())
            assert LiveQuestion.objects.get().changes == 1
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    (outcome,) = at_once(be_cut)
    assert isinstance(outcome, OperationalError)


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
