"""The pages about people in a real browser: no violation, no sideways scrolling, in every look."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.actions.check_pause import pause_person
from core.jobs import run_job
from quality.actions.people.groups import ask_for_group
from quality.models import GroupAnswer
from tests.browser.labeling import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.people import People
from tests.factories.projects import MembershipFactory
from tests.factories.quality import resolution_run
from tests.integration.quality.test_looks import LOOKS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def people(project, lead, annotator, second_annotator):
    people = People(project)
    bob, carol = people.person(annotator), people.person(second_annotator)
    items = people.items(60)
    question = ask_for_group(
        project=project,
        text="Is Korean your first language?",
        purpose="To see whether the wording of the guideline is clear to everybody.",
        options=["Yes", "No"],
        by=lead,
        now=timezone.now(),
    )
    for number in range(6):
        user = UserFactory(name=f"Annotator {number}")
        MembershipFactory(project=project, user=user, roles=["annotator"])
        people.label(items, people.person(user), accuracy=0.85, seconds=4 + number / 2)
        GroupAnswer.objects.create(
            question=question,
            person=user,
            consent="given",
            option="yes",
            updated_at=timezone.now(),
        )
    people.label(items, bob, accuracy=0.8, seconds=5)
    # Carol tires: right at first, then always the same, fast.
    people.label(items[:35], carol, accuracy=0.9, seconds=5)
    for item in items[35:]:
        people.say(item, carol, "positive", seconds=0.6)
    for number, gold in enumerate(people.gold(25, lead)):
        people.check(gold, bob, right=number % 6 != 0)
        people.check(gold, carol, right=number % 2 == 0)
    for number, original in enumerate(bob.annotations.filter(item__in=items)[:12]):
        before = original.labels.get().choice.key
        people.repeat(original, before if number % 4 else "mixed")
    for run in (people.run(lead), resolution_run(people, "dawid_skene")):
        run_job(run.job_id)
    pause_person(
        project=project,
        person=second_annotator,
        reason="The last answers are all the same. Please read R1 again, then we talk.",
        by=lead,
        now=timezone.now(),
    )
    return bob, carol


@pytest.mark.parametrize("look", LOOKS)
def test_pages_about_people_fit_and_have_no_violations(
    look, new_page, live_server, axe, project, lead, people
):
    bob, carol = people
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for path in (
        reverse("quality:people", args=["support"]),
        reverse("quality:person", args=["support", bob.pk]),
        reverse("quality:person", args=["support", carol.pk]),
        f"{reverse('quality:person_rows', args=['support', bob.pk])}?show=gold",
        f"{reverse('quality:person_rows', args=['support', bob.pk])}?show=repeats",
        reverse("quality:checks", args=["support"]),
        reverse("quality:ask_group", args=["support"]),
    ):
        page.goto(path)
        for details in page.locator("main details").all():
            details.evaluate("element => { element.open = true }")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_an_annotator_fit_and_have_no_violations(
    look, new_page, live_server, axe, project, second_annotator, people
):
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, second_annotator)

    for path in (
        reverse("quality:coaching", args=["support"]),
        reverse("annotations:paused", args=["support"]),
    ):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
