import json

import pytest
from django.urls import reverse

from guidelines.models import GuidelineVersion
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db


def url_of(name, project, *args):
    return reverse(f"guidelines-api:{name}", args=[project.pk, *args])


ENDPOINTS = [
    ("get", "current", ()),
    ("get", "versions", ()),
    ("get", "version", (1,)),
    ("get", "markdown", (1,)),
    ("get", "diff", (1, 1)),
    ("get", "changes", (1,)),
    ("get", "rules", (1,)),
    ("get", "rule", (1, 1)),
    ("post", "versions", ()),
    ("put", "version", (2,)),
    ("delete", "version", (2,)),
    ("post", "publish", (2,)),
    ("post", "rebase", (2,)),
]
WRITES = [each for each in ENDPOINTS if each[0] != "get"]
READS = [each for each in ENDPOINTS if each[0] == "get"]


def call(client, endpoint, project, data=None):
    method, name, args = endpoint
    return getattr(client, method)(url_of(name, project, *args), data, format="json")


@pytest.fixture
def api(api_of, lead):
    return api_of(lead)


@pytest.mark.parametrize("endpoint", READS)
def test_reading_is_open_to_annotators(api_of, project, version, annotator, endpoint):
    response = api_of(annotator, ["read"]).get(url_of(endpoint[1], project, *endpoint[2]))

    assert response.status_code == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_outsiders_find_nothing(api_of, project, draft, outsider, endpoint):
    assert call(api_of(outsider), endpoint, project, {}).status_code == 404


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_strangers_are_refused(client, project, draft, endpoint):
    method, name, args = endpoint

    assert getattr(client, method)(url_of(name, project, *args)).status_code == 401


@pytest.mark.parametrize("endpoint", WRITES)
@pytest.mark.parametrize("person", ["annotator", "reviewer", "admin"])
def test_writing_is_refused_to_other_roles(request, api_of, project, draft, person, endpoint):
    response = call(api_of(request.getfixturevalue(person)), endpoint, project, {})

    assert response.status_code == 403


@pytest.mark.parametrize("endpoint", WRITES)
def test_writing_needs_the_write_scope(api_of, project, draft, lead, endpoint):
    response = call(api_of(lead, ["read", "label", "export"]), endpoint, project, {})

    assert response.status_code == 403
    assert "scope" in response.json()["message"]


def test_current_is_the_whole_version(api, project, version):
    body = api.get(url_of("current", project)).json()

    assert (body["number"], body["state"], body["published_by"]) == (1, "published", "Alice")
    assert body["document"] == version.document
    assert body["prose"] == version.prose
    assert body["content_hash"] == version.content_hash


def test_current_before_the_first_is_not_found(api, project):
    response = api.get(url_of("current", project))

    assert response.status_code == 404
    assert "no published guideline" in response.json()["message"]


def test_versions_are_listed_without_content(
    api,
    project,
    version,
    draft,
    django_assert_max_num_queries,
):
    with django_assert_max_num_queries(4):
        rows = api.get(url_of("versions", project)).json()["results"]

    assert [(row["number"], row["state"], row["based_on"]) for row in rows] == [
        (2, "draft", 1),
        (1, "published", None),
    ]
    assert "prose" not in rows[0]


def test_drafts_do_not_exist_for_annotators(api_of, project, draft, annotator):
    client = api_of(annotator)

    assert len(client.get(url_of("versions", project)).json()["results"]) == 1
    assert client.get(url_of("version", project, 2)).status_code == 404
    assert client.get(url_of("diff", project, 1, 2)).status_code == 404


def test_draft_from_content_is_published_and_read_back(api, project):
    content = {"title": "Intent", "prose": "# Intent", "document": a_document("refund", "other")}

    created = api.post(url_of("versions", project), content, format="json")
    assert created.status_code == 201
    assert created.json()["number"] == 1

    published = api.post(
        url_of("publish", project, 1),
        {"revision": 1, "change_note": "First."},
        format="json",
    )
    assert published.status_code == 200
    body = api.get(url_of("current", project)).json()
    assert body["change_note"] == "First."
    assert body["document"]["questions"][0]["choices"][0]["name"] == {"en": "Refund"}


def test_document_read_and_pushed_again_is_lossless(api, project, version):
    body = api.get(url_of("version", project, 1)).json()
    content = {name: body[name] for name in ("title", "prose", "document")}

    draft = api.post(url_of("versions", project), content, format="json").json()

    assert {name: draft[name] for name in content} == content


