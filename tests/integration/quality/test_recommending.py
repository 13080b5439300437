"""Which method is advised, by kind and by how much people have labeled."""

import pytest

from quality.kinds import KIND_QUALITY
from quality.models import ResolutionMethod as Method
from quality.queries.naming import vocabulary
from quality.queries.resolution.recommending import ENOUGH_LABELS, recommended
from tests.factories.quality import AnswerLedger
from tests.integration.quality.test_kinds import SAID, listed

pytestmark = pytest.mark.django_db

LEARNS = {
    "choices": Method.DAWID_SKENE,
    "rating": Method.CALIBRATED_MEAN,
    "number": Method.CALIBRATED_MEAN,
    "text": Method.MEDOID,
    "spans": Method.SPAN_CHAIN,
    "relations": Method.RELATION_MODEL,
    "pairwise": Method.CROWD_BRADLEY_TERRY,
    "boxes": Method.CALIBRATED_BOXES,
    "polygons": Method.CALIBRATED_POLYGONS,
    "points": Method.CALIBRATED_POINTS,
    "segments": Method.CALIBRATED_SEGMENTS,
}


def advised(project, kind, n_items):
    ledger = AnswerLedger(project, kind)
    for item in range(n_items):
        for person in ("Ann", "Ben", "Cho"):
            ledger.say(f"i{item}", person, listed(kind, SAID[kind][0]))
    names = vocabulary(project, "en").question(kind)
    return recommended(project, names)


@pytest.mark.parametrize("kind", sorted(KIND_QUALITY))
def test_simple_method_is_advised_until_people_can_be_told_apart(kind, project):
    few = advised(project, kind, 2)

    assert few.method is KIND_QUALITY[kind].default_method
    assert bool(few.why) == (kind in LEARNS)
    if few.why:
        assert "Only 0 of 3 annotators have 10 or more submissions" in few.why
        assert str(few.method.label) in few.why


@pytest.mark.parametrize("kind", sorted(KIND_QUALITY))
def test_method_that_learns_is_advised_once_three_people_have_labeled_enough(kind, project):
    enough = advised(project, kind, ENOUGH_LABELS)

    assert enough.method is LEARNS.get(kind, KIND_QUALITY[kind].default_method)
    assert enough.method in KIND_QUALITY[kind].methods
    assert ("3 of 3 annotators" in enough.why) == (kind in LEARNS)


@pytest.mark.parametrize("kind", ["rating", "number"])
def test_plain_mean_is_advised_where_every_item_has_many_answers(kind, project):
    project.overlap = 8
    project.save()

    many = advised(project, kind, ENOUGH_LABELS)

    assert many.method is Method.MEAN
    assert "answered by 8 annotators" in many.why
