"""The pages of what must be read, its quiz, and the lead's list."""

import pytest
from django.urls import reverse

from guidelines import queries
from guidelines.models import Acknowledgement, QuizAttempt
from tests.factories.annotations import open_items
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db


def url_of(name, project):
    return reverse(f"guidelines:{name}", args=[project.slug])


@pytest.fixture
def second(project, version, lead):
    """Version 2 breaks rule 1 and asks a quiz of two questions."""
    document = a_document()
    rule = document["rules"][0]
    rule["decision"] = {"en": "Choose <Negative>."}
    rule["examples"] = [{"text": "slow but good", "choice": "sentiment.negative"}]
    rule["counter_examples"] = [{"text": "good", "choice": "sentiment.positive"}]
    changes = {"quiz": {"questions": 2, "pass_mark": 100}}
    return publish_version(project, by=lead, document=document, changes=changes)


@pytest.fixture
def client(client_of, annotator):
    return client_of(annotator)


def quiz_body(project, annotator, *, right=True):
    quiz = queries.reading_due(annotator, project).quiz
    answers = {f"q-{each.key}": each.right if right else "mixed" for each in quiz.questions}
    return {"number": 2, "attempt": quiz.attempt, **answers}


def test_labeling_leads_to_the_reading_page_when_nothing_is_held(client, project, second):
    open_items(project, 2)

    response = client.get(reverse("annotations:label", args=[project.slug]))

    assert (response.status_code, response.url) == (302, url_of("reading", project))
    moved = client.post(
        reverse("annotations:next", args=[project.slug]),
        {"n": 1},
        content_type="application/json",
        headers={"accept": "application/json"},
    ).json()
    assert (moved["items"], moved["gate"]) == (
        [],
        {"kind": "reading", "url": url_of("reading", project)},
    )


def test_reading_page_shows_the_changed_rule_only_and_no_right_answer(client, project, second):
    page = client.get(url_of("reading", project)).text

    assert "R1" in page
    assert "&lt;Negative&gt;" in page
    assert "Read the whole message" not in page
    assert 'value="negative" checked' not in page
    assert "I have read this" not in page  # the quiz comes first


def test_quiz_failed_shows_the_rule_and_asks_again(client, project, second, annotator):
    failed = client.post(url_of("quiz", project), quiz_body(project, annotator, right=False))

    assert (failed.status_code, "Not passed yet" in failed.text) == (200, True)
    assert "Choose &lt;Negative&gt;." in failed.text
    assert Acknowledgement.objects.count() == 0
    early = client.post(url_of("reading", project), {"number": 2}, follow=True)
    assert "Please pass the quiz" in early.text

    passed = client.post(url_of("quiz", project), quiz_body(project, annotator))
    assert "I have read this" in passed.text
    done = client.post(url_of("reading", project), {"number": 2})

    assert done.url == reverse("annotations:label", args=[project.slug])
    assert Acknowledgement.objects.get().attempt == QuizAttempt.objects.get(passed=True)
    assert "up to date" in client.get(url_of("reading", project)).text


def test_quiz_without_an_answer_is_422_and_keeps_the_others(client, project, second, annotator):
    body = quiz_body(project, annotator)
    missing = next(name for name in body if name.startswith("q-"))
    del body[missing]

    response = client.post(url_of("quiz", project), body)

    assert response.status_code == 422
    assert "Please answer every question." in response.text
    assert " checked" in response.text
    assert QuizAttempt.objects.count() == 0


@pytest.mark.parametrize("number", ["1", "99", "x", ""])
@pytest.mark.parametrize("name", ["reading", "quiz"])
def test_acknowledging_another_version_stores_nothing(client, project, second, name, number):
    response = client.post(url_of(name, project), {"number": number, "attempt": 1}, follow=True)

    assert response.redirect_chain == [(url_of("reading", project), 302)]
    assert (Acknowledgement.objects.count(), QuizAttempt.objects.count()) == (0, 0)


def test_readers_page_says_who_keeps_the_others_waiting(
    client_of, lead, annotator, project, second
):
    page = client_of(lead).get(url_of("readers", project)).text

    assert annotator.name in page
    assert "Has to read" in page
    assert client_of(annotator).get(url_of("readers", project)).status_code == 403
