"""Every question kind against the real database: computed, resolved, shown, and over REST."""

import pytest
from django.urls import reverse

from annotations.parts import parts_of
from annotations.values import KINDS, About
from core.jobs import run_job
from core.models import Job
from core.models.job import JobState
from guidelines.label_schema import QUESTION_KINDS, parse_document
from quality.actions.resolution.methods import METHODS, built
from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY
from quality.models import (
    AgreementResult,
    ClassCount,
    ConfusionCell,
    DisputedItem,
    PairAgreement,
    Resolution,
    ResolutionRun,
    SourceReliability,
)
from quality.queries import values as reading
from quality.queries.values import read_values
from tests.factories.annotations import open_slots
from tests.factories.quality import PAYLOAD, AnswerLedger, agreement_run, resolution_run

pytestmark = pytest.mark.django_db

TEXT = PAYLOAD["parts"][0]["text"]


def span(start, end, choice="cat"):
    quote = TEXT[start:end]
    return {"part": "text", "start": start, "end": end, "choice": choice, "quote": quote}


def end_of(start, end, choice="cat"):
    return {"part": "text", "start": start, "end": end, "choice": choice}


def box(x, y, choice="cat", width=20, height=10):
    return {"part": "image", "x": x, "y": y, "width": width, "height": height, "choice": choice}


def polygon(x, y, choice="cat"):
    points = [[x, y], [x + 20, y], [x + 20, y + 10], [x, y + 10]]
    return {"part": "image", "choice": choice, "points": points}


def point(x, y, choice="cat"):
    return {"part": "image", "x": x, "y": y, "choice": choice}


def segment(start, end, text, choice="cat"):
    return {"part": "audio", "start": start, "end": end, "choice": choice, "text": text}


def relation(one, other):
    return {"choice": "dog", "from": one, "to": other}


# What most people say, and what one of them says of the first item.
SAID = {
    "choices": (["cat", "dog"], ["cat"]),
    "soft_choice": ({"cat": 0.75, "dog": 0.25}, {"elk": 1}),
    "rating": (4, 1),
    "number": (2.5, 4),
    "text": ("the cat sat", "a cat sat down"),
    "spans": ([span(0, 7), span(12, 14, "dog")], [span(4, 7)]),
    "relations": ([relation(end_of(0, 7), end_of(12, 14))], []),
    "pairwise": ({"winner": "a", "left": "b"}, {"winner": "tie", "left": "a"}),
    "ranking": (["a", "c", "b"], ["b", "c", "a"]),
    "boxes": ([box(5, 5), box(50, 60, "dog")], [box(8, 6)]),
    "polygons": ([polygon(5, 5)], [polygon(60, 60, "elk")]),
    "points": ([point(10, 10)], [point(60, 10, "dog")]),
    "segments": ([segment(0, 4, "the cat sat")], [segment(1, 4, "the bat sat")]),
}
every_kind = pytest.mark.parametrize("kind", sorted(SAID))


def listed(kind, raw):
    name = {"soft_choice": "shares", "rating": "number", "ranking": "order"}.get(kind, kind)
    return {"kind": kind, **raw} if kind == "pairwise" else {"kind": kind, name: raw}


@pytest.fixture
def ledger_of(project):
    def make(kind):
        usual, other = (listed(kind, raw) for raw in SAID[kind])
        ledger = AnswerLedger(project, kind)
        for item in "abc":
            for person in ("Ann", "Ben", "Cho"):
                ledger.say(item, person, usual if item != "b" else other)
        ledger.say("a", "Cho", other)
        return ledger

    return make


def done(run):
    assert run_job(run.job_id) == JobState.DONE, Job.objects.get(pk=run.job_id).error
    run.refresh_from_db()
    return run


def test_every_question_kind_but_choice_is_tried_here():
    assert set(SAID) == QUESTION_KINDS - {"choice"}


