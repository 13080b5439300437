"""What the benchmark of the quality pages runs on: labels, reviews, threads and decisions."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from bench.overview import fill
from bench.world import World, make_world
from core.jobs import run_job
from guidelines.models import Question
from projects.models import Membership, Project
from quality.actions.agreement.start import start_agreement
from quality.actions.resolution.start import start_resolution

# Nine of ten items have three answers.
ITEMS_PER_LABEL = 10 / 27
VACUUMED = (
    "annotations_flag, annotations_comment, annotations_openthread, quality_reviewcase,"
    " quality_review, quality_adjudication, annotations_assignment"
)

# A question for every tenth item, of whose threads four in five are resolved.
_THREADS = """
INSERT INTO annotations_flag (project_id, item_id, version_id, by_id, kind, comment, created_at)
SELECT said.project_id, said.item_id, said.version_id, source.person_id,
       CASE WHEN said.item_id %% 20 = 0 THEN 'ask' ELSE 'note' END, 'Which rule holds here?',
       said.created_at
  FROM annotations_annotation said JOIN annotations_source source ON source.id = said.source_id
  JOIN annotations_assignment slot ON slot.id = said.assignment_id AND slot.slot = 0
 WHERE said.project_id = %(project)s AND said.item_id %% 10 = 0
"""
_REPLIES = """
INSERT INTO annotations_comment (project_id, thread_id, kind, text, internal, by_id, created_at)
SELECT project_id, id, CASE WHEN id %% 5 < 4 THEN 'resolve' ELSE 'reply' END, 'The second one.',
       false, %(reviewer)s, created_at + interval '1 hour'
  FROM annotations_flag WHERE project_id = %(project)s
"""
# A tenth of the answers is to be reviewed, of those nine in ten are; every tenth was sent back.
_CASES = """
INSERT INTO quality_reviewcase
    (project_id, annotation_id, item_id, source_id, cause, priority, created_at, done_at)
SELECT project_id, id, item_id, source_id, 'share', 3, created_at,
       CASE WHEN hashtext(id::text) %% 100 > -80 THEN created_at END
  FROM annotations_annotation
 WHERE project_id = %(project)s AND hashtext(id::text) %% 10 = 0
"""
_BACK = """
INSERT INTO annotations_flag
    (project_id, item_id, version_id, by_id, kind, comment, asked_id, annotation_id, created_at)
SELECT said.project_id, said.item_id, said.version_id, %(reviewer)s, 'back', 'Look again.',
       source.person_id, said.id, said.created_at
  FROM quality_reviewcase waiting
  JOIN annotations_annotation said ON said.id = waiting.annotation_id
  JOIN annotations_source source ON source.id = said.source_id
 WHERE waiting.project_id = %(project)s AND waiting.done_at IS NOT NULL AND waiting.id %% 10 = 0
"""
_BACK_AGAIN = """
INSERT INTO annotations_comment (project_id, thread_id, kind, text, internal, by_id, created_at)
SELECT project_id, id, 'resolve', 'It was right.', false, %(reviewer)s, created_at
  FROM annotations_flag WHERE project_id = %(project)s AND kind = 'back' AND id %% 100 > 0
"""
# As the triggers would have done, row by row.
_OPEN = """
INSERT INTO annotations_openthread (thread_id, project_id, kind, asked_id)
SELECT id, project_id, kind, asked_id FROM annotations_flag
 WHERE project_id = %(project)s AND annotations_thread_is_open(id)
"""
_REVIEWS = """
INSERT INTO quality_review
    (project_id, item_id, annotation_id, version_id, verdict, comment, thread_id, by_id, created_at)
SELECT said.project_id, said.item_id, said.id, said.version_id,
       CASE WHEN thread.id IS NULL THEN 'accepted' ELSE 'sent_back' END, '', thread.id,
       %(reviewer)s, said.created_at
  FROM quality_reviewcase waiting
  JOIN annotations_annotation said ON said.id = waiting.annotation_id
  LEFT JOIN annotations_flag thread ON thread.annotation_id = said.id
 WHERE waiting.project_id = %(project)s AND waiting.done_at IS NOT NULL
"""
_TALLIES = """
INSERT INTO quality_reviewtally
    (project_id, source_id, again, due, waiting, accepted, fixed, sent_back)
SELECT waiting.project_id, waiting.source_id, false, count(*),
       count(*) FILTER (WHERE waiting.done_at IS NULL),
       count(*) FILTER (WHERE review.verdict = 'accepted'), 0,
       count(*) FILTER (WHERE review.verdict = 'sent_back')
  FROM quality_reviewcase waiting
  LEFT JOIN quality_review review ON review.annotation_id = waiting.annotation_id
 WHERE waiting.project_id = %(project)s GROUP BY 1, 2
"""
_FILL = (_THREADS, _REPLIES, _CASES, _BACK, _BACK_AGAIN, _OPEN, _REVIEWS, _TALLIES)


def make_quality_world(labels: int) -> tuple[World, User]:
    """A project with so many labels, reviews and threads; and somebody who leads and reviews."""
    world = make_world(int(labels * ITEMS_PER_LABEL))
    fill(world.project, world.people)
    project = Project.objects.get(pk=world.project)
    reviewer = User.objects.create(email="reviewer@example.com", name="Reviewer")
    Membership.objects.create(
        project=project, user=reviewer, roles=["lead", "reviewer"], joined_at=timezone.now()
    )
    asked: dict[str, Any] = {"project": project.pk, "reviewer": reviewer.pk}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in _FILL:
            cursor.execute(statement, asked)
    Project.objects.filter(pk=project.pk).update(review="sample", review_share=10)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {VACUUMED}")
    return world, reviewer


def compute_runs(project_id: int, by: User) -> tuple[int, int]:
    """Agreement, then two resolutions of all items; their ids."""
    project = Project.objects.get(pk=project_id)
    question = Question.objects.get(guideline__project=project)
    asked: dict[str, Any] = {"project": project, "by": by, "now": timezone.now()}
    (agreement,) = start_agreement(question=question, **asked)
    runs = [
        start_resolution(question=question, method=method, parameters={}, **asked)
        for method in ("majority_vote", "dawid_skene")
    ]
    for run in (agreement, *runs):
        run_job(run.job_id)
    return runs[0].pk, runs[1].pk
