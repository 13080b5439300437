"""Live sums of values against the ledger: whatever happens, they are what a recount finds."""

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quality.models import ItemValues, LiveFigures, SumPart, ValueSum
from quality.queries.live.values_ledger import VALUE_KINDS
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import alpha, count, differences, figures, waiting
from tests.integration.quality.values import fill, pool

pytestmark = pytest.mark.django_db
every_kind = pytest.mark.parametrize("kind", sorted(VALUE_KINDS))
PEOPLE = ("Ann", "Ben", "Cho", "Dee")


def sums():
    return sorted(ValueSum.objects.values_list("part", "slices", "rater", "name", "amount", "text"))


def rows():
    return sorted(
        ItemValues.objects.exclude(whole="").values_list(
            "item", "slices", "mark", "whole", "without"
        )
    )


def act(ledger, versions, step):
    """One thing that may happen to a ledger."""
    item, name, what, answer, version = step
    ledger.source("Dee", kind="demo")
    head = ledger.heads.get((item, name))
    ledger.version = versions[version]
    value = pool(ledger.kind)[answer % len(pool(ledger.kind))]
    if what == "withdraw":
        row = ledger.item(item)
        row.withdrawn_at = None if row.withdrawn_at else ledger.now
        row.save()
    elif what == "say" or head is None:
        ledger.say(item, name, value)
    elif what == "retract":
        ledger.retract(item, name)
    elif what == "skip":
        ledger.say(item, name, None, kind="skip")
    elif head.kind == "answer" and head.source.on_behalf_of_id is None:
        ledger.heads[item, name] = ledger.carry_over(head, value)


steps = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(PEOPLE),
    st.sampled_from(["say", "say", "say", "say", "retract", "skip", "carry", "withdraw"]),
    st.integers(0, 39),
    st.integers(0, 1),
)


@every_kind
def test_any_history_comes_to_what_a_recount_finds_and_undone_to_what_it_was(kind, project):
    pool(kind)  # drawn by Hypothesis too, so not inside

    @settings(
        max_examples=5,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(steps, min_size=4, max_size=24))
    def try_history(history):
        with transaction.atomic():
            ledger = AnswerLedger(project, kind)
            versions = [ledger.version, ledger.publish("cat", "dog", "elk")]
            half = len(history) // 2
            for step in history[:half]:
                act(ledger, versions, step)
            count(ledger)
            assert differences(ledger) == []
            for step in history[half:]:
                act(ledger, versions, step)
            count(ledger)
            assert not waiting(ledger)
            assert differences(ledger) == []
            transaction.set_rollback(True)

    try_history()


@every_kind
def test_undo_brings_back_the_very_same_rows(kind, project):
    ledger = fill(AnswerLedger(project, kind), items=8)
    count(ledger)
    before = sums(), rows(), figures(ledger)
    usual, other = pool(kind)[:2]

    ledger.say("new", "Ann", usual)
    ledger.say("new", "Ben", other)
    count(ledger)
    assert sums() != before[0]
    ledger.retract("new", "Ann")
    ledger.retract("new", "Ben")
    ledger.withdraw("i000")
    count(ledger)
    type(ledger.items["i000"]).objects.filter(external_id="i000").update(withdrawn_at=None)
    count(ledger)

    assert (sums(), rows(), figures(ledger)) == before


def test_slices_with_the_same_answers_share_one_row(project):
    ledger = AnswerLedger(project, "spans")
    usual, other = pool("spans")[:2]
    first = ledger.version
    for name in ("Ann", "Ben"):
        ledger.say("a", name, usual)
        ledger.say("b", name, usual)
    second = ledger.publish("cat", "dog", "elk")
    ledger.say("b", "Ann", other)
    ledger.source("Dee", kind="demo")
    ledger.say("a", "Dee", other)

    count(ledger)

    def groups(item):
        return set(
            ItemValues.objects.filter(item=ledger.items[item]).values_list("slices", flat=True)
        )

    assert groups("a") == {
        ":", f":{first.pk} import: import:{first.pk}", f":{second.pk} demo: demo:{second.pk}",
    }  # fmt: skip
    assert groups("b") == {
        ": import:", f":{first.pk} import:{first.pk}", f":{second.pk} import:{second.pk}",
    }  # fmt: skip
    assert set(LiveFigures.objects.values_list("kind", flat=True)) == {"", "import", "demo"}
    assert figures(ledger)["n_labels"] == 5
    assert figures(ledger, kind="demo")["n_labels"] == 1
    assert figures(ledger, version=first)["n_labels"] == 4
    assert differences(ledger) == []
    ledger.retract("a", "Dee")
    count(ledger)
    assert not LiveFigures.objects.filter(kind="demo").exists()


def test_other_kinds_of_questions_leave_no_sums(project):
    ledger = AnswerLedger(project, "rating")
    ledger.say("a", "Ann", {"kind": "rating", "number": 3})

    count(ledger)

    assert not ItemValues.objects.exists()
    assert not ValueSum.objects.exists()


def test_many_answers_to_one_item_are_compared_in_part_and_counted_in_full(project):
    ledger = AnswerLedger(project, "number")
    for n in range(100):
        ledger.say("a", f"Annotator {n:03}", {"kind": "number", "number": n % 7 / 10})
    ledger.say("b", "Annotator 000", {"kind": "number", "number": 1})
    ledger.say("b", "Annotator 001", {"kind": "number", "number": 1})

    count(ledger)

    found = figures(ledger)
    assert (found["n_labels"], found["n_items"]) == (102, 2)
    assert alpha(ledger)["n_labels"] == 102
    assert alpha(ledger)["value"] is not None
    item = ItemValues.objects.get(item=ledger.items["a"])
    without = json.loads(item.without).values()
    assert sum(str(SumPart.WITHOUT.value) in parts for parts in without) == 64
    assert len(without) == item.n_answers == 100
    assert differences(ledger) == []


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12, 1e30])
def test_figures_of_numbers_do_not_depend_on_their_unit(project, scale):
    ledger = AnswerLedger(project, "number")
    said = {"a": (1, 2, 1), "b": (4, 4, 5), "c": (9, 8, 9), "d": (3, 3, 3)}
    for item, numbers in said.items():
        for name, number in zip(PEOPLE, numbers, strict=False):
            ledger.say(item, name, {"kind": "number", "number": number * scale})

    count(ledger)

    assert alpha(ledger)["value"] == pytest.approx(0.96966912, abs=1e-6)
    (difference,) = (
        row["value"]
        for row in figures(ledger)["results"]
        if row["coefficient"] == "mean_difference"
    )
    assert difference == pytest.approx(scale / 2)


def test_recount_names_what_differs(project):
    ledger = fill(AnswerLedger(project, "choices"), items=6)
    count(ledger)
    ValueSum.objects.filter(part=SumPart.WHOLE, name="krippendorff_alpha.apart").delete()
    lost = ItemValues.objects.filter(n_answers__gte=2).first()
    lost.delete()

    found = differences(ledger)

    assert {row.get("name") for row in found} == {None, "krippendorff_alpha.apart"}
    assert any(row.get("item") == lost.item_id for row in found)
    assert any(row.get("rows") == "items" for row in found)
