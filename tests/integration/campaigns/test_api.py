"""Impact, carrying over, campaigns and reports over REST."""

import pytest

from campaigns.models import Campaign, CarryOver
from core.jobs import run_job
from core.models import Job
from tests.factories.campaigns import a_ledger, draft_split, person_in, publish_split

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project, annotator):
    ledger = a_ledger(project)
    name = person_in(ledger, annotator)
    ledger.fill([("a", name, "refund"), ("b", name, "hello"), ("c", name, "other")])
    publish_split(ledger)
    return ledger


@pytest.fixture
def call(project, api_of, lead):
    """`call("post", "campaigns/", {...}, status=202)` as the lead; the JSON."""

    def as_lead(method, path, body=None, *, status=200, by=lead, scopes=None):
        api = api_of(by, scopes)
        url = f"/api/v1/projects/{project.pk}/{path}"
        response = getattr(api, method)(url, body, format="json")
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return as_lead


def work():
    """Everything that waits, done by this process in the worker's stead."""
    for job in Job.objects.unfinished():
        run_job(job.pk)


def test_impact_of_a_version_is_counted_and_read(ledger, call):
    asked = call("post", "impacts/", {"version": 2}, status=202)
    assert (asked["state"], asked["figures"]) == ("queued", {})
    assert call("post", "impacts/", {}, status=202)["id"] == asked["id"]
    work()

    figures = call("get", f"impacts/{asked['id']}/")["figures"]

    assert figures["needs_people"]["labels"] == 1
    assert figures["carries_over"]["labels"] == 1
    by_reference = {row["reference"]: row for row in figures["choices"]}
    assert by_reference["intent.refund"]["outcome"] == "needs_people"
    assert by_reference["intent.hello"]["into"] == ["intent.greeting"]
    assert len(call("get", "impacts/")["results"]) == 1


def test_impact_of_a_draft_is_counted_before_it_is_published(project, call):
    a_ledger(project).fill([("a", "Ann", "refund")])
    draft_split(project)
    asked = call("post", "impacts/", {}, status=202)
    work()

    answer = call("get", f"impacts/{asked['id']}/")

    assert (answer["version"], answer["revision"]) == (2, 2)
    assert answer["figures"]["needs_people"]["labels"] == 1


def test_carry_over_is_started_and_read(ledger, call):
    asked = call("post", "carry-overs/", {"version": 2}, status=202)
    work()

    answer = call("get", f"carry-overs/{asked['id']}/")

    assert (answer["n_annotations"], answer["n_labels"], answer["state"]) == (1, 1, "done")


def test_carry_over_is_cancelled(ledger, call):
    asked = call("post", "carry-overs/", {"version": 2}, status=202)

    assert call("post", f"carry-overs/{asked['id']}/cancel/", status=202)["state"] == "cancelled"
    assert CarryOver.objects.get().computed_at is None


def test_campaign_lives_over_rest(ledger, call, annotator):
    asked = call(
        "post", "campaigns/", {"version": 2, "name": "Refunds", "share": "0.5"}, status=202
    )
    assert (asked["number"], asked["job_state"], asked["who"]) == (1, "queued", "same")
    work()

    detail = call("get", "campaigns/1/")
    assert detail["slots"] == {
        "done": 0,
        "waiting": 1,
        "on_screen": 0,
        "closed": 0,
        "total": 1,
    }
    (label,) = call("get", "campaigns/1/labels/")["results"]
    assert (label["item"], label["choice"], label["probability"]) == ("a", "refund", 1.0)
    assert call("post", "campaigns/1/pause/")["state"] == "paused"
    assert call("post", "campaigns/1/resume/")["state"] == "running"
    report = call("post", "campaigns/1/reports/", status=202)
    work()
    figures = call("get", f"campaigns/1/reports/{report['id']}/")["figures"]
    assert figures["labels"]["waiting"] == 1
    assert figures["overall"]["value"] is None
    assert figures["agreement"][0]["verdict"] == "too_few_raters"
    assert call("post", "campaigns/1/end/")["state"] == "ended"
    assert [each["number"] for each in call("get", "campaigns/")["results"]] == [1]
    assert len(call("get", "campaigns/1/reports/")["results"]) == 1


