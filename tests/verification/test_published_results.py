"""Real crowd data through the REST API, a real worker and back, against published numbers.

Import as the annotators' labels, compute agreement, resolve by two methods, export, compare.
Skipped with a loud reason where the reference folder is absent.
"""

import json
import time

import pytest

from tests.verification.datasets import DATASETS, FOLDER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not FOLDER.is_dir(),
        reason="VERIFICATION SKIPPED: the reference data folder is absent",
    ),
]


class Door:
    """The REST API as a script would use it: a token and nothing else."""

    def __init__(self, client, project=None):
        self.client = client
        self.root = f"/api/v1/projects/{project}" if project else "/api/v1"

    def get(self, path):
        response = self.client.get(self.root + path)
        assert response.status_code == 200, response.content
        return response.json()

    def post(self, path, body, *, expect, format="json"):
        response = self.client.post(self.root + path, body, format=format)
        assert response.status_code == expect, response.content
        return response.json()

    def until_done(self, path, seconds=240):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            body = self.get(path)
            state = body.get("run", body)["state"]
            if state == "done":
                return body
            assert state in ("queued", "running"), (body.get("errors"), body)
            time.sleep(0.2)
        pytest.fail(f"{path} is not done after {seconds} s")

    def until_prepared(self, path, seconds=60):
        deadline = time.monotonic() + seconds
        while self.get(path)["slots"] is None:
            assert time.monotonic() < deadline, f"{path} is not prepared after {seconds} s"
            time.sleep(0.2)

    def lines(self, query):
        response = self.client.get(f"{self.root}/export?format=jsonl&{query}")
        assert response.status_code == 200
        return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def new_project(door, dataset):
    """A project with one published choice question."""
    body = {"name": dataset.name, "overlap": 1}
    project = Door(door.client, door.post("/projects/", body, expect=201)["id"])
    choices = [{"key": f"c{raw}", "name": {"en": raw}} for raw in dataset.choices]
    question = {"key": "class", "kind": "choice", "title": {"en": "Class"}, "choices": choices}
    draft = project.post(
        "/guideline/versions/",
        {"title": dataset.name, "document": {"questions": [question], "rules": []}},
        expect=201,
    )
    path = f"/guideline/versions/{draft['number']}/publish/"
    project.post(path, {"revision": draft["revision"]}, expect=200)
    return project


def bring_answers(project, dataset):
    """The file of one row per label, each as its annotator's."""
    mapping = {
        "columns": {"item": "id", "annotator": "annotator", "label": "answer:class"},
        "values": {"class": {raw: f"c{raw}" for raw in dataset.choices}},
    }
    with dataset.answers.open("rb") as file:
        body = {"file": file, "mapping": json.dumps(mapping), "version": 1}
        started = project.post("/imports/", body, expect=202, format="multipart")
    return project.until_done(f"/imports/{started['id']}/")


def overall(project, run):
    """Coefficients of the question as a whole, by name."""
    results = project.until_done(f"/quality/agreement/{run}/")["results"]
    return {row["coefficient"]: row for row in results if row["scope"] == "overall"}


def accuracy(resolved, truth):
    """Share of the gold items that were decided as the experts did; undecided ones are wrong."""
    decided = {row["external_id"]: row["choice"] for row in resolved}
    return sum(decided[item] == f"c{label}" for item, label in truth.items()) / len(truth)


def resolve(project, method):
    body = {"question": "class", "method": method}
    run = project.post("/quality/resolutions/", body, expect=202)["id"]
    project.until_done(f"/quality/resolutions/{run}/")
    return run


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_dataset_through_rest_gives_the_published_figures(dataset, owner, api_of, live_worker):
    project = new_project(Door(api_of(owner)), dataset)

    brought = bring_answers(project, dataset)
    again = bring_answers(project, dataset)
    started = project.post("/quality/agreement/", {"question": "class"}, expect=202)
    figures = overall(project, started["results"][0]["id"])
    majority, dawid_skene = resolve(project, "majority_vote"), resolve(project, "dawid_skene")
    labels = project.lines("what=labels")
    by_majority = project.lines(f"what=resolved&run={majority}")
    by_model = project.lines(f"what=resolved&run={dawid_skene}")

    assert (brought["items_added"], brought["annotations_added"]) == (dataset.items, dataset.labels)
    assert (again["items_added"], again["annotations_added"]) == (0, 0)
    assert figures["krippendorff_alpha"]["value"] == pytest.approx(dataset.alpha, abs=5e-5)
    assert figures["krippendorff_alpha"]["n_annotators"] == dataset.annotators
    assert len(labels) == dataset.labels
    assert {row["source_kind"] for row in labels} == {"import"}
    assert len({row["annotator"] for row in labels}) == dataset.annotators
    low, high = dataset.majority
    truth = dataset.truth()
    assert low - 5e-5 <= accuracy(by_majority, truth) <= high + 5e-5
    assert accuracy(by_model, truth) == pytest.approx(dataset.dawid_skene, abs=0.01)
    assert len(by_model) == dataset.items
    assert all(sum(row["posterior"].values()) == pytest.approx(1) for row in by_model)
