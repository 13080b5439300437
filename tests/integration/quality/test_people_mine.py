"""What annotators see of themselves, and groups by consent."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from core.models import AuditEntry
from quality.actions.people.groups import ask_for_group
from quality.models import GroupAnswer, GroupFigures, GroupQuestion
from quality.queries.people.groups import large_enough
from tests.factories.accounts import UserFactory
from tests.factories.people import People
from tests.factories.projects import MembershipFactory
from tests.factories.quality import resolution_run

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"quality:{name}", args=["support", *args])


@pytest.fixture
def people(project):
    return People(project)


@pytest.fixture
def bob(people, annotator):
    return people.person(annotator)


def figures(client):
    answer = client.get(url("coaching"))
    assert answer.status_code == 200
    return answer.context["coaching"]


def test_coaching_moves_in_whole_blocks_only(people, bob, client_of, annotator, lead):
    golds = people.gold(25, lead)
    seen = []
    for number, gold in enumerate(golds):
        people.check(gold, bob, right=number % 5 != 0)
        seen.append(figures(client_of(annotator)).checks.n)

    assert seen == [0] * 9 + [10] * 10 + [20] * 6
    found = figures(client_of(annotator))
    assert [(block.right, block.n) for block in found.blocks] == [(8, 10), (8, 10)]
    assert found.checks.low < 80 < found.checks.high


def test_coaching_names_what_is_mixed_up_from_two_on_with_the_rules(
    people, bob, client_of, annotator, lead
):
    golds = people.gold(10, lead)
    wrong = [gold for gold in golds if gold.values["sentiment"] == "positive"][:2]
    for gold in golds:
        people.check(gold, bob, right=gold not in wrong)

    found = figures(client_of(annotator)).mixed

    assert [(each.right.key, each.said.key, each.n) for each in found] == [
        ("positive", "negative", 2)
    ]


def test_coaching_shows_no_item_no_gold_and_nobody_else(
    people, bob, client_of, annotator, second_annotator, lead
):
    carol = people.person(second_annotator)
    items = people.items(30)
    people.label(items, bob, accuracy=0.4)
    people.label(items, carol)
    for gold in people.gold(10, lead):
        people.check(gold, bob, right=False)
    run_job(resolution_run(people, "dawid_skene").job_id)

    text = client_of(annotator).get(url("coaching")).content.decode()
    shown = text.partition("<main")[2].partition("</main")[0]

    assert "0 of 10" in shown
    assert not any(item.external_id in text for item in people.batch.items.all())
    assert "gold" not in shown.lower()
    assert second_annotator.name not in shown
    assert lead.name not in shown


def test_coaching_costs_the_same_however_much_was_labeled(
    people, bob, client_of, annotator, django_assert_max_num_queries
):
    people.label(people.items(60), bob)
    client_of(annotator).get(url("coaching"))

    with django_assert_max_num_queries(27):
        assert figures(client_of(annotator)).days


def test_coaching_is_for_annotators(people, client_of, reviewer, outsider):
    assert client_of(reviewer).get(url("coaching")).status_code == 403
    assert client_of(outsider).get(url("coaching")).status_code == 404


def test_rest_gives_ones_own_figures(people, bob, api_of, annotator, project, lead, outsider):
    for gold in people.gold(10, lead):
        people.check(gold, bob)
    path = f"/api/v1/projects/{project.pk}/quality/coaching/"

    found = api_of(annotator).get(path).json()

    assert (found["checks"]["right"], found["checks"]["n"]) == (10, 10)
    assert api_of(lead).get(path).status_code == 403
    assert api_of(outsider).get(path).status_code == 404


@pytest.fixture
def asked(project, lead):
    return ask_for_group(
        project=project,
        text="Is Korean your first language?",
        purpose="To see whether the wording is clear to all.",
        options=["Yes", "No"],
        by=lead,
        now=timezone.now(),
    )


def test_person_answers_declines_and_takes_it_back(asked, client_of, annotator):
    bob = client_of(annotator)
    assert "Is Korean your first language?" in bob.get(url("coaching")).content.decode()

    bob.post(url("group"), {"option": "yes"})
    assert GroupAnswer.objects.get().option == "yes"
    bob.post(url("group"), {"option": "-"})
    assert GroupAnswer.objects.get().consent == "declined"
    bob.post(url("group"), {"option": "lost"})
    assert GroupAnswer.objects.get().consent == "declined"
    bob.post(url("group"))
    assert not GroupAnswer.objects.exists()


def test_audit_log_says_nothing_about_anybodys_group(asked, client_of, annotator):
    before = AuditEntry.objects.count()
    client_of(annotator).post(url("group"), {"option": "yes"})
    assert AuditEntry.objects.count() == before


def test_another_question_forgets_the_answers(asked, project, client_of, annotator, lead):
    client_of(annotator).post(url("group"), {"option": "yes"})

    form = {"text": "Which shift do you work?", "purpose": "Pace.", "options": "Day\nNight"}
    assert client_of(lead).post(url("ask_group"), form).status_code == 302

    assert not GroupAnswer.objects.exists()
    assert GroupQuestion.objects.filter(retired_at=None).get().text == "Which shift do you work?"
    client_of(lead).post(url("ask_group"), {"retire": "1"})
    assert not GroupQuestion.objects.filter(retired_at=None).exists()


@pytest.mark.parametrize("options", ["Only one", "Same\nsame", ""])
def test_question_without_two_answers_is_refused(project, client_of, lead, options):
    form = {"text": "Which?", "purpose": "Why.", "options": options}
    assert client_of(lead).post(url("ask_group"), form).status_code == 422
    assert not GroupQuestion.objects.exists()


def test_question_is_asked_by_leads_only(project, client_of, annotator, outsider):
    assert client_of(annotator).get(url("ask_group")).status_code == 403
    assert client_of(outsider).get(url("ask_group")).status_code == 404


@pytest.mark.parametrize(
    ("sizes", "n_people", "shown"),
    [
        ({"a": 4}, 20, set()),
        ({"a": 5}, 20, {"a"}),
        ({"a": 5, "b": 6}, 11, {"a", "b"}),
        # The third group follows from the total, so the smallest goes with it.
        ({"a": 5, "b": 6, "c": 2}, 13, {"b"}),
        ({"a": 6, "c": 1}, 7, set()),
        ({"a": 6, "b": 6, "c": 4}, 17, {"a", "b"}),
        ({}, 0, set()),
    ],
)
def test_group_is_shown_only_when_nobody_can_be_told_from_it(sizes, n_people, shown):
    assert large_enough(sizes, n_people, 5) == shown


@pytest.fixture
def crowd(people, project, asked):
    """Twelve people: six say yes, five say no, one says nothing."""
    items = people.items(12)
    for number in range(12):
        user = UserFactory()
        MembershipFactory(project=project, user=user, roles=["annotator"])
        people.label(items, people.person(user), accuracy=0.9 if number < 6 else 0.6)
        if number < 11:
            GroupAnswer.objects.create(
                question=asked,
                person=user,
                consent="given",
                option="yes" if number < 6 else "no",
                updated_at=timezone.now(),
            )
    return people


def test_groups_are_shown_as_wholes_with_intervals(crowd, client_of, lead, project):
    run = crowd.run(lead)
    run_job(run.job_id)

    # Five say no and one says nothing: the one follows from the total, so no is hidden.
    rows = {row.option: row for row in GroupFigures.objects.filter(run=run)}
    assert set(rows) == {"yes"}
    assert (rows["yes"].n_people, rows["yes"].n_labels) == (6, 72)
    assert rows["yes"].n_pairs == 12 * 15
    assert rows["yes"].agreement_low <= rows["yes"].agreement <= rows["yes"].agreement_high
    assert sum(rows["yes"].shares.values()) == 72
    assert "Is Korean your first language?" in client_of(lead).get(url("people")).content.decode()


def test_group_of_a_person_is_shown_to_nobody_else(
    crowd, client_of, lead, reviewer, api_of, project
):
    run_job(crowd.run(lead).job_id)
    source = next(iter(crowd.sources.values()))

    for client in (client_of(lead), client_of(reviewer)):
        text = client.get(url("person", source.pk)).content.decode()
        assert "first language" not in text
    root = f"/api/v1/projects/{project.pk}/quality"
    one = api_of(lead).get(f"{root}/people/{source.pk}/").content.decode()
    groups = api_of(lead).get(f"{root}/groups/").json()

    assert "yes" not in one
    assert [row["option"] for row in groups["results"]] == ["yes"]


def test_rest_asks_answers_and_forgets(project, api_of, lead, annotator, reviewer, outsider):
    root = f"/api/v1/projects/{project.pk}/quality/groups/"
    question = {"text": "First language?", "purpose": "Wording.", "options": ["Korean", "Other"]}
    bob = api_of(annotator)

    assert bob.put(f"{root}mine/", {"option": "korean"}, format="json").status_code == 409
    assert api_of(reviewer).put(root, question, format="json").status_code == 403
    assert api_of(lead).put(root, {"text": "x"}, format="json").status_code == 400
    assert api_of(lead).put(root, question, format="json").status_code == 200
    assert bob.get(f"{root}mine/").json()["consent"] is None
    said = bob.put(f"{root}mine/", {"option": "korean"}, format="json")
    assert (said.status_code, said.json()["option"]) == (200, "korean")
    assert bob.put(f"{root}mine/", {"option": "lost"}, format="json").status_code in (400, 422)
    assert bob.put(f"{root}mine/", {"option": None}, format="json").json()["consent"] == "declined"
    assert bob.delete(f"{root}mine/").status_code == 204
    assert not GroupAnswer.objects.exists()
    assert api_of(lead).delete(root).status_code == 204
    assert api_of(outsider).get(root).status_code == 404


def test_database_refuses_figures_of_a_small_group(crowd, lead, asked):
    run = crowd.run(lead)
    with pytest.raises(IntegrityError, match="groupfigures_of_many_people"), transaction.atomic():
        GroupFigures.objects.create(
            run=run, question=asked, option="no", n_people=4, n_labels=1, shares={}
        )