def test_sample_hides_answers_of_items_the_reader_may_still_be_asked_about(ledger, call, owner):
    call("post", "campaigns/", {"version": 2, "name": "R", "who": "others"}, status=202)
    work()

    (label,) = call("get", "campaigns/1/labels/", by=owner)["results"]

    assert label["choice"] is None


BAD = [
    ("impacts/", {"version": 99}, 404, "not_found"),
    ("impacts/", {"version": 0}, 400, None),
    ("impacts/", {"versions": 2}, 400, None),
    ("impacts/", {"version": 1}, 400, None),
    ("carry-overs/", {}, 400, None),
    ("carry-overs/", {"version": 1}, 400, None),
    ("carry-overs/", {"version": 3}, 404, "not_found"),
    ("campaigns/", {"version": 2}, 400, None),
    ("campaigns/", {"version": 1, "name": "Old"}, 409, "old_version"),
    ("campaigns/", {"version": 2, "name": "x", "share": "0"}, 400, None),
    ("campaigns/", {"version": 2, "name": "x", "share": "NaN"}, 400, None),
    ("campaigns/", {"version": 2, "name": "x", "share": 1.5}, 400, None),
    ("campaigns/", {"version": 2, "name": "x", "who": "me"}, 400, None),
    ("campaigns/", {"version": 2, "name": "x", "who": "same", "overlap": 2}, 400, None),
    (
        "campaigns/",
        {"version": 2, "name": "x", "who": "others", "shows_previous": True},
        400,
        None,
    ),
    ("campaigns/", {"version": 2, "name": "x", "seed": 2**63}, 400, None),
    ("campaigns/", {"version": 2, "name": "x\x00"}, 400, None),
    ("campaigns/9/pause/", None, 404, "not_found"),
    ("campaigns/9/reports/", None, 404, "not_found"),
]


@pytest.mark.parametrize(("path", "body", "status", "code"), BAD)
def test_bad_input_is_refused_and_nothing_is_stored(ledger, call, path, body, status, code):
    answer = call("post", path, body, status=status)

    assert code is None or answer["code"] == code
    assert answer["message"]
    assert not Campaign.objects.exists()
    assert not Job.objects.exists()


def test_second_campaign_names_the_one_in_its_way(ledger, call):
    call("post", "campaigns/", {"version": 2, "name": "One"}, status=202)

    answer = call("post", "campaigns/", {"version": 2, "name": "Two"}, status=409)

    assert (answer["code"], answer["detail"]) == ("campaign_running", {"number": 1})
    body = {"version": 2, "name": "Two", "despite_running": True}
    assert call("post", "campaigns/", body, status=202)["number"] == 2


WRITES = [
    ("impacts/", {}),
    ("carry-overs/", {"version": 2}),
    ("carry-overs/1/cancel/", None),
    ("campaigns/", {"version": 2, "name": "x"}),
    ("campaigns/1/pause/", None),
    ("campaigns/1/resume/", None),
    ("campaigns/1/end/", None),
    ("campaigns/1/reports/", None),
]
READS = ["impacts/", "carry-overs/", "campaigns/", "campaigns/1/", "campaigns/1/reports/"]


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_writes_are_for_leads_with_a_token_that_writes(
    ledger, call, reviewer, annotator, outsider, lead, path, body
):
    for person in (reviewer, annotator):
        call("post", path, body, status=403, by=person)
    call("post", path, body, status=403, by=lead, scopes=["read"])
    call("post", path, body, status=404, by=outsider)


@pytest.mark.parametrize("path", READS)
def test_reads_are_for_those_who_see_quality(ledger, call, annotator, outsider, path):
    call("get", path, status=403, by=annotator)
    call("get", path, status=404, by=outsider)


UNKNOWN = ["impacts/7/", "carry-overs/7/", "campaigns/7/", f"impacts/{10**22}/"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_rows_are_not_found(ledger, call, path):
    call("get", path, status=404)
