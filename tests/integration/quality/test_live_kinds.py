"""Live figures of ratings and of pairs: those of full runs, whatever happens to the ledger."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.models import SourceKind
from guidelines.models import GuidelineVersion
from quality.actions.agreement.start import INTERVALS
from quality.models import AgreementRun, ItemLabels
from quality.models.run import PEOPLE
from quality.queries.agreement.measuring_values import annotators, overall_results
from quality.queries.values import read_values
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count, differences, figures, waiting
from tests.integration.quality.test_live_counts import patterns

pytestmark = pytest.mark.django_db

KINDS = ("rating", "pairwise")
# One draw of items serves all figures over patterns; a full run draws items one by one for these.
DRAWN_OTHERWISE = {"mean_difference"}
NUMBERS = ("value", "low", "high", "annotator_low", "annotator_high", "observed", "expected")


def answer(kind, place):
    if kind == "rating":
        return {"kind": "rating", "number": place + 1}
    return {"kind": "pairwise", "winner": ("a", "b", "tie", "both_bad")[place % 4], "left": "a"}


@pytest.fixture(params=KINDS)
def ledger(request, project):
    """Five people on 60 items, three of them on each; Eve answers much like dice."""
    ledger = AnswerLedger(project, request.param)
    people = ("Ann", "Ben", "Cho", "Dan", "Eve")
    for n in range(60):
        for step in range(3):
            person = people[(n + step * (1 + n % 2)) % 5]
            usual = n % 4 if (n * 7 + step) % 3 else (n + 1) % 4
            said = (n * 3) % 5 if person == "Eve" else usual
            ledger.say(f"i{n:02}", person, answer(request.param, said))
    return ledger


def full(ledger, *, version=None, kinds=PEOPLE):
    """What a full run over the same slice computes, by coefficient; and its annotators."""
    run = AgreementRun(
        project_id=ledger.project.pk,
        question=ledger.question,
        version=version,
        source_kinds=list(kinds),
    )
    with transaction.atomic():
        labels = read_values(run)
    names = ("value", "low", "high", "annotator_low", "annotator_high", "observed", "expected")
    names += ("n_items", "n_annotators", "n_labels", "undefined")
    rows = {
        row[3]: dict(zip(names, row[4:], strict=True))
        for row in overall_results(labels, ledger.kind, INTERVALS)
    }
    keys = ("source_id", "n_labels", "n_items", "n_pairs", "percent", "alpha_without")
    people = [dict(zip(keys, row, strict=True)) for row in annotators(labels, ledger.kind)]
    return rows, people


def assert_equal(live, expected, people):
    found = {row["coefficient"]: row for row in live["results"]}
    assert list(found) == list(expected)
    for name, row in expected.items():
        for key in NUMBERS:
            by_chance = name in DRAWN_OTHERWISE and key in ("low", "high")
            close = pytest.approx(row[key], abs=0.06 if by_chance else 1e-9)
            assert found[name][key] == close, (name, key)
        for key in ("n_items", "n_annotators", "n_labels", "undefined"):
            assert found[name][key] == row[key], (name, key)
    by_source = sorted(live["annotators"], key=lambda row: row["source_id"])
    assert by_source == [pytest.approx(row, abs=1e-9) for row in people]


def test_figures_are_those_of_a_full_run(ledger):
    count(ledger)

    assert not waiting(ledger)
    assert differences(ledger) == []
    live = figures(ledger)
    assert_equal(live, *full(ledger))
    assert (live["n_items"], live["n_labels"]) == (60, 180)
    assert (live["class_counts"], live["confusion"]) == ([], [])
    assert all(row["choice"] is None for row in live["results"])


def test_figures_of_a_version_and_of_a_kind_are_those_of_their_runs(ledger):
    first = ledger.version
    second = ledger.publish()
    ledger.source("Fay", kind=SourceKind.DEMO)
    for n in range(30):
        ledger.say(f"i{n:02}", "Ann", answer(ledger.kind, n % 3))
        ledger.say(f"i{n:02}", "Fay", answer(ledger.kind, n % 4))
        ledger.say(f"i{n:02}", "Ben", answer(ledger.kind, 4 if n % 2 else n % 4))

    count(ledger)

    assert differences(ledger) == []
    assert_equal(figures(ledger), *full(ledger))
    for version in (first, second):
        assert_equal(figures(ledger, version=version), *full(ledger, version=version))
    for kind in ("demo", "import"):
        assert_equal(figures(ledger, kind=kind), *full(ledger, kinds=[kind]))


def test_undo_brings_back_the_very_same_figures(ledger):
    count(ledger)
    before = figures(ledger), patterns()

    ledger.say("i00", "Ann", answer(ledger.kind, 3))
    ledger.say("new", "Ben", answer(ledger.kind, 0))
    count(ledger)
    assert figures(ledger) != before[0]
    ledger.say("i00", "Ann", answer(ledger.kind, 1))
    ledger.retract("new", "Ben")
    count(ledger)

    assert figures(ledger) == before[0]
    assert patterns() == before[1]


def test_swap_of_two_raters_answers_reaches_who_said_what(ledger):
    """The patterns are the same then, and so are the counts of labels."""
    ledger.say("swap", "Ann", answer(ledger.kind, 0))
    ledger.say("swap", "Ben", answer(ledger.kind, 3))
    ledger.say("swap", "Cho", answer(ledger.kind, 3))
    count(ledger)
    before = figures(ledger)["annotators"]

    ledger.say("swap", "Ann", answer(ledger.kind, 3))
    ledger.say("swap", "Ben", answer(ledger.kind, 0))
    count(ledger)

    assert figures(ledger)["annotators"] != before
    assert_equal(figures(ledger), *full(ledger))


def test_fractional_ratings_are_counted_exactly(project):
    ledger = AnswerLedger(project, "rating")
    for n in range(40):
        for person, number in (("Ann", 0.1 * n), ("Ben", 0.1 * n), ("Cho", -1e-3)):
            ledger.say(f"i{n}", person, {"kind": "rating", "number": number})

    count(ledger)

    assert differences(ledger) == []
    assert_equal(figures(ledger), *full(ledger))


def act(ledger, versions, item, person, what, place, version):
    """One thing that may happen to a ledger."""
    head, said = ledger.heads.get((item, person)), answer(ledger.kind, place)
    ledger.version = versions[version]
    if what == "answer" or head is None:
        ledger.say(item, person, said)
    elif what == "retract":
        ledger.retract(item, person)
    elif what == "skip":
        ledger.say(item, person, None, kind="skip")
    elif what == "withdraw":
        row = ledger.item(item)
        row.withdrawn_at = None if row.withdrawn_at else ledger.now
        row.save()
    elif head.kind == "answer" and head.source.on_behalf_of_id is None:
        ledger.heads[item, person] = ledger.carry_over(head, said)


events = st.tuples(
    st.sampled_from("abcdef"),
    st.sampled_from(["Ann", "Ben", "Cho", "Dee"]),
    st.sampled_from(["answer", "answer", "answer", "retract", "skip", "withdraw", "carry over"]),
    st.integers(0, 4),
    st.integers(0, 1),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rounds=st.lists(st.lists(events, min_size=1, max_size=14), min_size=1, max_size=4))
def test_any_history_comes_to_what_a_recount_and_a_run_find(kind, project, rounds):
    with transaction.atomic():
        ledger = AnswerLedger(project, kind)
        versions = [ledger.version, ledger.publish()]
        ledger.source("Dee", kind=SourceKind.DEMO)
        for history in rounds:
            for event in history:
                act(ledger, versions, *event)
            count(ledger)
            assert differences(ledger) == []
            if ItemLabels.objects.filter(question=ledger.question).exists():
                live = figures(ledger)["results"]
                found = {row["coefficient"]: row["value"] for row in live}
                expected = {name: row["value"] for name, row in full(ledger)[0].items()}
                assert found == pytest.approx(expected, abs=1e-9)
        transaction.set_rollback(True)
    assert GuidelineVersion.objects.count() == 0
