"""The campaign pages: what they show, to whom, at what cost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.start_impact import start_impact
from campaigns.models import Campaign, CarryOver, Impact
from core.jobs import run_job
from core.models import Job
from tests.factories.campaigns import (
    a_campaign,
    a_ledger,
    a_prepared_campaign,
    a_report,
    an_impact,
    answer_slot,
    person_in,
    publish_split,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project, annotator, second_annotator):
    ledger = a_ledger(project)
    for person in (annotator, second_annotator):
        name = person_in(ledger, person)
        ledger.fill((f"item {n}", name, "refund") for n in range(4))
        ledger.fill([("b", name, "hello"), ("c", name, "other")])
    publish_split(ledger)
    return ledger


@pytest.fixture
def answered(ledger):
    """A campaign in which everybody answered, and its report."""
    campaign = a_prepared_campaign(ledger)
    for slot in campaign_slots(campaign):
        answer_slot(ledger, slot, "exchange" if slot.item_id % 2 else "other")
    a_report(campaign)
    return campaign


def campaign_slots(campaign):
    ids = campaign.labels.values_list("assignment", flat=True)
    return campaign.labels.model.assignment.field.related_model.objects.filter(
        pk__in=ids
    ).select_related("reserved_for")


def url(name, *args):
    return reverse(f"campaigns:{name}", args=["support", *args])


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_impact_without_a_guideline_says_what_to_do(project, client_of, lead):
    assert "No version yet" in page(client_of(lead), url("impact"))


def test_impact_of_a_first_version_says_that_there_is_nothing(project, client_of, lead):
    a_ledger(project)

    assert "This is the first version" in page(client_of(lead), url("impact"))


def test_impact_is_asked_for_by_a_lead_and_shows_figures(
    ledger, client_of, lead, reviewer, django_assert_max_num_queries
):
    client = client_of(lead)
    assert "Count touched labels" in page(client, url("impact"))
    response = client.post(url("start_impact"), {"version": "2"})
    assert response.url == f"{url('impact')}?version=2"
    text = page(client, url("impact"))
    assert "Waiting for a worker" in text
    run_job(Impact.objects.get().job_id)

    with django_assert_max_num_queries(16):
        text = page(client, url("impact"))

    assert "Need people" in text
    assert "Carry over" in text
    assert "It was split." in text
    assert "Carry labels over" in text
    assert "Carry labels over" not in page(client_of(reviewer), url("impact"))


def test_impact_counted_for_an_older_revision_says_so(ledger, client_of, lead):
    an_impact(ledger.version)
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(result={**job.result, "revision": 1})

    assert "has changed since" in page(client_of(lead), url("impact"))


def test_impact_progress_makes_the_page_load_anew_when_done(ledger, client_of, lead):
    impact = start_impact(version=ledger.version, by=lead, now=timezone.now())
    client = client_of(lead)
    address = url("impact_progress", impact.pk)
    assert "HX-Refresh" not in client.get(address, headers={"HX-Request": "true"})
    run_job(impact.job_id)

    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize("number", ["x", "0", "77", "9999999999", "-1"])
def test_impact_of_an_unknown_version_is_not_found(ledger, client_of, lead, number):
    page(client_of(lead), f"{url('impact')}?version={number}", status=404)
    assert client_of(lead).post(url("start_impact"), {"version": number}).status_code == 404


def test_carry_over_is_started_shown_and_cancelled(ledger, client_of, lead):
    an_impact(ledger.version)
    client = client_of(lead)
    client.post(url("carry_over"), {"version": "2"})
    text = page(client, url("impact"))
    assert "Carrying labels over" in text
    work = CarryOver.objects.get()

    client.post(url("cancel_carry_over", work.pk))
    client.post(url("carry_over"), {"version": "2"})
    run_job(CarryOver.objects.latest("pk").job_id)

    assert "2 answers were written" in page(client, url("impact"))


def test_list_without_campaigns_offers_one_to_a_lead_only(ledger, client_of, lead, reviewer):
    assert url("new") in page(client_of(lead), url("list"))
    assert url("new") not in page(client_of(reviewer), url("list"))


def test_new_before_a_second_version_says_that_there_is_nothing(project, client_of, lead):
    a_ledger(project)

    assert "There is nothing to relabel yet" in page(client_of(lead), url("new"))


def test_new_campaign_shows_what_a_share_draws(ledger, client_of, lead):
    an_impact(ledger.version)
    client = client_of(lead)
    assert "id_percent" in page(client, url("new"))

    text = page(client, f"{url('sample')}?percent=30")

    # 30 % of 8 refunds is 2.4, so 3.
    assert '<td class="num">8</td><td class="num">3</td>' in text


@pytest.mark.parametrize("percent", ["", "0", "101", "x", "nan", "-5"])
def test_sample_of_a_share_that_cannot_be_says_what_can(ledger, client_of, lead, percent):
    assert "Type a share" in page(client_of(lead), f"{url('sample')}?percent={percent}")


def post(client, **fields):
    body = {"name": "Refunds", "percent": "50", "who": "same", "overlap": "1", "priority": "4",
            "seed": "1", **fields}  # fmt: skip
    return client.post(url("new"), body)


def test_new_campaign_is_started_and_prepared(ledger, client_of, lead):
    client = client_of(lead)

    assert post(client).url == url("campaign", 1)
    assert "Waiting for a worker" in page(client, url("campaign", 1))
    run_job(Campaign.objects.get().job_id)

    text = page(client, url("campaign", 1))
    assert "0 of 4 asked for are done" in text
    assert "4 of 8, on" in text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"percent": "0"}, "greater than or equal to 0.01"),
        ({"percent": "NaN"}, "Enter a number."),
        ({"who": "others", "shows_previous": "on"}, "nobody sees another person"),
        ({"overlap": "3"}, "An overlap is for other people."),
        ({"seed": "9" * 30}, "less than or equal to"),
    ],
)
def test_new_campaign_with_bad_input_is_shown_again_with_reasons(
    ledger, client_of, lead, fields, message
):
    response = post(client_of(lead), **fields)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Campaign.objects.exists()


def test_new_campaign_beside_a_running_one_asks_for_confirmation(ledger, client_of, lead):
    a_campaign(ledger)
    client = client_of(lead)
    assert "despite_running" not in page(client, url("new"))

    response = post(client)
    assert 'name="despite_running"' in response.content.decode()

    assert response.status_code == 422
    assert "Campaign 1 asks for the same labels" in response.content.decode()
    assert post(client, despite_running="on").url == url("campaign", 2)


def test_campaign_is_paused_resumed_and_ended_with_consequences(ledger, client_of, lead):
    a_prepared_campaign(ledger)
    client = client_of(lead)
    client.post(url("pause", 1))
    assert "Resume" in page(client, url("campaign", 1))
    client.post(url("resume", 1))
    assert "8 items that wait are not handed out any more." in page(client, url("end", 1))

    client.post(url("end", 1))

    text = page(client, url("campaign", 1))
    assert "Steer" not in text
    assert client.post(url("resume", 1)).status_code == 409


def test_campaign_progress_polls_itself_while_it_runs(ledger, client_of, reviewer):
    a_prepared_campaign(ledger)

    text = page(client_of(reviewer), url("progress", 1))

    assert "0 of 8 asked for are done" in text
    assert "every 10s" in text


def test_report_is_asked_for_and_shows_the_answer_first(
    answered, client_of, lead, django_assert_max_num_queries
):
    client = client_of(lead)
    with django_assert_max_num_queries(20):
        text = page(client, url("campaign", 1))

    assert text.index("Did the new version help?") < text.index("How many labels flipped")
    assert "It cannot be said yet: only 4 items have two labels before and after" in text
    assert "What old labels became" in text
    client.post(url("report", 1))
    assert "Waiting for a worker" in page(client, url("campaign", 1))


def test_list_shows_progress_with_a_flat_number_of_statements(
    ledger, client_of, lead, django_assert_max_num_queries
):
    client = client_of(lead)
    for _ in range(4):
        campaign = a_prepared_campaign(ledger, despite_running=True)
    for slot in campaign_slots(campaign):
        answer_slot(ledger, slot, "exchange")
    page(client, url("list"))

    with django_assert_max_num_queries(12):
        assert "8 of 8" in page(client, url("list"))


def test_pages_are_closed_to_annotators_and_outsiders(answered, client_of, annotator, outsider):
    for name, args in [("impact", ()), ("list", ()), ("campaign", (1,)), ("progress", (1,)),
                       ("new", ()), ("end", (1,)), ("sample", ())]:  # fmt: skip
        page(client_of(annotator), url(name, *args), status=403)
        page(client_of(outsider), url(name, *args), status=404)


def test_writes_are_closed_to_reviewers(answered, client_of, reviewer):
    client = client_of(reviewer)
    for name, args in [("start_impact", ()), ("carry_over", ()), ("pause", (1,)), ("end", (1,)),
                       ("report", (1,)), ("resume", (1,)), ("new", ())]:  # fmt: skip
        assert client.post(url(name, *args)).status_code == 403


def test_unknown_campaigns_are_not_found(ledger, client_of, lead):
    for name in ("campaign", "progress", "end", "preparing"):
        page(client_of(lead), url(name, 77), status=404)
