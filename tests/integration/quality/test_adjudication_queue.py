"""Orders of the queue, leases, undoing, gaps, reasons: through both doors."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from annotations.actions.flag_item import flag_item
from annotations.models import Flag, FlagKind
from core.jobs import run_job
from core.models import AuditEntry
from projects.models import Membership
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.actions.adjudication.next import take_next
from quality.models import (
    Adjudication,
    AdjudicationLease,
    Order,
    Reason,
    Resolution,
    ResolutionRun,
    Verdict,
)
from quality.queries.adjudication.queue import Ordering, choosable
from tests.factories.accounts import UserFactory
from tests.factories.guidelines import publish_version
from tests.factories.projects import MembershipFactory
from tests.factories.quality import agreement_run, resolution_run, small_ledger
from tests.together import at_once

pytestmark = pytest.mark.django_db


# Item, what a run decided, how sure it is, what a wrong decision would cost.
DECIDED = [
    ("a", "positive", 1.0, 0.0),
    ("b", "negative", 0.95, 9.0),
    ("c", "positive", 0.9, 0.5),
    ("d", "negative", 0.67, 4.0),
    ("f", None, 0.33, 2.0),
]


def resolve(ledger):
    """A computed resolution run that left one item undecided."""
    run = resolution_run(ledger)
    Resolution.objects.bulk_create(
        Resolution(
            run_id=run.pk,
            item=ledger.item(item),
            question=ledger.question,
            choice=ledger.choice(key) if key else None,
            value={"kind": "choice", "choice": key} if key else None,
            posterior={},
            confidence=confidence,
            expected_cost=cost,
            n_labels=3,
            undecided="" if key else "tie",
        )
        for item, key, confidence, cost in DECIDED
    )
    ResolutionRun.objects.filter(pk=run.pk).update(computed_at=timezone.now())


@pytest.fixture
def ledger(project):
    ledger = small_ledger(project)
    run_job(agreement_run(ledger).job_id)
    resolve(ledger)
    return ledger


def member(project, user):
    return Membership.objects.get(project=project, user=user)


def taken(ledger, user, order="disputed", pair=None, after=None):
    """The name of the item that is taken next."""
    pk = take_next(
        membership=member(ledger.project, user),
        question=ledger.question,
        ordering=Ordering(Order(order), pair),
        after=ledger.item(after).pk if after else None,
    )
    names = {item.pk: name for name, item in ledger.items.items()}
    return names.get(pk)


def decide(ledger, user, name, value="mixed", **more):
    return adjudicate(
        membership=member(ledger.project, user),
        item=ledger.item(name),
        question=ledger.question,
        decision=Decision(
            **{"verdict": Verdict.DECIDED, "reason": Reason.SLIP, "value": value} | more
        ),
        now=timezone.now(),
    )


def walk(ledger, user, order, count, **more):
    """The items in the order in which they come when each is put aside."""
    seen = []
    for _step in range(count):
        seen.append(taken(ledger, user, order, after=seen[-1] if seen else None, **more))
    return seen


def test_orders_lead_to_the_items_they_name(ledger, reviewer, project):
    flag_item(
        membership=member(project, reviewer),
        by=reviewer,
        item=ledger.item("h").pk,
        kind=FlagKind.NOTE,
        comment="Odd.",
        now=timezone.now(),
    )

    assert walk(ledger, reviewer, "disputed", 3) == ["f", "d", "f"]
    assert walk(ledger, reviewer, "uncertain", 6) == ["f", "d", "c", "b", "a", "f"]
    assert walk(ledger, reviewer, "undecided", 1) == ["f"]
    assert walk(ledger, reviewer, "pair", 2, pair=("negative", "positive")) == ["f", "d"]
    assert walk(ledger, reviewer, "pair", 1, pair=("mixed", "negative")) == ["f"]
    assert walk(ledger, reviewer, "flagged", 1) == ["h"]
    assert walk(ledger, reviewer, "cost", 6) == ["b", "d", "f", "c", "a", "b"]


def test_page_counts_what_waits_in_each_order(ledger, reviewer, project, client_of):
    page = client_of(reviewer).get(reverse("quality:adjudicate", args=[project.slug]))

    waiting = {each.order.value: each.waiting for each in page.context["orders"]}
    assert waiting == {"disputed": 2, "uncertain": 5, "undecided": 1, "cost": 5, "flagged": 0}
    assert "2 items wait" in page.text


def test_without_a_run_the_page_says_what_to_compute(project, reviewer, client_of):
    ledger = small_ledger(project)

    page = client_of(reviewer).get(reverse("quality:adjudicate", args=[project.slug])).text

    assert "Compute agreement first." in page
    assert "Resolve the labels first." in page
    membership = member(project, reviewer)
    assert choosable(membership, ledger.question.pk)[0].waiting is None


def test_two_reviewers_are_never_given_the_same_item(ledger, reviewer, owner):
    assert taken(ledger, reviewer) == "f"
    assert taken(ledger, owner) == "d"
    assert taken(ledger, owner, after="d") is None
    assert taken(ledger, reviewer, after="f") == "d"
    assert taken(ledger, owner) == "f"


def test_lease_that_ran_out_is_given_to_another(ledger, reviewer, owner):
    assert taken(ledger, reviewer) == "f"
    AdjudicationLease.objects.update(until=timezone.now())

    assert taken(ledger, owner) == "f"
    assert AdjudicationLease.objects.get(item=ledger.item("f")).person == owner


def test_deciding_frees_the_item_and_others_see_who_has_it(
    ledger, reviewer, owner, client_of, project
):
    taken(ledger, reviewer)
    url = reverse("quality:adjudication", args=[project.slug, ledger.item("f").pk])
    assert "Rita has this item on the screen" in client_of(owner).get(url).text

    decide(ledger, reviewer, "f")

    assert not AdjudicationLease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reviewers_who_reach_at_the_same_moment_get_different_items(ledger, project):
    people = [UserFactory() for _person in range(4)]
    for person in people:
        MembershipFactory(project=project, user=person, roles=["reviewer"])

    got = at_once(*[lambda person=person: taken(ledger, person, "uncertain") for person in people])

    assert len(got) == len(set(got)) == 4
    assert None not in got


def test_undo_opens_the_item_again_and_keeps_every_row(ledger, reviewer, project, client_of):
    url = reverse("quality:adjudication", args=[project.slug, ledger.item("f").pk])
    client = client_of(reviewer)
    client.post(f"{url}?question=sentiment", {"do": "own", "q-sentiment": "mixed"})
    first = Adjudication.objects.get()
    page = client.get(f"{url}?question=sentiment&done={first.pk}").text
    assert "Undo" in page
    undo = reverse("quality:adjudication_undo", args=[project.slug, ledger.item("f").pk])

    client.post(f"{undo}?question=sentiment", {"undone": first.pk})

    undone = Adjudication.objects.get(supersedes=first)
    assert (undone.verdict, undone.value, undone.by) == ("reopened", None, reviewer)
    assert AuditEntry.objects.filter(action="item.decision_undone").count() == 1
    assert not Adjudication.objects.standing().exists()
    assert taken(ledger, reviewer) == "f"
    decide(ledger, reviewer, "f", "negative", supersedes=undone.pk)
    assert Adjudication.objects.standing().get().value["choice"] == "negative"


def test_undo_of_a_second_thought_restores_the_first(ledger, reviewer, api_of, project):
    first = decide(ledger, reviewer, "f", "mixed", comment="two targets")
    second = decide(ledger, reviewer, "f", "negative", supersedes=first.pk)
    base = f"/api/v1/projects/{project.pk}/quality/adjudications/"

    made = api_of(reviewer).post(f"{base}{second.pk}/undo/")

    assert made.status_code == 201, made.json()
    assert made.json()["value"] == {"kind": "choice", "choice": "mixed"}
    assert made.json()["comment"] == "two targets"
    assert made.json()["supersedes"] == second.pk
    assert api_of(reviewer).post(f"{base}{first.pk}/undo/").status_code == 409
    assert api_of(reviewer).post(f"{base}99999/undo/").status_code == 404


def test_gap_is_prefilled_with_the_item_and_its_answers(ledger, reviewer, project, client_of):
    client, pk = client_of(reviewer), ledger.item("f").pk
    url = reverse("quality:adjudication", args=[project.slug, pk])

    words = client.get(f"{url}?question=sentiment").context["gap_words"]

    assert "item f: “Text of f”" in words
    assert "Mixed × 1" in words
    assert "Ann" not in words
    gap = reverse("quality:adjudication_gap", args=[project.slug, pk])
    back = client.post(f"{gap}?question=sentiment&order=uncertain", {"comment": f"{words}Irony?"})
    assert back.url.startswith(url)
    assert "order=uncertain" in back.url
    flag = Flag.objects.get()
    assert (flag.kind, flag.item_id, flag.by) == (FlagKind.GAP, pk, reviewer)
    client.post(f"{gap}?question=sentiment", {"comment": ""})
    assert Flag.objects.count() == 1


def test_columns_say_version_time_and_the_rules_that_comments_cite(
    ledger, reviewer, project, client_of
):
    head = ledger.heads["f", "Ann"]
    document = {"questions": ledger.version.document["questions"], "rules": []}
    document["rules"] = [{"number": 7, "title": {"en": "Two targets"}, "condition": {"en": "x"},
                          "decision": {"en": "y"}, "examples": [], "counter_examples": [],
                          "choices": []}]  # fmt: skip
    version = publish_version(project, document=document)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE annotations_annotation SET comment = 'R7, not R99', active_ms = 4200,"
            " version_id = %s WHERE id = %s",
            [version.pk, head.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    url = reverse("quality:adjudication", args=[project.slug, ledger.item("f").pk])

    page = client_of(reviewer).get(f"{url}?question=sentiment")

    voices = [voice for column in page.context["case"].columns for voice in column.voices]
    (cited,) = [voice for voice in voices if voice.comment]
    assert [(rule.number, rule.title) for rule in cited.rules] == [(7, "Two targets")]
    assert (cited.seconds, cited.version) == (4.2, 2)
    assert "R7 Two targets" in page.text


def test_reasons_are_counted_with_intervals_and_lead_to_the_decisions(
    ledger, reviewer, lead, project, client_of, api_of
):
    decide(ledger, reviewer, "f", reason=Reason.MISSING_CLASS)
    first = decide(ledger, reviewer, "d", reason=Reason.SLIP)
    decide(ledger, reviewer, "d", reason=Reason.MISSING_CLASS, supersedes=first.pk)
    decide(ledger, reviewer, "a", reason=Reason.BROKEN_ITEM, verdict=Verdict.EXCLUDED)
    client = client_of(lead)

    page = client.get(reverse("quality:decision_reasons", args=[project.slug]))

    counted = {each.reason.value: (each.n, each.of) for each in page.context["counts"]}
    assert counted["missing_class"] == (2, 3)
    assert counted["slip"] == (0, 3)
    top = page.context["counts"][0]
    # Wilson 1927 for 2 of 3.
    assert (round(top.low, 1), round(top.high, 1)) == (20.8, 93.9)
    link = f"{reverse('quality:decisions', args=[project.slug])}?question=sentiment"
    shown = client.get(f"{link}&reason=missing_class")
    assert len(shown.context["rows"]) == 2
    assert client.get(f"{link}&reason=nonsense").status_code == 404
    url = f"/api/v1/projects/{project.pk}/quality/adjudications/reasons/?question=sentiment"
    listed = api_of(lead).get(url).json()["results"]
    assert (listed[0]["reason"], listed[0]["n"]) == ("missing_class", 2)


def test_rest_takes_the_next_item_and_shows_names_on_request(ledger, reviewer, api_of, project):
    api, base = api_of(reviewer), f"/api/v1/projects/{project.pk}/quality/adjudications/"
    body = {"question": "sentiment", "order": "uncertain"}

    case = api.post(f"{base}next/", body, format="json").json()["case"]

    assert case["external_id"] == "f"
    assert {voice["name"] for column in case["answers"] for voice in column["voices"]} <= set("ABC")
    asked = {"question": "sentiment", "item": case["item"]}
    named = api.post(f"{base}names/", asked, format="json").json()
    voices = {voice["name"] for column in named["answers"] for voice in column["voices"]}
    assert voices == {"Ann", "Ben", "Cho"}
    assert AuditEntry.objects.filter(action="item.names_shown").count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("next/", {"question": "sentiment"}),
        ("names/", {"question": "sentiment", "item": 1}),
        ("1/undo/", {}),
    ],
)
def test_rest_of_the_queue_is_for_reviewers_alone(
    ledger, lead, annotator, outsider, api_of, project, path, body
):
    url = f"/api/v1/projects/{project.pk}/quality/adjudications/{path}"
    for person, status in ((lead, 403), (annotator, 403), (outsider, 404)):
        assert api_of(person).post(url, body, format="json").status_code == status
    assert not AdjudicationLease.objects.exists()


def test_rest_of_the_queue_refuses_bad_input(ledger, reviewer, api_of, project):
    url = f"/api/v1/projects/{project.pk}/quality/adjudications/next/"
    for wrong in ({"order": "nice"}, {"question": "nope"}, {"pair": ["a"]}, {"after": 0}):
        body = {"question": "sentiment", **wrong}
        assert api_of(reviewer).post(url, body, format="json").status_code == 400, wrong
    reasons = f"/api/v1/projects/{project.pk}/quality/adjudications/reasons/"
    assert api_of(reviewer).get(reasons).status_code == 400


@pytest.mark.parametrize("name", ["adjudication_names", "adjudication_undo", "adjudication_gap"])
def test_pages_of_the_queue_are_for_reviewers_alone(
    ledger, lead, outsider, client_of, project, name
):
    url = reverse(f"quality:{name}", args=[project.slug, ledger.item("f").pk])
    for person, status in ((lead, 403), (outsider, 404)):
        assert client_of(person).post(f"{url}?question=sentiment", {}).status_code == status
    next_url = reverse("quality:adjudicate_next", args=[project.slug])
    assert client_of(lead).post(next_url, {"question": "sentiment"}).status_code == 403
    assert client_of(outsider).post(next_url, {}).status_code == 404


def test_unknown_order_is_not_found(ledger, reviewer, client_of, project):
    url = reverse("quality:adjudicate_next", args=[project.slug])
    body = {"question": "sentiment", "order": "nice"}
    assert client_of(reviewer).post(url, body).status_code == 404


def test_database_keeps_that_names_were_shown(ledger, reviewer, client_of, project):
    url = reverse("quality:adjudication_names", args=[project.slug, ledger.item("f").pk])
    client_of(reviewer).post(f"{url}?question=sentiment")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM quality_namesshown")


def test_queue_costs_the_same_however_many_wait(
    ledger, reviewer, client_of, project, django_assert_max_num_queries
):
    client = client_of(reviewer)
    url = reverse("quality:adjudicate", args=[project.slug])
    client.get(url)
    with django_assert_max_num_queries(22):
        client.get(url)
    item = reverse("quality:adjudication", args=[project.slug, ledger.item("f").pk])
    with django_assert_max_num_queries(32):
        client.get(f"{item}?question=sentiment")
