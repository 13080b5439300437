"""People who answer with spans, boxes, texts and ratings: what is found, and how it reads."""

import csv
import io

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import Pause, Purpose
from annotations.queries.checks import gold_answers
from quality.actions.people.checks import set_checks
from quality.actions.people.groups import ask_for_group
from quality.actions.people.rule import apply_pause_rule
from quality.models import GroupAnswer, GroupFigures
from quality.queries.people.gold_credit import gold_credits
from tests.factories.accounts import UserFactory
from tests.factories.people_values import ValuePeople
from tests.unit.quality.people.crowds_of_values import FAMILIES

pytestmark = pytest.mark.django_db

every_family = pytest.mark.parametrize("kind", ["spans", "boxes", "text", "rating"])
N_ITEMS = 140


class Crowd:
    """Diligent annotators of common items, and the hidden truth about each."""

    def __init__(self, people, n=5):
        self.people = people
        truth, self._answer = FAMILIES[people.kind]
        self.items = people.items(N_ITEMS)
        self.truths = [truth(people.random) for _ in self.items]
        self.sources = [people.person(UserFactory(name=f"Diligent {k}")) for k in range(n)]
        for source in self.sources:
            self.label(source)

    def answer(self, place, skill=0.8):
        return self._answer(self.people.random, self.truths[place], skill)

    def label(self, source, *, careless=lambda _place: False, skill=0.8):
        """Answers to all items; the careless ones are about any other item."""
        rows = []
        for place, item in enumerate(self.items):
            about = int(self.people.random.integers(0, N_ITEMS)) if careless(place) else place
            rows.append((item, source, self.answer(about, skill)))
        return self.people.say(rows)


def codes(row):
    return {warning["code"] for warning in row.warnings}


def page_of(client, source, kind):
    address = reverse("quality:person", args=["support", source.pk])
    return client.get(f"{address}?question={kind}")