@every_kind
def test_agreement_of_a_kind_stores_its_coefficients_and_the_dispute(kind, ledger_of):
    ledger = ledger_of(kind)

    run = done(agreement_run(ledger))

    assert (run.n_labels, run.n_items, run.n_sources) == (9, 3, 3)
    overall = AgreementResult.objects.filter(run=run, scope="overall", version=None)
    alpha = overall.get(coefficient="krippendorff_alpha")
    assert 0 < alpha.value < 1
    assert alpha.low <= alpha.value <= alpha.high
    assert alpha.annotator_high is not None
    for each in overall:
        assert each.undefined == ""
        assert (each.n_items, each.n_annotators, each.n_labels) == (3, 3, 9)
    (dispute,) = DisputedItem.objects.filter(run=run)
    assert dispute.item == ledger.items["a"]
    assert 0 < dispute.disagreement < 0.67
    assert not ConfusionCell.objects.filter(run=run).exists()
    pairs = PairAgreement.objects.filter(run=run)
    assert {(pair.kappa, pair.n_items) for pair in pairs} == {(None, 3)}
    assert sorted(round(pair.percent, 6) == 1 for pair in pairs) == [False, False, True]
    slices = AgreementResult.objects.filter(run=run, version=ledger.version)
    assert slices.get(coefficient="krippendorff_alpha").value == pytest.approx(alpha.value)


@every_kind
def test_methods_of_a_kind_decide_answers_that_its_parser_takes(kind, ledger_of):
    ledger = ledger_of(kind)
    question = parse_document(ledger.version.document).question(kind)
    about = About(parts=parts_of(PAYLOAD))

    for method in METHODS[kind]:
        run = done(resolution_run(ledger, method.value))
        rows = Resolution.objects.filter(run=run)
        assert rows.count() == 3
        unanimous = rows.get(item=ledger.items["c"])
        usual = {**listed(kind, SAID[kind][0]), **_unknown_side(kind)}
        if method.value.startswith("calibrated"):
            # After habits that the disputed item taught, what all said may move a little.
            assert near_to(kind, unanimous.value, usual) > 0.95
        else:
            assert unanimous.value == usual
        assert 0 <= unanimous.confidence <= 1
        for row in rows:
            assert row.choice is None
            if row.value is not None and kind != "relations":  # needs the person's own spans
                assert KINDS[kind].parse(KINDS[kind].raw(row.value), question, about)
        reliable = SourceReliability.objects.filter(run=run)
        near = {row.source.name: row.accuracy for row in reliable}
        assert near["Ann"] == pytest.approx(near["Ben"])
        assert near["Ann"] > near["Cho"]
        assert {str(row.confusion) for row in reliable} == {"{}"}
        learns = built(kind, method, {}, 0).fit(ValueTable.from_rows([])).habits_ is not None
        assert all(bool(row.habits) == learns for row in reliable)


def near_to(kind, value, other):
    distance = KIND_QUALITY[kind].distance(ValueTable.from_rows([(1, 1, value), (1, 2, other)]))
    if kind in ("number", "rating"):
        return 1 - abs(value["number"] - other["number"])
    return 1 - distance(value, other)


def _unknown_side(kind):
    return {"left": ""} if kind == "pairwise" else {}


@every_kind
def test_pages_of_a_kind_show_figures_answers_and_decisions(kind, ledger_of, client_of, lead):
    ledger = ledger_of(kind)
    done(agreement_run(ledger))
    methods = list(METHODS[kind])
    first = done(resolution_run(ledger, methods[0].value))
    second = done(resolution_run(ledger, methods[-1].value, source_kinds=["import"]))
    client = client_of(lead)

    def read(name, *args, query=""):
        address = reverse(f"quality:{name}", args=["support", *args])
        response = client.get(f"{address}?question={kind}{query}")
        assert response.status_code == 200
        return response.content.decode()

    board = read("dashboard")
    assert "Krippendorff&#x27;s alpha" in board
    no_confusion = "Which classes are confused is shown for questions with a single choice"
    assert (no_confusion in board) == bool(KIND_QUALITY[kind].elements)
    assert "Cohen&#x27;s kappa, mean" not in board
    assert "Mean distance" in board
    disputed = read("disputed")
    assert "Who said what" in disputed
    assert "Cho" in disputed
    detail = read("resolution", first.pk)
    assert "Similarity" in detail
    assert "Confusion of" not in detail
    assert "Undecided" in detail
    assert read("comparison", first.pk, second.pk)
    new = read("new_resolution")
    for method in methods:
        assert f'value="{method.value}"' in new


