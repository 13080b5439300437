"""The SQL of touched labels: what a campaign may draw from."""

from collections.abc import Sequence
from typing import Any

from projects.models import Project
from projects.roles import ROLE_PERMISSIONS, Permission

# The roles that label.
LABELERS = sorted(
    role.value for role, permissions in ROLE_PERMISSIONS.items() if Permission.LABEL in permissions
)

# Current labels of these choices, made before the version, of items that are not withdrawn.
# `person_id` is the rater where they still label here.
TOUCHED = """
SELECT annotation.id AS annotation_id, annotation.item_id, label.question_id, label.choice_id,
       coalesce(source.on_behalf_of_id, source.id) AS rater_id, member.user_id AS person_id
  FROM annotations_label AS label
  JOIN annotations_annotation AS annotation ON annotation.id = label.annotation_id
  JOIN annotations_source AS source ON source.id = annotation.source_id
  JOIN annotations_source AS rater ON rater.id = coalesce(source.on_behalf_of_id, source.id)
  JOIN annotations_item AS item ON item.id = annotation.item_id AND item.withdrawn_at IS NULL
  JOIN guidelines_guidelineversion AS made ON made.id = annotation.version_id
  LEFT JOIN (
        SELECT membership.user_id
          FROM projects_membership AS membership
          JOIN accounts_user AS person ON person.id = membership.user_id AND person.is_active
         WHERE membership.project_id = %(project)s AND membership.left_at IS NULL
           AND membership.roles && %(labelers)s::varchar[]
  ) AS member ON member.user_id = rater.person_id
 WHERE annotation.project_id = %(project)s AND annotation.kind = 'answer'
   AND label.question_id = ANY(%(questions)s) AND label.choice_id = ANY(%(choices)s)
   AND made.number < %(number)s
   AND NOT EXISTS (
           SELECT FROM annotations_annotation AS later
            WHERE later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL)
"""


def touched_parameters(
    project: Project, *, number: int, choices: Sequence[int], questions: Sequence[int]
) -> dict[str, Any]:
    """What `TOUCHED` asks for."""
    return {
        "project": project.pk,
        "labelers": LABELERS,
        "number": number,
        "choices": list(choices),
        "questions": list(questions),
    }
