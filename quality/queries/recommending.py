"""Which method a question should be resolved with, judged by how much people have labeled."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Recommendation:
    """A method, and why it and not another."""

    method: ResolutionMethod
    why: str


def recommended(project: Project, names: QuestionNames) -> Recommendation:
    """For a single choice the pool, or majority vote while people have labeled too little to be
    told apart; for other kinds the simplest sound method."""
    if names.kind != "choice":
        return Recommendation(names.default_method, "")
    with connection.cursor() as cursor:
        cursor.execute(
            _BUSY,
            {
                "enough": ENOUGH_LABELS,
                "project": project.pk,
                "people": PEOPLE,
                "most": _MOST_SOURCES,
            },
        )
        busy, active = cursor.fetchone()
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
