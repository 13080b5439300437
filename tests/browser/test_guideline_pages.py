"""Leads write, save, collide and publish; the pages hold in every look."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from guidelines.actions.open_draft import open_draft
from guidelines.actions.save_draft import save_draft
from guidelines.models import GuidelineVersion
from tests.browser.labeling import sign_in
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}


def url_of(name, project, *args):
    return reverse(f"guidelines:{name}", args=[project.slug, *args])


@pytest.fixture
def draft(project, lead):
    """Version 2 as a draft that differs from version 1 in every part."""
    publish_version(project, by=lead, note="The first one.")
    draft = open_draft(project=project, by=lead, now=timezone.now())
    document = a_document()
    document["questions"][0]["title"]["ja"] = "どの感情ですか"
    document["questions"][0]["choices"][0]["name"]["en"] = "Praise"
    document["questions"][0]["choices"].append({"key": "neutral", "name": "Neutral"})
    document["rules"][0]["decision"] = {"en": "Choose **Mixed**, never Negative."}
    document["rules"].append({"number": 2, "title": "Irony"})
    return save_draft(
        version=draft,
        title="Sentiment of all messages",
        prose="# Sentiment\n\nRead the whole long message. When in doubt, see R1.\n",
        document=document,
        expected_revision=1,
        by=lead,
        now=timezone.now(),
    )


@pytest.mark.parametrize("look", LOOKS)
def test_pages_have_no_violations_and_fit_in_every_look(
    project,
    draft,
    lead,
    new_page,
    live_server,
    axe,
    look,
):
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for name, args in (
        ("current", []), ("versions", []), ("diff", [1, 2]), ("edit", []), ("publish", []),
        ("discard", []),
    ):  # fmt: skip
        page.goto(url_of(name, project, *args))
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (name, too_wide) == (name, 0)
        axe(page)


def test_save_of_the_page_as_it_came_changes_nothing(project, draft, lead, page, live_server):
    sign_in(page, live_server, lead)
    page.goto(url_of("edit", project))

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The draft of version 2 is saved.").wait_for()

    stored = GuidelineVersion.objects.get(pk=draft.pk)
    assert (stored.title, stored.prose, stored.revision) == (draft.title, draft.prose, 3)
    assert stored.document == draft.document


def test_first_guideline_is_written_and_published_by_keyboard(
    project,
    lead,
    page,
    live_server,
    axe,
):
    sign_in(page, live_server, lead)
    page.goto(url_of("current", project))
    page.get_by_role("button", name="Write the guideline").press("Enter")

    page.get_by_role("button", name="Add a question").press("Enter")
    page.locator("[name='questions[0].title.en']:focus").wait_for()
    page.keyboard.type("What does the customer want?")
    for number, name in enumerate(("Refund", "Delivery")):
        page.get_by_role("button", name="Add a choice").press("Enter")
        page.locator(f"[name='questions[0].choices[{number}].name.en']:focus").wait_for()
        page.keyboard.type(name)
    page.get_by_role("button", name="Move “New choice” up").press("Enter")
    page.locator("[name='questions[0].choices[0].name.en'][value='Delivery']:focus").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("The draft of version 1 is saved.").wait_for()
    page.goto(url_of("publish", project))
    page.get_by_role("button", name="Publish version 1").press("Enter")
    page.get_by_text("Version 1 is published.").wait_for()
    axe(page)

    version = GuidelineVersion.objects.get()
    (question,) = version.document["questions"]
    assert version.is_published
    assert [choice["key"] for choice in question["choices"]] == ["delivery", "refund"]


def test_preview_follows_the_typing(project, draft, lead, page, live_server):
    sign_in(page, live_server, lead)
    page.goto(url_of("edit", project))

    page.locator("#id_prose").fill("# 안녕\n\n<script>alert(1)</script> **굵게**")
    page.locator("#preview h2", has_text="안녕").wait_for()

    assert page.locator("#preview strong").inner_text() == "굵게"
    assert "<script>" in page.locator("#preview").inner_text()


def test_editor_goes_on_when_another_tab_has_set_a_new_token(
    project, draft, lead, page, live_server
):
    sign_in(page, live_server, lead)
    page.goto(url_of("edit", project))
    newer = {"name": "csrftoken", "value": "n" * 32, "url": live_server.url}
    page.context.add_cookies([newer])
    known = page.locator("[name$='.title.en']").count()

    page.get_by_role("button", name="Add a question").click()

    expect(page.locator("[name$='.title.en']")).to_have_count(known + 1)


def test_two_leads_at_once_lose_nothing(
    project,
    draft,
    lead,
    owner,
    page,
    live_server,
    axe,
    page_problems,
):
    page_problems.expect("409")
    sign_in(page, live_server, lead)
    page.goto(url_of("edit", project))
    save_draft(
        version=draft, title="Title by Olga", prose=draft.prose, document=draft.document,
        expected_revision=draft.revision, by=owner, now=timezone.now(),
    )  # fmt: skip

    page.get_by_label("Title", exact=True).first.fill("Title by Alice")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Two people are editing this draft").wait_for()
    axe(page)
    assert GuidelineVersion.objects.get(pk=draft.pk).title == "Title by Olga"

    page.get_by_role("button", name="Save mine over it").click()
    page.get_by_text("The draft of version 2 is saved.").wait_for()
    assert GuidelineVersion.objects.get(pk=draft.pk).title == "Title by Alice"


def test_leaving_with_unsaved_text_asks_first(project, draft, lead, page, live_server):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    sign_in(page, live_server, lead)
    page.goto(url_of("edit", project))
    leave = page.get_by_role("link", name="Versions", exact=True)

    page.locator("#id_prose").press_sequentially("x")
    with page.expect_event("dialog"):
        leave.click()
    assert asked == ["beforeunload"]
    assert page.url.endswith(url_of("edit", project))

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The draft of version 2 is saved.").wait_for()
    leave.click()
    page.wait_for_url("**/versions/")
    assert asked == ["beforeunload"]


def test_editor_works_without_javascript(project, draft, lead, new_page, live_server):
    page = new_page(java_script_enabled=False)
    sign_in(page, live_server, lead)
    page.goto(url_of("edit", project))

    page.get_by_role("button", name="Add a choice").click()
    page.locator("[name='questions[0].choices[4].name.en']").fill("Not sure")
    page.get_by_role("button", name="Save", exact=True).click()

    stored = GuidelineVersion.objects.get(pk=draft.pk)
    assert stored.document["questions"][0]["choices"][4]["key"] == "not-sure"
