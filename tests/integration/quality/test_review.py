"""Review of single answers: the draw, the queue, three verdicts, figures; through both doors."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from annotations.actions.submit_annotations import submit_annotations
from annotations.answers import Answer
from annotations.models import Annotation, Flag, FlagKind, Label
from core.digest import digest
from core.models import AuditEntry
from projects.models import Membership, Project
from quality.actions.review.draw import draw_all_reviews, draw_reviews
from quality.actions.review.next import take_next_review
from quality.models import Adjudication, Review, ReviewCase, ReviewWatermark
from quality.queries.review.figures import review_figures
from quality.tasks import draw_reviews as rung
from tests.factories.accounts import UserFactory
from tests.factories.annotations import answered, open_items
from tests.factories.guidelines import publish_version
from tests.factories.projects import MembershipFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def guideline(project):
    return publish_version(project)


def review_in(project, mode="sample", share=0, newcomers=100):
    Project.objects.filter(pk=project.pk).update(
        review=mode, review_share=share, review_newcomers=newcomers
    )
    project.refresh_from_db()


@pytest.fixture
def answer(project, guideline, annotator):
    """Bob's answer to one item, which is to be reviewed."""
    review_in(project)
    open_items(project, 1, overlap=1)
    return Annotation.objects.get(pk=answered(project, annotator).id)


def member(project, user):
    return Membership.objects.get(project=project, user=user)


def draw(project, **options):
    return draw_reviews(project=project, now=timezone.now(), **options)


def take(project, user, after=None):
    return take_next_review(membership=member(project, user), now=timezone.now(), after=after)


def again(project, by, annotation, sentiment, **fields):
    """The annotator changes an answer, as the labeling screen does it."""
    body = {
        "id": uuid4(),
        "kind": "answer",
        "assignment": annotation.assignment_id,
        "version": 1,
        "values": {"sentiment": sentiment},
        "supersedes": annotation.pk,
        "tool": "test",
        **fields,
    }
    hashed = digest({name: str(value) for name, value in body.items()})
    answers = [Answer(**{"body_hash": hashed, **body})]
    (outcome,) = submit_annotations(project=project, by=by, answers=answers, now=timezone.now())
    assert outcome.is_stored, outcome
    return Annotation.objects.get(pk=outcome.id)


def page_of(project, annotation):
    return reverse("quality:review_answer", args=[project.slug, annotation.pk])


def api_url(project, path=""):
    return f"/api/v1/projects/{project.pk}/quality/reviews/{path}"


def test_nothing_is_drawn_while_review_is_off(project, guideline, annotator):
    open_items(project, 1, overlap=1)
    answered(project, annotator)

    assert draw(project) == 0
    assert not ReviewCase.objects.exists()


def test_first_answers_of_everybody_are_drawn(project, guideline, annotator, second_annotator):
    review_in(project, newcomers=2)
    open_items(project, 4)
    for _turn in range(4):
        answered(project, annotator)
    answered(project, second_annotator)

    draw(project)

    drawn = ReviewCase.objects.values_list("source__person__name", "cause")
    assert sorted(drawn) == [("Bob", "newcomer")] * 2 + [("Carol", "newcomer")]


def test_share_is_drawn_by_chance_and_stays_the_same(project, guideline, annotator):
    review_in(project, share=50, newcomers=0)
    open_items(project, 40, overlap=1)
    for _turn in range(40):
        answered(project, annotator)

    draw(project)

    items = set(ReviewCase.objects.values_list("item_id", flat=True))
    assert 8 <= len(items) <= 32
    assert set(ReviewCase.objects.values_list("cause", flat=True)) == {"share"}
    ReviewCase.objects.all().delete()
    ReviewWatermark.objects.all().delete()
    draw(project)
    assert set(ReviewCase.objects.values_list("item_id", flat=True)) == items
    ReviewCase.objects.all().delete()
    ReviewWatermark.objects.all().delete()
    Project.objects.update(review_seed=project.review_seed + 1)
    project.refresh_from_db()
    draw(project)
    assert set(ReviewCase.objects.values_list("item_id", flat=True)) != items


