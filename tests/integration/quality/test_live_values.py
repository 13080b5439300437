"""Live figures of answers that are values, against what a full run computes."""

import random

import pytest
from django.urls import reverse

from annotations.models import Item
from quality.kinds import KIND_QUALITY
from quality.models import (
    AgreementResult,
    AnnotatorAgreement,
    ClassCount,
    ItemValues,
    LiveFigures,
)
from quality.queries.live import values_sample as live_values_sample
from quality.queries.live.values_ledger import VALUE_KINDS
from tests.factories.quality import PAYLOAD, AnswerLedger
from tests.integration.quality.live import count, figures, waiting
from tests.integration.quality.test_agreement_runs import computed
from tests.integration.quality.values import fill, pool

pytestmark = pytest.mark.django_db
TEXT = PAYLOAD["parts"][0]["text"]
every_kind = pytest.mark.parametrize("kind", sorted(VALUE_KINDS))


def is_estimated(result, kind):
    """Alpha of one class of marked places without a rater: how far two answers are apart that both
    have the class stays as it was."""
    of_class = result.scope == "choice" and result.coefficient == "krippendorff_alpha"
    return of_class and kind != "choices"


@every_kind
def test_live_figures_of_a_kind_are_those_of_a_full_run(kind, project):
    ledger = fill(AnswerLedger(project, kind), items=40)
    run = computed(ledger)

    count(ledger)

    assert not waiting(ledger)
    live = figures(ledger)
    known = {(row["coefficient"], row["choice"]): row for row in live["results"]}
    stored = list(
        AgreementResult.objects.filter(run=run, version=None, scope__in=["overall", "choice"])
    )
    for each in stored:
        row = known.pop((each.coefficient, each.choice_id))
        for name in ("value", "observed", "expected", "annotator_low", "annotator_high"):
            wanted = pytest.approx(getattr(each, name), abs=1e-6)
            if name.startswith("annotator") and is_estimated(each, kind):
                wanted = pytest.approx(getattr(each, name), abs=0.1)
            assert row[name] == wanted, (each.coefficient, each.choice_id, name)
        for name in ("n_items", "n_annotators", "n_labels", "undefined"):
            assert row[name] == getattr(each, name), (each.coefficient, name)
        if each.value is not None:
            width = each.high - each.low
            assert abs(row["low"] - each.low) < 0.2 * width + 1e-9, each.coefficient
            assert abs(row["high"] - each.high) < 0.2 * width + 1e-9, each.coefficient
    assert known == {}
    for each in AnnotatorAgreement.objects.filter(run=run):
        (row,) = (row for row in live["annotators"] if row["source_id"] == each.source_id)
        assert (row["n_labels"], row["n_items"], row["n_pairs"]) == (
            each.n_labels, each.n_items, each.n_pairs,
        )  # fmt: skip
        assert row["percent"] == pytest.approx(each.percent, abs=1e-6)
        assert row["alpha_without"] == pytest.approx(each.alpha_without, abs=1e-6)
    counts = ClassCount.objects.filter(run=run, version=None).values_list("choice_id", "n_labels")
    assert dict(live["class_counts"]) == dict(counts)


def many_spans(project, *, items=160):
    """Hardly two answers alike: more different ones than are compared one by one."""
    ledger, dice = AnswerLedger(project, "spans"), random.Random(5)

    def span():
        start = dice.randint(0, 15)
        choice, length = dice.choice(["cat", "dog", "elk"]), dice.randint(1, 5)
        return {
            "part": "text", "start": start, "end": start + length, "choice": choice,
            "quote": TEXT[start : start + length],
        }  # fmt: skip

    for n in range(items):
        usual = [span(), span()]
        for name in dice.sample(["Ann", "Ben", "Cho", "Dee"], 3):
            said = usual if dice.random() < 0.5 else [usual[0], span()]
            said = sorted(said, key=lambda each: (each["start"], each["end"], each["choice"]))
            ledger.say(f"i{n:03}", name, {"kind": "spans", "spans": said})
    return ledger


def by_name(ledger):
    return {row["coefficient"]: row for row in figures(ledger)["results"] if row["choice"] is None}


