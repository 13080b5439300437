"""From a question to a new version that people have read, by keyboard, and in every look."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.actions.training import mark_gold, set_training
from annotations.models import Annotation, Flag, Item
from guidelines import queries
from guidelines.actions.open_draft import open_draft
from guidelines.actions.save_draft import save_draft
from guidelines.models import Acknowledgement
from tests.browser.labeling import external_id, fill, sign_in, wait_for_item
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}


def document():
    """Rule 1 decides otherwise now, and names the right answer of its example."""
    found = a_document()
    rule = found["rules"][0]
    rule["decision"] = {"en": "Choose Negative, always."}
    rule["examples"] = [{"text": "fast, but torn", "choice": "sentiment.negative"}]
    return found


def a_draft(project, lead):
    draft = open_draft(project=project, by=lead, now=timezone.now())
    return save_draft(
        version=draft,
        title=draft.title,
        prose=draft.prose,
        document=document(),
        expected_revision=draft.revision,
        by=lead,
        now=timezone.now(),
    )


def a_flag(project, lead, item):
    return Flag.objects.create(
        project=project,
        item=item,
        version=queries.current_version(project),
        by=lead,
        comment="What if it is ironic?",
        created_at=timezone.now(),
    )


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_the_lead_hold_in_every_look(project, lead, new_page, live_server, axe, look):
    fill(project, items=3)
    item = project_items(project)[0]
    flag = a_flag(project, lead, item)
    mark_gold(
        project=project, item=item, values={"sentiment": "mixed"}, explanation="Two targets",
        rule_number=1, by=lead, now=timezone.now(),
    )  # fmt: skip
    a_draft(project, lead)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for name, args in (
        ("guidelines:changes", []), ("guidelines:publish", []), ("guidelines:readers", []),
        ("annotations:inbox", []), ("annotations:question", [flag.pk]),
        ("annotations:my_questions", []), ("annotations:trainees", []),
        ("annotations:gold", [project_items(project)[1].pk]), ("annotations:item", [item.pk]),
    ):  # fmt: skip
        visit(page, axe, name, reverse(name, args=[project.slug, *args]))


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_the_annotator_hold_in_every_look(
    project, lead, annotator, new_page, live_server, axe, look
):
    fill(project, items=3)
    publish_version(
        project, by=lead, document=document(), changes={"quiz": {"questions": 1, "pass_mark": 100}}
    )
    gold = project_items(project)[0]
    mark_gold(
        project=project, item=gold, values={"sentiment": "mixed"}, explanation="Two targets",
        rule_number=1, by=lead, now=timezone.now(),
    )  # fmt: skip
    set_training(project=project, items=1, pass_mark=100, by=lead, now=timezone.now())
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, annotator)

    visit(page, axe, "reading", reverse("guidelines:reading", args=[project.slug]))
    page.locator(".quiz-question input").nth(0).check()
    page.locator("main form button.primary").last.click()
    page.locator(".quiz-results").wait_for()
    check(page, axe, "quiz feedback")
    visit(page, axe, "training", reverse("annotations:training", args=[project.slug]))
    page.keyboard.press("1")
    page.locator("#training-form").wait_for(state="detached")
    page.wait_for_load_state()
    check(page, axe, "training feedback")


def test_annotator_reads_passes_the_quiz_and_labels_by_keys_alone(
    project, lead, annotator, page, live_server
):
    fill(project, items=3)
    newer = publish_version(
        project, by=lead, document=document(), changes={"quiz": {"questions": 1, "pass_mark": 100}}
    )
    sign_in(page, live_server, annotator)
    page.goto("/w/support/")
    page.locator(".field-diffs ins").first.wait_for()

    page.locator(".quiz-question input[value=positive]").press("Space")
    page.get_by_role("button", name="Check my answers").press("Enter")
    page.get_by_text("Not passed yet").wait_for()
    page.get_by_role("link", name="Try again").press("Enter")
    page.locator(".quiz-question input[value=negative]").press("Space")
    page.get_by_role("button", name="Check my answers").press("Enter")
    page.get_by_role("heading", name="Passed").wait_for()
    page.keyboard.press("Enter")  # the focus is on "I have read this"
    wait_for_item(page)

    item = external_id(page)
    page.keyboard.press("2")
    page.wait_for_selector("#saved-state[data-state=saved]")
    wait_for_item(page, other_than=item)
    assert Acknowledgement.objects.get().version == newer
    assert Annotation.objects.get().version == newer


def test_draft_saves_itself_and_says_when_somebody_else_has_saved(
    project, lead, page, live_server, page_problems
):
    page_problems.expect("status of 409")
    publish_version(project, by=lead)
    draft = open_draft(project=project, by=lead, now=timezone.now())
    sign_in(page, live_server, lead)
    page.goto(reverse("guidelines:edit", args=[project.slug]))

    page.locator("#id_title").fill("A clearer title")
    page.wait_for_function("() => document.querySelector('[name=revision]').value === '2'")
    draft.refresh_from_db()
    assert draft.title == "A clearer title"

    save_draft(
        version=draft, title="Theirs", prose=draft.prose, document=draft.document,
        expected_revision=2, by=lead, now=timezone.now(),
    )  # fmt: skip
    page.locator("#id_title").fill("Mine")
    page.get_by_text("Somebody else has saved this draft.").wait_for()
    draft.refresh_from_db()
    assert draft.title == "Theirs"


def project_items(project):
    return list(Item.objects.filter(project=project).order_by("pk"))


def visit(page, axe, name, url):
    page.goto(url)
    check(page, axe, name)


def check(page, axe, name):
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (name, too_wide) == (name, 0)
    axe(page)
