import pytest
from django.urls import reverse
from django.utils import timezone

from guidelines.actions.open_draft import open_draft
from guidelines.actions.save_draft import save_draft
from guidelines.models import GuidelineVersion, VersionState
from projects.models import ProjectState
from tests.factories.guidelines import a_document
from tests.unit.guidelines.test_document_fields import fields_of

pytestmark = pytest.mark.django_db


def url_of(name, project, **more):
    return reverse(f"guidelines:{name}", kwargs={"slug": project.slug, **more})


def form_of(draft, **changes):
    """What the editor's page would post for the draft as it is."""
    data = {"title": draft.title, "prose": draft.prose, "revision": draft.revision, "do": "save"}
    return {**data, **dict(fields_of(draft.document)), **changes}


@pytest.fixture
def browser(client_of, lead):
    return client_of(lead)


def stored(draft):
    return GuidelineVersion.objects.get(pk=draft.pk)


def test_start_opens_the_editor(browser, project, version):
    response = browser.post(url_of("start_draft", project), follow=True)

    assert response.status_code == 200
    assert "Draft of version 2" in response.content.decode()
    assert GuidelineVersion.objects.filter(state=VersionState.DRAFT).count() == 1


def test_editor_without_a_draft_offers_to_start_one(browser, project, version):
    page = browser.get(url_of("edit", project)).content.decode()

    assert url_of("start_draft", project) in page
    assert "Start a draft" in page


def test_editor_shows_each_field_by_its_path(browser, project, draft):
    page = browser.get(url_of("edit", project)).content.decode()

    for path in (
        "questions[0].title.ko",
        "questions[0].choices[2].name.en",
        "questions[0].choices[2].hotkey",
        "rules[0].number",
        "rules[0].examples[0].ko",
        "rules[0].choices",
    ):
        assert f'name="{path}"' in page
    assert "Saved " in page


def test_saving_what_was_shown_changes_nothing(browser, project, draft):
    response = browser.post(url_of("edit", project), form_of(draft))

    assert response.status_code == 302
    assert stored(draft).document == draft.document
    assert (stored(draft).title, stored(draft).prose) == (draft.title, draft.prose)
    assert stored(draft).revision == 2


def test_saving_keeps_texts_in_languages_without_fields(browser, project, version, lead):
    document = a_document()
    document["questions"][0]["title"]["ja"] = "どの感情ですか"
    document["rules"][0]["examples"].append({"ja": "例"})
    draft = open_draft(project=project, by=lead, now=timezone.now())
    draft = save_draft(
        version=draft, title="x", prose="", document=document, expected_revision=1,
        by=lead, now=timezone.now(),
    )  # fmt: skip
    page = browser.get(url_of("edit", project)).content.decode()

    assert 'name="questions[0].title.ja" value="どの感情ですか"' in page
    assert 'name="rules[0].examples[1].ja"' in page
    browser.post(url_of("edit", project), form_of(draft))
    assert stored(draft).document == draft.document


def test_rule_about_many_choices_types_them(browser, project, version, lead):
    document = a_document(*(f"c{number}" for number in range(31)))
    document["rules"] = [
        {"number": 1, "condition": "x", "decision": "y",
         "choices": ["sentiment.c1", "sentiment.c2"]},
    ]  # fmt: skip
    draft = open_draft(project=project, by=lead, now=timezone.now())
    draft = save_draft(
        version=draft, title="x", prose="", document=document, expected_revision=1,
        by=lead, now=timezone.now(),
    )  # fmt: skip
    page = browser.get(url_of("edit", project)).content.decode()
    assert "sentiment.c1 sentiment.c2</textarea>" in page

    changes = {"rules[0].choices": "sentiment.c3\r\nsentiment.c1"}
    browser.post(url_of("edit", project), form_of(draft, **changes))

    assert stored(draft).document["rules"][0]["choices"] == ["sentiment.c3", "sentiment.c1"]