def test_whole_and_no_share_are_what_they_say(project, guideline, annotator):
    open_items(project, 12, overlap=1)
    for _turn in range(12):
        answered(project, annotator)
    review_in(project, share=0, newcomers=0)
    draw(project)
    assert ReviewCase.objects.count() == 0
    ReviewWatermark.objects.all().delete()
    review_in(project, share=100, newcomers=0)
    draw(project)
    assert ReviewCase.objects.count() == 12


def test_complete_items_are_drawn_with_all_their_answers(
    project, guideline, annotator, second_annotator
):
    review_in(project, mode="complete")
    open_items(project, 2, overlap=2)
    for _turn in range(2):
        answered(project, annotator)
    draw(project)
    assert not ReviewCase.objects.exists()

    answered(project, second_annotator)
    draw(project)

    assert ReviewCase.objects.count() == 2
    assert len(set(ReviewCase.objects.values_list("item", flat=True))) == 1
    assert set(ReviewCase.objects.values_list("cause", flat=True)) == {"complete"}


def test_draw_goes_on_where_it_stopped_and_draws_nothing_twice(project, guideline, annotator):
    review_in(project)
    open_items(project, 5, overlap=1)
    for _turn in range(5):
        answered(project, annotator)

    assert [draw(project, limit=2) for _turn in range(3)] == [2, 2, 1]
    assert ReviewCase.objects.count() == 5
    draw(project)
    assert ReviewCase.objects.count() == 5


