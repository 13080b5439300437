"""Which method a question should be resolved with, judged by how much people have labeled."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from projects.models import Project
from quality.models import ResolutionMethod
from quality.models.run import PEOPLE
from quality.queries.naming import QuestionNames

# Below, nothing can be learned of a person that a plain vote does not know.
ENOUGH_LABELS = 10
ENOUGH_PEOPLE = 3
_MOST_SOURCES = 300

# Costs a few index entries per source, however many labels there are.
_BUSY = """
SELECT count(*) FILTER (WHERE said.n >= %(enough)s), count(*) FILTER (WHERE said.n > 0)
  FROM (
        SELECT (SELECT count(*)
                  FROM (SELECT FROM annotations_annotation
                         WHERE source_id = source.id LIMIT %(enough)s) few) AS n
          FROM annotations_source source
         WHERE source.project_id = %(project)s AND source.kind = ANY(%(people)s)
         ORDER BY source.id LIMIT %(most)s
  ) said
"""


# With so many answers to every item people's habits cancel out in a plain mean.
MANY_ANSWERS = 8
# Of other kinds: what learns from people, once they have answered enough to be told apart.
_LEARNS = {
    "choices": ResolutionMethod.DAWID_SKENE,
    "rating": ResolutionMethod.CALIBRATED_MEAN,
    "number": ResolutionMethod.CALIBRATED_MEAN,
    "text": ResolutionMethod.MEDOID,
    "spans": ResolutionMethod.SPAN_CHAIN,
    "relations": ResolutionMethod.RELATION_MODEL,
    "pairwise": ResolutionMethod.CROWD_BRADLEY_TERRY,
    "boxes": ResolutionMethod.CALIBRATED_BOXES,
    "polygons": ResolutionMethod.CALIBRATED_POLYGONS,
    "points": ResolutionMethod.CALIBRATED_POINTS,
    "segments": ResolutionMethod.CALIBRATED_SEGMENTS,
}


@dataclass(frozen=True)
class Recommendation:
    """A method, and why it and not another."""

    method: ResolutionMethod
    why: str


def recommended(project: Project, names: QuestionNames) -> Recommendation:
    """The simplest sound method while people have labeled too little to be told apart, then one
    that learns from them: for a single choice the pool.

    Means of many answers stay plain, and transcripts are voted on word by word.
    """
    if names.kind == "choice":
        return _of_choice(*_busy(project))
    simple, learns = names.default_method, _LEARNS.get(names.kind)
    if learns is None or simple is ResolutionMethod.ROVER:
        return Recommendation(simple, "")
    if simple is ResolutionMethod.MEAN and project.overlap >= MANY_ANSWERS:
        why = _(
            "Recommended here: the plain mean. Each item is answered by %(n)s annotators, so their"
            " habits cancel out."
        ) % {"n": project.overlap}
        return Recommendation(simple, why)
    busy, active = _busy(project)
    method = learns if busy >= ENOUGH_PEOPLE else simple
    figures = {
        "method": method.label,
        "busy": busy,
        "all": active,
        "enough": ENOUGH_LABELS,
        "people": ENOUGH_PEOPLE,
    }
    if method is learns:
        why = _(
            "Recommended here: “%(method)s”. %(busy)s of %(all)s annotators have %(enough)s or more"
            " submissions, enough to learn how each of them labels."
        )
    else:
        why = _(
            "Recommended here for now: “%(method)s”. Only %(busy)s of %(all)s annotators have"
            " %(enough)s or more submissions; with fewer than %(people)s such annotators, methods"
            " that weigh people have too little to learn from."
        )
    return Recommendation(method, why % figures)


def _busy(project: Project) -> tuple[int, int]:
    """How many annotators have enough submissions, and how many have any."""
    parameters: dict[str, Any] = {
        "enough": ENOUGH_LABELS,
        "project": project.pk,
        "people": PEOPLE,
        "most": _MOST_SOURCES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, parameters)
        busy, active = cursor.fetchone()
    return busy, active


def _of_choice(busy: int, active: int) -> Recommendation:
    if busy >= ENOUGH_PEOPLE:
        why = _(
            "Recommended here: the pool. %(busy)s of %(all)s annotators have %(enough)s or more"
            " submissions, enough to learn how each of them labels."
        ) % {"busy": busy, "all": active, "enough": ENOUGH_LABELS}
        return Recommendation(ResolutionMethod.POOL, why)
    why = _(
        "Recommended here for now: majority vote. Only %(busy)s of %(all)s annotators have"
        " %(enough)s or more submissions; with fewer than %(people)s such annotators, methods that"
        " weigh people have too little to learn from."
    ) % {"busy": busy, "all": active, "enough": ENOUGH_LABELS, "people": ENOUGH_PEOPLE}
    return Recommendation(ResolutionMethod.MAJORITY_VOTE, why)
