"""Runs computed anew: what is compared, what is found, what cannot be compared any more."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotations.models import Annotation
from quality.actions.resolution.start_check import start_check
from quality.models import Resolution, ResolutionCheck, ResolutionRun
from tests.factories.quality import (
    AnswerLedger,
    Ledger,
    checked_resolution,
    computed_resolution,
    resolution_run,
    small_ledger,
)

pytestmark = pytest.mark.django_db


def later(ledger):
    """From now on what is said is later than what was."""
    ledger.now = timezone.now()


@pytest.mark.parametrize("method", ["majority_vote", "wawa", "dawid_skene", "pooled_bcc"])
def test_check_of_a_run_reproduces_it_bit_for_bit(project, method):
    run = computed_resolution(small_ledger(project), method)

    check = checked_resolution(run)

    assert (check.outcome, check.n_different, check.detail) == ("same", 0, {"different": []})
    assert check.inputs_digest == run.inputs_digest


def test_check_after_everything_has_changed_still_finds_the_inputs_of_then(project):
    ledger = small_ledger(project)
    run = computed_resolution(ledger, "dawid_skene")
    later(ledger)
    ledger.say("a", "Ann", "negative")
    ledger.retract("d", "Cho")
    ledger.say("new", "Dan", "mixed")
    ledger.withdraw("h")
    ledger.publish("positive", "negative", "mixed", "other")
    ledger.say("b", "Ben", "other")

    check = checked_resolution(run)

    assert (check.outcome, check.n_different) == ("same", 0)


def test_check_of_a_kind_other_than_choice_reproduces_it(project):
    ledger = AnswerLedger(project, "number")
    for item in "abc":
        for number, person in enumerate(("Ann", "Ben", "Cho")):
            ledger.say(item, person, {"kind": "number", "number": number + ord(item)})
    run = computed_resolution(ledger, "offset_mean")
    later(ledger)
    ledger.say("a", "Dan", {"kind": "number", "number": 9})

    assert checked_resolution(run).outcome == "same"


def test_check_with_gold_items_uses_those_of_then(project, lead):
    ledger = small_ledger(project)
    gold = ledger.gold("a", "positive")
    run = computed_resolution(ledger, "dawid_skene")
    assert run.n_gold == 1
    type(gold).objects.filter(pk=gold.pk).update(retired_at=timezone.now())
    ledger.gold("b", "positive")

    assert checked_resolution(run).outcome == "same"


def forge(table, *statements):
    """What the database refuses to everybody but its owner."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_check_of_forged_results_says_how_many_items_differ(project):
    run = computed_resolution(small_ledger(project))
    forge(
        "quality_resolution",
        "UPDATE quality_resolution SET confidence = 0.99 WHERE n_labels = 3",
        "DELETE FROM quality_resolution WHERE n_labels = 2",
    )

    check = checked_resolution(run)

    assert (check.outcome, check.n_different) == ("other_results", 8)


def test_check_of_labels_that_were_stored_under_an_earlier_time_says_so(project):
    ledger = small_ledger(project)
    run = computed_resolution(ledger)
    ledger.now -= timedelta(hours=1)
    ledger.say("new", "Dan", "mixed")

    assert checked_resolution(run).outcome == "other_inputs"


def test_check_of_another_version_of_the_method_does_not_compare(project):
    run = computed_resolution(small_ledger(project))
    forge("quality_resolutionrun", "UPDATE quality_resolutionrun SET method_version = '0'")

    assert checked_resolution(ResolutionRun.objects.get(pk=run.pk)).outcome == "other_program"


def test_check_of_a_run_without_results_is_refused(project):
    run = resolution_run(small_ledger(project))

    with pytest.raises(ValidationError, match="no results yet"):
        start_check(run=run, by=run.requested_by, now=timezone.now())


def test_check_asked_for_twice_is_one(project):
    run = computed_resolution(small_ledger(project))

    first, second = (
        start_check(run=run, by=run.requested_by, now=timezone.now()) for _ in range(2)
    )

    assert first == second


def test_finished_check_can_not_be_changed(project):
    check = checked_resolution(computed_resolution(small_ledger(project)))

    with (
        pytest.raises(IntegrityError, match="UPDATE on quality_resolutioncheck is refused"),
        transaction.atomic(),
    ):
        ResolutionCheck.objects.filter(pk=check.pk).update(n_different=1)


def test_command_says_that_a_run_was_reproduced(project):
    run = computed_resolution(small_ledger(project), "dawid_skene")
    out = StringIO()

    call_command("verify_resolution", str(run.pk), stdout=out)

    assert f"Run {run.pk}: Reproduced bit for bit. 8 items from 21 labels" in out.getvalue()
    assert not ResolutionCheck.objects.exists()


def test_command_of_an_unknown_or_unfinished_run_is_an_error(project):
    run = resolution_run(small_ledger(project))

    for number in (run.pk, run.pk + 1000):
        with pytest.raises(CommandError, match=f"no resolution run {number} with results"):
            call_command("verify_resolution", str(number))


def test_run_as_of_an_earlier_one_reads_the_labels_of_then(project):
    ledger = small_ledger(project)
    first = computed_resolution(ledger)
    later(ledger)
    ledger.say("f", "Ann", "negative")
    ledger.say("new", "Dan", "mixed")

    again, now = computed_resolution(ledger, as_of=first), computed_resolution(ledger)
    other = computed_resolution(ledger, "dawid_skene", as_of=again)

    columns = ("item", "choice", "posterior", "confidence", "undecided")
    rows = [
        list(Resolution.objects.filter(run=run).order_by("item").values_list(*columns))
        for run in (first, again, now)
    ]
    assert rows[0] == rows[1] != rows[2]
    assert first.inputs_digest == again.inputs_digest == other.inputs_digest != now.inputs_digest
    assert other.as_of == first
    assert checked_resolution(other).outcome == "same"


def test_run_as_of_a_run_of_another_question_or_without_results_is_refused(project):
    ledger = small_ledger(project)
    waiting = resolution_run(ledger)

    with pytest.raises(ValidationError, match="is not a finished one"):
        resolution_run(ledger, "dawid_skene", as_of=waiting)


@pytest.mark.django_db(transaction=True)
def test_labels_that_were_committed_later_under_an_earlier_time_are_told_apart(project, services):
    ledger = Ledger(project).fill([("a", "Ann", "mixed"), ("b", "Ann", "positive")])
    run = computed_resolution(ledger)
    ledger.now -= timedelta(minutes=5)
    ledger.say("c", "Ben", "mixed")
    ledger.say("a", "Ben", "positive")

    assert Annotation.objects.filter(created_at__lte=run.latest_annotation_at).count() == 4
    assert checked_resolution(run).outcome == "same"