def test_answer_that_became_visible_late_is_drawn(answer, project, annotator):
    project.created_at -= timedelta(days=1)
    draw(project)
    open_items(project, 1, overlap=1)
    late = Annotation.objects.get(pk=answered(project, annotator).id)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE annotations_annotation SET created_at = %s WHERE id = %s",
            [answer.created_at - timedelta(seconds=20), late.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")

    draw(project)

    assert ReviewCase.objects.filter(annotation=late).exists()


def test_beat_draws_in_every_open_project_that_reviews(answer, project):
    rung()
    assert ReviewCase.objects.count() == 1
    Project.objects.update(state="closed")
    ReviewCase.objects.all().delete()
    ReviewWatermark.objects.all().delete()
    assert draw_all_reviews(now=timezone.now()) == 0


def test_changed_answer_is_not_reviewed_but_the_new_one_is(answer, project, annotator, reviewer):
    draw(project)
    changed = again(project, annotator, answer, "mixed")

    case = take(project, reviewer)

    assert (case.annotation, case.cause) == (changed, "again")
    assert ReviewCase.objects.get(annotation=answer).done_at is not None


def test_nobody_is_given_their_own_answer_or_that_of_another_reviewer(
    answer, project, reviewer, owner, annotator
):
    bob = member(project, annotator)
    bob.roles = ["annotator", "reviewer"]
    bob.save()

    assert take(project, annotator) is None
    case = take(project, reviewer)
    assert case.annotation == answer
    assert take(project, owner) is None
    ReviewCase.objects.update(lease_until=timezone.now())
    assert take(project, owner) == case


def test_what_is_put_aside_comes_again_after_the_others(project, guideline, annotator, reviewer):
    review_in(project)
    open_items(project, 2, overlap=1)
    for _turn in range(2):
        answered(project, annotator)

    first = take(project, reviewer)
    second = take(project, reviewer, after=first.pk)
    third = take(project, reviewer, after=second.pk)

    assert (first.pk < second.pk, third) == (True, first)


def test_reviewer_who_may_still_be_asked_gets_and_sees_nothing(
    project, guideline, annotator, reviewer, client_of
):
    review_in(project)
    rita = member(project, reviewer)
    rita.roles = ["annotator", "reviewer"]
    rita.save()
    open_items(project, 1, overlap=2)
    made = Annotation.objects.get(pk=answered(project, annotator).id)

    assert take(project, reviewer) is None
    url = page_of(project, made)
    assert client_of(reviewer).get(url).status_code == 403
    assert client_of(reviewer).post(url, {"do": "accepted"}).status_code == 403
    assert not Review.objects.exists()


def test_one_press_accepts_and_the_next_answer_comes(
    project, guideline, annotator, reviewer, client_of
):
    review_in(project)
    open_items(project, 2, overlap=1)
    for _turn in range(2):
        answered(project, annotator)
    client = client_of(reviewer)
    first = client.post(reverse("quality:review_next", args=[project.slug])).url
    page = client.get(first)
    assert page.status_code == 200
    assert page.context["questions"][0]["value"] == "positive"
    assert "Bob" not in page.text

    second = client.post(first, {"do": "accepted"}).url
    end = client.post(second, {"do": "accepted"}).url

    assert second.split("?")[0] != first
    assert "Nothing waits for you" in client.get(end).text
    assert list(Review.objects.values_list("verdict", "by")) == [("accepted", reviewer.pk)] * 2
    assert AuditEntry.objects.filter(action="review.done").count() == 2
    assert "Open it again" in client.get(second).text


def test_correction_outranks_and_leaves_the_label_of_the_annotator(
    answer, project, reviewer, client_of
):
    body = {"do": "fixed", "q-sentiment": "mixed", "reason": "rule", "rule_number": "1"}

    client_of(reviewer).post(page_of(project, answer), body)

    made = Review.objects.get()
    mixed = {"kind": "choice", "choice": "mixed"}
    assert (made.verdict, made.values) == ("fixed", {"sentiment": mixed})
    decision = Adjudication.objects.standing().get()
    assert (decision.value, decision.review, decision.rule_number) == (mixed, made, 1)
    assert Label.objects.get(annotation=answer).value["choice"] == "positive"


def test_correction_supersedes_the_decision_on_the_screen_only(
    answer, project, reviewer, owner, client_of
):
    client, url = client_of(reviewer), page_of(project, answer)
    client.post(url, {"do": "fixed", "q-sentiment": "mixed"})
    decision, review = Adjudication.objects.get(), Review.objects.get()

    stale = {"do": "fixed", "q-sentiment": "negative", "supersedes": review.pk}
    client.post(url, stale)
    assert Review.objects.count() == 1
    assert "has decided" in client.get(url).text
    client.post(url, stale | {"decision-sentiment": decision.pk})

    assert Review.objects.get(supersedes=review).values["sentiment"]["choice"] == "negative"
    assert Adjudication.objects.standing().get().value["choice"] == "negative"


def test_second_thought_takes_the_decisions_of_a_correction_back(
    answer, project, reviewer, client_of
):
    client, url = client_of(reviewer), page_of(project, answer)

    def review(do, **fields):
        last = Review.objects.order_by("pk").last()
        decision = Adjudication.objects.filter(successor=None).first()
        known = {"supersedes": last.pk} if last else {}
        known |= {"decision-sentiment": decision.pk} if decision else {}
        assert client.post(url, {"do": do, **known, **fields}).status_code == 302

    review("fixed", **{"q-sentiment": "mixed"})
    review("fixed", **{"q-sentiment": "negative"})
    assert Adjudication.objects.standing().get().value["choice"] == "negative"
    review("accepted")

    assert not Adjudication.objects.standing().exists()
    assert [row.verdict for row in Adjudication.objects.order_by("pk")] == [
        "decided",
        "decided",
        "reopened",
    ]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"do": "fixed", "q-sentiment": "positive"}, "Nothing was changed"),
        ({"do": "fixed", "q-sentiment": "joy"}, "not a choice"),
        ({"do": "fixed", "q-sentiment": "mixed", "rule_number": "99"}, "no rule R99"),
        ({"do": "sent_back", "comment": "  "}, "Please say what is to be looked at again"),
        ({"do": "nonsense"}, "Accept"),
    ],
)
def test_bad_review_comes_back_with_the_reason_and_stores_nothing(
    answer, project, reviewer, client_of, sent, message
):
    response = client_of(reviewer).post(page_of(project, answer), sent)

    assert response.status_code == 422
    assert message in response.text
    assert not Review.objects.exists()
    assert not Adjudication.objects.exists()
    assert not Flag.objects.exists()


