"""Why an item was decided as it was: on its page and over REST."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import AnnotationKind
from projects.models import Membership
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.actions.resolution.deciding_rules import Deciding
from quality.actions.resolution.methods import CHECKS, METHODS
from quality.actions.resolution.save_costs import save_costs
from quality.models import Reason, Verdict
from quality.queries.naming import vocabulary
from quality.queries.resolution.explaining import explanation
from quality.queries.resolution.explaining_words import in_words
from tests.factories.annotations import open_slots
from tests.factories.quality import (
    AnswerLedger,
    Ledger,
    computed_resolution,
    small_ledger,
)

pytestmark = pytest.mark.django_db


def crowd(project, items=40):
    """Ann and Ben are good, Cho takes most negative items for positive, Dan guesses."""
    ledger = Ledger(project)
    for number in range(items):
        true = "positive" if number % 2 else "negative"
        other = "negative" if number % 2 else "positive"
        ledger.say(f"i{number:02}", "Ann", true if number % 19 else other)
        ledger.say(f"i{number:02}", "Ben", true if number % 13 else other)
        ledger.say(f"i{number:02}", "Cho", "positive")
        ledger.say(f"i{number:02}", "Dan", "positive" if number % 3 else "negative")
    return ledger


def why_of(run, ledger, item, user):
    viewer = Membership.objects.get(project=ledger.project, user=user)
    names = vocabulary(ledger.project, "en").question(ledger.question.key)
    return explanation(run, ledger.item(item).pk, names=names, viewer=viewer)


def test_majority_is_explained_by_counts_and_shares(project, lead):
    ledger = small_ledger(project)
    why = why_of(computed_resolution(ledger), ledger, "d", lead)

    assert in_words(why) == [
        "2 of 3 labels: Negative. 1 of 3 labels: Positive.",
        "Negative has 66.7 % of the votes; each vote counts the same.",
    ]
    assert [(voice.name, voice.answer.text) for voice in why.voices] == [
        ("Ann", "Negative"), ("Ben", "Negative"), ("Cho", "Positive"),
    ]  # fmt: skip


def test_tie_is_explained_as_one(project, reviewer):
    ledger = small_ledger(project)
    run = computed_resolution(ledger)

    why = why_of(run, ledger, "f", reviewer)

    assert why.row.undecided == "tie"
    assert in_words(why)[1:] == ["Several answers have the same support, so it is left undecided."]
    assert run.learned == {"n_classes": 3, "n_by_reason": {"tie": 1}}


def test_model_against_the_plurality_names_the_tables_behind_it(project, lead):
    ledger = crowd(project)
    run = computed_resolution(ledger, "dawid_skene")

    why = why_of(run, ledger, "i02", lead)  # Ann and Ben say negative, Cho and Dan positive

    words = " ".join(in_words(why))
    assert why.decided.text == "Negative"
    assert "Dawid-Skene gives Negative a probability of" in words
    assert "What speaks most for it is the label of " in words
    evidence = {voice.name: voice.evidence for voice in why.voices}
    assert evidence["Ann"] > 1 > 0.5 > abs(evidence["Cho"])


def test_pool_keeps_the_votes_of_its_members_and_says_whether_it_is_calibrated(project, reviewer):
    ledger = crowd(project)
    run = computed_resolution(ledger, "pool")

    why = why_of(run, ledger, "i02", reviewer)

    assert [member["method"] for member in run.learned["members"]] == [
        "wawa", "dawid_skene_map", "pooled_bcc", "ebcc", "glad",
    ]  # fmt: skip
    assert len(why.members) == 5
    assert run.learned["is_calibrated"] is False
    words = " ".join(in_words(why))
    assert "The 5 methods of the pool decide: " in words
    assert "Without enough gold items they have their usual weights." in words


def test_pool_with_gold_is_calibrated_and_judged_on_gold_it_had_not_seen(project, reviewer):
    ledger = crowd(project)
    for number in range(24):
        ledger.gold(f"i{number:02}", "positive" if number % 2 else "negative")
    ledger.gold("never labeled", "positive")
    ledger.gold("i30", "no such choice")

    run = computed_resolution(ledger, "pool")

    accuracy = run.learned["gold_accuracy"]
    assert (run.n_gold, len(run.inputs["gold"]), len(run.gold_digest)) == (24, 24, 64)
    assert run.learned["is_calibrated"] is True
    assert run.learned["is_cross_validated"] is True
    assert accuracy["n"] == 24
    assert accuracy["low"] < accuracy["value"] <= accuracy["high"]
    assert all(member["gold_accuracy"]["n"] == 24 for member in run.learned["members"])


def test_retired_gold_is_not_given_to_the_fit(project):
    ledger = small_ledger(project)
    gold = ledger.gold("a", "positive")
    type(gold).objects.filter(pk=gold.pk).update(retired_at=timezone.now())

    run = computed_resolution(ledger, "dawid_skene")

    assert (run.n_gold, run.gold_digest, run.inputs["gold"]) == (0, "", [])
    assert "gold_accuracy" not in run.learned


def test_gold_shows_the_accuracy_of_a_method_that_ignores_it(project):
    ledger = small_ledger(project)
    ledger.gold("a", "positive")
    ledger.gold("b", "positive")
    ledger.gold("f", "positive")  # a tie, so not right

    run = computed_resolution(ledger)

    assert run.learned["gold_accuracy"]["value"] == pytest.approx(1 / 3)
    assert run.learned["gold_accuracy"]["n"] == 3


@pytest.mark.parametrize("method", [method.value for method in METHODS["choice"]])
def test_every_method_for_choices_decides_stores_and_explains(project, reviewer, method):
    ledger = crowd(project, items=12)
    run = computed_resolution(ledger, method)

    why = why_of(run, ledger, "i03", reviewer)

    assert run.n_items == 12
    assert abs(sum(run.priors.values()) - 1) < 1e-3
    assert abs(sum(why.row.posterior.values()) - 1) < 1e-5
    assert len(in_words(why)) >= 2
    assert why.row.margin >= 0
    assert 0 <= why.row.entropy <= 1


@pytest.mark.parametrize("method", [method.value for method in METHODS["choice"]])
@pytest.mark.parametrize(
    "said",
    [
        [("a", "Ann", "positive"), ("b", "Ann", "negative")],
        [("a", "Ann", "positive"), ("b", "Ben", "positive"), ("c", "Cho", "positive")],
        [("a", person, "mixed") for person in ("Ann", "Ben", "Cho")],
    ],
    ids=["one annotator", "no overlap", "one class"],
)
def test_every_method_for_choices_copes_with_thin_labels(project, method, said):
    run = computed_resolution(Ledger(project).fill(said), method)

    assert run.n_items == len({item for item, _source, _choice in said})
    assert all(row.confidence <= 1 for row in run.resolutions.all())


def test_hundreds_of_labels_on_one_item_stay_finite(project):
    ledger = small_ledger(project)
    for number in range(300):
        ledger.say("a", f"annotator {number}", "positive" if number % 3 else "negative")

    run = computed_resolution(ledger, "pool")

    (row,) = run.resolutions.filter(item=ledger.item("a"))
    assert row.choice.key == "positive"
    assert sum(row.posterior.values()) == pytest.approx(1, abs=1e-5)


def test_item_below_the_threshold_is_left_to_people_with_the_reason(project, reviewer):
    ledger = small_ledger(project)
    run = computed_resolution(ledger, deciding=Deciding(abstain_below=0.7))

    why = why_of(run, ledger, "d", reviewer)

    assert run.learned["n_by_reason"] == {"below_threshold": 1, "tie": 1}
    assert run.n_undecided == 2
    assert (why.row.choice, why.row.undecided) == (None, "below_threshold")
    assert "below the threshold of 70.0 %" in in_words(why)[1]


def test_costs_decide_against_the_more_probable_class_and_say_so(project, lead, reviewer):
    ledger = small_ledger(project)
    costs = {
        true: {said: float(true != said) for said in ("positive", "negative", "mixed")}
        for true in ("positive", "negative", "mixed")
    }
    costs["positive"]["negative"] = 10.0
    matrix = save_costs(
        project=project,
        question=ledger.question,
        costs=costs,
        based_on=0,
        by=lead,
        now=timezone.now(),
    )

    run = computed_resolution(ledger, deciding=Deciding(by_costs=True))
    why = why_of(run, ledger, "d", reviewer)  # two negative, one positive

    assert (run.cost_matrix, run.parameters["costs"]) == (matrix, costs)
    assert why.decided.text == "Positive"
    assert why.row.expected_cost == pytest.approx(2 / 3)
    assert why.row.confidence == pytest.approx(1 / 3)
    assert "Negative is more probable, but by the costs of this run" in " ".join(in_words(why))


def test_decision_of_a_person_is_named_as_what_outranks(project, reviewer):
    ledger = small_ledger(project)
    run = computed_resolution(ledger)
    adjudicate(
        membership=Membership.objects.get(project=project, user=reviewer),
        item=ledger.item("d"),
        question=ledger.question,
        decision=Decision(verdict=Verdict.DECIDED, reason=Reason.SLIP, value="positive"),
        now=timezone.now(),
    )

    words = in_words(why_of(run, ledger, "d", reviewer))

    assert words[-1] == (
        "A person has decided about this item, which outranks every run: Positive."
    )


def test_labels_shown_are_those_that_the_run_counted(project, lead):
    ledger = small_ledger(project)
    run = computed_resolution(ledger)
    ledger.now = timezone.now()
    ledger.say("d", "Ann", "mixed")
    ledger.say("d", "Eve", "mixed")
    ledger.say("d", "Cho", None, kind=AnnotationKind.RETRACTION)

    why = why_of(run, ledger, "d", lead)

    assert [(voice.name, voice.answer.text) for voice in why.voices] == [
        ("Ann", "Negative"), ("Ben", "Negative"), ("Cho", "Positive"),
    ]  # fmt: skip


def test_item_of_another_kind_is_explained_in_words(project, reviewer):
    ledger = AnswerLedger(project, "rating")
    for person, number in (("Ann", 2), ("Ben", 3), ("Cho", 3)):
        ledger.say("a", person, {"kind": "rating", "number": number})
    run = computed_resolution(ledger, "median")

    words = in_words(why_of(run, ledger, "a", reviewer))

    assert words[0].startswith("2 of 3 labels: 3")
    assert words[1].startswith("The rating with half of the answers on either side.")


def address(run, item):
    return reverse("quality:resolution_item", args=["support", run.pk, item.pk])


def rest(run, item):
    return f"/api/v1/projects/{run.project_id}/quality/resolutions/{run.pk}/items/{item.pk}/"


def test_page_and_rest_say_the_same(project, client_of, api_of, lead):
    ledger = crowd(project)
    run = computed_resolution(ledger, "pool")
    item = ledger.item("i02")

    text = client_of(lead).get(address(run, item)).content.decode()
    body = api_of(lead).get(rest(run, item)).json()

    assert len(body["why"]) >= 4
    for sentence in body["why"]:
        assert sentence in text
    assert [label["name"] for label in body["labels"]] == ["Ann", "Ben", "Cho", "Dan"]
    assert len(body["members"]) == 5
    assert body["decision"]["choice"] == "negative"
    assert body["classes"][0]["is_decided"] is True


def test_page_costs_few_statements(project, client_of, lead, django_assert_max_num_queries):
    ledger = crowd(project)
    run = computed_resolution(ledger, "pool")
    client = client_of(lead)
    client.get(address(run, ledger.item("i02")))

    with django_assert_max_num_queries(14):
        client.get(address(run, ledger.item("i02")))


def test_item_that_the_viewer_may_still_label_is_not_explained(project, client_of, api_of, owner):
    ledger = small_ledger(project)
    run = computed_resolution(ledger)
    open_slots(ledger.item("d"))

    text = client_of(owner).get(address(run, ledger.item("d"))).content.decode()
    body = api_of(owner).get(rest(run, ledger.item("d"))).json()

    assert "Hidden from you for now" in text
    assert "Ann" not in text.split("<main")[1]
    assert body["decision"]["blind"] is True
    assert (body["why"], body["labels"], body["classes"], body["members"]) == ([], [], [], [])
    assert body["decision"]["choice"] is None


def test_item_is_closed_to_annotators_outsiders_and_unknown_items(
    project, client_of, api_of, annotator, outsider, reviewer
):
    ledger = small_ledger(project)
    run, item = computed_resolution(ledger), ledger.item("d")
    unknown = ledger.item("never labeled")

    for door, of in ((address, client_of), (rest, api_of)):
        assert of(annotator).get(door(run, item)).status_code == 403
        assert of(outsider).get(door(run, item)).status_code == 404
        assert of(reviewer).get(door(run, unknown)).status_code == 404


def test_every_parameter_of_every_method_is_checked_before_a_run_starts():
    known = {
        name for methods in METHODS.values() for each in methods.values() for name in each.defaults
    }

    assert known <= set(CHECKS)
    for name in known - {"ties"}:
        assert CHECKS[name](-1), name
        assert CHECKS[name]("many"), name
        assert CHECKS[name](True), name