@every_family
def test_drifter_copiers_and_spammer_are_found_and_diligent_people_are_not(
    kind, project, lead, client_of, api_of
):
    people = ValuePeople(project, kind)
    crowd = Crowd(people)
    spammer, drifter, first, second = (people.person(UserFactory()) for _ in range(4))
    crowd.label(spammer, careless=lambda _place: True)
    crowd.label(drifter, careless=lambda place: place >= N_ITEMS // 2)
    skill = 0.6 if kind != "rating" else 0.1
    copied = [crowd.answer(place, skill) for place in range(N_ITEMS)]
    for source in (first, second):
        people.say(
            [
                (item, source, copied[place] if place % 10 else crowd.answer(place))
                for place, item in enumerate(crowd.items)
            ]
        )

    found = people.computed(lead)

    assert "spam" in codes(found[spammer.pk])
    assert "drift" in codes(found[drifter.pk])
    pairs = {(one, each["source"]) for one, row in found.items() for each in row.details["copying"]}
    assert pairs == {(first.pk, second.pk), (second.pk, first.pk)}
    honest = [found[source.pk] for source in crowd.sources]
    # Of a hundred diligent people one is called drifting by design.
    assert sum(len(row.warnings) for row in honest) <= 1
    assert all(row.spam_low > 0.15 and row.alpha_without is not None for row in honest)

    reader = client_of(lead)
    for source, words in (
        (spammer, "hardly nearer to those of others to the same item"),
        (drifter, "their likeness was"),
        (first, "mistakes with another annotator" if kind == "rating" else "nobody else gave"),
    ):
        text = page_of(reader, source, kind).content.decode()
        assert words in text
    address = reverse("quality:person_rows", args=["support", first.pk])
    alike = reader.get(f"{address}?question={kind}&show=alike&with={second.pk}")
    assert len(alike.context["rows"].rows) > 10
    body = api_of(lead).get(
        f"/api/v1/projects/{project.pk}/quality/people/{spammer.pk}/?question={kind}"
    )
    assert body.status_code == 200
    sentences = [each["sentence"] for each in body.json()["figures"]["warnings"]]
    assert any("any other item" in sentence for sentence in sentences)


@every_family
def test_likeness_to_gold_and_to_oneself_has_an_interval(
    kind, project, lead, reviewer, client_of, api_of
):
    people = ValuePeople(project, kind)
    crowd = Crowd(people, n=2)
    good, poor = (people.person(UserFactory(name=name)) for name in ("Good", "Poor"))
    for source, careless in ((good, False), (poor, True)):
        said = crowd.label(source, careless=lambda _place, careless=careless: careless)
        for place, original in enumerate(said[:12]):
            people.repeat(original, crowd.answer(40 + place if careless else place, 1.0))
    golds = people.items(14)
    for item in golds:
        truth = FAMILIES[kind][0](people.random)
        value = people.canonical(FAMILIES[kind][1](people.random, truth, 1.0))
        people.gold(item, value, lead)
        other = people.canonical(
            FAMILIES[kind][1](people.random, FAMILIES[kind][0](people.random), 1.0)
        )
        for source, given in ((good, value), (poor, other)):
            people.slot(item, source, Purpose.GOLD)
            people.say([(item, source, given)])

    found = people.computed(lead)

    row = found[good.pk]
    assert (row.gold_similarity, row.gold_similarity_n) == (1.0, 14)
    assert (row.gold_right, row.gold_n) == (14, 14)
    assert 0.7 < row.gold_similarity_low < row.gold_similarity_high == 1.0
    assert row.self_n == 12
    assert 0.4 < row.self_similarity <= 1.0
    assert found[poor.pk].gold_similarity < 0.75
    assert found[poor.pk].self_similarity < row.self_similarity
    assert not {"gold", "self"} & codes(row)

    text = page_of(client_of(reviewer), good, kind).content.decode()
    assert "Like gold answers" in text
    assert "exactly the same: 14 of 14" in text
    api = api_of(reviewer)
    listed = api.get(f"/api/v1/projects/{project.pk}/quality/people/?question={kind}").json()
    by_source = {each["source"]: each for each in listed["results"]}
    assert by_source[good.pk]["gold_likeness"]["value"] == 100.0
    assert by_source[good.pk]["gold_likeness"]["n"] == 14
    assert by_source[poor.pk]["repeats_likeness"]["n"] == 12


def test_unlike_gold_answers_are_a_warning_in_likeness(project, lead, reviewer, client_of):
    people = ValuePeople(project, "text")
    source = people.person(UserFactory())
    people.say([(item, source, {"kind": "text", "text": "a"}) for item in people.items(3)])
    for item in people.items(12):
        people.gold(item, {"kind": "text", "text": "two old birds"}, lead)
        people.slot(item, source, Purpose.GOLD)
        people.say([(item, source, {"kind": "text", "text": "xxx"})])

    row = people.computed(lead)[source.pk]

    (warning,) = [each for each in row.warnings if each["code"] == "gold"]
    assert (warning["by"], warning["n"], row.gold_right) == ("likeness", 12, 0)
    text = page_of(client_of(reviewer), source, "text").content.decode()
    assert "Answers to 12 gold items are" in text


def test_comparison_is_the_same_answer_whichever_side_stood_left(project, lead):
    people = ValuePeople(project, "pairwise")
    from_left = {"kind": "pairwise", "winner": "a", "left": "a"}
    from_right = {"kind": "pairwise", "winner": "a", "left": "b"}
    one, other = (people.person(UserFactory()) for _ in range(2))
    items = people.items(12)
    people.say([(item, one, from_left) for item in items])
    people.say([(item, other, from_right) for item in items])

    found = people.computed(lead)

    assert [row.peers for row in found.values()] == [1.0, 1.0]
    assert all(row.spam is None for row in found.values())


def test_run_of_equal_texts_is_named_in_words(project, lead, reviewer, client_of):
    people = ValuePeople(project, "text")
    crowd = Crowd(people, n=4)
    hasty = people.person(UserFactory())
    people.say([(crowd.items[k], hasty, crowd.answer(k)) for k in range(100)])
    people.say(
        [(item, hasty, {"kind": "text", "text": "see above"}) for item in crowd.items[100:125]],
        seconds=0.4,
    )
    people.say([(crowd.items[k], hasty, crowd.answer(k)) for k in range(125, N_ITEMS)])

    row = people.computed(lead)[hasty.pk]

    assert {"burst", "fast"} <= codes(row)
    run = next(each for each in row.details["bursts"] if each["kind"] == "run")
    assert (run["n"], run["answer"]["text"]) == (25, "see above")
    text = page_of(client_of(reviewer), hasty, "text").content.decode()
    assert "The same answer 25 times in a row (see above)" in text


def test_habit_of_marking_nothing_is_no_run(project, lead):
    """One who leaves a third of the items empty, in any order."""
    people = ValuePeople(project, "boxes")
    crowd = Crowd(people, n=4)
    sparing = people.person(UserFactory())
    nothing = {"kind": "boxes", "boxes": []}
    people.say(
        [
            (item, sparing, nothing if people.random.random() < 0.35 else crowd.answer(place))
            for place, item in enumerate(crowd.items)
        ]
    )

    assert "burst" not in codes(people.computed(lead)[sparing.pk])


def test_groups_show_likeness_and_shares_of_marks(
    project, lead, reviewer, client_of, api_of, outsider, annotator
):
    people = ValuePeople(project, "boxes")
    crowd = Crowd(people, n=7)
    question = ask_for_group(
        project=project, text="Where?", purpose="To see.", options=["Here", "There"],
        by=lead, now=timezone.now(),
    )  # fmt: skip
    for source in crowd.sources:
        GroupAnswer.objects.create(
            question=question, person=source.person, consent="given", option="here",
            updated_at=timezone.now(),
        )  # fmt: skip

    people.computed(lead)

    (row,) = GroupFigures.objects.all()
    assert 0 < row.agreement_low < row.agreement < row.agreement_high < 1
    assert row.n_pairs == N_ITEMS * 21
    assert set(row.shares) == {"cat"}
    text = client_of(reviewer).get(f"{reverse('quality:people', args=['support'])}").text
    assert "Likeness of answers inside the group" in text
    path = f"/api/v1/projects/{project.pk}/quality/tables/group_figures/"
    assert api_of(reviewer).get(path).json()["results"][0]["n_people"] == 7
    assert api_of(annotator).get(path).status_code == 403
    assert api_of(outsider).get(path).status_code == 404


def test_table_of_annotators_is_a_file_with_likenesses(
    project, lead, reviewer, client_of, annotator, outsider
):
    people = ValuePeople(project, "rating")
    crowd = Crowd(people, n=3)
    people.computed(lead)
    address = reverse("quality:table", args=["support", "annotator_figures"])

    answer = client_of(reviewer).get(f"{address}?question=rating")

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert {int(row["source"]) for row in rows} == {source.pk for source in crowd.sources}
    assert all(0 < float(row["peers"]) < 1 and row["score_low"] for row in rows)
    assert client_of(annotator).get(address).status_code == 403
    assert client_of(outsider).get(address).status_code == 404
    assert client_of(reviewer).get(f"{address}?question=none").status_code == 404


@every_family
def test_page_of_a_person_costs_no_more_with_more_answers(
    kind, project, lead, reviewer, client_of, django_assert_max_num_queries
):
    people = ValuePeople(project, kind)
    crowd = Crowd(people, n=3)
    people.computed(lead)
    client = client_of(reviewer)
    page_of(client, crowd.sources[0], kind)

    with django_assert_max_num_queries(25):
        page_of(client, crowd.sources[0], kind)


@every_family
def test_same_answers_always_give_the_same_figures(kind, project, lead):
    people = ValuePeople(project, kind)
    Crowd(people, n=3)

    first, second = people.computed(lead), people.computed(lead)

    for source, row in first.items():
        again = second[source]
        assert (row.warnings, row.details) == (again.warnings, again.details)
        assert (row.spam, row.spam_low, row.peers) == (again.spam, again.spam_low, again.peers)


@pytest.mark.parametrize("kind", ["spans", "text"])
def test_one_person_alone_breaks_nothing(kind, project, lead):
    people = ValuePeople(project, kind)
    crowd = Crowd(people, n=1)

    (row,) = people.computed(lead).values()

    assert (row.n_labels, row.peers, row.spam, row.alpha) == (N_ITEMS, None, None, None)
    assert row.details["drift"] == {}
    assert np.isfinite(row.seconds)
    assert crowd.sources[0].pk == row.source_id


def box_at(x):
    box = {"part": "i", "x": x, "y": 20, "width": 50, "height": 60, "choice": "cat"}
    return {"kind": "boxes", "boxes": [box]}


def test_rule_pauses_by_likeness_where_no_two_answers_are_the_same(
    project, lead, annotator, second_annotator
):
    people = ValuePeople(project, "boxes")
    near, far = people.person(annotator), people.person(second_annotator)
    set_checks(project=project, by=lead, now=timezone.now(), pause_mark=60, pause_after=10)
    for item in people.items(14):
        people.gold(item, box_at(100), lead)
        for source, x in ((near, 101), (far, 10)):
            slot = people.slot(item, source, Purpose.GOLD)
            people.say([(item, source, box_at(x))], assignment=slot)

    assert apply_pause_rule(now=timezone.now()) == 1

    pause = Pause.objects.get()
    assert pause.person == second_annotator
    assert (pause.figures["n_right"], pause.figures["n_checks"]) == (0.0, 14)


def test_number_that_is_nearly_the_gold_one_counts_for_most_of_it(project, lead, annotator):
    people = ValuePeople(project, "number")
    source = people.person(annotator)
    items = people.items(3)
    for item, wanted, said in zip(items, (0, 50, 100), (10, 50, 100), strict=True):
        people.gold(item, {"kind": "number", "number": wanted}, lead)
        slot = people.slot(item, source, Purpose.GOLD)
        people.say([(item, source, {"kind": "number", "number": said})], assignment=slot)

    found = gold_credits(project, list(gold_answers(project, person=annotator)))

    assert found == pytest.approx([0.9, 1.0, 1.0])