def test_sent_back_answer_returns_to_its_annotator_with_the_words(
    answer, project, reviewer, annotator, second_annotator, client_of
):
    draw(project)
    words = "Look at the <b>second</b> target."
    body = {"do": "sent_back", "comment": words}
    client_of(reviewer).post(page_of(project, answer), body)
    flag = Flag.objects.get()
    assert (flag.kind, flag.asked, flag.annotation) == (FlagKind.BACK, annotator, answer)

    bob = client_of(annotator)
    screen = bob.get(reverse("annotations:label", args=[project.slug]))
    (served,) = screen.context["items"]
    assert "Look at the &lt;b&gt;second&lt;/b&gt; target." in served["html"]
    assert f'data-supersedes="{answer.pk}"' in served["html"]
    carol = client_of(second_annotator).get(reverse("annotations:label", args=[project.slug]))
    assert words[:11] not in carol.text

    newer = again(project, annotator, answer, "mixed")
    assert newer.supersedes == answer
    empty = bob.get(reverse("annotations:label", args=[project.slug]))
    assert words[:11] not in empty.text
    case = take(project, reviewer)
    assert (case.annotation, case.cause) == (newer, "again")
    page = client_of(reviewer).get(page_of(project, newer)).text
    assert "The answer before this one was reviewed: Sent back." in page
    client_of(reviewer).post(page_of(project, newer), {"do": "accepted"})

    together, (bobs,) = review_figures(project)
    assert (bobs.name, bobs.reviewed, bobs.sent_back, bobs.accepted) == ("Bob", 1, 1, 0)
    assert (bobs.again, bobs.accepted_again) == (1, 1)
    assert (together.all_due, together.all_done) == (2, 2)


def test_second_thought_takes_the_answer_back_from_the_annotator(
    answer, project, reviewer, annotator, client_of
):
    client, url = client_of(reviewer), page_of(project, answer)
    client.post(url, {"do": "sent_back", "comment": "Again, please."})
    first = Review.objects.get()

    client.post(url, {"do": "accepted", "supersedes": first.pk})

    assert Review.objects.get(supersedes=first).verdict == "accepted"
    screen = client_of(annotator).get(reverse("annotations:label", args=[project.slug]))
    assert "Again, please." not in screen.text
    client.post(url, {"do": "sent_back", "comment": "No!", "supersedes": first.pk + 1})
    assert Review.objects.count() == 2


def test_answer_of_somebody_who_left_cannot_be_sent_back(
    answer, project, reviewer, annotator, client_of
):
    Membership.objects.filter(user=annotator).update(left_at=timezone.now())
    body = {"do": "sent_back", "comment": "Again, please."}

    response = client_of(reviewer).post(page_of(project, answer), body)

    assert "does not label here any more" in response.text
    assert not Review.objects.exists()


def test_review_of_a_changed_answer_is_refused(answer, project, annotator, reviewer, client_of):
    again(project, annotator, answer, "mixed")

    client_of(reviewer).post(page_of(project, answer), {"do": "accepted"})

    assert not Review.objects.exists()
    assert "has been changed since" in client_of(reviewer).get(page_of(project, answer)).text


