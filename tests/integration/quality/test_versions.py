"""Labels now, and labels of a version: what was superseded later, and what was carried over."""

import pytest

from annotations.models import Source
from quality.models import AgreementResult, ClassCount, DisputedItem
from quality.queries.adjudication.disputes import _votes
from quality.queries.labels import read_labels
from quality.queries.naming import vocabulary
from tests.factories.guidelines import publish_version
from tests.factories.quality import Ledger, agreement_run
from tests.integration.quality.test_agreement_runs import computed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project):
    """Version 1: Ann and Ben differ on a and b. Version 2: Ann comes round on a, Ben's c is carried
    over, and Ben goes back to version 1 on d."""
    ledger = Ledger(project)
    first = ledger.version
    for item, ann, ben in (
        ("a", "negative", "positive"),
        ("b", "mixed", "positive"),
        ("c", "positive", "mixed"),
        ("d", "positive", "positive"),
    ):
        ledger.say(item, "Ann", ann)
        ledger.say(item, "Ben", ben)
    second = publish_version(project)
    ledger.version = second
    ledger.say("a", "Ann", "positive")
    ledger.say("d", "Ben", "negative")
    ledger.carry_over(ledger.heads["c", "Ben"], "positive")
    ledger.version = first
    ledger.say("d", "Ben", "mixed")
    ledger.first, ledger.second = first, second
    return ledger


def said(labels, ledger):
    """(item, rater, choice) of each label, by name."""
    items = {item.pk: name for name, item in ledger.items.items()}
    raters = dict(Source.objects.values_list("pk", "name"))
    rows = zip(labels.items, labels.sources, labels.choices, strict=True)
    return {(items[item], raters[rater], labels.scale[choice]) for item, rater, choice in rows}


def test_labels_now_count_what_was_carried_over_for_its_rater(ledger):
    labels = read_labels(agreement_run(ledger))

    assert said(labels, ledger) == {
        ("a", "Ann", "positive"), ("a", "Ben", "positive"),
        ("b", "Ann", "mixed"), ("b", "Ben", "positive"),
        ("c", "Ann", "positive"), ("c", "Ben", "positive"),
        ("d", "Ann", "positive"), ("d", "Ben", "mixed"),
    }  # fmt: skip
    assert len(labels.source_ids) == 2


@pytest.mark.parametrize("as_run", [False, True])
def test_labels_of_a_version_are_what_people_said_under_it(ledger, as_run):
    if as_run:
        found = {
            version: said(read_labels(agreement_run(ledger, version=version)), ledger)
            for version in (ledger.first, ledger.second)
        }
    else:
        labels = read_labels(agreement_run(ledger))
        assert labels.version_ids == [ledger.first.pk, ledger.second.pk]
        found = {
            version: said(labels.of_version(version.pk), ledger)
            for version in (ledger.first, ledger.second)
        }

    assert found[ledger.first] == {
        ("a", "Ann", "negative"), ("a", "Ben", "positive"),
        ("b", "Ann", "mixed"), ("b", "Ben", "positive"),
        ("c", "Ann", "positive"), ("c", "Ben", "mixed"),
        ("d", "Ann", "positive"), ("d", "Ben", "mixed"),
    }  # fmt: skip
    assert found[ledger.second] == {("a", "Ann", "positive"), ("d", "Ben", "negative")}


def test_kinds_of_sources_are_those_of_the_raters(ledger):
    everybody = read_labels(agreement_run(ledger))

    imported = read_labels(agreement_run(ledger, source_kinds=["import"]))

    assert said(imported, ledger) == said(everybody, ledger)
    assert imported.digest() == everybody.digest()


def test_digest_knows_what_was_said_under_earlier_versions(ledger):
    before = read_labels(agreement_run(ledger)).digest()
    ledger.version = ledger.second
    ledger.say("b", "Ben", "positive")

    assert read_labels(agreement_run(ledger)).digest() != before


def test_run_stores_the_slices_of_both_versions(ledger):
    run = computed(ledger)

    alpha = AgreementResult.objects.filter(run=run, coefficient="percent_agreement", choice=None)
    by_version = {row.version_id: row.n_labels for row in alpha}
    assert by_version[ledger.first.pk] == 8
    counts = ClassCount.objects.filter(run=run, version=ledger.first)
    assert sum(count.n_labels for count in counts) == 8


def test_votes_of_a_run_are_those_of_its_raters_and_version(ledger, lead):
    viewer = ledger.project.memberships.get(user=lead)
    names = vocabulary(ledger.project, "en").question(ledger.question.key)
    item = ledger.items["c"]
    row = DisputedItem(item=item)

    now = _votes(agreement_run(ledger), [row], names, viewer)[item.pk]
    then = _votes(agreement_run(ledger, version=ledger.first), [row], names, viewer)[item.pk]

    assert {(vote.source, vote.answer.text) for vote in now} == {
        ("Ann", "Positive"), ("Ben", "Positive"),
    }  # fmt: skip
    assert {(vote.source, vote.answer.text) for vote in then} == {
        ("Ann", "Positive"), ("Ben", "Mixed"),
    }  # fmt: skip
