"""What another run would change: counted, class by class, as a file, over REST."""

import csv
import io
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from core.models.job import JobState
from quality.actions.resolution.deciding_rules import Deciding
from quality.actions.resolution.start_comparison import start_comparison
from quality.models import ComparedItem, ResolutionCheck, ResolutionRun, RunComparison
from tests.factories.annotations import open_slots
from tests.factories.quality import (
    AnswerLedger,
    Ledger,
    computed_resolution,
    resolution_run,
    small_ledger,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project):
    return small_ledger(project)


@pytest.fixture
def pair(ledger):
    """Ties left open, and ties to the lowest after one more label."""
    first = computed_resolution(ledger)
    ledger.now = timezone.now()
    ledger.say("b", "Dan", "positive")
    ledger.say("g", "Dan", "positive")
    ledger.say("g", "Eve", "positive")
    ledger.say("new", "Dan", "positive")
    return compared(first, computed_resolution(ledger, parameters={"ties": "lowest"}))


def compared(first, second):
    """Both runs, with what a worker has found between them."""
    made = start_comparison(first=first, second=second, by=first.requested_by, now=timezone.now())
    assert run_job(made.job_id) == JobState.DONE
    return first, second


def page(pair, name="comparison"):
    return reverse(f"quality:{name}", args=["support", pair[0].pk, pair[1].pk])


def table(pair, **words):
    """The same items as CSV."""
    query = urlencode({"run": pair[0].pk, "other": pair[1].pk, **words})
    return f"{reverse('quality:table', args=['support', 'comparison'])}?{query}"


def rest(pair):
    project, first, second = pair[0].project_id, pair[0].pk, pair[1].pk
    return f"/api/v1/projects/{project}/quality/resolutions/{first}/compare/{second}/"


@pytest.fixture
def unseen(ledger):
    """Two finished runs that nobody has compared."""
    return (
        computed_resolution(ledger),
        computed_resolution(ledger, parameters={"ties": "lowest"}),
    )


def test_reading_a_pair_that_nobody_compared_computes_nothing_and_offers_to(
    unseen, client_of, api_of, reviewer
):
    text = client_of(reviewer).get(page(unseen)).content.decode()
    body = api_of(reviewer).get(rest(unseen)).json()

    assert "Compare them" in text
    assert (body["state"], body["n_common"], body["flows"]) == ("missing", None, [])
    assert client_of(reviewer).get(table(unseen)).status_code == 404
    assert client_of(reviewer).get(page(unseen, "comparison_progress")).status_code == 404
    assert not RunComparison.objects.exists()


def test_two_requests_at_once_are_one_comparison_done_by_a_job(unseen, client_of, api_of, reviewer):
    client_of(reviewer).post(page(unseen))
    started = api_of(reviewer).post(rest(unseen))
    made = RunComparison.objects.get()

    assert (started.status_code, started.json()["state"]) == (202, "queued")
    assert "Waiting for a worker" in client_of(reviewer).get(page(unseen)).content.decode()
    run_job(made.job_id)
    client_of(reviewer).post(page(unseen))
    assert RunComparison.objects.get().computed_at
    assert api_of(reviewer).get(rest(unseen)).json()["state"] == "done"


def test_comparison_in_stretches_counts_like_one_in_one_go(pair, monkeypatch):
    whole = RunComparison.objects.get()
    monkeypatch.setattr("quality.actions.resolution.compute_comparison.ITEMS_AT_ONCE", 3)
    first, second = pair[1], pair[0]
    compared(first, second)
    back = RunComparison.objects.get(first=first)

    assert sorted([b, a, n, d] for a, b, n, d in back.flows) == sorted(whole.flows)
    items = {
        made: set(ComparedItem.objects.filter(comparison=made).values_list("item", flat=True))
        for made in (whole, back)
    }
    assert items[whole] == items[back]


