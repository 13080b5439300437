"""Marked places by what is known of who marked them, against true places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.aggregation.marked_places import BoxFusion, PointMean, SegmentFusion
from quality.aggregation.place_models import (
    CalibratedBoxes,
    CalibratedPoints,
    CalibratedPolygons,
    CalibratedSegments,
)
from quality.aggregation.presence import Candidate, presence
from quality.aggregation.relation_model import RelationModel
from quality.agreement.values import ValueTable
from tests.unit.quality.aggregation.painted import box, boxes_of, painted, scores, single
from tests.unit.quality.answers import answers


@pytest.fixture(scope="module")
def paintings():
    return [painted(seed) for seed in (1, 2, 3)]


def test_boxes_after_margins_reach_the_scores_of_the_comparison(paintings):
    """20 annotators, 3 to 5 a picture: one annotator overlaps the truth by .80; majority and mean
    reach .874 mean IoU, .964 F1 at .5 and .329 at .9; the model .904, .979 and .603."""
    ones = [scores(each, single(each)) for each in paintings]
    votes = [scores(each, BoxFusion().fit(each.table).labels_) for each in paintings]
    models = [scores(each, CalibratedBoxes().fit(each.table).labels_) for each in paintings]

    one, vote, model = (np.mean(each, axis=0) for each in (ones, votes, models))
    assert one[0] == pytest.approx(0.80, abs=0.02)
    assert vote == pytest.approx([0.87, 0.965, 0.35], abs=0.03)
    assert model[0] > 0.90
    assert model[1] > vote[1] + 0.01
    assert model[2] > 0.60


def test_margins_scatter_and_hit_rates_that_are_found_go_with_the_true_ones(paintings):
    painting = paintings[1]
    fitted = CalibratedBoxes().fit(painting.table)
    people = list(painting.table.codes.annotator_keys)

    wider = [h["right"]["offset"] - h["left"]["offset"] for h in fitted.habits_]
    scatter = [
        np.mean([h[side]["deviation"] for side in ("left", "top", "right", "bottom")])
        for h in fitted.habits_
    ]
    hits = [h["presence"]["hit"] for h in fitted.habits_]

    assert fitted.converged_
    assert np.corrcoef(wider, painting.margins[people])[0, 1] > 0.95
    assert np.corrcoef(scatter, painting.scatter[people])[0, 1] > 0.95
    assert np.corrcoef(hits, painting.hits[people])[0, 1] > 0.7


def seen_by(*marks):
    """Items of three people, who marked (1) or did not mark (0) the one box of each."""
    rows = [
        (item, person, boxes_of([box(10, 10, 50, 50)] if hit else []))
        for item, hits in enumerate(marks)
        for person, hit in enumerate(hits)
    ]
    return ValueTable.from_rows(rows)


def test_what_a_careful_one_of_three_sees_is_kept_and_what_a_careless_one_sees_is_not():
    # The third sees everything, the second misses half; the first has many alarms of its own.
    table = seen_by(*[(1, 1, 1), (1, 0, 1)] * 6, *[(1, 0, 0)] * 12, (0, 1, 0))
    candidates = [
        Candidate(item, tuple(p for p in range(3) if table.of_item(item)[p]["boxes"]), ({},) * 3)
        for item in range(table.n_items)
    ]

    found = presence(candidates, table, prior=5)

    assert found.converged
    assert found.chances[0] > 0.95
    assert found.chances[12] < 0.2
    assert found.false_alarms[0] > 3 * found.false_alarms[2]
    assert found.hits[2] > found.hits[1]


def test_two_of_five_that_agree_are_not_taken_for_two_false_alarms():
    marks = [(1, 1, 1, 1, 0), (1, 1, 0, 1, 1), (0, 1, 1, 1, 1), (1, 0, 1, 0, 1)] * 6
    # Nobody ever joins in a false alarm.
    alone = [(1, 0, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 0, 1)] * 6
    rows = [
        (item, person, boxes_of([box(10, 10, 50, 50)] if hit else []))
        for item, hits in enumerate([*marks, *alone, (1, 1, 0, 0, 0)])
        for person, hit in enumerate(hits)
    ]

    fitted = CalibratedBoxes().fit(ValueTable.from_rows(rows))

    strict = CalibratedBoxes(presence=0.999).fit(ValueTable.from_rows(rows))

    assert [len(value["boxes"]) for value in fitted.labels_[-3:]] == [0, 0, 1]
    assert fitted.posteriors_[-1]["1"] < fitted.posteriors_[0]["1"]
    assert strict.labels_[-1]["boxes"] == []


def test_class_of_a_box_goes_by_who_is_usually_right_about_classes():
    same = [box(10, 10, 50, 50, choice) for choice in ("cat", "cat", "cat", "dog")]
    rows = [
        (item, person, boxes_of([each])) for item in range(12) for person, each in enumerate(same)
    ]
    rows += [
        (item, person, boxes_of([box(10, 10, 50, 50, "dog")]))
        for item in range(12, 20)
        for person in range(4)
    ]
    rows += [(20, 0, boxes_of([same[0]])), (20, 3, boxes_of([same[3]]))]

    fitted = CalibratedBoxes().fit(ValueTable.from_rows(rows))

    assert [each["choice"] for each in fitted.labels_[20]["boxes"]] == ["cat"]
    assert BoxFusion().fit(ValueTable.from_rows(rows)).labels_[20] is None


def test_boxes_stay_on_the_picture_when_its_size_is_known():
    wide = [box(20, 20, 90, 90), box(20, 20, 90, 90), box(10, 10, 100, 100)]
    rows = [
        (item, person, boxes_of([each])) for item in range(20) for person, each in enumerate(wide)
    ]
    rows += [(20, 0, boxes_of([box(2, 2, 99, 99)]))]
    table = ValueTable.from_rows(rows)

    free = CalibratedBoxes().fit(table).labels_[20]["boxes"][0]
    kept = CalibratedBoxes().fit(table, [{"image": "100.0 100.0"}] * 21).labels_[20]["boxes"][0]

    assert kept["x"] == free["x"] == 0
    assert kept["x"] + kept["width"] == 100
    assert free["x"] + free["width"] == 99


def test_points_and_segments_lose_what_one_person_always_adds():
    generator = np.random.default_rng(3)
    near = {"points": [], "segments": []}
    true = generator.uniform(20, 80, 40)
    for item, x in enumerate(true):
        for person in generator.choice(3, 2, replace=False).tolist():
            shift = 3.0 if person == 2 else 0.0
            noise = generator.normal(0, [0.3, 0.6, 0.3][person], 2)
            spot = {"part": "i", "choice": "cat", "x": round(x + shift + noise[0], 2), "y": 5}
            near["points"].append((item, person, {"kind": "points", "points": [spot]}))
            part = {
                "part": "a",
                "choice": "",
                "text": "",
                "start": round(x + shift / 3 + noise[0] / 9, 3),
            }
            part["end"] = round(x + 10 + noise[1] / 9, 3)
            near["segments"].append((item, person, {"kind": "segments", "segments": [part]}))

    def scatter(aggregator, kind, side):
        decided = aggregator.fit(ValueTable.from_rows(near[kind])).labels_
        apart = np.array([value[kind][0][side] for value in decided]) - true
        return np.abs(apart - np.median(apart)).mean()

    assert scatter(CalibratedPoints(), "points", "x") < 0.7 * scatter(PointMean(), "points", "x")
    assert scatter(CalibratedSegments(), "segments", "start") < 0.7 * scatter(
        SegmentFusion(), "segments", "start"
    )


def test_polygon_of_the_precise_stands_for_all():
    def polygon(x, wide):
        points = [[x, 0], [x + wide, 0], [x + wide, 40], [x, 40]]
        return {"kind": "polygons", "polygons": [{"part": "i", "choice": "cat", "points": points}]}

    generator = np.random.default_rng(1)
    rows = []
    for item in range(30):
        for person in range(3):
            spread = 5.0 if person == 2 else 0.3
            x, wide = 50 + generator.normal(0, spread), 40 + generator.normal(0, spread)
            rows.append((item, person, polygon(round(x, 2), round(wide, 2))))
    rows += [(30, 0, polygon(50, 40)), (30, 2, polygon(58, 40))]

    fitted = CalibratedPolygons().fit(ValueTable.from_rows(rows))

    assert fitted.labels_[30]["polygons"][0]["points"][0] == [50, 0]
    assert fitted.skills_[0] > 5 * fitted.skills_[2]


def test_relations_by_model_ignore_who_draws_too_many():
    def drawn(*places):
        relations = [
            {
                "choice": "owns",
                "from": {"part": "t", "start": at, "end": at + 1, "choice": "cat"},
                "to": {"part": "t", "start": at + 2, "end": at + 3, "choice": "dog"},
            }
            for at in places
        ]
        return {"kind": "relations", "relations": relations}

    rows = []
    for item in range(15):
        rows += [(item, 0, drawn(0)), (item, 1, drawn(0)), (item, 2, drawn(0, 10 + item))]
    rows += [(15, 0, drawn(5)), (15, 1, drawn()), (15, 2, drawn(30))]

    fitted = RelationModel().fit(ValueTable.from_rows(rows))

    assert fitted.labels_[0] == drawn(0)
    assert all(value == drawn(0) for value in fitted.labels_[:15])
    assert fitted.habits_[2]["presence"]["false_alarm"] > 0.5
    assert fitted.posteriors_[0]["1"] > 0.95


MODELS = {
    "boxes": CalibratedBoxes,
    "points": CalibratedPoints,
    "segments": CalibratedSegments,
    "polygons": CalibratedPolygons,
    "relations": RelationModel,
}


@pytest.mark.parametrize("kind", sorted(MODELS))
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_models_of_any_table_give_probabilities_by_place_and_finite_habits(kind, data):
    rows = data.draw(answers(kind))
    fitted = MODELS[kind]().fit(ValueTable.from_rows(rows))

    for value, chances in zip(fitted.labels_, fitted.posteriors_, strict=True):
        if value is not None:
            assert set(chances) == {str(n) for n in range(1, len(value[kind]) + 1)}
        assert all(0 <= chance <= 1 for chance in chances.values())
    figures = [f for habits in fitted.habits_ for each in habits.values() for f in each.values()]
    assert np.isfinite(figures).all()


@pytest.mark.parametrize(
    "aggregator",
    [CalibratedBoxes(overlap=0), CalibratedBoxes(presence=0), CalibratedPoints(answers=0),
     RelationModel(presence=2), RelationModel(answers=-1)],
)  # fmt: skip
def test_place_models_with_parameters_out_of_range_are_refused(aggregator):
    with pytest.raises(ValueError, match="above 0"):
        aggregator.fit(ValueTable.from_rows([]))