def test_new_choice_without_key_is_stored_with_one(browser, project, draft):
    changes = {"questions[0].choices[3].key": "", "questions[0].choices[3].name.en": "Not sure"}

    browser.post(url_of("edit", project), form_of(draft, **changes))

    choice = stored(draft).document["questions"][0]["choices"][3]
    assert (choice["key"], choice["color"], choice["hotkey"]) == ("not-sure", 3, "4")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"prose": "a\x00b"}, "Null characters"),
        ({"prose": "x" * 100_001}, "100001 characters"),
        ({"questions[0].choices[1].key": "positive"}, "used twice"),
        ({"questions[0].choices[1].color": "99"}, "whole number"),
        ({"rules[0].number": "seven"}, "whole number"),
        ({"questions[0].kind": "riddle"}, "not known"),
        ({"questions[0].choices[0].hotkey": "s"}, "taken by the labeling screen"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_typed(browser, project, draft, changes, words):
    typed = {"questions[0].title.ko": "새 질문", **changes}

    response = browser.post(url_of("edit", project), form_of(draft, **typed))

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "새 질문" in page
    assert stored(draft).revision == 1


def test_unfinished_draft_is_saved_with_a_list_of_what_is_missing(browser, project, draft):
    changes = {"rules[0].condition.en": "", "questions[0].choices[3].key": "other"}

    response = browser.post(url_of("edit", project), form_of(draft, **changes), follow=True)

    assert response.status_code == 200
    assert "2 things are missing" in response.content.decode()
    assert stored(draft).revision == 2


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_row_button_adds_a_row_without_saving(browser, project, draft, headers):
    data = form_of(draft, do="add-choice:questions[0]", title="Typed title")

    response = browser.post(url_of("edit", project), data, headers=headers)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="questions[0].choices[3].name.en"' in page
    assert page.count(" autofocus") == 1
    assert "Typed title" in page
    assert "Not saved yet" in page
    assert ("<html" in page) is (not headers)
    assert stored(draft).revision == 1


def test_row_button_adds_a_rule_with_a_new_number(browser, project, draft):
    page = browser.post(url_of("edit", project), form_of(draft, do="add-rule")).content.decode()

    assert 'name="rules[1].number" id="f-rules-1-number" value="2"' in page


def test_save_over_somebody_elses_shows_both_texts(browser, project, draft, owner):
    save_draft(
        version=draft, title=draft.title, prose="Text by Olga", document=draft.document,
        expected_revision=1, by=owner, now=timezone.now(),
    )  # fmt: skip

    response = browser.post(url_of("edit", project), form_of(draft, prose="Text by Alice"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Text by Olga" in page
    assert "Text by Alice" in page
    assert "Olga saved it" in page
    assert 'value="overwrite:2"' in page
    assert stored(draft).prose == "Text by Olga"


def test_save_in_a_closed_project_is_a_conflict(browser, project, draft):
    project.state = ProjectState.CLOSED
    project.save()

    response = browser.post(url_of("edit", project), form_of(draft, title="Other"))

    assert response.status_code == 409
    assert "closed" in response.content.decode()
    assert stored(draft).title == draft.title


def test_overwrite_after_the_conflict_stores_mine(browser, project, draft, owner):
    save_draft(
        version=draft, title=draft.title, prose="Text by Olga", document=draft.document,
        expected_revision=1, by=owner, now=timezone.now(),
    )  # fmt: skip
    mine = form_of(draft, prose="Text by Alice", do="overwrite:2")

    assert browser.post(url_of("edit", project), mine).status_code == 302
    assert stored(draft).prose == "Text by Alice"
    assert browser.post(url_of("edit", project), mine).status_code == 409
    assert browser.post(url_of("edit", project), {**mine, "do": "overwrite:x"}).status_code == 409


def test_preview_is_rendered_and_stores_nothing(browser, project, draft):
    response = browser.post(
        url_of("preview", project),
        {"prose": "# Hello\n<script>x</script>"},
        headers={"HX-Request": "true"},
    )

    page = response.content.decode()
    assert '<h2 id="section-1">Hello</h2>' in page
    assert "<script" not in page
    assert stored(draft).revision == 1


def test_publish_page_shows_changes_and_publishes(browser, project, draft):
    browser.post(url_of("edit", project), form_of(draft, title="Clearer"))

    page = browser.get(url_of("publish", project)).content.decode()
    assert "cannot be changed afterwards" in page
    assert "<ins>Clearer</ins>" in page

    data = {"revision": 2, "change_note": "Clearer title."}
    response = browser.post(url_of("publish", project), data, follow=True)
    assert response.redirect_chain[0][0] == url_of("published", project, number=2)
    assert stored(draft).is_published
    assert "Clearer title." in browser.get(url_of("versions", project)).content.decode()


def test_publish_page_of_an_unfinished_draft_says_where(browser, project, draft):
    browser.post(url_of("edit", project), form_of(draft, **{"rules[0].condition.en": ""}))

    page = browser.get(url_of("publish", project)).content.decode()
    response = browser.post(url_of("publish", project), {"revision": 2})

    assert "R1 › When This text is missing." in page
    assert response.status_code == 422
    assert not stored(draft).is_published


def test_publish_of_an_equal_draft_says_so(browser, project, draft):
    response = browser.post(url_of("publish", project), {"revision": 1})

    assert response.status_code == 422
    assert "nothing to publish" in response.content.decode()
    assert not stored(draft).is_published


@pytest.mark.parametrize("name", ["publish", "discard"])
def test_stale_confirmation_is_a_conflict(browser, project, draft, name):
    browser.post(url_of("edit", project), form_of(draft, title="Clearer"))

    assert browser.post(url_of(name, project), {"revision": 1}).status_code == 409
    assert not stored(draft).is_published


@pytest.mark.parametrize("name", ["publish", "discard"])
def test_confirmation_without_revision_is_invalid(browser, project, draft, name):
    assert browser.post(url_of(name, project), {}).status_code == 422
    assert not stored(draft).is_published


@pytest.mark.parametrize("name", ["publish", "discard"])
def test_confirmation_without_a_draft_is_not_found(browser, project, version, name):
    assert browser.get(url_of(name, project)).status_code == 404


def test_discard_asks_first_and_then_lays_aside(browser, project, draft):
    page = browser.get(url_of("discard", project)).content.decode()
    assert "cannot be brought back" in page
    assert GuidelineVersion.objects.filter(pk=draft.pk).exists()

    response = browser.post(url_of("discard", project), {"revision": 1})

    assert response.url == url_of("versions", project)
    assert GuidelineVersion.objects.get(pk=draft.pk).state == "discarded"