def test_pages_are_for_those_who_may(answer, project, annotator, lead, outsider, client_of):
    url = page_of(project, answer)
    for person, status in ((annotator, 403), (lead, 403), (outsider, 404)):
        assert client_of(person).get(url).status_code == status
        assert client_of(person).post(url, {"do": "accepted"}).status_code == status
        start = reverse("quality:review_next", args=[project.slug])
        assert client_of(person).post(start).status_code == status
    for name in ("reviews", "review_figures"):
        address = reverse(f"quality:{name}", args=[project.slug])
        assert client_of(lead).get(address).status_code == 200
        assert client_of(annotator).get(address).status_code == 403
        assert client_of(outsider).get(address).status_code == 404
    assert not Review.objects.exists()


def test_lead_sets_how_much_is_reviewed(project, lead, reviewer, client_of):
    url = reverse("quality:review_settings", args=[project.slug])
    body = {"mode": "sample", "share": "30", "newcomers": "15"}
    assert client_of(reviewer).post(url, body).status_code == 403

    assert client_of(lead).post(url, body).status_code == 302

    project.refresh_from_db()
    assert (project.review, project.review_share, project.review_newcomers) == ("sample", 30, 15)
    assert AuditEntry.objects.get(action="project.changed").detail["changed"]["review"]
    bad = client_of(lead).post(url, body | {"share": "101"})
    assert (bad.status_code, 'aria-invalid="true"' in bad.text) == (422, True)


def test_list_shows_reviews_of_one_verdict_and_one_annotator(
    answer, project, reviewer, lead, client_of
):
    client_of(reviewer).post(page_of(project, answer), {"do": "accepted"})
    url = reverse("quality:reviews", args=[project.slug])
    client = client_of(lead)

    assert len(client.get(url, {"verdict": "accepted"}).context["page"].rows) == 1
    assert len(client.get(url, {"source": answer.source_id}).context["page"].rows) == 1
    assert client.get(url, {"verdict": "fixed"}).context["page"].rows == []
    for bad in ({"verdict": "x"}, {"source": "x"}, {"after": "x"}):
        assert client.get(url, bad).status_code == 404


def test_figures_have_denominators_and_intervals(project, guideline, annotator, reviewer, api_of):
    review_in(project)
    open_items(project, 4, overlap=1)
    made = [Annotation.objects.get(pk=answered(project, annotator).id) for _turn in range(4)]
    api = api_of(reviewer)
    for annotation in made[:2]:
        body = {"annotation": str(annotation.pk), "verdict": "accepted"}
        assert api.post(api_url(project), body, format="json").status_code == 201
    body = {"annotation": str(made[2].pk), "verdict": "fixed", "values": {"sentiment": "mixed"}}
    assert api.post(api_url(project), body, format="json").status_code == 201
    draw(project)

    figures = api.get(api_url(project, "figures/")).json()

    together = figures["together"]
    assert (together["accepted"], together["reviewed"], together["due"]) == (2, 3, 4)
    # Wilson 1927 for 2 of 3.
    assert (round(together["low"], 1), round(together["high"], 1)) == (20.8, 93.9)
    assert [each["name"] for each in figures["results"]] == ["Bob"]


def test_rest_takes_reviews_and_lists(answer, project, reviewer, lead, api_of):
    api = api_of(reviewer)
    got = api.post(api_url(project, "next/"), {}, format="json").json()["review"]
    assert (got["annotation"]["id"], got["values"]) == (str(answer.pk), {"sentiment": "positive"})
    assert (got["cause"], got["head"], got["decisions"]) == ("newcomer", None, {})

    body = {"annotation": str(answer.pk), "verdict": "accepted", "comment": "Good."}
    made = api.post(api_url(project), body, format="json")

    assert made.status_code == 201, made.json()
    assert api.post(api_url(project), body, format="json").status_code == 409
    (listed,) = api_of(lead).get(api_url(project)).json()["results"]
    assert (listed["verdict"], listed["by"]) == ("accepted", "Rita")
    assert api.post(api_url(project, "next/"), {}, format="json").json() == {"review": None}