def test_finished_comparison_cannot_be_changed(pair):
    for change in (
        lambda: RunComparison.objects.update(flows=[]),
        lambda: ComparedItem.objects.update(before="x"),
        lambda: ComparedItem.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_starting_a_comparison_is_closed_to_annotators_and_outsiders(
    unseen, client_of, api_of, annotator, outsider
):
    for address, of in ((page(unseen), client_of), (rest(unseen), api_of)):
        assert of(annotator).post(address).status_code == 403
        assert of(outsider).post(address).status_code == 404
    assert not RunComparison.objects.exists()


def test_comparison_counts_and_shows_what_went_where(pair, api_of, reviewer):
    body = api_of(reviewer).get(rest(pair)).json()

    assert body["same_inputs"] is False
    assert (body["n_common"], body["n_different"]) == (8, 2)
    assert (body["n_only_first"], body["n_only_second"]) == (0, 1)
    flows = {(each["from"], each["to"]): each["n"] for each in body["flows"]}
    assert flows == {
        ("positive", "positive"): 3, ("negative", "negative"): 2, ("mixed", "mixed"): 1,
        ("negative", "positive"): 1, (None, "positive"): 1,
    }  # fmt: skip
    assert [row["external_id"] for row in body["results"]] == ["f", "g"]
    assert body["results"][0]["first"] is None
    assert body["results"][0]["second"]["choice"] == "positive"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"from": "negative"}, ["g"]),
        ({"from": "undecided", "to": "positive"}, ["f"]),
        ({"to": "positive"}, ["f", "g"]),
        ({"to": "undecided"}, []),
    ],
)
def test_differences_can_be_chosen_by_where_they_came_from_and_went(
    pair, api_of, client_of, reviewer, query, found
):
    body = api_of(reviewer).get(rest(pair), query).json()
    text = client_of(reviewer).get(page(pair), query).content.decode()

    assert [row["external_id"] for row in body["results"]] == found
    for item in "fg":
        assert (f"Text of {item}" in text) == (item in found)


def test_differences_of_an_unknown_choice_are_not_found(pair, api_of, client_of, reviewer):
    assert api_of(reviewer).get(rest(pair), {"from": "nothing"}).status_code == 404
    assert client_of(reviewer).get(page(pair), {"to": "nothing"}).status_code == 404


def test_page_has_a_table_whose_cells_lead_to_their_items(
    pair, client_of, reviewer, django_assert_max_num_queries
):
    client = client_of(reviewer)
    client.get(page(pair))
    with django_assert_max_num_queries(16):
        text = client.get(page(pair)).content.decode()

    assert "What would change" in text
    assert 'href="?from=negative&amp;to=positive#differences"' in text
    assert "0 in the first, 1 in the second" in text
    assert "The two runs did not see the same labels" in text


def test_file_has_the_same_items(pair, client_of, reviewer):
    answer = client_of(reviewer).get(table(pair, **{"from": "negative"}))

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["external_id"], row["first"], row["second"]) for row in rows] == [
        ("g", "Negative", "Positive")
    ]
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]


def test_file_gives_no_formula_to_a_spreadsheet(project, client_of, reviewer):
    ledger = Ledger(project).fill([("=1+1", "Ann", "mixed"), ("=1+1", "Ben", "positive")])
    pair = compared(
        computed_resolution(ledger), computed_resolution(ledger, parameters={"ties": "lowest"})
    )

    text = client_of(reviewer).get(table(pair)).getvalue().decode()

    assert ",'=1+1,," in text


def test_items_that_the_viewer_may_still_label_are_hidden_or_left_out(
    pair, ledger, api_of, client_of, owner
):
    open_slots(ledger.item("g"))
    api = api_of(owner)

    by_id = {row["external_id"]: row for row in api.get(rest(pair)).json()["results"]}
    chosen = api.get(rest(pair), {"from": "negative"}).json()["results"]
    text = client_of(owner).get(table(pair)).getvalue().decode()

    assert (by_id["g"]["blind"], by_id["g"]["first"], by_id["g"]["second"]) == (True, None, None)
    assert chosen == []
    hidden = next(line for line in text.splitlines() if ",g," in line)
    assert hidden.split(",")[2:-1] == [""] * 4


def test_runs_of_a_kind_without_single_choices_are_compared_by_what_is_decided(
    project, api_of, reviewer
):
    ledger = AnswerLedger(project, "rating")
    for item, numbers in (("a", (1, 2)), ("b", (3, 3))):
        for person, number in zip(("Ann", "Ben"), numbers, strict=True):
            ledger.say(item, person, {"kind": "rating", "number": number})
    pair = compared(
        computed_resolution(ledger, "median"),
        computed_resolution(ledger, "median", parameters={"ties": "lowest"}),
    )
    api = api_of(reviewer)

    body = api.get(rest(pair)).json()

    flows = {(each["from"], each["to"]): each["n"] for each in body["flows"]}
    assert flows == {(None, "decided"): 1, ("decided", "decided"): 1}
    chosen = api.get(rest(pair), {"from": "undecided", "to": "decided"}).json()
    assert [row["external_id"] for row in chosen["results"]] == ["a"]


