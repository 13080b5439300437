"""REST of agreement and resolution: works, wrong role, outsider, stranger, bad input."""

import pytest

from core.jobs import run_job
from core.models import Job
from quality.models import AgreementRun, ResolutionRun
from tests.factories.annotations import open_slots
from tests.factories.quality import agreement_run, resolution_run, small_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project):
    return small_ledger(project)


@pytest.fixture
def root(project):
    return f"/api/v1/projects/{project.pk}/quality"


@pytest.fixture
def runs(ledger):
    """A computed agreement run and a computed resolution run."""
    found = agreement_run(ledger), resolution_run(ledger)
    for run in found:
        run_job(run.job_id)
    return found


def test_start_agreement_answers_202_with_the_run_to_poll(ledger, root, api_of, lead):
    api = api_of(lead)

    started = api.post(f"{root}/agreement/", {"question": "sentiment"}, format="json")

    assert started.status_code == 202
    (run,) = started.json()["results"]
    assert (run["state"], run["question"], run["version"]) == ("queued", "sentiment", None)
    assert run["source_kinds"] == ["demo", "human", "import"]
    run_job(Job.objects.get().pk)
    done = api.get(f"{root}/agreement/{run['id']}/").json()
    assert done["run"]["state"] == "done"
    assert done["run"]["n_labels"] == 21


def test_agreement_run_answers_all_figures(runs, root, api_of, reviewer):
    body = api_of(reviewer).get(f"{root}/agreement/{runs[0].pk}/").json()

    overall = {
        each["coefficient"]: each
        for each in body["results"]
        if each["scope"] == "overall" and each["version"] is None
    }
    assert set(overall) == {
        "krippendorff_alpha", "fleiss_kappa", "gwet_ac1", "percent_agreement",
    }  # fmt: skip
    assert overall["krippendorff_alpha"]["low"] <= overall["krippendorff_alpha"]["value"]
    assert {each["choice"] for each in body["results"] if each["scope"] == "choice"} == {
        "positive", "negative", "mixed",
    }  # fmt: skip
    assert {"a": "negative", "b": "positive", "count": 3} in [
        {**cell, "a": min(cell["a"], cell["b"]), "b": max(cell["a"], cell["b"])}
        for cell in body["confusion"]
    ]
    assert {(pair["a"], pair["b"]) for pair in body["pairs"]} == {
        ("Ann", "Ben"), ("Ann", "Cho"), ("Ben", "Cho"),
    }  # fmt: skip
    assert body["more_pairs"] is False


def test_pairs_and_disputed_items_are_lists_with_a_mark(runs, root, api_of, reviewer):
    api = api_of(reviewer)

    pairs = api.get(f"{root}/agreement/{runs[0].pk}/pairs/", {"size": 2}).json()
    rest = api.get(f"{root}/agreement/{runs[0].pk}/pairs/", {"after": pairs["next_after"]}).json()
    disputed = api.get(f"{root}/agreement/{runs[0].pk}/disputed/").json()

    assert (len(pairs["results"]), len(rest["results"]), rest["next_after"]) == (2, 1, None)
    assert [row["external_id"] for row in disputed["results"]] == ["f", "d"]
    assert disputed["results"][1]["counts"] == {"negative": 2, "positive": 1}


def test_lists_show_runs_newest_first(runs, ledger, root, api_of, reviewer):
    second = agreement_run(ledger)

    body = api_of(reviewer).get(f"{root}/agreement/").json()

    assert [run["id"] for run in body["results"]] == [second.pk, runs[0].pk]
    assert body["results"][1]["state"] == "done"


def test_start_resolution_answers_202_and_stores_parameters(ledger, root, api_of, lead):
    body = {"question": "sentiment", "method": "dawid_skene", "parameters": {"n_iter": 5}}

    started = api_of(lead).post(f"{root}/resolutions/", body, format="json")

    assert started.status_code == 202
    assert started.json()["method"] == "dawid_skene"
    assert ResolutionRun.objects.get().parameters["n_iter"] == 5


def test_resolution_run_answers_sources_and_items(runs, root, api_of, reviewer):
    api = api_of(reviewer)

    body = api.get(f"{root}/resolutions/{runs[1].pk}/").json()
    first = api.get(f"{root}/resolutions/{runs[1].pk}/items/", {"size": 5}).json()
    rest = api.get(
        f"{root}/resolutions/{runs[1].pk}/items/",
        {"size": 5, "after": first["next_after"]},
    ).json()

    assert {each["name"]: each["n_labels"] for each in body["sources"]} == {
        "Ann": 7, "Ben": 7, "Cho": 7,
    }  # fmt: skip
    items = [*first["results"], *rest["results"]]
    assert [row["external_id"] for row in items] == list("abcdefgh")
    assert {row["external_id"]: row["choice"] for row in items}["f"] is None
    assert rest["next_after"] is None


