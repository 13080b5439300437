"""Labels of merged choices are written anew under the new version, and only those."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.models import Annotation, Label, Source
from campaigns.actions.start_carry_over import start_carry_over
from campaigns.models import CarryOver
from core.errors import Conflict
from core.jobs import cancel_job, run_job
from core.models.job import JobState
from tests.factories.campaigns import a_carry_over, a_ledger, draft_split, publish_split

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project):
    """Ann and Ben under version 1, then version 2."""
    ledger = a_ledger(project).fill(
        [
            ("a", "Ann", "hello"),
            ("b", "Ann", "refund"),
            ("c", "Ann", "greeting"),
            ("a", "Ben", "hello"),
            ("d", "Ben", "other"),
        ],
    )
    publish_split(ledger)
    return ledger


def test_carry_over_writes_merged_labels_for_their_raters(ledger):
    work = a_carry_over(ledger)

    assert (work.n_annotations, work.n_labels) == (2, 2)
    written = Annotation.objects.filter(version=ledger.version).select_related("source", "item")
    assert {(each.item.external_id, each.source.on_behalf_of.name) for each in written} == {
        ("a", "Ann"), ("a", "Ben"),
    }  # fmt: skip
    for each in written:
        assert (each.source.kind, each.source.version) == ("migration", "v2")
        assert each.source.name == f"migration-{each.source.on_behalf_of_id}"
        assert each.supersedes == ledger.heads["a", each.source.on_behalf_of.name]
        assert (each.kind, each.assignment_id, each.active_ms) == ("answer", None, None)
        (label,) = each.labels.all()
        assert label.choice.key == "greeting"
        assert label.value == {"kind": "choice", "choice": "greeting"}


def test_carry_over_again_finds_nothing_new(ledger):
    a_carry_over(ledger)

    again = a_carry_over(ledger)

    assert (again.n_annotations, again.n_labels) == (0, 0)
    assert Source.objects.filter(kind="migration").count() == 2


def test_carry_over_again_takes_what_came_late_under_the_old_version(ledger):
    a_carry_over(ledger)
    new, ledger.version = ledger.version, ledger.version.based_on
    ledger.say("late", "Ann", "hello")
    ledger.version = new

    assert a_carry_over(ledger).n_annotations == 1
    assert Source.objects.filter(kind="migration").count() == 2


def test_carry_over_leaves_superseded_retracted_and_withdrawn_alone(ledger):
    new, ledger.version = ledger.version, ledger.version.based_on
    ledger.say("a", "Ann", "other")
    ledger.retract("a", "Ben")
    ledger.say("e", "Ann", "hello")
    ledger.withdraw("e")
    ledger.version = new

    assert a_carry_over(ledger).n_annotations == 0


def test_carry_over_is_one_for_two_requests(ledger):
    first, second = [
        start_carry_over(
            project=ledger.project, version=ledger.version, by=ledger.project.created_by,
            now=timezone.now(),
        )
        for _ in range(2)
    ]  # fmt: skip

    assert first == second


def test_carry_over_that_was_cancelled_keeps_nothing(ledger):
    work = start_carry_over(
        project=ledger.project, version=ledger.version, by=ledger.project.created_by,
        now=timezone.now(),
    )  # fmt: skip
    cancel_job(job=work.job, now=timezone.now())

    assert run_job(work.job_id) is None
    assert not Source.objects.filter(kind="migration").exists()
    work.job.refresh_from_db()
    assert work.job.state == JobState.CANCELLED


def test_carry_over_of_a_draft_is_refused(project):
    ledger = a_ledger(project)
    draft = draft_split(project)

    with pytest.raises(ValidationError) as refused:
        start_carry_over(project=project, version=draft, by=project.created_by, now=timezone.now())
    assert refused.value.error_dict["version"][0].code == "foreign_version"
    assert ledger.version.number == 1


def test_carry_over_of_a_first_version_is_refused(project):
    ledger = a_ledger(project)

    with pytest.raises(ValidationError) as refused:
        a_carry_over(ledger)
    assert refused.value.error_dict["version"][0].code == "first_version"


def test_carry_over_without_a_mapping_is_refused(project):
    ledger = a_ledger(project)
    ledger.publish("refund", "hello", "greeting", "other", "new")

    with pytest.raises(ValidationError) as refused:
        a_carry_over(ledger)
    assert refused.value.error_dict["version"][0].code == "nothing_to_carry_over"


def test_carry_over_in_a_closed_project_is_a_conflict(ledger):
    type(ledger.project).objects.filter(pk=ledger.project.pk).update(state="closed")

    with pytest.raises(Conflict) as refused:
        a_carry_over(ledger)
    assert refused.value.code == "project_closed"


@pytest.mark.django_db(transaction=True)
def test_carry_over_meeting_a_revision_at_the_same_moment_leaves_it_to_the_person(ledger):
    """Ann revises in a transaction that is still open when the job reaches her row."""
    work = start_carry_over(
        project=ledger.project, version=ledger.version, by=ledger.project.created_by,
        now=timezone.now(),
    )  # fmt: skip
    states = []

    def job():
        try:
            states.append(run_job(work.job_id))
        finally:
            connection.close()

    worker = threading.Thread(target=job)
    with transaction.atomic():
        ledger.say("a", "Ann", "other")
        worker.start()
        wait_until_blocked()
    worker.join(20)

    assert states == [JobState.DONE]
    assert CarryOver.objects.get().n_annotations == 1
    head = Annotation.objects.current().get(item=ledger.item("a"), source__name="Ann")
    assert Label.objects.get(annotation=head).choice.key == "other"


def wait_until_blocked():
    """Until some statement of another connection waits for a lock."""
    with connection.cursor() as cursor:
        for _attempt in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()",
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)")
    raise AssertionError("the job never met the open revision")
