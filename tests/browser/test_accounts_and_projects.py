"""Signing in, inviting and joining by keyboard; the pages hold in every look."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.links import set_password_link
from projects.actions.people import change_roles
from projects.models import Membership
from tests.browser.labeling import sign_in
from tests.factories.accounts import PASSWORD, ApiTokenFactory
from tests.factories.projects import InvitationFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def busy_project(project, owner, annotator, admin):
    """Something in every list."""
    project.description = "What do customers want when they write to us?"
    project.save()
    InvitationFactory(project=project, invited_by=admin, email="nora@example.com")
    InvitationFactory(project=project, invited_by=admin, secret="open")
    ApiTokenFactory(user=owner, name="nightly export")
    ApiTokenFactory(user=owner, name="old laptop", revoked_at=timezone.now())
    bob = Membership.objects.get(project=project, user=annotator)
    change_roles(membership=bob, roles=["annotator", "reviewer"], by=admin, now=timezone.now())
    return project


def pages_of(project, person):
    of_project = {
        name: reverse(f"projects:{name}", args=[project.slug])
        for name in ("overview", "settings", "close", "retire", "people", "audit", "leave")
    }
    return of_project | {
        "home": reverse("projects:home"),
        "new": reverse("projects:new"),
        "member": reverse("projects:member", args=[project.slug, person.pk]),
        "remove": reverse("projects:remove_member", args=[project.slug, person.pk]),
        "server": reverse("projects:server_people"),
        "deactivate": reverse("projects:deactivate", args=[person.pk]),
        "profile": reverse("accounts:profile"),
        "password": reverse("accounts:change_password"),
        "tokens": reverse("accounts:tokens"),
        "absent": "/p/no-such-project/",
    }


@pytest.mark.parametrize("look", LOOKS)
def test_pages_have_no_violations_and_fit_in_every_look(
    busy_project,
    owner,
    annotator,
    new_page,
    page_problems,
    live_server,
    axe,
    look,
):
    page_problems.expect("404")
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, owner)

    for name, url in pages_of(busy_project, annotator).items():
        page.goto(url)
        axe(page)
        assert page.evaluate(FITS), name
        assert page.locator("h1").count() == 1, name


@pytest.mark.parametrize("look", LOOKS)
def test_public_pages_have_no_violations_and_fit_in_every_look(
    busy_project,
    annotator,
    new_page,
    page_problems,
    axe,
    look,
):
    page_problems.expect("410")
    page = new_page(**LOOKS[look])

    for url in (
        reverse("accounts:sign_in"),
        reverse("accounts:help_with_password"),
        set_password_link(annotator),
        reverse("accounts:set_password", args=["MQ", "x-y"]),
        reverse("projects:join", args=["open"]),
        reverse("projects:join", args=["no-such-link"]),
    ):
        page.goto(url)
        axe(page)
        assert page.evaluate(FITS), url


def test_sign_in_by_keyboard_alone_leads_on(project, annotator, page, page_problems):
    page_problems.expect("422")
    page.goto(reverse("accounts:tokens"))
    page.keyboard.type(annotator.email)
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("E-mail address").input_value() == annotator.email

    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="API tokens").wait_for()


def test_invited_person_joins_and_finds_the_project(project, admin, page, new_page, live_server):
    sign_in(page, live_server, admin)
    page.goto(reverse("projects:people", args=[project.slug]))
    page.get_by_label("Annotator: labels items").check()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("[data-new-link] code").inner_text()

    guest = new_page()
    guest.goto(link)
    guest.get_by_label("Your name").fill("Nora")
    guest.get_by_label("E-mail address").fill("nora@example.com")
    guest.get_by_label("Choose a password").fill("a fine long pass phrase")
    guest.get_by_role("button", name="Make account and join").click()

    guest.get_by_role("heading", name=project.name).wait_for()
    page.reload()
    assert page.get_by_role("rowheader", name="Nora").count() == 1


def test_new_token_is_copied_by_its_button(owner, page, live_server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, live_server, owner)
    page.goto(reverse("accounts:tokens"))
    page.get_by_label("Name").fill("nightly export")
    page.get_by_label("Export labels").check()
    page.get_by_role("button", name="Make token").click()

    page.locator("[data-new-token] [data-copy]").click()

    shown = page.locator("[data-new-token] code").inner_text()
    page.wait_for_function(
        "text => navigator.clipboard.readText().then(t => t === text)",
        arg=shown,
    )
    assert shown.startswith("lh_")