@pytest.mark.parametrize("most", [2_000, 80])
def test_sampled_alpha_is_near_that_of_a_full_run_and_all_else_is_exact(most, project, monkeypatch):
    """With 80, the sample is half of the items."""
    monkeypatch.setattr(live_values_sample, "MOST_ITEMS", most)
    ledger = many_spans(project)
    run = computed(ledger)

    count(ledger)

    found = by_name(ledger)
    for stored in AgreementResult.objects.filter(run=run, version=None, scope="overall"):
        row = found[stored.coefficient]
        near = 0.02 if stored.coefficient == "krippendorff_alpha" else 1e-6
        assert row["value"] == pytest.approx(stored.value, abs=near), stored.coefficient
        width = stored.high - stored.low
        assert row["high"] - row["low"] == pytest.approx(width, rel=0.3), stored.coefficient
        assert row["low"] < row["value"] < row["high"]
        apart = stored.annotator_high - stored.annotator_low
        known = row["annotator_high"] - row["annotator_low"]
        assert known == pytest.approx(apart, rel=0.35 if near == 0.02 else 1e-4)


def test_sampled_alpha_of_a_class_is_near_that_of_a_full_run(project, monkeypatch):
    monkeypatch.setattr(live_values_sample, "MOST_ITEMS", 80)
    ledger = many_spans(project)
    run = computed(ledger)

    count(ledger)

    found = {(row["coefficient"], row["choice"]): row for row in figures(ledger)["results"]}
    stored = AgreementResult.objects.filter(run=run, scope="choice")
    assert stored.count() == 6
    for each in stored:
        near = 0.03 if each.coefficient == "krippendorff_alpha" else 1e-6
        row = found[each.coefficient, each.choice_id]
        assert row["value"] == pytest.approx(each.value, abs=near)
        assert row["low"] < row["value"] < row["high"]


def test_sample_is_the_same_whatever_happened_meanwhile(project, monkeypatch):
    monkeypatch.setattr(live_values_sample, "MOST_ITEMS", 40)
    ledger = many_spans(project, items=90)
    count(ledger)
    before = figures(ledger)
    groups = list(ItemValues.objects.values_list("slices", flat=True).distinct())
    sample = live_values_sample.sample_of(ledger.question.pk, groups, amounts=False)
    assert sample.items.size == 40

    in_sample = Item.objects.get(pk=int(sample.items[7]))
    ledger.withdraw(in_sample.external_id)
    count(ledger)
    assert by_name(ledger)["krippendorff_alpha"]["n_items"] == 89
    Item.objects.filter(pk=in_sample.pk).update(withdrawn_at=None)
    count(ledger)

    assert figures(ledger) == before


def test_values_are_made_at_every_change_and_intervals_when_they_are_due(project):
    ledger = fill(AnswerLedger(project, "boxes"), items=10)
    count(ledger)
    before = by_name(ledger)
    LiveFigures.objects.update(seconds=1e6)

    ledger.say("i000", "Eve", pool("boxes")[0])
    ledger.say("i001", "Eve", pool("boxes")[1])
    count(ledger)

    after, row = by_name(ledger), LiveFigures.objects.get(kind="", version=None)
    assert row.digest != row.intervals_digest
    assert after["matched_f1"]["value"] != before["matched_f1"]["value"]
    assert after["matched_f1"]["n_annotators"] == 5
    assert after["matched_f1"]["low"] == before["matched_f1"]["low"]
    LiveFigures.objects.update(seconds=0)
    count(ledger)
    row.refresh_from_db()
    assert row.digest == row.intervals_digest
    assert len(row.figures["annotators"]) == 5


@every_kind
def test_page_and_rest_show_live_figures_of_a_kind(
    kind, project, client_of, api_of, reviewer, django_assert_max_num_queries
):
    ledger = fill(AnswerLedger(project, kind), items=34)
    count(ledger)

    with django_assert_max_num_queries(34):
        text = (
            client_of(reviewer)
            .get(reverse("quality:dashboard", args=[project.slug]) + f"?question={kind}")
            .content.decode()
        )
    body = (
        api_of(reviewer)
        .get(f"/api/v1/projects/{project.pk}/quality/agreement/live/?question={kind}")
        .json()
    )

    assert "Every label that is stored is counted here." in text
    assert body["question"] == kind
    shown = [row["coefficient"] for row in body["results"] if not row["choice"]]
    assert set(shown) == {name.value for name in KIND_QUALITY[kind].shown}
    assert body["confusion"] == []
    assert bool(body["class_counts"]) == bool(KIND_QUALITY[kind].elements)
    assert len(body["annotators"]) == 4
