"""Decisions, rebasing, rules and the round trip through a repository, over REST."""

import pytest
from django.urls import reverse

from guidelines.models import GuidelineVersion
from projects.models import Membership
from tests.factories.guidelines import a_document, publish_version
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db
MIXED = "sentiment.mixed"


def url_of(name, project, *args):
    return reverse(f"guidelines-api:{name}", args=[project.pk, *args])


@pytest.fixture
def api(api_of, lead):
    return api_of(lead)


def rich_document():
    """Every field that a document can have."""
    document = a_document()
    question = document["questions"][0]
    question["help"] = {"en": "Of the writer", "ko": "글쓴이의"}
    question["choices"][1]["parent"] = "mixed"
    document["questions"].append(
        {
            "key": "anger",
            "title": "Is it anger?",
            "required": False,
            "show_when": {"question": "sentiment", "choices": ["negative", "mixed"]},
            "choices": [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}],
        }
    )
    rule = document["rules"][0]
    rule["examples"].append({"text": {"en": "meh", "ko": "글쎄"}, "choice": MIXED})
    rule["counter_examples"].append({"text": {"en": "grr"}, "choice": "anger.yes"})
    return document


def content_of(body):
    return {name: body[name] for name in ("title", "prose", "document")}


def test_version_pushed_to_another_project_is_the_same_version(api, project, lead):
    publish_version(project, by=lead, document=rich_document())
    body = api.get(url_of("version", project, 1)).json()
    other = ProjectFactory()
    Membership.objects.create(project=other, user=lead, roles=["lead"], joined_at=other.created_at)

    created = api.post(url_of("versions", other), content_of(body), format="json")
    published = api.post(url_of("publish", other, 1), {"revision": 1}, format="json")

    assert created.status_code == 201
    assert published.status_code == 200, published.json()
    assert published.json()["content_hash"] == body["content_hash"]
    assert content_of(published.json()) == content_of(body)


def test_same_content_published_again_is_nothing_to_publish(api, project, version):
    body = api.get(url_of("version", project, 1)).json()
    api.post(url_of("versions", project), content_of(body), format="json")

    response = api.post(url_of("publish", project, 2), {"revision": 1}, format="json")

    assert response.status_code == 400
    assert "nothing to publish" in str(response.json())


def test_decisions_are_saved_read_back_and_published(api, project, draft):
    changes = {
        "classes": {"rule:1": "clarifying"},
        "fates": {MIXED: {"how": "merged", "into": ["sentiment.negative"]}},
        "quiz": None,
    }
    data = {"title": "T", "document": a_document("positive", "negative"), "revision": 1}

    saved = api.put(url_of("version", project, 2), {**data, "changes": changes}, format="json")
    kept = api.put(url_of("version", project, 2), {**data, "revision": 2}, format="json")
    published = api.post(url_of("publish", project, 2), {"revision": 3}, format="json").json()

    assert saved.json()["changes"] == kept.json()["changes"] == changes
    assert published["change_class"] == "clarifying"  # the labels of the choice carry over
    assert published["reading_number"] == 2
    assert published["changes"]["fates"] == changes["fates"]
    assert published["changes"]["classes"][f"choice:{MIXED}"] == "clarifying"


def test_changes_of_a_draft_tell_proposals_and_what_is_missing(api, project, draft):
    data = {"title": draft.title, "document": a_document("positive", "negative"), "revision": 1}
    api.put(url_of("version", project, 2), data, format="json")

    body = api.get(url_of("changes", project, 2)).json()

    (gone,) = [each for each in body["changes"] if each["wants_fate"]]
    assert (gone["target"], gone["op"]) == (f"choice:{MIXED}", "removed")
    assert (gone["proposed"], gone["decided"], gone["fate"]) == ("breaking", "", None)
    assert gone["reason"] == "The choice is gone."
    assert list(body["missing"]) == [f"changes.fates[{MIXED}]"]
    assert (body["version"], body["based_on"], body["quiz_questions"]) == (2, 1, 0)


