"""The overview of quality: what is counted, what is shown, to whom, at what cost."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from annotations.models import Flag, SourceKind
from core.jobs import run_job
from core.models import Job
from guidelines.models import Question
from quality.actions.overview.start import start_overview
from quality.models import OverviewRun
from quality.queries.overview.page import done_of
from tests.factories.annotations import answered, leased, open_items
from tests.factories.guidelines import publish_version
from tests.factories.overview import WorkLedger, busy_ledger, counted, days_ago
from tests.factories.projects import ProjectFactory
from tests.factories.quality import agreement_run, resolution_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(annotator, second_annotator, reviewer):
    return [annotator, second_annotator, reviewer]


@pytest.fixture
def ledger(project, people):
    return busy_ledger(project, people)


@pytest.fixture
def run(ledger, lead):
    return counted(ledger.project, ledger.question, lead)


def url(name, *args):
    return reverse(f"quality:{name}", args=["support", *args])


def day(ago):
    return timezone.localdate(days_ago(ago)).isoformat()


def rows_of(run, what, **wanted):
    """Rows of the counts as dictionaries, those that hold the wanted values."""
    names = {
        "days": ("at", "version", "kind", "n", "sources"),
        "totals": ("version", "kind", "n", "sources"),
        "sources": ("source", "version", "kind", "n"),
        "classes": ("week", "version", "kind", "choice", "n"),
    }[what]
    rows = [dict(zip(names, row, strict=True)) for row in run.figures["answers"][what]]
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_answers_are_counted_by_day_version_kind_and_person(project, people, lead):
    ledger = WorkLedger(project)
    first = ledger.version.pk
    for item in "ab":
        ledger.wait(item, overlap=3)
    ledger.answer("a", people[0], "p", ago=2)
    ledger.answer("a", people[1], "n", ago=2)
    ledger.publish("positive", "negative", "mixed")
    ledger.answer("b", people[0], "p", ago=1)
    ledger.now = days_ago(1)
    ledger.say("b", "Ann", "mixed")

    run = counted(project, ledger.question, lead)

    assert rows_of(run, "days", version=0, kind="") == [
        {"at": day(2), "version": 0, "kind": "", "n": 2, "sources": 2},
        {"at": day(1), "version": 0, "kind": "", "n": 2, "sources": 2},
    ]
    assert [row["n"] for row in rows_of(run, "days", version=first, kind="human")] == [2]
    assert [row["n"] for row in rows_of(run, "days", version=0, kind="import")] == [1]
    assert rows_of(run, "totals", version=0, kind="") == [
        {"version": 0, "kind": "", "n": 4, "sources": 3}
    ]
    bob = ledger.sources[people[0].name].pk
    assert sum(row["n"] for row in rows_of(run, "sources", source=bob)) == 2


def test_revision_counts_as_work_and_its_old_class_no_more(project, people, lead):
    ledger = WorkLedger(project)
    ledger.wait("a", overlap=3)
    ledger.answer("a", people[0], "p", ago=3)
    ledger.now = days_ago(1)
    ledger.say("a", people[0].name, "negative")
    ledger.wait("gone", overlap=3)
    ledger.answer("gone", people[0], "m", ago=1)
    ledger.withdraw("gone")

    run = counted(project, ledger.question, lead)

    assert [row["n"] for row in rows_of(run, "days", version=0, kind="")] == [1, 2]
    classes = {row["choice"]: row["n"] for row in rows_of(run, "classes")}
    assert classes == {ledger.choice("negative").pk: 1}


def test_carried_over_answers_are_no_work_of_people_but_count_for_their_rater(
    project, people, lead
):
    ledger = WorkLedger(project)
    ledger.wait("a", overlap=3)
    ledger.answer("a", people[0], "p", ago=3)
    ledger.sources["carried"] = type(ledger.sources[people[0].name]).objects.create(
        project=project,
        kind=SourceKind.MIGRATION,
        name="carried",
        on_behalf_of=ledger.sources[people[0].name],
        created_at=timezone.now(),
    )
    ledger.heads["a", "carried"] = ledger.heads["a", people[0].name]
    ledger.publish("positive", "negative", "mixed")
    ledger.say("a", "carried", "positive")

    run = counted(project, ledger.question, lead)

    assert [row["n"] for row in rows_of(run, "totals", version=0, kind="")] == [1]
    assert [row["n"] for row in rows_of(run, "totals", version=0, kind="migration")] == [1]
    assert [row["version"] for row in rows_of(run, "classes", kind="human")] == [ledger.version.pk]


def test_progress_counts_slots_and_a_pace_without_skips_and_revisions(project, people, lead):
    ledger = WorkLedger(project)
    for item in "abcd":
        ledger.wait(item, overlap=2)
    ledger.answer("a", people[0], "p", ago=3)
    ledger.answer("b", people[0], "p", ago=3)
    ledger.answer("a", people[1], "-", ago=2)
    ledger.answer("b", people[1], "p", ago=1)
    ledger.now = days_ago(1)
    ledger.say("b", people[1].name, "negative")
    ledger.wait("gone")
    ledger.withdraw("gone")

    figures = counted(project, ledger.question, lead).figures

    assert figures["progress"]["slots"] == {"done": 4, "open": 4}
    assert figures["progress"]["pace"] == [2, 0, 1]
    assert figures["progress"]["forecast"]["days"] in range(3, 7)
    done = done_of(figures)
    assert (done.done, done.total, done.percent, done.pace) == (4, 8, 50.0, 1.0)


def test_needs_are_counted_in_items(project, people, lead, ledger):
    Flag.objects.create(
        project=project,
        item=ledger.items["open-2"],
        version=ledger.version,
        by=people[0],
        comment="?",
        created_at=timezone.now(),
    )

    needs = counted(project, ledger.question, lead).figures["needs"]

    assert needs == {"items": 36, "unfinished": 6, "begun": 2, "skipped": 1, "questions": 1}


def test_numbers_of_needs_lead_to_exactly_those_items(client_of, lead, ledger, run):
    agreement = agreement_run(ledger)
    run_job(agreement.job_id)
    client = client_of(lead)
    page = client.get(url("overview")).context["page"]

    for need in page.figures.needs:
        if "/items/?" in need.url:
            assert len(client.get(need.url).context["page"].rows) == need.n, need.key
    disputed = next(need for need in page.figures.needs if need.key == "disputed")
    assert len(client.get(disputed.url).context["list"].disputes) == disputed.n


def test_cells_of_pictures_lead_to_exactly_their_items(client_of, lead, ledger, run):
    client = client_of(lead)
    figures = client.get(url("overview")).context["page"].figures

    for row in figures.balance.classes:
        if row.n:
            said = client.get(row.url).context["page"].rows
            assert 0 < len(said) <= row.n
    for _name, cells, _beside in figures.throughput.days.rows:
        if cells[0].url:
            assert client.get(cells[0].url).context["page"].rows
    for person in figures.throughput.people:
        assert len(client.get(person.url).context["page"].rows) == person.n


def test_overview_says_how_good_how_far_and_what_next(client_of, lead, ledger, run):
    for each in (agreement_run(ledger), resolution_run(ledger)):
        run_job(each.job_id)

    text = client_of(lead).get(url("overview")).text

    for words in (
        "over items",
        "over annotators",
        "95 % interval",
        "Answers in the last 7 days",
        "Who agrees with whom",
        "Undecided by the last resolution",
        "Classes by guideline version",
        "Answers by day as a table",
    ):
        assert words in text, words
    assert "hx-post" not in text


def test_overview_of_a_version_and_kind_shows_its_part(client_of, lead, ledger, run):
    client = client_of(lead)

    def total(**query):
        return client.get(url("overview"), query).context["page"].figures.throughput.total

    assert total() == total(version=1) + total(version=2) == total(kind="human")
    assert 0 < total(version=1) < total()


def test_overview_suggests_what_this_person_can_do(client_of, lead, reviewer, ledger, run, project):
    run_job(agreement_run(ledger).job_id)
    Flag.objects.create(
        project=project,
        item=ledger.items["open-2"],
        version=ledger.version,
        by=reviewer,
        comment="?",
        created_at=timezone.now(),
    )
    counted_again = OverviewRun.objects.create(
        project=project,
        question=ledger.question,
        job=Job.objects.create(kind="test", created_at=timezone.now(), ring_at=timezone.now()),
        requested_by=lead,
        created_at=timezone.now(),
    )
    figures = {**run.figures, "needs": {**run.figures["needs"], "questions": 1}}
    OverviewRun.objects.filter(pk=counted_again.pk).update(
        figures=figures, computed_at=timezone.now()
    )

    assert "Answer 1 question" in client_of(lead).get(url("overview")).text
    assert "disputed item" in client_of(reviewer).get(url("overview")).text


def test_overview_without_a_guideline_says_what_to_do(project, client_of, lead):
    assert "No question is published yet" in client_of(lead).get(url("overview")).text


def test_overview_never_counted_asks_for_a_count_and_reading_writes_nothing(
    project, client_of, lead
):
    publish_version(project)

    text = client_of(lead).get(url("overview")).text

    assert f'hx-post="{url("refresh_overview")}"' in text
    assert not OverviewRun.objects.exists()
    assert not Job.objects.exists()


def test_overview_of_any_kind_of_question_is_shown(project, client_of, lead):
    ledger = WorkLedger(project)

    run = counted(project, ledger.question, lead)

    assert run.figures["answers"]["days"] == []
    text = client_of(lead).get(url("overview")).text
    assert "It needs three whole days of work to tell." in text or "Every slot" in text


def test_count_that_is_old_is_asked_for_again(client_of, lead, ledger, run, monkeypatch):
    client = client_of(lead)
    assert "hx-post" not in client.get(url("overview")).text

    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr("quality.views.overview.timezone.now", lambda: later)

    assert "hx-post" in client.get(url("overview")).text


def test_refresh_starts_one_count_for_two_who_ask(client_of, lead, reviewer, ledger):
    asked = {"question": "sentiment"}

    first = client_of(lead).post(url("refresh_overview"), asked)
    second = client_of(reviewer).post(
        url("refresh_overview"), asked, headers={"HX-Request": "true"}
    )

    assert first.status_code == 302
    assert 'data-job="queued"' in second.text
    assert OverviewRun.objects.count() == 1


def test_refresh_of_a_fresh_count_counts_nothing_and_loads_the_page_anew(
    client_of, lead, ledger, run
):
    asked = {"question": "sentiment"}

    answer = client_of(lead).post(url("refresh_overview"), asked, headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"
    assert OverviewRun.objects.count() == 1


def test_progress_of_a_count_ends_with_a_new_page(client_of, lead, ledger):
    run = start_overview(
        project=ledger.project, question=ledger.question, by=lead, now=timezone.now()
    )
    client, address = client_of(lead), url("overview_progress", run.pk)
    assert 'data-job="queued"' in client.get(address, headers={"HX-Request": "true"}).text

    run_job(run.job_id)

    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_failed_count_says_so_and_does_not_ask_by_itself(client_of, lead, ledger):
    run = start_overview(
        project=ledger.project, question=ledger.question, by=lead, now=timezone.now()
    )
    Job.objects.filter(pk=run.job_id).update(state="failed", finished_at=timezone.now())

    text = client_of(lead).get(url("overview")).text

    assert "The last count did not work out." in text
    assert "hx-post" not in text


@pytest.mark.parametrize(
    ("name", "status"), [("lead", 200), ("reviewer", 200), ("annotator", 403), ("outsider", 404)]
)
def test_overview_is_for_those_who_watch(name, status, request, client_of, ledger, run):
    client = client_of(request.getfixturevalue(name))

    assert client.get(url("overview")).status_code == status
    assert client.get(url("overview_progress", run.pk)).status_code == status
    posted = client.post(url("refresh_overview"), {"question": "sentiment"}).status_code
    assert posted == (302 if status == 200 else status)


@pytest.mark.parametrize("query", [{"question": "none"}, {"version": "9"}, {"kind": "robot"}])
def test_overview_of_something_that_is_not_there_is_not_found(query, client_of, lead, ledger):
    assert client_of(lead).get(url("overview"), query).status_code == 404


def test_refresh_of_an_unknown_question_and_progress_of_a_foreign_count_are_not_found(
    client_of, lead, ledger, run
):
    other = ProjectFactory()
    foreign = WorkLedger(other)
    theirs = counted(other, foreign.question, lead)
    client = client_of(lead)

    assert client.post(url("refresh_overview"), {"question": "none"}).status_code == 404
    assert client.get(url("overview_progress", theirs.pk)).status_code == 404


def test_overview_costs_the_same_statements_however_much_was_said(
    client_of, lead, project, people, django_assert_max_num_queries
):
    ledger = busy_ledger(project, people)
    counted(project, ledger.question, lead)
    run_job(agreement_run(ledger).job_id)
    client = client_of(lead)

    with django_assert_max_num_queries(26):
        client.get(url("overview"))


def test_count_is_kept_as_it_is(run):
    for sql in (
        "UPDATE quality_overviewrun SET figures = '{}'",
        "DELETE FROM quality_overviewrun",
        "TRUNCATE quality_overviewrun",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_overview_counts_what_the_labeling_screen_stored(project, annotator, lead, client_of):
    publish_version(project)
    open_items(project, 2, overlap=1)
    answered(project, annotator, {"sentiment": "positive"})
    leased(project, annotator)

    figures = counted(project, Question.objects.get(), lead).figures

    assert figures["progress"]["slots"] == {"done": 1, "leased": 1}
    assert figures["needs"]["unfinished"] == 1


def test_rest_reads_the_overview_and_asks_for_a_count(api_of, lead, ledger, project):
    address = f"/api/v1/projects/{project.pk}/quality/overview/"
    api = api_of(lead)
    before = api.get(address).json()
    assert (before["state"], before["counted_at"], before["needs"]) == ("old", None, None)

    asked = api.post(address, {"question": "sentiment"}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    assert api.get(address).json()["state"] == "waiting"
    run_job(OverviewRun.objects.get().job_id)
    run_job(agreement_run(ledger).job_id)

    found = api.get(address).json()
    assert found["state"] == "current"
    assert found["alpha"]["n_items"] == 30
    assert found["answers"] == 91
    assert found["progress"]["slots"] == {"done": 92, "open": 10}
    assert found["needs"]["unfinished"] == 6
    assert api.get(address, {"version": 1}).json()["answers"] == 45


def test_rest_overview_keeps_to_roles_scopes_and_words(
    api_of, lead, annotator, outsider, ledger, project
):
    address = f"/api/v1/projects/{project.pk}/quality/overview/"
    body = {"question": "sentiment"}

    assert api_of(annotator).get(address).status_code == 403
    assert api_of(annotator).post(address, body, format="json").status_code == 403
    assert api_of(outsider).get(address).status_code == 404
    assert api_of(lead, scopes=["read"]).post(address, body, format="json").status_code == 403
    for query in ({"question": "none"}, {"version": "9"}, {"kind": "robot"}):
        assert api_of(lead).get(address, query).status_code == 404
    assert api_of(lead).get(address, {"version": "x"}).status_code == 400
    refused = api_of(lead).post(address, {"question": "none"}, format="json")
    assert (refused.status_code, "question" in str(refused.json())) == (400, True)
    assert api_of(lead).post(address, {}, format="json").status_code == 400
