"""What ratings need beyond patterns: meetings and a sample; and the pages that show them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from quality.actions.live.proof import prove_project
from quality.models import ItemLabels, RaterMeeting
from quality.queries.live import counts as live_counts
from quality.queries.live import icc as live_icc
from quality.queries.live import meetings as live_meetings
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count, differences, figures
from tests.integration.quality.test_live_kinds import assert_equal, full

pytestmark = pytest.mark.django_db


def rating(number):
    return {"kind": "rating", "number": number}


@pytest.fixture
def ledger(project):
    """Four people, three of them on each of 60 items, mostly near each other."""
    ledger = AnswerLedger(project, "rating")
    for n in range(60):
        for step, person in enumerate(("Ann", "Ben", "Cho", "Dan")):
            if step != n % 4:
                ledger.say(f"i{n:02}", person, rating(1 + (n % 4) + (n * step) % 2))
    return ledger


def correlation(ledger, **options):
    (found,) = (
        row for row in figures(ledger, **options)["results"] if row["coefficient"] == "icc_2k"
    )
    return found


def test_intervals_from_a_sample_are_near_those_of_all_items(ledger, monkeypatch):
    monkeypatch.setattr(live_icc, "MOST_SAMPLED", 40)
    count(ledger)
    expected = full(ledger)[0]["icc_2k"]

    found = correlation(ledger)

    assert found["value"] == pytest.approx(expected["value"], abs=1e-9)
    width = expected["high"] - expected["low"]
    for end in ("low", "high"):
        assert found[end] == pytest.approx(expected[end], abs=0.5 * width)
        assert found[end] != expected[end]
    assert found["annotator_low"] < found["value"] < found["annotator_high"]


def test_sample_is_the_same_after_an_undo(ledger, monkeypatch):
    monkeypatch.setattr(live_icc, "MOST_SAMPLED", 20)
    count(ledger)
    before = figures(ledger)

    ledger.say("i00", "Ben", rating(5))
    count(ledger)
    assert correlation(ledger) != next(
        row for row in before["results"] if row["coefficient"] == "icc_2k"
    )
    ledger.say("i00", "Ben", rating(1))
    count(ledger)

    assert figures(ledger) == before


def test_item_with_too_many_answers_takes_the_correlation_away_and_nothing_else(
    ledger, monkeypatch
):
    monkeypatch.setattr(live_meetings, "MOST_RECORDS", 3)
    monkeypatch.setattr(live_counts, "MOST_RECORDS", 3)
    count(ledger)
    assert correlation(ledger)["undefined"] == ""

    for person in ("Ann", "Ben", "Cho", "Dan"):
        ledger.say("crowd", person, rating(3))
    count(ledger)

    assert correlation(ledger)["undefined"] == "too_many_annotators"
    assert correlation(ledger)["low"] is None
    assert differences(ledger) == []
    ledger.withdraw("crowd")
    count(ledger)
    assert_equal(figures(ledger), *full(ledger))


def test_too_many_annotators_have_no_correlation(ledger, monkeypatch):
    monkeypatch.setattr(live_counts, "MOST_ANNOTATORS", 3)

    count(ledger)

    assert correlation(ledger)["undefined"] == "too_many_annotators"


def test_same_rating_everywhere_says_why_there_is_no_correlation(project):
    ledger = AnswerLedger(project, "rating")
    for n in range(5):
        for person in ("Ann", "Ben", "Cho"):
            ledger.say(f"i{n}", person, rating(4))

    count(ledger)

    assert_equal(figures(ledger), *full(ledger))
    assert correlation(ledger)["undefined"] == "only_one_category"


@pytest.mark.django_db(transaction=True)
def test_proof_finds_a_lost_meeting_and_builds_anew(ledger):
    count(ledger)
    before = figures(ledger)
    RaterMeeting.objects.order_by("pk").first().delete()
    assert correlation(ledger) is not None

    proof = prove_project(project_id=ledger.project.pk, now=timezone.now())

    assert not proof.is_equal
    assert proof.differences[0]["question"] == "rating"
    count(ledger)
    assert differences(ledger) == []
    assert figures(ledger) == before


def test_only_ratings_have_marks_and_meetings(project):
    ledger = AnswerLedger(project, "pairwise")
    for person in ("Ann", "Ben"):
        ledger.say("i", person, {"kind": "pairwise", "winner": "a", "left": ""})

    count(ledger)

    assert ItemLabels.objects.get().mark is None
    assert not RaterMeeting.objects.exists()


def test_dashboard_of_ratings_speaks_of_ratings(
    ledger, client_of, reviewer, django_assert_max_num_queries
):
    count(ledger)
    client = client_of(reviewer)
    address = reverse("quality:dashboard", args=["support"])
    client.get(address)

    with django_assert_max_num_queries(34):
        text = client.get(address).content.decode()

    assert "Every label that is stored is counted here." in text
    assert "Intraclass correlation ICC(2,k)" in text
    assert "Mean absolute difference" in text
    assert "how similar (1 minus their distance)" in text
    assert "Which classes are confused" not in text
    assert "What each version changed" in text
    assert "Shares of the classes" not in text
    assert "items 60, labels 180, annotators 4" in text


def test_dashboard_of_pairs_speaks_of_pairs(project, client_of, reviewer):
    ledger = AnswerLedger(project, "pairwise")
    for n in range(40):
        for place, person in enumerate(("Ann", "Ben", "Cho")):
            winner = "tie" if n % 7 == place else "ab"[n % 2]
            ledger.say(f"i{n}", person, {"kind": "pairwise", "winner": winner, "left": "a"})
    count(ledger)

    text = client_of(reviewer).get(reverse("quality:dashboard", args=["support"])).content.decode()

    assert "Gwet&#x27;s AC1" in text
    assert "items 40, labels 120, annotators 3" in text
    assert "Which classes are confused" not in text


def test_rest_answers_the_live_figures_of_ratings(ledger, project, api_of, reviewer):
    count(ledger)

    body = (
        api_of(reviewer)
        .get(f"/api/v1/projects/{project.pk}/quality/agreement/live/", {"question": "rating"})
        .json()
    )

    names = [row["coefficient"] for row in body["results"] if row["version"] is None]
    assert names == [
        "krippendorff_alpha", "gwet_ac2", "icc_2k", "percent_agreement", "mean_difference",
    ]  # fmt: skip
    assert (body["n_items"], body["n_labels"]) == (60, 180)
    assert (body["class_counts"], body["confusion"]) == ([], [])
    assert {row["name"] for row in body["annotators"]} == {"Ann", "Ben", "Cho", "Dan"}
    assert all(0 <= row["percent"] <= 100 for row in body["annotators"])
