"""REST of adaptive overlap: works, wrong role, outsider, stranger, bad input."""

import pytest

from quality.models import RoutingPolicy, RoutingStudy
from tests.factories.quality import AnswerLedger
from tests.factories.routing import labeled, routed, stepped, studied

pytestmark = pytest.mark.django_db

PLAN = {"question": "sentiment", "target": 0.95, "least": 2, "most": 6}


@pytest.fixture
def root(project):
    return f"/api/v1/projects/{project.pk}/quality/routing"


@pytest.fixture
def policy(project):
    """Running, with its first step made."""
    found = routed(labeled(project, 40, labels=3), target=0.95, most=6)
    stepped(found)
    return found


def test_study_starts_with_202_and_can_be_polled(project, root, api_of, lead):
    labeled(project, 5)
    api = api_of(lead)

    started = api.post(f"{root}/studies/", {"question": "sentiment"}, format="json")

    assert started.status_code == 202
    study = started.json()
    assert (study["state"], study["standing"]) == ("queued", {})
    assert api.get(f"{root}/studies/{study['id']}/").json()["question"] == "sentiment"


def test_study_answers_standing_replay_and_pace(project, root, api_of, reviewer):
    study = studied(labeled(project, 20, labels=3))

    body = api_of(reviewer).get(f"{root}/studies/{study.pk}/").json()
    listed = api_of(reviewer).get(f"{root}/studies/").json()

    assert body["state"] == "done"
    assert body["standing"]["n_items"] == 20
    assert len(body["replay"]["budgets"]) == len(body["replay"]["margin"])
    assert body["pace"]["n_timed"] == 0
    assert "sample" not in body
    assert [row["id"] for row in listed["results"]] == [study.pk]


def test_forecast_answers_labels_and_starts_nothing(project, root, api_of, reviewer):
    study = studied(labeled(project, 20, labels=2))
    path = f"{root}/studies/{study.pk}/forecast/"

    body = api_of(reviewer).get(path, {"target": 0.95, "least": 2, "most": 5}).json()

    assert body["n_items"] == 20
    assert body["labels_low"] <= body["labels"] <= body["labels_high"]
    assert body["hours"] is None
    assert not RoutingPolicy.objects.exists()


def test_policy_is_started_and_read(project, root, api_of, lead):
    studied(labeled(project, 20, labels=3))
    api = api_of(lead)

    started = api.post(f"{root}/policies/", {**PLAN, "budget": 50}, format="json")

    assert started.status_code == 201
    body = started.json()
    assert (body["state"], body["number"], body["budget"]) == ("running", 1, 50)
    assert (body["started_by"], body["expected"]["n_items"]) == ("Alice", 20)
    assert api.get(f"{root}/policies/{body['id']}/").json() == body
    assert api.get(f"{root}/policies/").json()["results"] == [body]


def test_policy_is_paused_resumed_and_ended(policy, root, api_of, lead):
    api, path = api_of(lead), f"{root}/policies/{policy.pk}"

    states = [api.post(f"{path}/{move}/").json()["state"] for move in ("pause", "resume")]
    ended = api.post(f"{path}/end/", {"restores": True}, format="json")
    late = api.post(f"{path}/resume/")

    assert [*states, ended.json()["state"]] == ["paused", "running", "ended"]
    assert (late.status_code, late.json()["code"]) == (409, "policy_ended")


def test_second_policy_answers_409_and_replaces_when_told_so(policy, root, api_of, lead):
    api = api_of(lead)

    refused = api.post(f"{root}/policies/", PLAN, format="json")
    replaced = api.post(f"{root}/policies/", {**PLAN, "replaces": 1}, format="json")

    assert (refused.status_code, refused.json()["code"]) == (409, "policy_running")
    assert (replaced.status_code, replaced.json()["number"]) == (201, 2)


def test_steps_and_slots_say_what_was_done_and_why(policy, root, api_of, lead):
    api, path = api_of(lead), f"{root}/policies/{policy.pk}"

    (step,) = api.get(f"{path}/steps/").json()["results"]
    slots = api.get(f"{path}/slots/").json()["results"]
    of_one = api.get(f"{path}/slots/", {"item": slots[0]["item"]}).json()["results"]

    assert (step["outcome"], step["number"], step["state"]) == ("opened", 1, "done")
    assert step["n_opened"] == len(slots) > 0
    assert step["forecast"]["n_wanted"] == step["n_candidates"]
    row = slots[-1]
    assert (row["place"], row["reason"], row["change"]) == (1, "unsure", "opened")
    assert (row["probability"], row["blind"], row["reserved_for"]) == (1.0, False, None)
    assert row["margin"] < row["confidence"] < 0.95
    assert of_one == [slots[0]]


