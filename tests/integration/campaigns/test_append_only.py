"""Samples and results are kept for ever: the database itself refuses every attack."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.actions.start_report import start_report
from campaigns.models import Campaign
from core.jobs import start_job
from tests.factories.campaigns import (
    a_carry_over,
    a_ledger,
    a_prepared_campaign,
    a_report,
    an_impact,
    publish_split,
)

pytestmark = pytest.mark.django_db

TABLES = [
    "campaigns_campaign",
    "campaigns_campaignlabel",
    "campaigns_campaignreport",
    "campaigns_carryover",
    "campaigns_impact",
]


def execute(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.fixture
def campaign(project):
    ledger = a_ledger(project).fill([("a", "Ann", "refund"), ("b", "Ann", "hello")])
    publish_split(ledger)
    an_impact(ledger.version)
    a_carry_over(ledger)
    campaign = a_prepared_campaign(ledger)
    a_report(campaign)
    return campaign


@pytest.mark.parametrize("table", TABLES)
def test_update_is_refused(campaign, table):
    with pytest.raises(IntegrityError, match=f"UPDATE on {table} is refused"):
        execute(f"UPDATE {table} SET id = id + 1000000")


@pytest.mark.parametrize("table", TABLES)
def test_delete_is_refused(campaign, table):
    with pytest.raises(IntegrityError, match=f"DELETE on {table} is refused"):
        execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_truncate_is_refused(campaign, table):
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would refuse it before the trigger

    with pytest.raises(IntegrityError, match=r"TRUNCATE on .* is refused"):
        execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("column", ["share = 0.5", "seed = 9", "who = 'others'", "name = 'x'"])
def test_what_a_campaign_is_about_cannot_be_changed(campaign, column):
    with pytest.raises(IntegrityError, match="UPDATE on campaigns_campaign is refused"):
        execute(f"UPDATE campaigns_campaign SET {column}")


def test_where_a_campaign_stands_can_be_changed(campaign):
    assert Campaign.objects.update(state="paused") == 1


def test_report_before_its_figures_can_be_filled_but_not_deleted(campaign):
    report = start_report(campaign=campaign, by=campaign.created_by, now=timezone.now())

    assert execute(f"UPDATE campaigns_campaignreport SET figures = '{{}}' WHERE id = {report.pk}")
    with pytest.raises(IntegrityError, match="DELETE on campaigns_campaignreport is refused"):
        execute(f"DELETE FROM campaigns_campaignreport WHERE id = {report.pk}")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"share": 0}, "campaign_share_within_1"),
        ({"share": 2}, "campaign_share_within_1"),
        ({"who": "others", "shows_previous": True}, "campaign_shows_nobody_elses_answer"),
        ({"who": "same", "overlap": 2}, "campaign_overlap_is_for_others"),
        ({"number": 0}, "campaign_number_from_1"),
        ({"state": "ended"}, "campaign_ended_has_when"),
        ({}, "campaign_number_unique_in_project"),
    ],
)
def test_campaign_that_cannot_be_is_refused_by_the_database(campaign, values, constraint):
    columns = {
        field.attname: getattr(campaign, field.attname)
        for field in Campaign._meta.concrete_fields
        if not field.primary_key
    }
    job = start_job(kind="campaigns.prepare", arguments={}, by=None, now=timezone.now())
    other = {} if constraint == "campaign_number_unique_in_project" else {"number": 2}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Campaign.objects.create(**{**columns, "job_id": job.pk, **other, **values})