def test_disputed_spans_stand_side_by_side_in_their_text(ledger_of, client_of, lead):
    done(agreement_run(ledger_of("spans")))

    address = reverse("quality:disputed", args=["support"])
    text = client_of(lead).get(f"{address}?question=spans").content.decode()

    assert text.count('<span class="marked-text">') == 3
    assert '>the cat<span class="small"> Cat</span></mark>' in text
    assert '>cat<span class="small"> Cat</span></mark>' in text


def test_resolved_boxes_show_their_numbers_and_votes(ledger_of, client_of, lead):
    run = done(resolution_run(ledger_of("boxes"), "box_fusion"))

    address = reverse("quality:resolution", args=["support", run.pk])
    text = client_of(lead).get(address).content.decode()

    assert "x 50, y 60, 20 × 10" in text
    assert "67%" in text


def test_disputes_of_two_people_leave_out_where_only_the_sides_were_swapped(
    ledger_of, client_of, lead
):
    ledger = ledger_of("pairwise")
    ledger.say("c", "Cho", {"kind": "pairwise", "winner": "a", "left": "a"})
    done(agreement_run(ledger))
    ids = [ledger.source(name).pk for name in ("Ann", "Cho")]

    address = reverse("quality:disputed", args=["support"])
    query = f"?question=pairwise&source={ids[0]}&source={ids[1]}"
    response = client_of(lead).get(address + query)

    shown = [dispute.row.item.external_id for dispute in response.context["list"].disputes]
    assert shown == ["a"]


def test_strengths_of_pairs_go_by_the_titles_of_the_parts(ledger_of):
    run = done(resolution_run(ledger_of("pairwise"), "bradley_terry"))

    assert set(run.priors) == {"Model A", "Model B"}
    assert run.priors["Model A"] > 0.5
    assert sum(run.priors.values()) == pytest.approx(1)


def test_class_counts_of_spans_count_what_was_marked(ledger_of):
    run = done(agreement_run(ledger_of("spans")))

    counts = ClassCount.objects.filter(run=run, version=None)
    assert {each.choice.key: each.n_labels for each in counts} == {"cat": 9, "dog": 5, "elk": 0}
    by_class = AgreementResult.objects.filter(run=run, scope="choice", coefficient="exact_f1")
    assert {each.choice.key for each in by_class} == {"cat", "dog"}


@every_kind
def test_rest_of_a_kind_brings_values_and_hides_them_while_blind(kind, ledger_of, api_of, owner):
    ledger = ledger_of(kind)
    root = f"/api/v1/projects/{ledger.project.pk}/quality/resolutions/"
    api = api_of(owner)
    body = {"question": kind, "method": next(iter(METHODS[kind])).value}

    started = api.post(root, body, format="json")

    assert started.status_code == 202
    run_job(Job.objects.latest("created_at").pk)
    open_slots(ledger.items["b"])
    rows = api.get(f"{root}{started.json()['id']}/items/").json()["results"]
    by_item = {row["external_id"]: row for row in rows}
    assert by_item["c"]["value"]["kind"] == kind
    assert by_item["c"]["choice"] is None
    assert by_item["b"]["blind"]
    assert by_item["b"]["value"] is None


