"""Labels of which nothing can be made, or little: said plainly by every job, page and REST."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import AnnotationKind
from core.jobs import run_job
from core.models import Job
from core.models.job import JobState
from quality.models import (
    AgreementResult,
    AgreementRun,
    OverviewRun,
    PeopleRun,
    Resolution,
    ResolutionRun,
)
from tests.factories.quality import Ledger, computed_resolution

pytestmark = pytest.mark.django_db
PEOPLE = ("Ann", "Ben", "Cho")


def one_annotator(ledger):
    ledger.fill((f"i{n}", "Ann", ("positive", "negative")[n % 2]) for n in range(12))


def one_class(ledger):
    ledger.fill((f"i{n}", person, "positive") for n in range(36) for person in PEOPLE)


def no_overlap(ledger):
    ledger.fill(
        (f"{person}{n}", person, ("positive", "negative")[n % 2]) for n in range(8)
        for person in PEOPLE
    )  # fmt: skip


def all_missing(ledger):
    for number in range(6):
        ledger.say(f"i{number}", "Ann", None, kind=AnnotationKind.SKIP)


def crowd_on_one_item(ledger):
    ledger.fill(("i0", f"w{n}", ("positive", "negative")[n % 3 == 0]) for n in range(2_000))


def always_alike(ledger):
    """Ann says the same of every item, forty of them, where the others differ."""
    ledger.fill(
        (f"i{n}", person, "positive" if person == "Ann" else ("positive", "negative")[n % 2])
        for n in range(40)
        for person in PEOPLE
    )


# What is made of it: the end of a job of agreement and of resolution, and what the page of
# agreement says.
CASES = {
    one_annotator: (JobState.DONE, JobState.DONE, "Fewer than two annotators have labeled."),
    one_class: (JobState.DONE, JobState.DONE, "All labels are in one class"),
    no_overlap: (JobState.DONE, JobState.DONE, "No item has labels from two annotators."),
    all_missing: (
        JobState.FAILED,
        JobState.FAILED,
        "There is no answer to this question yet that could be counted.",
    ),
    crowd_on_one_item: (JobState.DONE, JobState.DONE, "Not shown below 30 items"),
    always_alike: (JobState.DONE, JobState.DONE, "40 items"),
}


@pytest.fixture(params=CASES, ids=lambda case: case.__name__)
def case(request, project):
    ledger = Ledger(project)
    request.param(ledger)
    return request.param


def started(api, project):
    """Everything that a lead can ask for, asked for over REST; done as a worker does it."""
    root = f"/api/v1/projects/{project.pk}/quality"
    asked = {"question": "sentiment"}
    answers = [
        api.post(f"{root}/agreement/", {}, format="json"),
        *(
            api.post(f"{root}/resolutions/", {**asked, "method": method}, format="json")
            for method in ("majority_vote", "dawid_skene", "pool")
        ),
        api.post(f"{root}/people/", asked, format="json"),
        api.post(f"{root}/overview/", asked, format="json"),
    ]
    assert {answer.status_code for answer in answers} <= {201, 202}, [
        (answer.status_code, answer.content) for answer in answers
    ]
    for job in Job.objects.order_by("created_at"):
        run_job(job.pk)


def test_every_job_ends_with_figures_or_a_reason_and_every_page_says_it_plainly(
    case, project, api_of, client_of, lead
):
    started(api_of(lead), project)

    agreement, resolution, _words = CASES[case]
    jobs = {job.pk: job for job in Job.objects.all()}
    assert jobs[AgreementRun.objects.get().job_id].state == agreement
    assert {jobs[run.job_id].state for run in ResolutionRun.objects.all()} == {resolution}
    assert jobs[OverviewRun.objects.get().job_id].state == JobState.DONE
    for run in (
        *AgreementRun.objects.all(),
        *ResolutionRun.objects.all(),
        *PeopleRun.objects.all(),
    ):
        job = jobs[run.job_id]
        assert (run.computed_at is not None) == (job.state == JobState.DONE)
        if job.state == JobState.FAILED:
            assert [bool(error["message"]) for error in job.error] == [True]
    if resolution == JobState.FAILED:
        assert not Resolution.objects.exists()
        assert not AgreementResult.objects.exists()
    else:
        decided = ResolutionRun.objects.values_list("n_items", flat=True)
        assert Resolution.objects.count() == sum(decided)
    pages_say_it_plainly(case, project, api_of, client_of, lead)


def pages_say_it_plainly(case, project, api_of, client_of, lead):
    """Every page and REST answer about these jobs can be read, and the page says what is amiss."""
    client, api = client_of(lead), api_of(lead)
    root = f"/api/v1/projects/{project.pk}/quality"
    names = ["overview", "dashboard", "disputed", "people", "resolutions"]
    pages = [reverse(f"quality:{name}", args=[project.slug]) for name in names]
    pages += [
        reverse("quality:resolution", args=[project.slug, run.pk])
        for run in ResolutionRun.objects.all()
    ]

    texts = {address: client.get(address) for address in pages}
    bodies = [
        api.get(f"{root}/agreement/{AgreementRun.objects.get().pk}/"),
        *(api.get(f"{root}/resolutions/{run.pk}/") for run in ResolutionRun.objects.all()),
        api.get(f"{root}/people/", {"question": "sentiment"}),
        api.get(f"{root}/overview/", {"question": "sentiment"}),
    ]

    assert {address: each.status_code for address, each in texts.items()} == dict.fromkeys(
        pages, 200
    )
    assert all(each.status_code == 200 for each in bodies)
    shown = texts[pages[1]].content.decode()
    assert CASES[case][2].lower() in shown.lower()
    for each in texts.values():
        text = each.content.decode()
        assert "nan%" not in text.lower()
        assert "None%" not in text


def test_two_thousand_labels_on_one_item_are_decided_and_shown_in_bounded_pieces(
    project, client_of, lead
):
    ledger = Ledger(project)
    crowd_on_one_item(ledger)
    run = computed_resolution(ledger)
    item = ledger.item("i0").pk

    decided = Resolution.objects.get(run=run)
    why = reverse("quality:resolution_item", args=[project.slug, run.pk, item])

    assert (decided.n_labels, decided.value["choice"]) == (2_000, "positive")
    assert client_of(lead).get(why).status_code == 200
    assert (
        client_of(lead).get(reverse("annotations:item", args=[project.slug, item])).status_code
        == 200
    )


def test_method_that_a_kind_cannot_do_is_refused_by_page_and_rest_and_starts_nothing(
    project, client_of, api_of, lead
):
    one_class(Ledger(project))
    body = {"question": "sentiment", "method": "bradley_terry"}

    rest = api_of(lead).post(
        f"/api/v1/projects/{project.pk}/quality/resolutions/", body, format="json"
    )
    page = client_of(lead).post(reverse("quality:new_resolution", args=[project.slug]), body)

    assert (rest.status_code, list(rest.json()["errors"])) == (400, ["method"])
    assert page.status_code == 422
    assert not Job.objects.exists()


def test_start_from_two_doors_at_once_is_one_work(project, client_of, api_of, lead):
    one_class(Ledger(project))
    slug, rest = project.slug, f"/api/v1/projects/{project.pk}/quality"

    client_of(lead).post(reverse("quality:start_people", args=[slug]), {"question": "sentiment"})
    api_of(lead).post(f"{rest}/people/", {"question": "sentiment"}, format="json")
    client_of(lead).post(
        reverse("quality:refresh_overview", args=[slug]), {"question": "sentiment"}
    )
    api_of(lead).post(f"{rest}/overview/", {"question": "sentiment"}, format="json")

    assert (PeopleRun.objects.count(), OverviewRun.objects.count()) == (1, 1)
    assert Job.objects.filter(created_at__lte=timezone.now()).count() == 2
