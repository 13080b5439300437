"""The pages about enough labels: what they show, to whom, at what cost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from quality.actions.routing.study import start_routing_study
from quality.models import RoutingMove, RoutingPolicy, RoutingStudy
from tests.factories.annotations import answered
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.factories.quality import AnswerLedger
from tests.factories.routing import labeled, routed, stepped, studied

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"quality:{name}", args=["support", *args])


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, response.content
    return " ".join(response.content.decode().split())


@pytest.fixture
def running(project):
    """A policy that has made its first step."""
    policy = routed(labeled(project, 40, labels=3), target=0.95, most=6)
    stepped(policy)
    return policy


def test_page_without_a_question_says_what_to_do(project, client_of, lead):
    assert "No question is published yet" in page(client_of(lead), url("routing"))


def test_page_without_a_study_offers_one_to_the_lead_alone(project, client_of, lead, reviewer):
    labeled(project, 5)

    assert "Look at the labels" in page(client_of(lead), url("routing"))
    assert "A lead of the project can start it" in page(client_of(reviewer), url("routing"))


def test_page_of_another_kind_of_question_says_so_plainly(project, client_of, lead):
    AnswerLedger(project, "spans")

    text = page(client_of(lead), url("routing"))

    assert "Only for questions with a single choice, so far" in text
    assert "Look at the labels" not in text


def test_lead_has_the_labels_looked_at_once(project, client_of, lead):
    labeled(project, 5)

    for _again in range(2):
        response = client_of(lead).post(url("study"), {"question": "sentiment"})
        assert response.status_code == 302
        assert response.url == url("routing") + "?question=sentiment"

    study = RoutingStudy.objects.get()
    assert study.requested_by == lead
    assert str(study.job_id) in page(client_of(lead), url("study_progress", study.pk))
    assert str(study.job_id) in page(client_of(lead), url("routing"))


def test_page_of_a_failed_study_says_why(project, client_of, lead):
    ledger = labeled(project, 5, labels=1)
    study = start_routing_study(
        project=project, question=ledger.question, by=lead, now=timezone.now()
    )
    study.job.state, study.job.error = "failed", [{"message": "No item has two labels yet."}]
    study.job.save()

    assert "No item has two labels yet." in page(client_of(lead), url("routing"))


def test_page_shows_standing_and_replay_with_its_table(project, client_of, lead):
    studied(labeled(project, 40, labels=4))

    text = page(client_of(lead), url("routing"))

    assert "Labeled items by the calibrated confidence of their decision" in text
    assert "of 40, gold items left out" in text
    assert "Accuracy by labels per item as a table" in text
    assert "Plan adaptive overlap" in text
    assert "revealed again in 1 random orders" in text


def test_page_without_more_than_two_labels_says_that_nothing_can_be_played(
    project, client_of, lead
):
    studied(labeled(project, 10))

    assert "No item has more than two labels" in page(client_of(lead), url("routing"))


def test_page_of_a_running_policy_shows_forecast_log_and_steering(running, client_of, lead):
    text = page(client_of(lead), url("routing"))

    assert "Adaptive overlap, policy 1" in text
    assert "Running" in text
    assert "Below the target" in text
    assert "Started by Olga." in text
    assert "Opened" in text
    assert "How long that takes is not known" in text
    for name in ("pause_routing", "end_routing", "routed_slots"):
        assert url(name, running.pk) in text


def test_reviewer_sees_the_policy_and_cannot_steer_it(running, client_of, reviewer):
    text = page(client_of(reviewer), url("routing"))

    assert "Adaptive overlap, policy 1" in text
    assert url("pause_routing", running.pk) not in text
    assert url("end_routing", running.pk) not in text


def test_page_says_how_many_answers_came_since(running, project, client_of, lead, annotator):
    for _turn in range(2):
        answered(project, annotator, {"sentiment": "mixed"})

    assert "2 answers since" in page(client_of(lead), url("routing"))


def test_plan_spells_out_what_it_will_do_before_it_starts(project, client_of, lead):
    studied(labeled(project, 40, labels=2, overlap=1))
    client = client_of(lead)

    usual = page(client, url("new_routing"))
    other = page(
        client, url("new_routing") + "?question=sentiment&percent=95&least=2&most=7&budget=9"
    )

    assert "their decision is 90% sure: at least 2, at most 5" in usual
    assert "their decision is 95% sure: at least 2, at most 7" in other
    assert "The budget of 9 slots may end before that." in other
    assert "7 labels for every item would take 200 more." in other
    assert "40 slots that wait now beyond the fewest labels are closed" in other
    assert not RoutingPolicy.objects.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"percent": "30"}, "greater than or equal to 50"),
        ({"percent": "many"}, "Enter a number"),
        ({"percent": "99"}, "surer than 96.9%"),
        ({"least": "4", "most": "3"}, "cannot be fewer than the least"),
        ({"budget": "0"}, "greater than or equal to 1"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_plan_with_bad_numbers_answers_422_and_starts_nothing(
    project, client_of, lead, given, message, method
):
    studied(labeled(project, 10))
    data = {"question": "sentiment", "percent": "90", "least": "2", "most": "5", **given}

    response = getattr(client_of(lead), method)(url("new_routing"), data)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not RoutingPolicy.objects.exists()


def test_plan_without_a_study_leads_back_to_the_page(project, client_of, lead):
    labeled(project, 5)

    assert client_of(lead).get(url("new_routing")).url == url("routing") + "?question=sentiment"


def test_lead_starts_pauses_resumes_and_ends_a_policy(project, client_of, lead):
    studied(labeled(project, 20, labels=3))
    client = client_of(lead)
    data = {"question": "sentiment", "percent": "90", "least": "2", "most": "5", "budget": ""}

    assert client.post(url("new_routing"), data).status_code == 302
    policy = RoutingPolicy.objects.get()
    for name in ("pause_routing", "resume_routing", "end_routing"):
        assert client.post(url(name, policy.pk)).status_code == 302

    assert (policy.target, policy.budget, policy.started_by) == (0.9, None, lead)
    moves = RoutingMove.objects.order_by("number").values_list("state", flat=True)
    assert list(moves) == ["running", "paused", "running", "ended"]
    assert "Policy 1 has ended." in page(client, url("routing"))


def test_second_start_says_what_is_in_the_way_and_replacing_works(running, client_of, lead):
    client = client_of(lead)
    data = {"question": "sentiment", "percent": "80", "least": "2", "most": "5"}

    refused = client.post(url("new_routing"), data)
    replaced = client.post(url("new_routing"), {**data, "replaces": "1"})

    assert refused.status_code == 422
    assert "Policy 1 of this question has not ended" in refused.content.decode()
    assert replaced.status_code == 302
    assert "Start in place of policy 2" in page(client, url("new_routing"))


def test_end_says_what_it_means_first(running, client_of, lead):
    text = page(client_of(lead), url("end_routing", running.pk))

    assert "that it opened and nobody has taken" in text
    assert "stay closed unless you open them again" in text
    assert RoutingMove.objects.filter(policy=running).count() == 1


def test_steering_an_ended_policy_answers_409(running, client_of, lead):
    client = client_of(lead)
    client.post(url("end_routing", running.pk))

    assert client.post(url("pause_routing", running.pk)).status_code == 409
    assert client.post(url("resume_routing", running.pk)).status_code == 409


def test_slots_are_listed_with_their_reasons(running, client_of, lead):
    text = page(client_of(lead), url("routed_slots", running.pk))

    assert "Its decision is not sure enough" in text
    assert "anybody" in text
    assert "hidden until you have answered" not in text


def test_slots_hide_how_sure_an_item_is_from_who_may_be_asked_about_it(running, client_of, owner):
    assert "hidden until you have answered" in page(
        client_of(owner), url("routed_slots", running.pk)
    )


def test_slots_with_a_page_mark_that_is_none_are_not_found(running, client_of, lead):
    page(client_of(lead), url("routed_slots", running.pk) + "?after=x", 404)


READ = ["routing", "study_progress", "step_progress", "routed_slots"]
WRITE = ["study", "new_routing", "pause_routing", "resume_routing", "end_routing"]


def address(name, policy):
    number = {"study_progress": policy.study_id}.get(name, policy.pk)
    return url(name) if name in ("routing", "study", "new_routing") else url(name, number)


@pytest.mark.parametrize("name", [*READ, *WRITE])
def test_pages_are_closed_to_outsiders_and_annotators(
    name, running, client_of, annotator, outsider
):
    call = "get" if name in READ else "post"

    for person, status in ((annotator, 403), (outsider, 404)):
        response = getattr(client_of(person), call)(address(name, running))
        assert response.status_code == status


@pytest.mark.parametrize("name", WRITE)
def test_reviewer_may_look_and_not_steer(name, running, client_of, reviewer):
    assert client_of(reviewer).post(address(name, running)).status_code == 403


@pytest.mark.parametrize("name", READ)
def test_reviewer_may_look(name, running, client_of, reviewer):
    assert client_of(reviewer).get(address(name, running)).status_code == 200


@pytest.mark.parametrize("name", ["study_progress", "step_progress", "routed_slots"])
def test_pages_of_another_project_are_not_found(name, running, client_of, lead):
    other = ProjectFactory(slug="other", created_by=lead)
    MembershipFactory(project=other, user=lead, roles=["lead"])
    path = address(name, running).replace("/support/", "/other/")

    page(client_of(lead), path, 404)


def test_study_of_an_unknown_question_is_not_found(project, client_of, lead):
    labeled(project, 5)

    assert client_of(lead).post(url("study"), {"question": "nope"}).status_code == 404


def test_study_of_another_kind_answers_400(project, client_of, lead):
    AnswerLedger(project, "spans")

    response = client_of(lead).post(url("study"), {"question": "spans"})

    assert response.status_code == 400
    assert "single choice only" in response.content.decode()


def test_page_costs_the_same_statements_for_any_number_of_items(
    project, client_of, lead, django_assert_max_num_queries
):
    policy = routed(labeled(project, 40, labels=3), target=0.95)
    for _again in range(3):
        stepped(policy)
    client = client_of(lead)
    page(client, url("routing"))

    with django_assert_max_num_queries(20):
        page(client, url("routing"))
    with django_assert_max_num_queries(10):
        page(client, url("routed_slots", policy.pk))