def test_rest_with_the_method_of_another_kind_answers_400_with_those_there_are(
    ledger_of, api_of, lead
):
    ledger = ledger_of("spans")

    answer = api_of(lead).post(
        f"/api/v1/projects/{ledger.project.pk}/quality/resolutions/",
        {"question": "spans", "method": "box_fusion"},
        format="json",
    )

    assert answer.status_code == 400
    assert "span_vote, token_dawid_skene, span_chain, medoid" in str(answer.json())
    assert not Job.objects.exists()


@pytest.mark.parametrize("share", [0, 1.5, True, "most"])
def test_rest_with_a_share_out_of_range_answers_400(share, ledger_of, api_of, lead):
    ledger = ledger_of("boxes")

    answer = api_of(lead).post(
        f"/api/v1/projects/{ledger.project.pk}/quality/resolutions/",
        {"question": "boxes", "method": "box_fusion", "parameters": {"share": share}},
        format="json",
    )

    assert answer.status_code == 400
    assert "above 0 and at most 1" in str(answer.json())


def test_lead_starts_a_resolution_of_spans_by_form(ledger_of, client_of, lead):
    ledger = ledger_of("spans")
    address = reverse("quality:new_resolution", args=["support"])

    answer = client_of(lead).post(
        address, {"question": "spans", "method": "span_vote", "share": "0.6"}
    )

    assert answer.status_code == 302
    run = ResolutionRun.objects.get()
    assert (run.question, run.parameters) == (ledger.question, {"share": 0.6})


def test_values_read_follow_the_rules_of_labels(ledger_of):
    ledger = ledger_of("number")
    ledger.say("c", "Ann", {"kind": "number", "number": 9})
    ledger.retract("c", "Ben")
    ledger.withdraw("b")

    found = read_values(agreement_run(ledger))

    said = {
        (int(item), found.table.values[code]["number"])
        for item, code in zip(found.labels.items, found.labels.choices, strict=True)
    }
    a, c = ledger.items["a"].pk, ledger.items["c"].pk
    assert said == {(a, 2.5), (a, 4), (c, 9), (c, 2.5)}
    assert len(found) == 5


def test_values_of_a_version_are_what_was_said_under_it(ledger_of):
    ledger = ledger_of("choices")
    first = ledger.version
    second = ledger.publish("cat", "dog")
    revised = {"kind": "choices", "choices": ["dog"]}
    ledger.say("a", "Ann", revised)

    def said(labels):
        item = ledger.items["a"].pk
        return sorted(
            labels.table.values[code]["choices"]
            for at, code in zip(labels.labels.items, labels.labels.choices, strict=True)
            if at == item
        )

    every = read_values(agreement_run(ledger))
    usual, other = SAID["choices"]
    assert said(every) == sorted([["dog"], usual, other])
    assert said(every.of_version(first.pk)) == sorted([usual, usual, other])
    assert said(every.of_version(second.pk)) == [["dog"]]
    assert said(read_values(agreement_run(ledger, version=first))) == sorted([usual, usual, other])
    assert said(read_values(agreement_run(ledger, version=second))) == [["dog"]]


def test_digest_of_values_changes_with_an_answer_and_else_stays(ledger_of):
    ledger = ledger_of("text")
    before = read_values(agreement_run(ledger)).digest()

    assert read_values(agreement_run(ledger)).digest() == before
    ledger.say("c", "Ann", {"kind": "text", "text": "something else"})
    assert read_values(agreement_run(ledger)).digest() != before


def test_too_many_answers_fail_with_advice(ledger_of, monkeypatch):
    monkeypatch.setattr(reading, "MOST_VALUES", 5)
    run = agreement_run(ledger_of("boxes"))

    assert run_job(run.job_id) == JobState.FAILED

    (error,) = Job.objects.get(pk=run.job_id).error
    assert error["code"] == "too_many_answers"
    assert "Choose one guideline version" in error["message"]
    assert not AgreementResult.objects.exists()
