"""Live counts against the ledger: whatever happens, they are what a recount finds."""

import random

import pytest

from quality.models import (
    AgreementResult,
    ClassCount,
    ConfusionCell,
    ItemLabels,
    LabelPattern,
    LiveFigures,
)
from tests.factories.guidelines import publish_version
from tests.factories.quality import Ledger, small_ledger
from tests.integration.quality.live import alpha, count, differences, figures, waiting
from tests.integration.quality.test_agreement_runs import computed

pytestmark = pytest.mark.django_db

CHOICES = ("positive", "negative", "mixed")


def test_counting_small_ledger_comes_to_what_a_run_finds(project):
    ledger = small_ledger(project)
    run = computed(ledger)

    count(ledger)

    assert not waiting(ledger)
    assert differences(ledger) == []
    live = figures(ledger)
    for stored in AgreementResult.objects.filter(run=run, version=None):
        (row,) = (
            each
            for each in live["results"]
            if (each["coefficient"], each["choice"]) == (stored.coefficient, stored.choice_id)
        )
        for name in ("value", "low", "high", "annotator_low", "annotator_high", "observed"):
            assert row[name] == pytest.approx(getattr(stored, name), abs=1e-12), name
        for name in ("n_items", "n_annotators", "n_labels", "undefined"):
            assert row[name] == getattr(stored, name), name
    stored = ClassCount.objects.filter(run=run, version=None).values_list("choice_id", "n_labels")
    assert dict(live["class_counts"]) == dict(stored)
    cells = ConfusionCell.objects.filter(run=run).values_list("choice_a", "choice_b", "count")
    assert sorted(map(tuple, live["confusion"])) == sorted(cells)


def patterns():
    rows = LabelPattern.objects.values_list("cells", "n_items")
    return {bytes(cells): n for cells, n in rows}


def test_undo_brings_back_the_very_same_rows(project):
    ledger = small_ledger(project)
    count(ledger)
    before = patterns(), figures(ledger)

    ledger.say("new", "Ann", "mixed")
    ledger.say("a", "Cho", "negative")
    count(ledger)
    assert figures(ledger) != before[1]
    ledger.retract("new", "Ann")
    ledger.say("a", "Cho", "positive")
    count(ledger)

    assert patterns() == before[0]
    assert figures(ledger) == before[1]


def test_withdrawn_item_leaves_the_counts(project):
    ledger = small_ledger(project)
    count(ledger)

    ledger.withdraw("f")
    assert waiting(ledger)
    count(ledger)

    assert alpha(ledger)["n_items"] == 7
    assert differences(ledger) == []
    assert not ItemLabels.objects.filter(item=ledger.items["f"]).exists()


def test_item_that_is_brought_back_counts_again(project):
    ledger = small_ledger(project)
    ledger.withdraw("f")
    count(ledger)

    type(ledger.items["f"]).objects.update(withdrawn_at=None)
    count(ledger)

    assert alpha(ledger)["n_items"] == 8


def test_carried_over_labels_count_now_and_not_under_their_version(project):
    ledger = Ledger(project).fill([("a", "Ann", "positive"), ("a", "Ben", "mixed")])
    first = ledger.version
    ledger.version = publish_version(project)
    ledger.carry_over(ledger.heads["a", "Ben"], "positive")

    count(ledger)

    assert alpha(ledger)["undefined"] == "only_one_category"
    assert alpha(ledger, version=first)["value"] == 0
    assert differences(ledger) == []


def test_kinds_of_raters_have_figures_of_their_own_only_where_there_are_several(project):
    ledger = small_ledger(project)
    count(ledger)

    assert set(LiveFigures.objects.values_list("kind", flat=True)) == {""}

    ledger.source("Dee", kind="demo")
    ledger.say("a", "Dee", "negative")
    count(ledger)

    assert figures(ledger, kind="demo")["n_labels"] == 1
    assert figures(ledger, kind="import")["n_labels"] == 21
    assert figures(ledger)["n_labels"] == 22
    ledger.retract("a", "Dee")
    count(ledger)
    assert not LiveFigures.objects.filter(kind="demo").exists()


def act(ledger, dice, versions):
    """One random thing that may happen to a ledger."""
    item, name = dice.choice("abcdefghij"), dice.choice(["Ann", "Ben", "Cho", "Dee"])
    ledger.source("Dee", kind="demo")
    head = ledger.heads.get((item, name))
    ledger.version = dice.choice(versions)
    what = dice.random()
    if what < 0.55 or head is None:
        ledger.say(item, name, dice.choice(CHOICES))
    elif what < 0.7:
        ledger.retract(item, name)
    elif what < 0.8:
        ledger.say(item, name, None, kind="skip")
    elif what < 0.9 and head.kind == "answer" and head.source.on_behalf_of_id is None:
        ledger.heads[item, name] = ledger.carry_over(head, dice.choice(CHOICES))
    else:
        row = ledger.item(item)
        row.withdrawn_at = None if row.withdrawn_at else ledger.now
        row.save()


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_come_to_what_a_recount_finds(project, seed):
    dice = random.Random(seed)
    ledger = Ledger(project)
    versions = [ledger.version, publish_version(project), publish_version(project)]
    for _round in range(12):
        for _step in range(dice.randint(1, 12)):
            act(ledger, dice, versions)
        count(ledger)
        assert differences(ledger) == []
    assert LabelPattern.objects.exists()
