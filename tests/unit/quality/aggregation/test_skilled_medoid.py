"""The medoid weighted by skill: whose distances to others tell how good they are."""

import numpy as np
import pytest

from quality.actions.resolution.methods import built
from quality.aggregation.medoid import TextMedoid
from quality.aggregation.skilled_medoid import (
    MOST_DIFFERENT,
    SkilledMedoid,
    errors_of_people,
    item_distances,
)
from quality.aggregation.support import support
from quality.agreement.text import text_distance
from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY


def text(words):
    return {"kind": "text", "text": words}


def distance(_table):
    return text_distance


def slips(seed=1, *, n_items=60, rates=(0.02, 0.05, 0.25, 0.35)):
    """Strings typed by four people who each get letters wrong at a rate of their own."""
    generator = np.random.default_rng(seed)
    letters = np.array(list("abcdefghij"))
    rows, truth = [], []
    for item in range(n_items):
        true = generator.choice(letters, 20)
        truth.append("".join(true))
        for person, rate in enumerate(rates):
            typed = np.where(generator.random(20) < rate, generator.choice(letters, 20), true)
            rows.append((item, person, text("".join(typed))))
    return ValueTable.from_rows(rows), truth


def test_errors_of_people_are_those_they_were_drawn_with():
    table, _truth = slips()
    found = [item_distances(table, item, text_distance) for item in range(table.n_items)]

    errors = errors_of_people(table, found, prior=1e-6)

    # A wrong letter is right by chance one time in ten; letters that moved cost less than two.
    assert errors == pytest.approx([0.018, 0.045, 0.225, 0.315], abs=0.05)


def test_errors_fit_all_distances_exactly_where_they_add_up():
    apart = {(0, 1): 0.3, (0, 2): 0.5, (1, 2): 0.6}
    values = [text(str(person)) for person in range(3)]
    table = ValueTable.from_rows(
        (item, person, values[person]) for item in range(2) for person in range(3)
    )

    def between(one, other):
        return apart[tuple(sorted((int(one["text"]), int(other["text"]))))]

    found = [item_distances(table, item, between) for item in range(2)]

    assert errors_of_people(table, found, prior=1e-9) == pytest.approx([0.1, 0.2, 0.4], abs=1e-6)


def test_weighted_medoid_is_nearer_to_the_truth_than_the_plain_one():
    table, truth = slips(2)

    def error(aggregator):
        return np.mean(
            [
                1.0 if value is None else text_distance(value, text(true))
                for value, true in zip(aggregator.fit(table).labels_, truth, strict=True)
            ]
        )

    assert error(SkilledMedoid(distance_of=distance)) < 0.6 * error(TextMedoid())


def test_of_two_answers_that_differ_the_one_by_the_more_skilled_is_taken():
    table, _truth = slips(3)
    rows = [
        (item, person, table.said(row))
        for row, (item, person) in enumerate(
            zip(table.codes.items.tolist(), table.codes.annotators.tolist(), strict=True)
        )
    ]
    table = ValueTable.from_rows([*rows, (60, 0, text("yes")), (60, 3, text("no"))])
    alone = ValueTable.from_rows([(0, 0, text("yes")), (0, 3, text("no"))])

    fitted = SkilledMedoid(distance_of=distance).fit(table)

    assert fitted.labels_[60] == text("yes")
    assert fitted.skills_[0] > 2 * fitted.skills_[3]
    assert SkilledMedoid(distance_of=distance).fit(alone).labels_ == [None]


def test_single_answers_are_as_sure_as_their_author_is_good():
    table, _truth = slips(4)
    rows = [
        (item, person, table.said(row))
        for row, (item, person) in enumerate(
            zip(table.codes.items.tolist(), table.codes.annotators.tolist(), strict=True)
        )
    ]
    table = ValueTable.from_rows([*rows, (60, 0, text("yes")), (61, 3, text("no"))])

    fitted = SkilledMedoid(distance_of=distance).fit(table)

    errors = [habits["answers"]["error"] for habits in fitted.habits_]
    assert fitted.confidences_[60] == pytest.approx(1 - errors[0])
    assert fitted.confidences_[60] > fitted.confidences_[61] + 0.1


def test_item_with_two_thousand_answers_is_decided_from_a_spread_of_them():
    rows = [(1, person, {"kind": "number", "number": person}) for person in range(2000)]

    fitted = built("number", "medoid", {}, 0).fit(ValueTable.from_rows(rows))

    assert MOST_DIFFERENT < 2000
    assert fitted.labels_[0] is None or 800 < fitted.labels_[0]["number"] < 1200
    assert 0 < fitted.confidences_[0] < 1


@pytest.mark.parametrize("kind", sorted(KIND_QUALITY))
def test_medoid_of_nothing_decides_nothing(kind):
    fitted = built(kind, "medoid", {}, 0).fit(ValueTable.from_rows([]))

    assert fitted.labels_ == []
    assert fitted.skills_.size == 0


def test_support_goes_by_weight_and_by_what_is_in_an_answer():
    def spans(*places):
        found = [
            {"part": "t", "start": a, "end": b, "choice": "cat", "quote": ""} for a, b in places
        ]
        return {"kind": "spans", "spans": found}

    said = [spans((0, 10), (20, 30)), spans((0, 6)), spans((21, 30))]
    rankings = [{"kind": "ranking", "order": list(order)} for order in ("abc", "acb")]
    choices = [{"kind": "choices", "choices": each} for each in (["a"], ["a", "b"])]

    assert support(said[0], said, [2, 1, 1]) == {"1": 0.75, "2": 0.75}
    assert support(rankings[0], rankings, [3, 1]) == {"a > b": 1, "a > c": 1, "b > c": 0.75}
    assert support(None, choices, [0, 0]) == {"a": 1, "b": 0.5}
    assert support(text("a"), [text("a")], [1]) == {}


def test_medoid_with_answers_out_of_range_is_refused():
    with pytest.raises(ValueError, match="answers must be above 0"):
        SkilledMedoid(distance_of=distance, answers=0).fit(ValueTable.from_rows([]))
