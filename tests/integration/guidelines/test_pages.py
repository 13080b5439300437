import pytest
from django.urls import reverse

from guidelines.models import GuidelineVersion
from projects.models import ProjectState
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db

READING = [
    ("current", {}),
    ("versions", {}),
    ("version", {"number": 1}),
    ("diff", {"before": 1, "after": 1}),
]
WRITING = [("edit", {}), ("publish", {}), ("discard", {})]
POSTING = [("start_draft", {}), ("preview", {}), *WRITING]


def url_of(name, project, **kwargs):
    return reverse(f"guidelines:{name}", kwargs={"slug": project.slug, **kwargs})


@pytest.mark.parametrize(("name", "kwargs"), READING)
@pytest.mark.parametrize("reader", ["lead", "annotator", "reviewer", "admin"])
def test_reading_page_is_open_to_members(
    request,
    client_of,
    project,
    version,
    reader,
    name,
    kwargs,
):
    response = client_of(request.getfixturevalue(reader)).get(url_of(name, project, **kwargs))

    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize(("name", "kwargs"), [*READING, *WRITING])
def test_page_is_hidden_from_outsiders(client_of, project, draft, outsider, name, kwargs):
    assert client_of(outsider).get(url_of(name, project, **kwargs)).status_code == 404


@pytest.mark.parametrize(("name", "kwargs"), [*READING, *WRITING])
def test_page_sends_strangers_to_the_sign_in_page(client, project, draft, name, kwargs):
    response = client.get(url_of(name, project, **kwargs))

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize(("name", "kwargs"), WRITING)
@pytest.mark.parametrize("person", ["annotator", "reviewer", "admin"])
def test_writing_page_is_refused_to_other_roles(
    request,
    client_of,
    project,
    draft,
    person,
    name,
    kwargs,
):
    client = client_of(request.getfixturevalue(person))

    assert client.get(url_of(name, project, **kwargs)).status_code == 403


@pytest.mark.parametrize(("name", "kwargs"), POSTING)
def test_posting_is_refused_to_annotators_and_changes_nothing(
    client_of,
    project,
    draft,
    annotator,
    name,
    kwargs,
):
    response = client_of(annotator).post(
        url_of(name, project, **kwargs),
        {"title": "x", "revision": 1},
    )

    assert response.status_code == 403
    assert GuidelineVersion.objects.get(pk=draft.pk).revision == 1


@pytest.mark.parametrize("name", ["start_draft", "preview"])
def test_page_that_only_posts_refuses_get(client_of, project, lead, name):
    assert client_of(lead).get(url_of(name, project)).status_code == 405


def test_reader_shows_everything_of_the_version(client_of, project, version, annotator):
    page = client_of(annotator).get(url_of("current", project)).content.decode()

    assert 'id="R1"' in page
    assert "Two targets" in page
    assert "배송은 빨랐는데" in page
    assert "Which sentiment does the writer express?" in page
    assert "hue-7" in page
    assert version.content_hash in page
    assert "start_draft" not in page
    assert url_of("start_draft", project) not in page


def test_reader_costs_few_statements(
    client_of,
    project,
    version,
    annotator,
    django_assert_max_num_queries,
):
    client = client_of(annotator)
    client.get(url_of("current", project))

    with django_assert_max_num_queries(7):
        client.get(url_of("current", project))


def test_reader_escapes_what_leads_write(client_of, project, lead, annotator):
    document = a_document("a", "b")
    evil = "<script>alert(1)</script>"
    document["questions"][0]["title"] = evil
    document["questions"][0]["choices"][0]["name"] = evil
    document["rules"] = [
        {"number": 1, "title": evil, "condition": evil, "decision": evil, "examples": [evil]},
    ]
    publish_version(project, by=lead, title=evil, prose=evil, document=document, note=evil)

    client = client_of(annotator)
    for name in ("current", "versions"):
        page = client.get(url_of(name, project)).content.decode()
        assert "alert(1)" in page
        assert evil not in page


@pytest.mark.parametrize(
    ("person", "words", "may_write"),
    [("lead", "Write the guideline", True), ("annotator", "still writing", False)],
)
def test_project_without_guideline_says_what_to_do(
    request,
    client_of,
    project,
    person,
    words,
    may_write,
):
    page = client_of(request.getfixturevalue(person)).get(url_of("current", project))

    assert words in page.content.decode()
    assert (url_of("start_draft", project) in page.content.decode()) is may_write


def test_earlier_version_keeps_its_page_and_says_so(client_of, project, version, lead):
    publish_version(project, by=lead, prose="New text.", note="Said more clearly.")

    page = client_of(lead).get(url_of("version", project, number=1)).content.decode()
    current = client_of(lead).get(url_of("current", project)).content.decode()

    assert "Earlier version" in page
    assert url_of("diff", project, before=1, after=2) in page
    assert "New text." in current
    assert "Said more clearly." in current


@pytest.mark.parametrize(("person", "status"), [("lead", 200), ("annotator", 404)])
def test_diff_with_the_draft_is_for_those_who_write(
    request,
    client_of,
    project,
    draft,
    person,
    status,
):
    client = client_of(request.getfixturevalue(person))

    assert client.get(url_of("diff", project, before=1, after=2)).status_code == status


def test_draft_has_no_page_among_published_versions(client_of, project, draft, lead):
    assert client_of(lead).get(url_of("version", project, number=2)).status_code == 404


def test_versions_hide_the_draft_from_annotators(client_of, project, draft, annotator, lead):
    edit = url_of("edit", project)

    assert edit not in client_of(annotator).get(url_of("versions", project)).content.decode()
    assert edit in client_of(lead).get(url_of("versions", project)).content.decode()


def test_versions_cost_the_same_however_many(
    client_of,
    project,
    version,
    lead,
    django_assert_max_num_queries,
):
    for number in range(5):
        publish_version(project, by=lead, prose=f"Text {number}.")

    client = client_of(lead)
    with django_assert_max_num_queries(5):
        client.get(url_of("versions", project))


def test_diff_marks_words(client_of, project, version, lead):
    document = a_document()
    document["rules"][0]["decision"] = {"en": "Choose Negative."}
    document["questions"][0]["choices"].append({"key": "neutral", "name": "Neutral"})
    publish_version(project, by=lead, prose="# Sentiment\n\nRead everything.", document=document)

    page = client_of(lead).get(url_of("diff", project, before=1, after=2)).content.decode()

    assert "<del>Mixed.</del><ins>Negative.</ins>" in page
    assert "<ins>Neutral</ins>" in page
    assert 'class="line removed"><del>Read the whole message' in page


def test_compare_form_leads_to_the_diff(client_of, project, version, lead):
    client = client_of(lead)

    response = client.get(url_of("compare", project), {"before": 1, "after": 1})

    assert response.url == url_of("diff", project, before=1, after=1)
    assert client.get(url_of("compare", project), {"before": "x"}).status_code == 404


@pytest.mark.parametrize(("before", "after"), [(1, 9), (9, 1)])
def test_diff_of_unknown_versions_is_not_found(client_of, project, version, lead, before, after):
    url = url_of("diff", project, before=before, after=after)

    assert client_of(lead).get(url).status_code == 404


def test_pages_of_a_closed_project_are_read_only(client_of, project, draft, lead):
    project.state = ProjectState.CLOSED
    project.save()
    client = client_of(lead)

    assert client.get(url_of("current", project)).status_code == 200
    assert client.post(url_of("start_draft", project)).status_code == 409
    assert client.post(url_of("discard", project), {"revision": 1}).status_code == 409