def fate(how, *into):
    return {"fates": {MIXED: {"how": how, "into": list(into)}}}


@pytest.mark.parametrize(
    ("document", "changes", "field"),
    [
        (a_document("positive", "negative"), {}, f"changes.fates[{MIXED}]"),
        (a_document("positive", "negative"), fate("split"), f"changes.fates[{MIXED}].into"),
        (
            a_document("positive", "negative"),
            fate("renamed", "sentiment.later"),
            f"changes.fates[{MIXED}].into[0]",
        ),
        (
            {**a_document(), "rules": [{**a_document()["rules"][0], "choices": ["sentiment.x"]}]},
            {},
            "rules[0].choices[0]",
        ),
        ({**a_document(), "rules": []}, {"quiz": {"questions": 1}}, "changes.quiz"),
    ],
)
def test_draft_that_is_not_decided_is_stored_but_not_published(
    api, project, draft, document, changes, field
):
    data = {"title": "T", "document": document, "changes": changes, "revision": 1}

    saved = api.put(url_of("version", project, 2), data, format="json")
    response = api.post(url_of("publish", project, 2), {"revision": 2}, format="json")

    assert saved.status_code == 200
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not GuidelineVersion.objects.get(pk=draft.pk).is_published


@pytest.mark.parametrize(
    ("document", "changes", "field"),
    [
        (a_document("yes", "yes"), {}, "questions[0].choices[1].key"),
        (a_document(), {"classes": {"rule:5": "breaking"}}, "changes.classes[rule:5]"),
        (a_document(), {"classes": {"rule:1": "bad"}}, "changes.classes[rule:1]"),
        (a_document(), {"quiz": {"questions": 0}}, "changes.quiz.questions"),
        (a_document(), {"quiz": {"questions": 1, "pass_mark": 0}}, "changes.quiz.pass_mark"),
        (a_document(), fate("retired"), f"changes.fates[{MIXED}].how"),
        (a_document(), [], "changes"),
    ],
)
def test_bad_draft_is_named_by_its_path_and_changes_nothing(
    api, project, draft, document, changes, field
):
    data = {"title": "T", "document": document, "changes": changes, "revision": 1}

    response = api.put(url_of("version", project, 2), data, format="json")

    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert GuidelineVersion.objects.get(pk=draft.pk).revision == 1


def test_version_published_meanwhile_is_a_conflict_until_rebased(api, project, version, lead):
    publish_version(project, by=lead, prose="Second")
    content = {"title": "T", "prose": "Mine", "document": a_document(), "based_on": 1}
    api.post(url_of("versions", project), content, format="json")

    refused = api.post(url_of("publish", project, 3), {"revision": 1}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "based_on_old")
    assert refused.json()["detail"]["number"] == 2

    rebased = api.post(url_of("rebase", project, 3), {"revision": 1}, format="json")
    assert (rebased.json()["based_on"], rebased.json()["revision"]) == (2, 2)
    assert rebased.json()["prose"] == "Mine"
    published = api.post(url_of("publish", project, 3), {"revision": 2}, format="json")
    assert published.json()["number"] == 3


def test_unknown_base_is_refused(api, project, version):
    for based_on in (9, 0, 2**31, "x"):
        data = {"title": "T", "document": {}, "based_on": based_on}
        response = api.post(url_of("versions", project), data, format="json")
        assert response.status_code == 400
        assert "based_on" in response.json()["errors"]


def test_rules_are_read_one_by_one(api, project, version):
    rules = api.get(url_of("rules", project, 1)).json()["results"]
    one = api.get(url_of("rule", project, 1, 1)).json()

    assert rules == version.document["rules"] == [one]
    missing = api.get(url_of("rule", project, 1, 7))
    assert missing.status_code == 404
    assert "no rule 7" in missing.json()["message"]


def test_rule_has_a_permanent_address(client_of, project, version, annotator):
    page = client_of(annotator).get(
        reverse("guidelines:version", kwargs={"slug": project.slug, "number": 1})
    )

    assert 'id="R1"' in page.content.decode()
