"""The quality pages: what they show, to whom, at what cost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, AssignmentState, SourceKind
from core.jobs import run_job
from core.models import Job
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.models import AgreementRun, Reason, ResolutionRun, Verdict
from tests.factories.annotations import human_source, leased, open_slots
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.factories.quality import Ledger, agreement_run, resolution_run, small_ledger
from tests.integration.quality.test_comparison import compared

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project):
    return small_ledger(project)


@pytest.fixture
def computed(ledger):
    run = agreement_run(ledger)
    run_job(run.job_id)
    return ledger


@pytest.fixture
def resolved(ledger):
    """Majority vote, then Dawid-Skene."""
    runs = [resolution_run(ledger, method) for method in ("majority_vote", "dawid_skene")]
    for run in runs:
        run_job(run.job_id)
    return runs


def url(name, *args):
    return reverse(f"quality:{name}", args=["support", *args])


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_dashboard_without_a_guideline_says_what_to_do(project, client_of, lead):
    text = page(client_of(lead), url("dashboard"))

    assert "No question is published yet" in text
    assert reverse("guidelines:current", args=["support"]) in text


def test_dashboard_before_the_first_run_offers_it_to_a_lead_only(ledger, client_of, lead, reviewer):
    assert 'action="/p/support/quality/agreement/start/"' in page(client_of(lead), url("dashboard"))

    text = page(client_of(reviewer), url("dashboard"))
    assert "A lead of the project can start it." in text
    assert "/agreement/start/" not in text


def test_dashboard_with_a_run_shows_figures_and_links_to_the_rows_behind_them(
    computed,
    client_of,
    reviewer,
    django_assert_max_num_queries,
):
    client = client_of(reviewer)
    page(client, url("dashboard"))
    with django_assert_max_num_queries(27):
        text = page(client, url("dashboard"))

    assert "Krippendorff&#x27;s alpha" in text
    assert "items 8, labels 21, annotators 3" in text
    assert "Only 8 items have two or more labels" in text
    assert "?a=positive&amp;b=negative&amp;" in text
    assert "Most disputed items" in text
    assert "have come in since" not in text


def test_overview_of_the_project_shows_alpha_to_those_who_watch(
    ledger, client_of, reviewer, annotator
):
    ledger.fill((f"i{n}", name, "mixed") for n in range(30) for name in ("Ann", "Ben", "Cho"))
    run_job(agreement_run(ledger).job_id)
    overview = reverse("projects:overview", args=["support"])

    assert "over items" in page(client_of(reviewer), overview)
    assert "over items" not in page(client_of(annotator), overview)


def test_overview_of_few_labels_shows_no_coefficient(computed, client_of, reviewer):
    text = page(client_of(reviewer), reverse("projects:overview", args=["support"]))

    assert "Too few labels for a coefficient" in text


def test_overview_before_the_first_run_says_so(ledger, client_of, reviewer):
    overview = reverse("projects:overview", args=["support"])

    assert "Not computed yet" in page(client_of(reviewer), overview)


def test_dashboard_after_new_answers_says_how_many(computed, client_of, lead):
    computed.say("z", "Ann", "mixed")

    assert "1 submission has come in since" in page(client_of(lead), url("dashboard"))


def test_dashboard_costs_the_same_with_more_annotators(
    ledger,
    client_of,
    lead,
    django_assert_max_num_queries,
):
    ledger.fill((item, f"annotator {n}", "mixed") for item in "abcdef" for n in range(20))
    run_job(agreement_run(ledger).job_id)

    client = client_of(lead)
    page(client, url("dashboard"))
    with django_assert_max_num_queries(27):
        text = page(client, url("dashboard"))

    assert "Shown are the 15 of 23 annotators" in text


def test_dashboard_of_one_annotator_shows_why_nothing_can_be_said(project, client_of, lead):
    ledger = Ledger(project).fill([("a", "Ann", "positive")])
    run_job(agreement_run(ledger).job_id)

    text = page(client_of(lead), url("dashboard"))

    assert "Fewer than two annotators have labeled." in text
    assert "No two annotators have labeled the same item." in text


def test_dashboard_while_computing_shows_progress(ledger, client_of, lead):
    run = agreement_run(ledger)

    text = page(client_of(lead), url("dashboard"))

    assert f'hx-get="/p/support/quality/agreement/{run.pk}/progress/"' in text


def test_dashboard_after_a_failed_run_says_why(project, client_of, lead):
    ledger = Ledger(project)
    run_job(agreement_run(ledger).job_id)

    text = page(client_of(lead), url("dashboard"))

    assert "There is no answer to this question yet that could be counted." in text
    assert "Try again" in text


def test_dashboard_of_one_version_shows_its_own_run(computed, client_of, lead):
    address = url("dashboard") + "?question=sentiment&version=1"

    assert "Agreement was not computed yet" in page(client_of(lead), address)
    run_job(agreement_run(computed, version=computed.version).job_id)
    assert "Krippendorff" in page(client_of(lead), address)


@pytest.mark.parametrize("query", ["question=nothing", "version=9", "version=x", "kind=oracle"])
def test_dashboard_of_something_unknown_is_not_found(computed, client_of, lead, query):
    page(client_of(lead), f"{url('dashboard')}?{query}", status=404)


def test_progress_of_a_finished_run_reloads_the_page_around_it(computed, client_of, reviewer):
    run = AgreementRun.objects.get()

    response = client_of(reviewer).get(url("progress", run.pk), headers={"HX-Request": "true"})

    assert response["HX-Refresh"] == "true"
    assert 'data-job="done"' in response.content.decode()


def test_disputed_list_shows_who_said_what(computed, client_of, lead):
    text = page(client_of(lead), url("disputed"))

    assert text.index("Text of f") < text.index("Text of d")
    assert "Cho: Positive" in text


def test_disputed_list_of_a_pair_of_classes_leaves_the_others_out(computed, client_of, reviewer):
    text = page(client_of(reviewer), url("disputed") + "?a=mixed&b=negative")

    assert "Text of f" in text
    assert "Text of d" not in text


def test_disputed_list_of_two_sources_shows_where_they_differ(computed, client_of, reviewer):
    ann, ben, cho = (computed.source(name).pk for name in ("Ann", "Ben", "Cho"))

    same = page(client_of(reviewer), url("disputed") + f"?source={ann}&source={ben}")
    apart = page(client_of(reviewer), url("disputed") + f"?source={ben}&source={cho}")

    assert "Text of f" in same
    assert "Text of d" not in same
    assert "Text of d" in apart


@pytest.mark.parametrize(
    "query",
    ["a=mixed&b=nothing", "a=mixed", "source=1", "source=x&source=y", "source=0&source=1"],
)
def test_disputed_list_of_something_unknown_is_not_found(computed, client_of, reviewer, query):
    page(client_of(reviewer), f"{url('disputed')}?{query}", status=404)


def test_disputed_list_is_paged(ledger, client_of, reviewer, django_assert_max_num_queries):
    ledger.fill(
        (f"x{n}", source, choice)
        for n in range(30)
        for source, choice in (("Ann", "positive"), ("Ben", "mixed"))
    )
    run_job(agreement_run(ledger).job_id)
    client = client_of(reviewer)

    page(client, url("disputed"))
    with django_assert_max_num_queries(14):
        first = client.get(url("disputed"))
    after = first.context["list"].page.next_after
    second = client.get(url("disputed") + f"?after={after}")

    shown = [[row.row.item_id for row in each.context["list"].disputes] for each in (first, second)]
    assert [len(rows) for rows in shown] == [20, 12]
    assert not set(shown[0]) & set(shown[1])


def test_item_that_the_viewer_may_still_label_shows_no_answers(computed, client_of, owner):
    """The owner holds every role: what she has on her screen stays hidden until she answers."""
    item = computed.item("f")
    open_slots(item)
    assert len(leased(computed.project, owner)) == 1

    text = page(client_of(owner), url("disputed"))

    assert "Hidden: you may still be asked about this item." in text
    assert "Cho: Positive" not in text.split("Text of d")[0]
    assert "Text of f" not in page(client_of(owner), url("disputed") + "?a=mixed&b=negative")


def test_disputed_item_that_somebody_decided_says_what_was_decided(
    computed, client_of, reviewer, project
):
    item = computed.item("d")
    adjudicate(
        membership=project.memberships.get(user=reviewer),
        item=item,
        question=computed.question,
        decision=Decision(Verdict.DECIDED, Reason.SLIP, value="mixed"),
        now=timezone.now(),
    )
    disputes = client_of(reviewer).get(url("disputed")).context["list"].disputes
    assert {row.row.item_id: row.decided for row in disputes if row.decided} == {item.pk: "Mixed"}
    assert "Decide again" in page(client_of(reviewer), url("disputed"))


def test_disputed_item_with_a_slot_kept_for_somebody_shows_no_answers(
    computed, client_of, owner, annotator
):
    """What is kept for one person for a while may become anybody's, the owner's too."""
    item = computed.item("d")
    open_slots(item)
    Assignment.objects.filter(item=item, state="open").update(
        state="reserved", reserved_for=annotator
    )
    disputes = client_of(owner).get(url("disputed")).context["list"].disputes
    assert [row.blind for row in disputes if row.row.item_id == item.pk] == [True]


def test_human_source_is_shown_by_the_name_of_the_person(ledger, client_of, lead, annotator):
    source = human_source(ledger.project, annotator)
    ledger.sources[source.name] = source
    ledger.say("f", source.name, "mixed")
    run_job(agreement_run(ledger).job_id)

    text = page(client_of(lead), url("disputed"))

    assert "Bob: Mixed" in text
    assert source.name not in text


def test_start_agreement_by_the_lead_makes_a_run_and_returns_to_the_dashboard(
    ledger,
    client_of,
    lead,
):
    response = client_of(lead).post(
        url("start_agreement"),
        {"question": "sentiment", "version": "1", "kind": "import"},
    )

    run = AgreementRun.objects.get()
    assert response["Location"] == url("dashboard") + "?question=sentiment&version=1&kind=import"
    assert (run.version, run.source_kinds) == (ledger.version, [SourceKind.IMPORT])


def test_start_agreement_with_unknown_question_is_refused_beside_the_field(ledger, client_of, lead):
    response = client_of(lead).post(url("start_agreement"), {"question": "nothing"})

    assert response.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "admin", "annotator"])
def test_start_without_the_permission_is_forbidden(ledger, client_of, request, role):
    client = client_of(request.getfixturevalue(role))

    assert client.post(url("start_agreement"), {"question": "sentiment"}).status_code == 403
    assert client.post(url("new_resolution"), {}).status_code == 403
    assert not Job.objects.exists()


def test_resolutions_before_the_first_run_say_what_to_do(ledger, client_of, lead, reviewer):
    assert url("new_resolution") in page(client_of(lead), url("resolutions"))
    assert "A lead of the project can start one" in page(client_of(reviewer), url("resolutions"))


def test_resolutions_list_every_run(resolved, client_of, reviewer, django_assert_max_num_queries):
    client = client_of(reviewer)
    page(client, url("resolutions"))
    with django_assert_max_num_queries(10):
        text = page(client, url("resolutions"))

    assert "Majority vote" in text
    assert "Dawid-Skene" in text


def test_new_resolution_by_the_lead_makes_a_run_with_its_parameters(ledger, client_of, lead):
    client = client_of(lead)
    assert "Which method?" in page(client, url("new_resolution"))

    response = client.post(
        url("new_resolution"),
        {"question": "sentiment", "method": "dawid_skene", "n_iter": "7", "ties": "lowest"},
    )

    run = ResolutionRun.objects.get()
    assert response["Location"] == url("resolution", run.pk)
    assert run.parameters["n_iter"] == 7
    assert "ties" not in run.parameters


def test_new_resolution_with_bad_input_keeps_what_was_typed(ledger, client_of, lead):
    response = client_of(lead).post(
        url("new_resolution"),
        {"question": "sentiment", "method": "dawid_skene", "n_iter": "0", "smoothing": "0.5"},
    )

    assert response.status_code == 422
    assert 'value="0.5"' in response.content.decode()
    assert not Job.objects.exists()


def test_new_resolution_folds_the_settings_of_methods_until_one_is_wrong(ledger, client_of, lead):
    client = client_of(lead)
    folded = page(client, url("new_resolution"))
    wrong = client.post(
        url("new_resolution"), {"question": "sentiment", "method": "mace", "restarts": "0"}
    )
    assert '<details class="card"><summary>Settings of the methods' in folded
    assert wrong.status_code == 422
    assert '<details class="card" open><summary>Settings of the methods' in wrong.content.decode()


def test_resolution_shows_inputs_sources_and_items(
    resolved,
    client_of,
    reviewer,
    django_assert_max_num_queries,
):
    client = client_of(reviewer)
    page(client, url("resolution", resolved[1].pk))
    with django_assert_max_num_queries(19):
        text = page(client, url("resolution", resolved[1].pk))

    assert "Log likelihood" in text
    assert "Smoothing" in text
    assert "Text of f" in text
    assert url("comparison", resolved[1].pk, resolved[0].pk) in text


def test_resolution_of_undecided_items_shows_only_these(resolved, client_of, reviewer):
    text = page(client_of(reviewer), url("resolution", resolved[0].pk) + "?show=undecided")

    assert "Text of f" in text
    assert "Text of a" not in text


def test_resolution_items_are_paged_from_the_least_certain(ledger, client_of, reviewer):
    ledger.fill((f"x{n}", "Ann", "positive") for n in range(30))
    run = resolution_run(ledger)
    run_job(run.job_id)
    client = client_of(reviewer)

    first = client.get(url("resolution", run.pk)).context["detail"].decisions
    second = (
        client.get(url("resolution", run.pk), {"after": first.next_after})
        .context["detail"]
        .decisions
    )

    confidences = [each.row.confidence for each in [*first.decisions, *second.decisions]]
    assert confidences == sorted(confidences)
    assert len({each.row.item_id for each in [*first.decisions, *second.decisions]}) == 38
    assert second.next_after is None


def test_resolution_of_an_item_the_viewer_may_still_label_hides_the_decision(
    resolved,
    ledger,
    client_of,
    owner,
):
    open_slots(ledger.item("f"))
    assert ledger.item("f").assignments.filter(state=AssignmentState.OPEN).exists()

    response = client_of(owner).get(url("resolution", resolved[0].pk) + "?show=undecided")

    (decision,) = response.context["detail"].decisions.decisions
    assert decision.blind
    assert (decision.answer, decision.chances) == (None, [])


def test_resolution_at_work_shows_progress(ledger, client_of, reviewer):
    run = resolution_run(ledger)

    text = page(client_of(reviewer), url("resolution", run.pk))

    assert f'hx-get="{url("resolution_progress", run.pk)}"' in text
    page(client_of(reviewer), url("resolution_progress", run.pk))


def test_comparison_shows_where_two_runs_differ(resolved, ledger, client_of, reviewer):
    third = resolution_run(ledger, parameters={"ties": "lowest"})
    run_job(third.job_id)
    first, third = ResolutionRun.objects.filter(pk__in=[resolved[0].pk, third.pk]).order_by("pk")
    compared(first, third)

    text = page(client_of(reviewer), url("comparison", resolved[0].pk, third.pk))

    assert "Of 8 items in both" in text
    assert "Text of f" in text
    assert "From the same labels" in text


def test_comparison_with_an_unfinished_run_is_not_found(resolved, ledger, client_of, reviewer):
    waiting = resolution_run(ledger, parameters={"ties": "lowest"})

    page(client_of(reviewer), url("comparison", resolved[0].pk, waiting.pk), status=404)


@pytest.fixture
def addresses(computed, resolved):
    run = AgreementRun.objects.get()
    return [
        url("dashboard"),
        url("disputed"),
        url("progress", run.pk),
        url("resolutions"),
        url("resolution", resolved[0].pk),
        url("resolution_progress", resolved[0].pk),
        url("comparison", resolved[0].pk, resolved[1].pk),
    ]


def test_pages_are_closed_to_annotators_outsiders_and_strangers(
    addresses,
    client_of,
    annotator,
    outsider,
    former_member,
    client,
):
    for address in addresses:
        assert client_of(annotator).get(address).status_code == 403
        assert client_of(outsider).get(address).status_code == 404
        assert client_of(former_member).get(address).status_code == 404
        assert client.get(address).status_code == 302


def test_runs_of_another_project_are_not_found(addresses, resolved, client_of, owner):
    other = ProjectFactory(slug="other", created_by=owner)
    MembershipFactory(project=other, user=owner, roles=["lead"])
    client = client_of(owner)

    for address in addresses[2:3] + addresses[4:]:
        page(client, address.replace("/p/support/", "/p/other/"), status=404)


@pytest.mark.parametrize("after", ["x", "0.5", "0.5:x", "0.5:99999999999999999999", ":"])
def test_page_mark_that_cannot_be_is_not_found(resolved, client_of, reviewer, after):
    response = client_of(reviewer).get(url("resolution", resolved[0].pk), {"after": after})

    assert response.status_code == 404