def test_comparison_is_closed_to_annotators_outsiders_and_unfinished_runs(
    pair, ledger, api_of, client_of, annotator, outsider, reviewer
):
    waiting = resolution_run(ledger, "dawid_skene")
    for address, of in (
        (page(pair), client_of),
        (table(pair), client_of),
        (rest(pair), api_of),
    ):
        assert of(annotator).get(address).status_code == 403
        assert of(outsider).get(address).status_code == 404
    for address, of in (
        (page((pair[0], waiting)), client_of),
        (table((pair[0], waiting)), client_of),
        (rest((pair[0], waiting)), api_of),
    ):
        assert of(reviewer).get(address).status_code == 404


def test_rest_with_a_bad_argument_is_refused(pair, api_of, reviewer):
    for query in ({"after": "x"}, {"size": 0}, {"fro": "a"}):
        assert api_of(reviewer).get(rest(pair), query).status_code == 400


def test_the_same_can_be_asked_for_again_with_labels_of_then_or_now(
    pair, client_of, api_of, lead, reviewer
):
    first = pair[0]
    client_of(lead).post(
        reverse("quality:resolution_again", args=["support", first.pk]), {"labels": "then"}
    )
    again = ResolutionRun.objects.latest("pk")
    body = api_of(lead).post(
        f"/api/v1/projects/{first.project_id}/quality/resolutions/{first.pk}/again/",
        {"labels": "now"},
        format="json",
    )

    assert (again.as_of, again.method, again.parameters) == (first, first.method, first.parameters)
    assert (body.status_code, body.json()["as_of"]) == (202, None)
    for door in (
        client_of(reviewer).post(reverse("quality:resolution_again", args=["support", first.pk])),
        api_of(reviewer).post(
            f"/api/v1/projects/{first.project_id}/quality/resolutions/{first.pk}/again/"
        ),
    ):
        assert door.status_code == 403
    assert ResolutionRun.objects.count() == 4


def test_again_keeps_costs_and_threshold(ledger, client_of, lead):
    first = computed_resolution(ledger, deciding=Deciding(abstain_below=0.7))

    client_of(lead).post(reverse("quality:resolution_again", args=["support", first.pk]))

    again = ResolutionRun.objects.latest("pk")
    assert again.pk != first.pk
    assert again.parameters == first.parameters


def test_check_is_asked_for_and_shown_on_the_page_and_over_rest(
    pair, client_of, api_of, lead, reviewer, annotator, outsider
):
    first = pair[0]
    checks = f"/api/v1/projects/{first.project_id}/quality/resolutions/{first.pk}/checks/"
    button = reverse("quality:resolution_check", args=["support", first.pk])
    progress = reverse("quality:resolution_check_progress", args=["support", first.pk])
    assert client_of(reviewer).get(progress).status_code == 404
    assert client_of(reviewer).post(button).status_code == 403
    assert api_of(reviewer).post(checks).status_code == 403
    assert api_of(annotator).get(checks).status_code == 403
    assert api_of(outsider).get(checks).status_code == 404

    client_of(lead).post(button)
    same = api_of(lead).post(checks)
    assert same.status_code == 202
    assert client_of(reviewer).get(progress).status_code == 200
    run_job(ResolutionCheck.objects.get().job_id)

    (found,) = api_of(reviewer).get(checks).json()["results"]
    assert (found["id"], found["outcome"], found["n_different"]) == (same.json()["id"], "same", 0)
    text = client_of(reviewer).get(reverse("quality:resolution", args=["support", first.pk]))
    assert "Reproduced bit for bit" in text.content.decode()


def test_check_of_an_unfinished_run_over_rest_is_refused(ledger, api_of, lead):
    run = resolution_run(ledger)
    checks = f"/api/v1/projects/{run.project_id}/quality/resolutions/{run.pk}/checks/"

    assert api_of(lead).post(checks).status_code == 400
