"""Questions about the guideline, from the key press to the rule that answers them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from annotations.actions.answer_flag import answer_flag
from annotations.actions.flag_item import flag_item
from annotations.models import Flag, FlagAnswer, FlagDecision, FlagKind
from core.errors import Conflict
from guidelines import queries
from guidelines.actions.discard_draft import discard_draft
from projects.models import Membership
from tests.factories.annotations import leased

pytestmark = pytest.mark.django_db


def url_of(name, project, *more):
    return reverse(f"annotations:{name}", args=[project.slug, *more])


@pytest.fixture
def flag(project, queue, annotator):
    (serving,) = leased(project, annotator)
    membership = Membership.objects.get(project=project, user=annotator)
    return flag_item(
        membership=membership,
        by=annotator,
        assignment=serving.assignment,
        comment="배송은 빨랐는데 <b>포장</b>이 찢어졌어요?",
        now=timezone.now(),
    )


def answer(project, flag, lead, decision, **fields):
    return answer_flag(
        project=project,
        flag=flag,
        decision=FlagDecision(decision),
        by=lead,
        now=timezone.now(),
        **fields,
    )


def draft_rules(project):
    return {each["number"]: each for each in queries.draft_of(project).document["rules"]}


def test_new_rule_goes_into_a_draft_with_the_item_as_its_example(project, flag, lead):
    made = answer(project, flag, lead, "rule_added", choice="sentiment.mixed")

    draft = queries.draft_of(project)
    rule = draft_rules(project)[made.rule_number]
    assert (made.version, made.rule_number) == (draft, 2)
    assert rule["condition"] == {"ko": flag.comment}
    assert rule["examples"] == [
        {"text": {"en": flag.item.payload["text"]}, "choice": "sentiment.mixed"}
    ]


def test_example_is_added_to_the_rule_that_is_named(project, flag, lead):
    before = len(queries.current_version(project).document["rules"][0]["examples"])

    answer(project, flag, lead, "example_added", rule_number=1, choice="sentiment.negative")

    assert len(draft_rules(project)[1]["examples"]) == before + 1


@pytest.mark.parametrize(
    ("decision", "fields", "field"),
    [
        ("example_added", {"rule_number": 99}, "rule_number"),
        ("rule_changed", {}, "rule_number"),
        ("no_change", {"reply": "  "}, "reply"),
        ("rule_added", {"choice": "sentiment.gone"}, ""),
    ],
)
def test_bad_answer_is_refused_and_leaves_no_trace(project, flag, lead, decision, fields, field):
    published = queries.current_version(project).document

    if decision == "rule_added":
        # A draft may name what is not there yet; publishing says so.
        answer(project, flag, lead, decision, **fields)
        assert queries.unfinished(queries.draft_of(project))
        return
    with pytest.raises(ValidationError) as raised:
        answer(project, flag, lead, decision, **fields)
    assert field in raised.value.message_dict
    assert not FlagAnswer.objects.exists()
    draft = queries.draft_of(project)
    assert draft is None or draft.document == published


def test_question_is_answered_once(project, flag, lead):
    answer(project, flag, lead, "no_change", reply="R1 says it.")

    with pytest.raises(Conflict) as raised:
        answer(project, flag, lead, "no_change", reply="Again.")

    assert raised.value.code == "already_answered"


def test_discarded_draft_opens_the_question_again(client_of, project, flag, lead):
    answer(project, flag, lead, "rule_added")
    assert flag.comment[:5] not in client_of(lead).get(url_of("inbox", project)).text
    discard_draft(version=queries.draft_of(project), by=lead, now=timezone.now())

    assert "배송은" in client_of(lead).get(url_of("inbox", project)).text
    page = client_of(lead).get(url_of("question", project, flag.pk)).text
    assert "The draft was discarded" in page
    answer(project, flag, lead, "no_change", reply="R1 says it.")


def test_lead_answers_on_the_page_and_the_asker_reads_it(client_of, project, flag, lead, annotator):
    client = client_of(lead)
    page = client.get(url_of("inbox", project)).text
    assert "&lt;b&gt;" in page
    assert "<b>포장" not in page

    bad = client.post(url_of("question", project, flag.pk), {"decision": "no_change"})
    assert (bad.status_code, "Please say why" in bad.text) == (422, True)
    body = {"decision": "no_change", "reply": "R1 decides it."}
    client.post(url_of("question", project, flag.pk), body)

    assert "R1 decides it." in client_of(annotator).get(url_of("my_questions", project)).text
    assert "R1 decides it." in client.get(url_of("inbox", project), {"state": "answered"}).text
    assert "No open question" in client.get(url_of("inbox", project)).text


def test_question_of_somebody_else_is_not_found(
    client_of, project, flag, second_annotator, outsider
):
    for person in (second_annotator, outsider):
        response = client_of(person).get(url_of("question", project, flag.pk))
        assert response.status_code == 404
    assert client_of(second_annotator).get(url_of("inbox", project)).status_code == 403


def test_annotator_cannot_answer(client_of, project, flag, annotator):
    body = {"decision": "no_change", "reply": "I say so."}

    assert client_of(annotator).post(url_of("question", project, flag.pk), body).status_code == 404
    assert not FlagAnswer.objects.exists()


def test_reviewer_reports_a_gap_from_the_items_page(client_of, project, queue, reviewer):
    item = queue[0]

    response = client_of(reviewer).post(url_of("gap", project, item.pk), {"comment": "Irony?"})

    assert response.url == url_of("item", project, item.pk)
    made = Flag.objects.get()
    assert (made.kind, made.by, made.item) == (FlagKind.GAP, reviewer, item)
    client_of(reviewer).post(url_of("gap", project, item.pk), {"comment": ""})
    assert Flag.objects.count() == 1


def test_rule_shows_the_questions_that_it_answers(client_of, project, flag, lead, annotator):
    answer(project, flag, lead, "example_added", rule_number=1)

    fragment = client_of(lead).get(url_of("rule_questions", project, 1)).text

    assert "배송은" in fragment
    assert "배송은" not in client_of(annotator).get(url_of("rule_questions", project, 1)).text


def test_rest_asks_answers_and_reads(api_of, project, queue, lead, reviewer, annotator):
    base = f"/api/v1/projects/{project.pk}/questions/"
    asked = api_of(reviewer).post(
        base, {"item": queue[0].pk, "comment": "Irony?", "kind": "gap"}, format="json"
    )
    assert (asked.status_code, asked.json()["kind"]) == (201, "gap")
    url = f"{base}{asked.json()['id']}/"

    reply = {"decision": "example_added", "rule_number": 1, "choice": "sentiment.negative"}
    answered = api_of(lead).post(url, reply, format="json")

    assert answered.status_code == 201
    assert answered.json()["answer"]["rule_number"] == 1
    assert answered.json()["answer"]["version_state"] == "draft"
    assert api_of(lead).post(url, reply, format="json").status_code == 409
    assert api_of(annotator).get(url).status_code == 404
    assert api_of(annotator).post(url, reply, format="json").status_code == 403
    gap = {"item": queue[0].pk, "comment": "x", "kind": "gap"}
    assert api_of(annotator).post(base, gap, format="json").status_code == 403
