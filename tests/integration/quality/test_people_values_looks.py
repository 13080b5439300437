"""Pages about people who mark places, in a real browser: no violation, no sideways scrolling."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import Purpose
from quality.actions.people.groups import ask_for_group
from quality.models import GroupAnswer
from tests.browser.labeling import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.overview import counted
from tests.factories.people_values import ValuePeople
from tests.integration.quality.test_looks import LOOKS
from tests.integration.quality.test_people_values import Crowd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def people(project, lead):
    people = ValuePeople(project, "boxes")
    crowd = Crowd(people, n=5)
    spammer, first, second = (
        people.person(UserFactory(name=name)) for name in ("Sam", "Fay", "Sid")
    )
    crowd.label(spammer, careless=lambda place: place > 40)
    copied = [crowd.answer(place) for place in range(len(crowd.items))]
    for source in (first, second):
        people.say([(item, source, copied[k]) for k, item in enumerate(crowd.items)])
    for item in people.items(12):
        value = people.canonical(crowd.answer(7, 1.0))
        people.gold(item, value, lead)
        people.slot(item, first, Purpose.GOLD)
        people.say([(item, first, value)])
    question = ask_for_group(
        project=project, text="Is Korean your first language?", purpose="To see.",
        options=["Yes", "No"], by=lead, now=timezone.now(),
    )  # fmt: skip
    for source in (*crowd.sources, first, second, spammer):
        GroupAnswer.objects.create(
            question=question, person=source.person, consent="given", option="yes",
            updated_at=timezone.now(),
        )  # fmt: skip
    people.computed(lead)
    counted(project, people.question, lead)
    return spammer, first


@pytest.mark.parametrize("look", LOOKS)
def test_pages_about_people_who_mark_fit_and_have_no_violations(
    look, new_page, live_server, axe, lead, people
):
    spammer, first = people
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for path in (
        reverse("quality:people", args=["support"]),
        reverse("quality:person", args=["support", spammer.pk]),
        reverse("quality:person", args=["support", first.pk]),
        reverse("quality:overview", args=["support"]),
    ):
        page.goto(path)
        for details in page.locator("main details").all():
            details.evaluate("element => { element.open = true }")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
