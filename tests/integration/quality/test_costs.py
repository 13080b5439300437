"""What wrong decisions cost: versions that are kept, on a page and over REST."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict
from core.models import AuditEntry
from quality.actions.resolution.deciding_rules import Deciding
from quality.actions.resolution.save_costs import save_costs
from quality.forms import cost_field
from quality.models import CostMatrix, ResolutionRun
from tests.factories.projects import ProjectFactory
from tests.factories.quality import AnswerLedger, Ledger, resolution_run, small_ledger

pytestmark = pytest.mark.django_db
KEYS = ("positive", "negative", "mixed")


def table(**changed):
    """1 for every mistake, but for `true__said=cost`."""
    costs = {true: {said: float(true != said) for said in KEYS} for true in KEYS}
    for pair, cost in changed.items():
        true, said = pair.split("__")
        costs[true][said] = cost
    return costs


def saved(ledger, costs, *, based_on=0, by=None, comment=""):
    return save_costs(
        project=ledger.project,
        question=ledger.question,
        costs=costs,
        based_on=based_on,
        comment=comment,
        by=by or ledger.project.created_by,
        now=timezone.now(),
    )


def fields(costs, **more):
    """The table as its form sends it."""
    sent = {
        cost_field(true, said): cost
        for true, row in costs.items()
        for said, cost in row.items()
        if true != said
    }
    return {"based_on": 0, **sent, **more}


@pytest.fixture
def ledger(project):
    return small_ledger(project)


@pytest.fixture
def page_of():
    return reverse("quality:costs", args=["support", "sentiment"])


@pytest.fixture
def endpoint(project):
    return f"/api/v1/projects/{project.pk}/quality/costs/sentiment/"


def test_costs_are_kept_in_every_version(ledger, lead):
    first = saved(ledger, table(positive__negative=5), by=lead, comment="Missing praise hurts.")
    second = saved(ledger, table(positive__negative=7), based_on=1)

    assert (first.number, second.number) == (1, 2)
    assert CostMatrix.objects.get(number=1).costs["positive"]["negative"] == 5
    assert AuditEntry.objects.filter(action="quality.costs_changed").count() == 2


def test_same_costs_make_no_new_version(ledger):
    first = saved(ledger, table(positive__negative=5))

    assert saved(ledger, table(positive__negative=5), based_on=1) == first


def test_costs_made_from_an_older_version_are_a_conflict(ledger):
    saved(ledger, table(positive__negative=5))

    with pytest.raises(Conflict, match="changed these costs meanwhile"):
        saved(ledger, table(positive__negative=7), based_on=0)
    assert CostMatrix.objects.count() == 1


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        ({}, "There is no row for the choice “positive”"),
        ({**table(), "other": {}}, "There is no choice “other”"),
        (table(positive__negative=-1), "must be a number from 0"),
        (table(positive__negative=float("nan")), "must be a number from 0"),
        (table(positive__negative="much"), "must be a number from 0"),
        (table(positive__positive=1), "is right, and costs nothing"),
        ({true: dict.fromkeys(KEYS, 0) for true in KEYS}, "At least one mistake"),
        ({true: {**row, "else": 1} for true, row in table().items()}, "no choice “else”"),
    ],
)
def test_costs_that_make_no_sense_are_refused(ledger, costs, message):
    with pytest.raises(ValidationError, match=message):
        saved(ledger, costs)
    assert not CostMatrix.objects.exists()


def test_costs_of_a_question_without_single_choices_are_refused(project):
    with pytest.raises(ValidationError, match="questions with a single choice"):
        saved(AnswerLedger(project, "rating"), {})


def test_database_refuses_to_change_costs_or_to_mix_projects(ledger):
    matrix = saved(ledger, table(positive__negative=5))
    for statement in ("UPDATE quality_costmatrix SET number = 9", "DELETE FROM quality_costmatrix"):
        with (
            pytest.raises(IntegrityError, match="is refused"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    matrix.pk, matrix.number, matrix.project = None, 2, ProjectFactory()
    with pytest.raises(IntegrityError, match="not a choice of the project"), transaction.atomic():
        matrix.save(force_insert=True)


def test_run_by_costs_without_a_matrix_is_refused(ledger):
    with pytest.raises(ValidationError, match="no cost matrix yet"):
        resolution_run(ledger, deciding=Deciding(by_costs=True))
    assert not ResolutionRun.objects.exists()


def test_run_by_costs_that_do_not_know_a_new_class_is_refused(ledger):
    saved(ledger, table(positive__negative=5))
    ledger.publish("positive", "negative", "mixed", "other")

    with pytest.raises(ValidationError, match="does not say what “other” costs"):
        resolution_run(ledger, deciding=Deciding(by_costs=True))


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_run_with_an_impossible_threshold_is_refused(ledger, threshold):
    with pytest.raises(ValidationError, match="probability from 0 to 1"):
        resolution_run(ledger, deciding=Deciding(abstain_below=threshold))


def test_costs_for_another_kind_than_choice_are_refused(project):
    ledger = AnswerLedger(project, "pairwise")
    ledger.say("a", "Ann", {"kind": "pairwise", "winner": "a", "left": "b"})

    with pytest.raises(ValidationError, match="Costs are for questions with a single choice"):
        resolution_run(ledger, deciding=Deciding(by_costs=True, matrix=CostMatrix(costs={})))
    assert not ResolutionRun.objects.exists()


def test_page_shows_the_table_and_saves_its_next_version(ledger, client_of, lead, page_of):
    client = client_of(lead)
    text = client.get(page_of).content.decode()
    assert "Nobody has said yet what mistakes cost" in text
    assert 'name="cost:positive:negative"' in text

    answer = client.post(page_of, fields(table(positive__negative=5), comment="Praise first."))

    assert answer.status_code == 302
    assert CostMatrix.objects.get().costs["positive"]["negative"] == 5
    text = client.get(page_of).content.decode()
    assert "Praise first." in text
    assert 'value="5"' in text


def test_page_with_a_cost_that_is_none_keeps_what_was_typed(ledger, client_of, lead, page_of):
    sent = fields(table(positive__negative=5), **{cost_field("mixed", "negative"): "-3"})

    answer = client_of(lead).post(page_of, sent)

    assert answer.status_code == 422
    assert "Truly Mixed, said Negative" in answer.content.decode()
    assert not CostMatrix.objects.exists()


def test_page_that_somebody_else_has_overtaken_says_so(ledger, client_of, lead, page_of):
    saved(ledger, table(positive__negative=5))

    answer = client_of(lead).post(page_of, fields(table(mixed__negative=2)), follow=True)

    assert "Somebody has changed these costs meanwhile." in answer.content.decode()
    assert CostMatrix.objects.count() == 1


def test_page_is_read_by_reviewers_and_closed_to_annotators_and_outsiders(
    ledger, client_of, page_of, reviewer, annotator, outsider
):
    text = client_of(reviewer).get(page_of).content.decode()
    assert "cost:positive:negative" not in text
    assert client_of(reviewer).post(page_of, fields(table())).status_code == 403
    assert client_of(annotator).get(page_of).status_code == 403
    assert client_of(outsider).get(page_of).status_code == 404
    assert not CostMatrix.objects.exists()


def test_page_of_another_question_is_not_found(ledger, client_of, lead):
    address = reverse("quality:costs", args=["support", "nothing"])

    assert client_of(lead).get(address).status_code == 404


def test_rest_reads_and_writes_versions(ledger, api_of, lead, endpoint):
    api = api_of(lead)
    assert api.get(endpoint).json() == {"results": [], "plain": table()}

    made = api.post(endpoint, {"costs": table(positive__negative=5), "based_on": 0}, format="json")
    late = api.post(endpoint, {"costs": table(positive__negative=6), "based_on": 0}, format="json")

    assert (made.status_code, made.json()["number"]) == (201, 1)
    assert late.status_code == 409
    assert api.get(endpoint).json()["results"][0]["costs"] == table(positive__negative=5)


def test_rest_with_bad_costs_or_the_wrong_role_changes_nothing(
    ledger, api_of, lead, reviewer, outsider, endpoint
):
    body = {"costs": table(positive__negative=5), "based_on": 0}

    bad = api_of(lead).post(endpoint, {**body, "costs": {"positive": {}}}, format="json")

    assert bad.status_code == 400
    assert list(bad.json()["errors"]) == ["costs"]
    assert api_of(reviewer).post(endpoint, body, format="json").status_code == 403
    assert api_of(lead, scopes=["read"]).post(endpoint, body, format="json").status_code == 403
    assert api_of(outsider).get(endpoint).status_code == 404
    assert not CostMatrix.objects.exists()


def test_new_resolution_offers_costs_when_there_are_some(ledger, client_of, lead):
    client, address = client_of(lead), reverse("quality:new_resolution", args=["support"])
    assert 'name="by_costs"' not in client.get(address).content.decode()
    saved(ledger, table(positive__negative=5))
    assert 'name="by_costs"' in client.get(address).content.decode()

    client.post(
        address,
        {
            "question": "sentiment",
            "method": "majority_vote",
            "by_costs": "on",
            "abstain_below": "0.6",
        },
    )

    run = ResolutionRun.objects.get()
    assert run.cost_matrix.number == 1
    assert run.parameters["abstain_below"] == 0.6


def test_recommendation_is_majority_until_three_annotators_have_ten_labels(
    project, client_of, lead
):
    ledger = Ledger(project)
    ledger.fill((f"i{n}", person, "mixed") for n in range(10) for person in ("Ann", "Ben"))
    client, address = client_of(lead), reverse("quality:new_resolution", args=["support"])

    answer = client.get(address)
    assert answer.context["form"]["method"].initial == "majority_vote"
    assert "Only 2 of 2 annotators have 10 or more submissions" in answer.content.decode()

    ledger.fill((f"i{n}", "Cho", "mixed") for n in range(10))
    answer = client.get(address)
    assert answer.context["form"]["method"].initial == "pool"
    assert "3 of 3 annotators have 10 or more submissions" in answer.content.decode()