def test_items_that_the_caller_may_still_label_come_without_answers(
    runs,
    ledger,
    root,
    api_of,
    owner,
    reviewer,
):
    open_slots(ledger.item("f"))

    def row_of(user, path, key):
        rows = api_of(user).get(f"{root}/{path}").json()["results"]
        return next(row for row in rows if row["external_id"] == key)

    for path in (f"agreement/{runs[0].pk}/disputed/", f"resolutions/{runs[1].pk}/items/"):
        assert row_of(owner, path, "f")["blind"] is True
        assert row_of(reviewer, path, "f")["blind"] is False
    hidden = row_of(owner, f"resolutions/{runs[1].pk}/items/", "f")
    assert (hidden["choice"], hidden["posterior"], hidden["confidence"]) == (None, None, None)
    hidden = row_of(owner, f"agreement/{runs[0].pk}/disputed/", "f")
    assert (hidden["counts"], hidden["entropy"], hidden["disagreement"]) == (None, None, None)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("agreement", {"question": "nothing"}, "question"),
        ("agreement", {"version": 9}, "version"),
        ("agreement", {"version": "one"}, "version"),
        ("agreement", {"source_kinds": ["oracle"]}, "source_kinds"),
        ("agreement", {"source_kinds": "human"}, "source_kinds"),
        ("agreement", {"queston": "sentiment"}, "queston"),
        ("resolutions", {"method": "majority_vote"}, "question"),
        ("resolutions", {"question": "sentiment"}, "method"),
        ("resolutions", {"question": "sentiment", "method": "oracle"}, "method"),
        (
            "resolutions",
            {"question": "sentiment", "method": "majority_vote", "parameters": {"n_iter": 1}},
            "parameters",
        ),
        (
            "resolutions",
            {"question": "sentiment", "method": "dawid_skene", "parameters": {"tol": []}},
            "parameters",
        ),
        (
            "resolutions",
            {"question": "sentiment", "method": "dawid_skene", "parameters": [1]},
            "parameters",
        ),
        ("resolutions", {"question": "sentiment", "method": "dawid_skene", "seed": -1}, "seed"),
    ],
)
def test_start_with_bad_input_is_refused_by_field_and_nothing_starts(
    ledger,
    root,
    api_of,
    lead,
    path,
    body,
    field,
):
    response = api_of(lead).post(f"{root}/{path}/", body, format="json")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Job.objects.exists()


def test_start_in_a_project_without_a_guideline_is_refused(project, root, api_of, lead):
    response = api_of(lead).post(f"{root}/agreement/", {}, format="json")

    assert response.status_code == 400
    assert "no published question" in str(response.json()["errors"])


def paths(runs):
    return [
        "agreement/",
        f"agreement/{runs[0].pk}/",
        f"agreement/{runs[0].pk}/pairs/",
        f"agreement/{runs[0].pk}/disputed/",
        "resolutions/",
        f"resolutions/{runs[1].pk}/",
        f"resolutions/{runs[1].pk}/items/",
    ]


def test_reading_is_closed_to_annotators_outsiders_and_strangers(
    runs,
    root,
    api_of,
    annotator,
    outsider,
    client,
):
    for path in paths(runs):
        assert api_of(annotator).get(f"{root}/{path}").status_code == 403
        assert api_of(outsider).get(f"{root}/{path}").status_code == 404
        assert client.get(f"{root}/{path}").status_code == 401


def test_reading_costs_few_statements(runs, root, api_of, reviewer, django_assert_max_num_queries):
    api = api_of(reviewer)
    for path in paths(runs):
        with django_assert_max_num_queries(9):
            assert api.get(f"{root}/{path}").status_code == 200


def test_starting_needs_permission_and_scope(ledger, root, api_of, lead, reviewer, outsider):
    body = {"question": "sentiment"}

    assert api_of(reviewer).post(f"{root}/agreement/", body, format="json").status_code == 403
    reading = api_of(lead, scopes=["read"])
    assert reading.post(f"{root}/agreement/", body, format="json").status_code == 403
    assert api_of(outsider).post(f"{root}/agreement/", body, format="json").status_code == 404
    assert not AgreementRun.objects.exists()


@pytest.mark.parametrize("query", ["after=x", "size=0", "size=100000", "size=many", "page=2"])
def test_list_with_a_bad_argument_is_refused(runs, root, api_of, reviewer, query):
    response = api_of(reviewer).get(f"{root}/resolutions/{runs[1].pk}/items/?{query}")

    assert response.status_code == 400
    assert response.json()["errors"]