def test_draft_without_content_copies_and_is_found_again(api, project, version):
    first = api.post(url_of("versions", project), {}, format="json")
    again = api.post(url_of("versions", project), {}, format="json")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["document"] == version.document
    assert again.json()["number"] == 2


def test_draft_from_content_while_one_is_at_work_is_a_conflict(api, project, draft):
    response = api.post(url_of("versions", project), {"title": "x"}, format="json")

    assert response.status_code == 409
    assert response.json()["code"] == "draft_exists"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"prose": "x"}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x", "text": "y"}, "text"),
        ({"title": "x", "document": []}, "__all__"),
        ({"title": "x", "document": None}, "document"),
        ({"document": {"questions": []}}, "title"),
        ({"title": "x", "document": {"questions": [{"key": "A"}]}}, "questions[0].key"),
        ({"title": "x", "prose": "\ud800"}, "prose"),
    ],
)
def test_bad_content_is_named_and_stores_nothing(api, project, data, field):
    body = json.dumps(data)  # escapes what is not ASCII, lone surrogates as well

    response = api.post(url_of("versions", project), body, content_type="application/json")

    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert GuidelineVersion.objects.count() == 0


def test_save_moves_the_revision_and_refuses_a_stale_one(api, project, draft):
    content = {"title": "New", "prose": "Text", "document": a_document("a", "b"), "revision": 1}
    url = url_of("version", project, 2)

    saved = api.put(url, content, format="json")
    stale = api.put(url, {**content, "title": "Other"}, format="json")

    assert (saved.status_code, saved.json()["revision"]) == (200, 2)
    assert stale.status_code == 409
    assert stale.json()["code"] == "stale_revision"
    assert stale.json()["detail"]["title"] == "New"
    assert stale.json()["detail"]["revision"] == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "x"}, "revision"),
        ({"title": "x", "revision": "new"}, "revision"),
        ({"title": "x", "revision": 1, "document": {"other": 1}}, "other"),
    ],
)
def test_save_of_bad_input_changes_nothing(api, project, draft, data, field):
    response = api.put(url_of("version", project, 2), data, format="json")

    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert GuidelineVersion.objects.get(pk=draft.pk).revision == 1


def test_published_version_refuses_every_change(api, project, version):
    url = url_of("version", project, 1)
    content = {"title": "x", "revision": 1}

    for response in (
        api.put(url, content, format="json"),
        api.delete(url),
        api.post(url_of("publish", project, 1), {"revision": 1}, format="json"),
    ):
        assert response.status_code == 409
        assert response.json()["code"] == "already_published"


def test_publish_of_unfinished_draft_names_the_paths(api, project):
    api.post(url_of("versions", project), {"title": "x"}, format="json")

    response = api.post(url_of("publish", project, 1), {"revision": 1}, format="json")

    assert response.status_code == 400
    assert "questions" in response.json()["errors"]


@pytest.mark.parametrize("number", [9, 2147483648])
def test_unknown_version_is_not_found(api, project, version, number):
    assert api.get(url_of("version", project, number)).status_code == 404
    assert api.post(url_of("publish", project, number), {"revision": 1}).status_code == 404


def test_discard_deletes_the_draft(api, project, draft):
    url = url_of("version", project, 2)

    assert api.delete(f"{url}?revision=7").status_code == 409
    assert api.delete(f"{url}?revision=x").status_code == 400
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404


def test_diff_is_told_by_words_keys_and_numbers(api, project, version, lead):
    document = a_document()
    document["questions"][0]["choices"].pop()
    document["rules"] = []
    publish_version(project, by=lead, document=document, title="Sentiment of texts")

    body = api.get(url_of("diff", project, 1, 2)).json()

    assert (body["before"], body["after"]) == (1, 2)
    assert {"op": "added", "text": "texts"} in body["title"]
    assert body["prose"] == []
    assert [(each["op"], each["key"]) for each in body["questions"][0]["choices"]] == [
        ("removed", "mixed"),
    ]
    assert [(each["op"], each["key"]) for each in body["rules"]] == [("removed", "1")]


def test_markdown_is_a_file_in_the_wanted_language(api, project, version):
    url = url_of("markdown", project, 1)

    english, korean = api.get(url), api.get(f"{url}?language=ko")

    assert english["Content-Type"] == "text/markdown; charset=utf-8"
    assert "### R1 Two targets" in english.content.decode()
    assert "- **혼합** (`mixed`) [3]" in korean.content.decode()
    assert api.get(f"{url}?language=xx").status_code == 400
    assert "version 9" in api.get(url_of("markdown", project, 9)).content.decode()