def test_rest_refuses_bad_input_other_roles_and_strangers(
    answer, project, reviewer, lead, outsider, annotator, api_of
):
    body = {"annotation": str(answer.pk), "verdict": "accepted"}
    assert api_of(lead).post(api_url(project), body, format="json").status_code == 403
    assert api_of(outsider).post(api_url(project), body, format="json").status_code == 404
    wrong = ({"verdict": "nice"}, {"annotation": "x"}, {"verdict": "fixed"}, {"extra": 1})
    for each in wrong:
        sent = api_of(reviewer).post(api_url(project), body | each, format="json")
        assert sent.status_code == 400, each
    unknown = body | {"annotation": str(uuid4())}
    assert api_of(reviewer).post(api_url(project), unknown, format="json").status_code == 404
    settings = api_url(project, "settings/")
    assert api_of(reviewer).put(settings, {}, format="json").status_code == 403
    assert api_of(lead).put(settings, {"mode": "x"}, format="json").status_code == 400
    changed = {"mode": "complete", "share": 10, "newcomers": 5}
    assert api_of(lead).put(settings, changed, format="json").json() == changed
    assert api_of(reviewer).get(settings).json() == changed
    assert api_of(annotator).get(settings).status_code == 403
    assert not Review.objects.exists()


def test_own_answer_is_refused_by_the_action_and_by_the_database(
    answer, project, annotator, reviewer, api_of
):
    bob = member(project, annotator)
    bob.roles = ["annotator", "reviewer"]
    bob.save()
    body = {"annotation": str(answer.pk), "verdict": "accepted"}
    assert api_of(annotator).post(api_url(project), body, format="json").status_code == 403

    fields = {
        "project": project,
        "item": answer.item,
        "annotation": answer,
        "version": answer.version,
        "verdict": "accepted",
        "created_at": timezone.now(),
    }
    wrong = [
        {"by": annotator},
        {"by": reviewer, "verdict": "fixed"},
        {"by": reviewer, "values": {}},
        {"by": reviewer, "verdict": "sent_back"},
        {"by": reviewer, "item": open_items(project, 1)[0]},
    ]
    for each in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            Review.objects.create(**fields | each)
    Review.objects.create(**fields | {"by": reviewer})
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.create(**fields | {"by": reviewer})
    for sql in ("UPDATE quality_review SET comment = 'x'", "DELETE FROM quality_review"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_decision_of_a_review_is_not_undone_apart_from_it(
    answer, project, reviewer, client_of, api_of
):
    body = {"do": "fixed", "q-sentiment": "mixed"}
    client_of(reviewer).post(page_of(project, answer), body)
    decision = Adjudication.objects.get()

    url = f"/api/v1/projects/{project.pk}/quality/adjudications/{decision.pk}/undo/"
    refused = api_of(reviewer).post(url)

    assert (refused.status_code, refused.json()["code"]) == (409, "from_review")


def test_queue_and_page_cost_a_fixed_number_of_statements(
    answer, project, reviewer, client_of, django_assert_max_num_queries
):
    draw(project)
    client = client_of(reviewer)
    client.get(page_of(project, answer))
    with django_assert_max_num_queries(14):
        client.get(reverse("quality:review", args=[project.slug]))
    with django_assert_max_num_queries(30):
        client.get(page_of(project, answer))


@pytest.mark.django_db(transaction=True)
def test_reviewers_who_reach_at_the_same_moment_get_different_answers(
    project, guideline, annotator
):
    review_in(project)
    open_items(project, 4, overlap=1)
    for _turn in range(4):
        answered(project, annotator)
    people = [UserFactory() for _person in range(4)]
    for person in people:
        MembershipFactory(project=project, user=person, roles=["reviewer"])
    draw(project)

    got = at_once(*[lambda person=person: take(project, person).pk for person in people])

    assert len(set(got)) == 4
    assert ReviewCase.objects.count() == 4
