"""Figures of people: computed in a job, shown to those who watch, with the rows behind them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from annotations.actions.check_pause import pause_person
from annotations.models import Assignment, Label
from core.jobs import run_job
from projects.models import Membership
from quality.models import PeopleRun, PersonFigures
from tests.factories.accounts import UserFactory
from tests.factories.people import People

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"quality:{name}", args=["support", *args])


def figures(run, source):
    return PersonFigures.objects.get(run=run, source=source)


@pytest.fixture
def people(project):
    return People(project)


@pytest.fixture
def computed(people, lead, annotator, second_annotator):
    """Bob and Carol with 40 items in common, an import, gold items and repeats."""
    bob, carol = people.person(annotator), people.person(second_annotator)
    third = people.imported("Ines")
    items = people.items(40)
    people.label(items, bob, accuracy=0.9)
    people.label(items, carol, accuracy=0.7)
    people.label(items, third, accuracy=0.8, seconds=None)
    golds = people.gold(12, lead)
    for number, gold in enumerate(golds):
        people.check(gold, bob, right=number != 0)
    for number, gold in enumerate(golds[:4]):
        people.check(gold, carol, right=number % 2 == 0)
    for number, original in enumerate(bob.annotations.filter(item__in=items).order_by("pk")[:10]):
        before = original.labels.get().choice.key
        people.repeat(original, before if number else "mixed" if before != "mixed" else "negative")
    run = people.run(lead)
    run_job(run.job_id)
    run.refresh_from_db()
    assert run.computed_at is not None
    return run, bob, carol


def test_run_counts_gold_and_repeats_with_their_numbers_and_intervals(computed):
    run, bob, carol = computed

    first, second = figures(run, bob), figures(run, carol)

    assert (first.n_labels, first.gold_right, first.gold_n) == (52, 11, 12)
    assert (second.n_labels, second.gold_right, second.gold_n) == (44, 2, 4)
    assert first.gold_low < 11 / 12 < first.gold_high
    assert (first.self_equal, first.self_n) == (9, 10)
    assert (second.self_equal, second.self_n, second.self_low) == (0, 0, None)
    assert sum(row["n"] for row in first.details["classes"]) == 12
    assert sum(run.gold_counts[key][1] for key in run.gold_counts) == 16


def labels_of(source):
    rows = Label.objects.filter(annotation__source=source)
    return dict(rows.values_list("item", "choice"))


def test_run_measures_peers_over_pairs_on_the_same_item(computed):
    run, bob, _carol = computed
    rows = PersonFigures.objects.filter(run=run).exclude(source=bob)
    others = [labels_of(source) for source in rows.values_list("source", flat=True)]
    own = labels_of(bob)

    pairs = [(own[item], said[item]) for said in others for item in own if item in said]

    found = figures(run, bob)
    assert found.peers_n == len(pairs)
    assert found.peers == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))


def test_run_says_how_alpha_moves_without_a_person(computed):
    run, bob, carol = computed
    first, second = figures(run, bob), figures(run, carol)

    assert first.alpha == second.alpha
    assert second.alpha_without > second.alpha > first.alpha_without


def test_run_that_is_computed_is_kept_for_ever(computed):
    run, _bob, _carol = computed
    for change in (
        lambda: PeopleRun.objects.filter(pk=run.pk).update(gold_counts={}),
        lambda: PersonFigures.objects.filter(run=run).update(gold_right=0),
        lambda: PersonFigures.objects.filter(run=run).delete(),
    ):
        with pytest.raises(IntegrityError, match="kept for ever"), transaction.atomic():
            change()


def test_run_asked_for_twice_is_one(people, lead, annotator):
    people.label(people.items(2), people.person(annotator))

    assert people.run(lead) == people.run(lead)


def test_list_shows_everybody_with_denominators(computed, client_of, reviewer):
    text = client_of(reviewer).get(url("people")).content.decode()

    assert "11 of 12" in text
    assert "2 of 4" in text
    assert "Ines" in text
    assert "9 of 10" in text


def test_list_costs_the_same_however_many_people_there_are(
    people, project, lead, client_of, django_assert_max_num_queries
):
    items = people.items(3)
    for _ in range(12):
        people.label(items, people.person(UserFactory()))
    run_job(people.run(lead).job_id)
    alice = client_of(lead)
    alice.get(url("people"))

    with django_assert_max_num_queries(16):
        assert alice.get(url("people")).status_code == 200


def test_page_of_a_person_shows_their_figures_and_to_leads_the_ways_to_the_rows(
    computed, client_of, lead, reviewer, django_assert_max_num_queries
):
    _run, bob, _carol = computed
    clients = {person: client_of(person) for person in (lead, reviewer)}

    with django_assert_max_num_queries(48):
        text, plain = (
            client.get(url("person", bob.pk)).content.decode() for client in clients.values()
        )

    assert ("11 of 12" in text, "11 of 12" in plain) == (True, True)
    assert ("show=gold" in text, "show=gold" in plain) == (True, False)
    assert "Pause" not in plain


def test_rows_behind_a_figure_are_named(computed, client_of, lead, people):
    _run, bob, carol = computed
    rita = client_of(lead)
    since, until = people.begun.isoformat(), timezone.now().isoformat()

    gold = rita.get(url("person_rows", bob.pk), {"show": "gold"}).context["rows"].rows
    repeats = rita.get(url("person_rows", bob.pk), {"show": "repeats"}).context["rows"].rows
    stretch = (
        rita.get(url("person_rows", carol.pk), {"show": "stretch", "from": since, "to": until})
        .context["rows"]
        .rows
    )
    alike = rita.get(url("person_rows", bob.pk), {"show": "alike", "with": carol.pk})

    assert [row.is_right for row in gold] == [False] + [True] * 11
    assert sorted(row.is_right for row in repeats) == [False] + [True] * 9
    assert len(stretch) == 44
    assert alike.status_code == 200
    assert alike.context["rows"].rows


def test_rows_hide_items_on_which_the_viewer_must_stay_blind(computed, client_of, project, lead):
    _run, bob, _carol = computed
    memberships = Membership.objects.filter(project=project, user=lead)
    memberships.update(roles=["lead", "annotator"])
    first = bob.annotations.order_by("-created_at").first()
    Assignment.objects.create(project=project, item=first.item, slot=9, position=1)

    rows = client_of(lead).get(url("person_rows", bob.pk), {"show": "gold"}).context["rows"]

    assert rows.n_hidden == 1
    assert first.item_id not in {row.item for row in rows.rows}


@pytest.mark.parametrize(
    "query",
    ["", "?show=lost", "?show=stretch&from=x&to=y", "?show=alike&with=999999", "?question=lost"],
)
def test_rows_that_make_no_sense_are_not_found(computed, client_of, lead, query):
    _run, bob, _carol = computed
    assert client_of(lead).get(url("person_rows", bob.pk) + query).status_code == 404


def test_pages_are_for_those_who_watch(computed, client_of, annotator, outsider):
    _run, bob, _carol = computed
    for name, args in (("people", ()), ("person", (bob.pk,)), ("person_rows", (bob.pk,))):
        assert client_of(annotator).get(url(name, *args)).status_code == 403
        assert client_of(outsider).get(url(name, *args)).status_code == 404


def test_annotator_of_another_project_is_not_found(computed, client_of, lead, outsider):
    assert client_of(lead).get(url("person", 999999)).status_code == 404


def test_lead_starts_a_run_and_a_reviewer_may_not(people, client_of, lead, reviewer, annotator):
    people.label(people.items(2), people.person(annotator))

    assert client_of(reviewer).post(url("start_people")).status_code == 403
    assert client_of(lead).post(url("start_people"), {"question": "lost"}).status_code == 404
    answer = client_of(lead).post(url("start_people"), {"question": "sentiment"})

    assert answer.status_code == 302
    assert PeopleRun.objects.get().requested_by == lead


def test_empty_project_says_what_to_do(project, client_of, lead):
    text = client_of(lead).get(url("people")).content.decode()
    assert "No question is published yet" in text


def test_rest_lists_people_and_tells_about_one(computed, api_of, project, reviewer, lead):
    run, bob, _carol = computed
    root = f"/api/v1/projects/{project.pk}/quality/people/"
    api = api_of(reviewer)

    listed = api.get(root).json()
    one = api.get(f"{root}{bob.pk}/").json()

    assert listed["run"]["id"] == run.pk
    assert {row["n_labels"] for row in listed["results"]} == {52, 44, 40}
    assert one["figures"]["gold"]["right"] == 11
    assert one["details"]["classes"]
    assert api.post(root, {"question": "sentiment"}, format="json").status_code == 403
    started = api_of(lead).post(root, {"question": "sentiment"}, format="json")
    assert (started.status_code, started.json()["state"]) == (202, "queued")


def test_rest_refuses_bad_input_and_strangers(computed, api_of, project, lead, outsider):
    root = f"/api/v1/projects/{project.pk}/quality/people/"

    assert api_of(lead).get(f"{root}?question=lost").status_code in (400, 422)
    assert api_of(lead).get(f"{root}?size=0").status_code == 400
    assert api_of(lead).post(root, {}, format="json").status_code == 400
    assert api_of(lead).get(f"{root}999999/").status_code == 404
    assert api_of(outsider).get(root).status_code == 404


def test_pause_by_hand_is_seen_and_taken_back(
    computed, client_of, project, lead, annotator, reviewer
):
    _run, bob, _carol = computed
    alice = client_of(lead)

    assert alice.post(url("pause", bob.pk), {"reason": ""}).status_code == 422
    assert client_of(reviewer).post(url("pause", bob.pk), {"reason": "x"}).status_code == 403
    alice.post(url("pause", bob.pk), {"reason": "Please read R7 again."})

    assert "Please read R7 again." in alice.get(url("person", bob.pk)).content.decode()
    assert "Please read R7 again." in alice.get(url("people")).content.decode()
    paused = reverse("annotations:paused", args=["support"])
    label = reverse("annotations:label", args=["support"])
    assert client_of(annotator).get(label).headers["Location"] == paused
    assert "Please read R7 again." in client_of(annotator).get(paused).content.decode()

    alice.post(url("resume", bob.pk), {"reason": ""})
    assert client_of(annotator).get(paused).status_code == 302


def test_rest_pauses_and_resumes(computed, api_of, project, lead, annotator, reviewer):
    _run, bob, _carol = computed
    root = f"/api/v1/projects/{project.pk}/quality/people/{bob.pk}"
    api = api_of(lead)

    assert api_of(reviewer).post(f"{root}/pause/", {"reason": "x"}).status_code == 403
    assert api.post(f"{root}/pause/", {}, format="json").status_code == 400
    made = api.post(f"{root}/pause/", {"reason": "Look at R7"}, format="json")
    again = api.post(f"{root}/pause/", {"reason": "Look at R7"}, format="json")
    back = api.post(f"{root}/resume/", {}, format="json")

    assert (made.status_code, made.json()["state"]) == (201, "paused")
    assert (again.status_code, again.json()["code"]) == (409, "already_paused")
    assert (back.status_code, back.json()["state"]) == (201, "resumed")
    assert api.post(f"{root}/resume/", {}, format="json").status_code == 409


def test_annotator_of_an_import_cannot_be_paused(computed, client_of, lead, people):
    source = people.imported("Otto")
    assert client_of(lead).post(url("pause", source.pk), {"reason": "x"}).status_code == 404


def test_pause_names_the_wrong_person_plainly(project, lead, outsider):
    with pytest.raises(ValidationError, match="does not label"):
        pause_person(project=project, person=outsider, reason="x", by=lead, now=timezone.now())
