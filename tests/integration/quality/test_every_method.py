"""Every method of every kind, over REST: run, items, why, comparison, check, abstaining, export.

One test for all of them, so that a new kind or method cannot be without any of it.
"""

import json

import pytest
from django.urls import reverse

from core.jobs import run_job
from core.models import Job
from core.models.job import JobState
from quality.actions.resolution.methods import METHODS
from quality.models import ResolutionMethod
from quality.queries.resolution.deciding_values import spread_of_kind
from tests.factories.quality import AnswerLedger, Ledger
from tests.integration.quality.test_kinds import SAID, listed

pytestmark = pytest.mark.django_db

CASES = [(kind, method) for kind in sorted(METHODS) for method in METHODS[kind]]
every_method = pytest.mark.parametrize(
    ("kind", "method"), CASES, ids=[f"{kind}-{method}" for kind, method in CASES]
)


def ledger_of(project, kind):
    """Four people on six items; Cho says something else of "b" alone, and all do of "c"."""
    if kind == "choice":
        usual, other = "positive", "negative"
        ledger = Ledger(project)
    else:
        usual, other = (listed(kind, raw) for raw in SAID[kind])
        ledger = AnswerLedger(project, kind)
    for item in "abcdef":
        for person in ("Ann", "Ben", "Cho", "Dan"):
            differs = (
                item == "c" or (item == "b" and person == "Cho") or (item, person) == ("d", "Dan")
            )
            ledger.say(item, person, other if differs else usual)
    return ledger


class Door:
    """REST of one project."""

    def __init__(self, client, ledger):
        self.client, self.ledger = client, ledger
        self.root = f"/api/v1/projects/{ledger.project.pk}"

    def start(self, method, **body):
        asked = {"question": self.ledger.question.key, "method": method, **body}
        return self.client.post(f"{self.root}/quality/resolutions/", asked, format="json")

    def run(self, method, **body):
        started = self.start(method, **body)
        assert started.status_code == 202, started.json()
        self.work()
        return self.get(f"/quality/resolutions/{started.json()['id']}/")

    def work(self):
        job = Job.objects.latest("created_at")
        assert run_job(job.pk) == JobState.DONE, Job.objects.get(pk=job.pk).error

    def get(self, path):
        answer = self.client.get(f"{self.root}{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def items(self, run):
        rows = self.get(f"/quality/resolutions/{run['id']}/items/")["results"]
        return {row["external_id"]: row for row in rows}


@pytest.fixture
def door(project, api_of, owner):
    return lambda kind: Door(api_of(owner), ledger_of(project, kind))


@every_method
def test_method_is_explained_compared_checked_and_exported(kind, method, door, client_of, owner):
    rest = door(kind)

    found = rest.run(method.value)
    run, items = found["run"], rest.items(found["run"])

    assert run["learned"]["n_by_reason"].keys() <= {"tie"}
    assert kind == "choice" or run["converged"] in (None, True)
    assert len(found["sources"]) == 4
    assert all(0 < source["accuracy"] <= 1 for source in found["sources"])
    spread = spread_of_kind(kind, method.value)
    for row in items.values():
        assert 0 < row["confidence"] <= 1
        assert all(0 <= chance <= 1 for chance in row["posterior"].values())
        assert (row["entropy"] is None) == (not spread)
        assert row["entropy"] is None or 0 <= row["entropy"] <= 1
    assert items["a"]["value"] is not None
    assert items["a"]["confidence"] >= items["b"]["confidence"] - 1e-9
    if spread == "distribution" and kind != "soft_choice":
        assert sum(items["b"]["posterior"].values()) == pytest.approx(1)

    why = rest.get(f"/quality/resolutions/{run['id']}/items/{items['b']['item']}/")
    assert len(why["why"]) >= 2
    assert len(why["labels"]) == 4
    page = client_of(owner).get(
        reverse("quality:resolution_item", args=["support", run["id"], items["b"]["item"]])
    )
    assert page.status_code == 200
    detail = client_of(owner).get(reverse("quality:resolution", args=["support", run["id"]]))
    assert ("What was learned of each source" in detail.text) == bool(found["sources"][0]["habits"])

    checked = rest.client.post(f"{rest.root}/quality/resolutions/{run['id']}/checks/")
    assert checked.status_code == 202
    rest.work()
    (check,) = rest.get(f"/quality/resolutions/{run['id']}/checks/")["results"]
    assert (check["outcome"], check["n_different"]) == ("same", 0), check["detail"]

    exported = rest.client.get(f"{rest.root}/export?what=resolved&run={run['id']}")
    rows = {row["external_id"]: row for row in map(json.loads, exported.getvalue().splitlines())}
    for name in ("value", "posterior", "confidence", "entropy", "estimate", "deviation"):
        assert rows["b"][name] == items["b"][name], name
    assert (rows["b"]["method"], rows["b"]["seed"]) == (method.value, 0)


@every_method
def test_method_with_a_threshold_leaves_what_is_less_sure_to_people(kind, method, door):
    rest = door(kind)
    plain = rest.run(method.value)["run"]
    sure = {name: row["confidence"] for name, row in rest.items(plain).items()}
    threshold = (min(sure.values()) + max(sure.values())) / 2

    run = rest.run(method.value, abstain_below=threshold)["run"]

    items = rest.items(run)
    left = {name for name, row in items.items() if row["undecided"] == "below_threshold"}
    undecided = {name for name, row in rest.items(plain).items() if row["undecided"]}
    assert left == {name for name in sure if sure[name] < threshold} - undecided
    assert run["n_undecided"] == sum(row["value"] is None for row in items.values())
    path = f"/quality/resolutions/{plain['id']}/compare/{run['id']}/"
    assert rest.client.post(f"{rest.root}{path}").status_code == 202
    rest.work()
    compared = rest.get(path)
    assert compared["same_inputs"] is True
    assert compared["n_different"] == len(left)
    if left:
        why = rest.get(f"/quality/resolutions/{run['id']}/items/{items[min(left)]['item']}/")["why"]
        assert "It is left to people" in " ".join(why)
        assert run["learned"]["n_by_reason"]["below_threshold"] == len(left)


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_method_of_another_kind_is_refused_with_those_there_are(kind, door):
    rest = door(kind)
    strange = next(method for method in ResolutionMethod if method not in METHODS[kind])

    answer = rest.start(strange.value)

    assert answer.status_code == 400
    assert ", ".join(METHODS[kind]) in str(answer.json())
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("kind", "method", "parameters", "words"),
    [
        ("boxes", "calibrated_boxes", {"presence": 0}, "above 0 and at most 1"),
        ("boxes", "calibrated_boxes", {"answers": 0}, "above 0 and at most 1000"),
        ("rating", "calibrated_mean", {"ties": "up"}, "left undecided"),
        ("rating", "calibrated_mean", {"n_iter": 0}, "whole number from 1 to 1000"),
        ("text", "medoid", {"answers": "many"}, "above 0 and at most 1000"),
        ("text", "medoid", {"distance_of": 1}, "has no parameter"),
        ("ranking", "plackett_luce", {"prior": -1}, "from 0 to 1000"),
        ("pairwise", "crowd_bradley_terry", {"answers": True}, "above 0 and at most 1000"),
    ],
)
def test_parameter_out_of_range_is_refused_with_its_range(kind, method, parameters, words, door):
    rest = door(kind)

    answer = rest.start(method, parameters=parameters)

    assert answer.status_code == 400
    assert words in str(answer.json())
    assert not Job.objects.exists()
