"""Live figures on the dashboard, on the overview and over REST."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from quality.actions.live.proof import LiveProof
from quality.models import AgreementResult, AnnotatorAgreement
from tests.factories.guidelines import publish_version
from tests.factories.quality import AnswerLedger, Ledger, agreement_run, small_ledger
from tests.integration.quality.live import count
from tests.integration.quality.test_agreement_runs import computed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project):
    """Ann, Ben and Cho on 40 items; Cho differs on every fourth."""
    ledger = Ledger(project)
    for n in range(40):
        usual = "positive" if n % 3 else "negative"
        ledger.say(f"i{n:02}", "Ann", usual)
        ledger.say(f"i{n:02}", "Ben", usual)
        ledger.say(f"i{n:02}", "Cho", usual if n % 4 else "mixed")
    return ledger


def url(name, *args, query=""):
    return reverse(f"quality:{name}", args=["support", *args]) + query


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_dashboard_shows_live_figures_before_any_run(ledger, client_of, reviewer):
    count(ledger)

    text = page(client_of(reviewer), url("dashboard"))

    assert "Every label that is stored is counted here." in text
    assert "items 40, labels 120, annotators 3" in text
    assert "over annotators" in text
    assert "What if this annotator were left out" in text
    assert "Pairs, disputed items and changes over time need a full run" in text
    assert 'hx-trigger="every 3s"' in text


def test_dashboard_costs_the_same_whatever_was_counted(
    ledger, client_of, lead, django_assert_max_num_queries
):
    run_job(agreement_run(ledger).job_id)
    count(ledger)
    ledger.fill((f"i{n:02}", f"annotator {m}", "mixed") for n in range(10) for m in range(8))
    count(ledger)
    client = client_of(lead)
    page(client, url("dashboard"))

    with django_assert_max_num_queries(34):
        text = page(client, url("dashboard"))

    assert "80 submissions have come in since" in text
    assert "labels 200" in text


def test_live_part_is_sent_again_only_when_something_changed(
    ledger, client_of, reviewer, django_assert_max_num_queries
):
    count(ledger)
    client = client_of(reviewer)
    state = client.get(url("dashboard")).context["board"].shown.state
    address = url("live", query=f"?question=sentiment&stamp={state.stamp}")
    with django_assert_max_num_queries(18):
        assert client.get(address).status_code == 204

    ledger.say("new", "Ann", "mixed")
    pending = page(client, url("live"))
    count(ledger)
    text = page(client, address)

    assert "newer labels appear within seconds" in pending
    assert "Every label that is stored is counted here." in text
    assert "<html" not in text


def test_live_part_of_a_question_that_nobody_answered_is_not_found(project, client_of, reviewer):
    Ledger(project)

    page(client_of(reviewer), url("live"), status=404)


@pytest.mark.parametrize("query", ["question=nothing", "version=9", "kind=oracle"])
def test_live_part_of_something_unknown_is_not_found(ledger, client_of, reviewer, query):
    count(ledger)

    page(client_of(reviewer), url("live", query=f"?{query}"), status=404)


def test_live_part_is_for_those_who_watch_quality(ledger, client_of, annotator, outsider):
    count(ledger)

    page(client_of(annotator), url("live"), status=403)
    page(client_of(outsider), url("live"), status=404)


def test_live_part_of_the_only_kind_of_people_is_that_of_all(ledger, client_of, reviewer):
    count(ledger)

    assert "labels 120" in page(client_of(reviewer), url("live", query="?kind=import"))
    page(client_of(reviewer), url("live", query="?kind=demo"), status=404)


def test_few_items_show_raw_agreement_only_with_the_reason(project, client_of, reviewer):
    ledger = small_ledger(project)
    count(ledger)

    text = page(client_of(reviewer), url("dashboard"))

    assert "Only 8 items have two or more labels; below 30 items no coefficient is shown." in text
    assert "Not shown below 30 items with two or more labels." in text
    assert "Percent agreement" in text
    assert "Alpha without" not in text


def test_two_annotators_show_raw_agreement_only_with_the_reason(project, client_of, reviewer):
    ledger = Ledger(project).fill(
        (f"i{n}", name, "positive" if n % 2 else "mixed") for n in range(30) for name in "AB"
    )
    count(ledger)

    text = page(client_of(reviewer), url("dashboard"))

    assert "Only 2 annotators labeled those items" in text
    assert "Not shown for fewer than 3 annotators." in text


def test_proof_is_told_on_the_page(ledger, client_of, reviewer):
    count(ledger)
    proof = {"project": ledger.project, "n_items": 40, "n_labels": 120}
    LiveProof.objects.create(**proof, proved_at=timezone.now(), is_equal=True)
    assert "a recount of all 120 labels found exactly these counts" in page(
        client_of(reviewer), url("dashboard")
    )

    LiveProof.objects.create(**proof, proved_at=timezone.now(), is_equal=False)
    assert "These figures were mended" in page(client_of(reviewer), url("dashboard"))


def test_overview_card_follows_the_labels(ledger, client_of, reviewer):
    count(ledger)
    address = reverse("projects:overview", args=["support"])

    assert "Krippendorff&#x27;s alpha, 0" in page(client_of(reviewer), address)
    for n in range(20):
        ledger.withdraw(f"i{n:02}")
    count(ledger)
    assert "Too few labels for a coefficient" in page(client_of(reviewer), address)


def test_rest_answers_the_live_figures(ledger, project, api_of, reviewer, annotator, outsider):
    root = f"/api/v1/projects/{project.pk}/quality/agreement/live/"
    api = api_of(reviewer)
    assert api.get(root).status_code == 404
    count(ledger)

    body = api.get(root, {"question": "sentiment"}).json()

    assert (body["question"], body["version"], body["is_current"]) == ("sentiment", None, True)
    assert (body["n_items"], body["n_labels"]) == (40, 120)
    assert {row["choice"]: row["n_labels"] for row in body["class_counts"]}["mixed"] == 10
    cho = next(row for row in body["annotators"] if row["name"] == "Cho")
    assert cho["change"] > 0
    assert cho["percent"] == pytest.approx(75)
    assert {row["version"] for row in body["results"]} == {None, 1}
    ledger.say("late", "Ann", "mixed")
    assert api.get(root).json()["is_current"] is False
    assert api.get(root, {"version": "9"}).status_code == 404
    assert api.get(root, {"colour": "red"}).status_code == 400
    assert api_of(annotator).get(root).status_code == 403
    assert api_of(outsider).get(root).status_code == 404


def test_run_stores_what_leaving_each_annotator_out_changes(ledger, project, api_of, reviewer):
    run = computed(ledger)

    rows = {row.source.name: row for row in AnnotatorAgreement.objects.filter(run=run)}

    assert (rows["Cho"].n_labels, rows["Cho"].n_items, rows["Cho"].n_pairs) == (40, 40, 80)
    assert rows["Cho"].percent == pytest.approx(0.75)
    assert rows["Cho"].alpha_without == pytest.approx(1)
    body = api_of(reviewer).get(f"/api/v1/projects/{project.pk}/quality/agreement/{run.pk}/").json()
    assert body["annotators"][0]["name"] == "Cho"


def test_run_over_two_months_is_sliced_by_week_with_version_marks(project, client_of, reviewer):
    ledger = Ledger(project)
    start = ledger.now = timezone.now() - timedelta(days=56)
    for week in range(8):
        ledger.now = start + timedelta(days=7 * week)
        for n in range(32):
            usual = "positive" if n % 2 else "negative"
            ledger.say(f"{week}-{n}", "Ann", usual)
            ledger.say(f"{week}-{n}", "Ben", usual if n % 5 else "mixed")
            ledger.say(f"{week}-{n}", "Cho", usual)
    ledger.version = publish_version(project)
    run = computed(ledger)

    rows = AgreementResult.objects.filter(run=run, scope="period", coefficient="krippendorff_alpha")
    text = page(client_of(reviewer), url("dashboard"))

    assert [row.n_items for row in rows.order_by("period")] == [32] * 8
    assert all((row.period_end - row.period).days == 6 for row in rows)
    assert all(row.period.weekday() == 0 for row in rows)
    assert "Agreement over time" in text
    assert text.count("<polygon") >= 2


def test_run_over_a_year_is_sliced_by_month(project):
    ledger = Ledger(project)
    for days in (400, 380, 200, 20):
        ledger.now = timezone.now() - timedelta(days=days)
        ledger.say(f"d{days}", "Ann", "positive")
        ledger.say(f"d{days}", "Ben", "mixed")
    run = computed(ledger)

    rows = AgreementResult.objects.filter(run=run, scope="period", coefficient="percent_agreement")

    assert all(row.period.day == 1 for row in rows)
    assert sum(row.n_items for row in rows) == 4


def test_run_of_another_kind_is_sliced_and_says_who_differs(project, client_of, reviewer):
    ledger = AnswerLedger(project, "choices")
    for days, said in ((30, ["cat"]), (1, ["cat", "dog"])):
        ledger.now = timezone.now() - timedelta(days=days)
        for person in ("Ann", "Ben"):
            ledger.say(f"d{days}", person, {"kind": "choices", "choices": said})
        ledger.say(f"d{days}", "Cho", {"kind": "choices", "choices": ["elk"]})
    run = computed(ledger)

    percents = {row.source.name: row.percent for row in AnnotatorAgreement.objects.filter(run=run)}

    assert percents == {"Ann": 0.5, "Ben": 0.5, "Cho": 0.0}
    assert AgreementResult.objects.filter(run=run, scope="period").exists()
    assert "What if this annotator were left out" in page(client_of(reviewer), url("dashboard"))
