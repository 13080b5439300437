"""Reading, quiz and acknowledgement over REST."""

import pytest
from django.urls import reverse

from guidelines.models import Acknowledgement, QuizAttempt
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db


def url_of(name, project):
    return reverse(f"guidelines-api:{name}", args=[project.pk])


@pytest.fixture
def asking(project, version, lead):
    """Version 2 asks about the example of its changed rule."""
    document = a_document()
    document["rules"][0]["examples"] = [{"text": "so so", "choice": "sentiment.mixed"}]
    return publish_version(
        project, by=lead, document=document, note="More examples.",
        changes={"quiz": {"questions": 3, "pass_mark": 80}},
    )  # fmt: skip


@pytest.fixture
def api(api_of, annotator):
    return api_of(annotator)


def post(api, name, project, **data):
    return api.post(url_of(name, project), data, format="json")


READING = [("get", "reading"), ("post", "reading"), ("post", "quiz"), ("get", "readers")]


@pytest.mark.parametrize(("method", "name"), READING)
def test_outsiders_and_strangers_are_refused(
    api_of, client, project, asking, outsider, method, name
):
    url = url_of(name, project)

    assert getattr(api_of(outsider), method)(url, {}, format="json").status_code == 404
    assert getattr(client, method)(url).status_code == 401


@pytest.mark.parametrize(("method", "name"), READING[:3])
@pytest.mark.parametrize("person", ["lead", "reviewer", "admin"])
def test_reading_is_for_those_who_label(request, api_of, project, asking, person, method, name):
    client = api_of(request.getfixturevalue(person))

    assert getattr(client, method)(url_of(name, project), {}, format="json").status_code == 403


@pytest.mark.parametrize("person", ["annotator", "reviewer", "admin"])
def test_readers_are_for_leads(request, api_of, project, asking, person):
    client = api_of(request.getfixturevalue(person))

    assert client.get(url_of("readers", project)).status_code == 403


@pytest.mark.parametrize("name", ["reading", "quiz"])
def test_acknowledging_needs_the_label_scope(api_of, annotator, project, asking, name):
    response = post(api_of(annotator, ["read", "write"]), name, project, version=2)

    assert response.status_code == 403


def test_nothing_due_says_so(api, project, version):
    body = api.get(url_of("reading", project)).json()

    assert (body["due"], body["version"], body["changes"], body["quiz"]) == (False, None, [], None)


def test_due_has_the_changes_and_a_quiz_without_its_answers(api, project, asking):
    body = api.get(url_of("reading", project)).json()

    assert (body["due"], body["version"], body["since"]) == (True, 2, 1)
    assert body["change_note"] == "More examples."
    assert [each["target"] for each in body["changes"]] == ["rule:1"]
    (question,) = body["quiz"]["questions"]
    assert question["key"] == "1.examples[0]"
    assert [each["key"] for each in question["options"]] == ["positive", "negative", "mixed"]
    assert "right" not in question
    assert (body["quiz"]["attempt"], body["quiz"]["passed"]) == (1, False)


def test_quiz_then_acknowledgement_then_nothing_is_due(api, project, asking):
    first = post(api, "reading", project, version=2)
    assert (first.status_code, first.json()["code"]) == (409, "quiz_first")

    failed = post(api, "quiz", project, version=2, answers={"1.examples[0]": "positive"}).json()
    assert (failed["passed"], failed["n_right"], failed["n_questions"]) == (False, 0, 1)
    assert failed["answers"][0]["right"] == "mixed"
    assert [rule["number"] for rule in failed["rules"]] == [1]

    answers = {"1.examples[0]": "mixed"}
    passed = post(api, "quiz", project, version=2, attempt=2, answers=answers).json()
    assert (passed["passed"], passed["rules"], passed["pass_mark"]) == (True, [], 80)

    read = post(api, "reading", project, version=2)
    assert (read.status_code, read.json()["version"]) == (200, 2)
    assert post(api, "reading", project, version=2).json() == read.json()
    assert api.get(url_of("reading", project)).json()["due"] is False


def test_old_version_is_neither_acknowledged_nor_asked_about(api, project, asking):
    for name, more in (("reading", {}), ("quiz", {"answers": {}})):
        response = post(api, name, project, version=1, **more)
        assert (response.status_code, response.json()["code"]) == (409, "old_version")
        assert response.json()["detail"]["current"] == 2


@pytest.mark.parametrize(
    ("name", "data", "status", "field"),
    [
        ("reading", {}, 400, "version"),
        ("reading", {"version": "x"}, 400, "version"),
        ("reading", {"version": 2**31}, 400, "version"),
        ("reading", {"version": 9}, 404, None),
        ("quiz", {"version": 2}, 400, "answers"),
        ("quiz", {"version": 2, "answers": []}, 400, "answers"),
        ("quiz", {"version": 2, "answers": {}}, 400, "answers.1.examples[0]"),
        ("quiz", {"version": 2, "answers": {"1.examples[0]": "x"}}, 400, "answers.1.examples[0]"),
        ("quiz", {"version": 2, "answers": {"9": "x"}}, 400, "answers.9"),
    ],
)
def test_bad_input_is_named_and_stores_nothing(api, project, asking, name, data, status, field):
    response = api.post(url_of(name, project), data, format="json")

    assert response.status_code == status
    assert field is None or field in response.json()["errors"]
    assert not QuizAttempt.objects.exists()
    assert not Acknowledgement.objects.exists()


def test_readers_tell_where_everybody_stands(api, api_of, lead, annotator, project, asking):
    post(api, "quiz", project, version=2, answers={"1.examples[0]": "mixed"})
    post(api, "reading", project, version=2)

    rows = api_of(lead).get(url_of("readers", project)).json()["results"]

    (mine,) = [row for row in rows if row["person"] == annotator.pk]
    assert (mine["name"], mine["acknowledged"], mine["attempts"]) == ("Bob", 2, 1)
    assert not mine["is_due"]
    assert all(row["is_due"] for row in rows if row is not mine)