def test_slots_are_blind_for_who_may_be_asked(policy, root, api_of, owner):
    slots = api_of(owner).get(f"{root}/policies/{policy.pk}/slots/").json()["results"]

    assert {(row["blind"], row["confidence"], row["margin"], row["gain"]) for row in slots} == {
        (True, None, None, None)
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target": 0.2}, "target"),
        ({"target": 1}, "target"),
        ({"target": "high"}, "target"),
        ({"target": 0.99}, "target"),
        ({"least": 0}, "least"),
        ({"least": 7}, "most"),
        ({"most": 99}, "most"),
        ({"budget": 0}, "budget"),
        ({"question": "nope"}, "question"),
        ({"speed": 3}, "speed"),
    ],
)
def test_policy_with_bad_input_answers_400_by_field(project, root, api_of, lead, change, field):
    studied(labeled(project, 10))

    response = api_of(lead).post(f"{root}/policies/", {**PLAN, **change}, format="json")

    assert response.status_code == 400
    assert field in str(response.json())
    assert not RoutingPolicy.objects.exists()


def test_policy_without_a_study_answers_400(project, root, api_of, lead):
    labeled(project, 5)

    response = api_of(lead).post(f"{root}/policies/", PLAN, format="json")

    assert response.status_code == 400
    assert "Look at where the items stand first" in response.content.decode()


@pytest.mark.parametrize("path", ["studies", "policies"])
def test_other_kinds_answer_400_plainly(project, root, api_of, lead, path):
    AnswerLedger(project, "spans")
    body = {"question": "spans"} | ({"target": 0.9} if path == "policies" else {})

    response = api_of(lead).post(f"{root}/{path}/", body, format="json")

    assert response.status_code == 400
    assert "single choice only" in response.content.decode()


def test_forecast_with_bad_input_answers_400(project, root, api_of, lead):
    study = studied(labeled(project, 10))
    path = f"{root}/studies/{study.pk}/forecast/"
    api = api_of(lead)

    for query in ({}, {"target": 3}, {"target": 0.9, "least": 5, "most": 2}):
        assert api.get(path, query).status_code == 400


def test_forecast_of_an_unfinished_study_answers_400(project, root, api_of, lead):
    labeled(project, 10)
    api = api_of(lead)
    study = api.post(f"{root}/studies/", {"question": "sentiment"}, format="json").json()

    response = api.get(f"{root}/studies/{study['id']}/forecast/", {"target": 0.9})

    assert response.status_code == 400
    assert "not computed yet" in response.content.decode()


GET = ["studies/", "studies/{s}/", "studies/{s}/forecast/?target=0.9", "policies/",
       "policies/{p}/", "policies/{p}/steps/", "policies/{p}/slots/"]  # fmt: skip
POST = ["studies/", "policies/", "policies/{p}/pause/", "policies/{p}/resume/", "policies/{p}/end/"]


def full(root, path, policy):
    return f"{root}/{path.format(p=policy.pk, s=policy.study_id)}"


@pytest.mark.parametrize("path", GET)
def test_reading_is_for_those_who_watch(
    path, policy, root, api_of, reviewer, annotator, outsider, client
):
    address = full(root, path, policy)

    assert api_of(reviewer).get(address).status_code == 200
    assert api_of(annotator).get(address).status_code == 403
    assert api_of(outsider).get(address).status_code == 404
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("path", POST)
def test_steering_is_for_leads(path, policy, root, api_of, lead, reviewer, annotator, outsider):
    address = full(root, path, policy)
    before = RoutingStudy.objects.count(), RoutingPolicy.objects.count()

    for person, status in ((reviewer, 403), (annotator, 403), (outsider, 404)):
        assert api_of(person).post(address, {}, format="json").status_code == status
    token = api_of(lead, scopes=["read"])
    assert token.post(address, {}, format="json").status_code == 403
    assert (RoutingStudy.objects.count(), RoutingPolicy.objects.count()) == before


@pytest.mark.parametrize("path", ["studies/999999/", "policies/999999/", "policies/999999/slots/"])
def test_what_is_not_there_answers_404(path, project, root, api_of, lead):
    assert api_of(lead).get(f"{root}/{path}").status_code == 404
