"""What the labeling benchmark runs on: a project, its guideline, eight annotators, many items."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.utils import timezone

from accounts.models import User
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.content import Content
from projects.models import Membership, Project

ANNOTATORS = 8
OVERLAP = 3
SECRET = "b" * 32
TEXT = "배송은 빨랐는데 포장이 찢어져 있었어요. The box was torn, the delivery was quick. " * 4


@dataclass(frozen=True)
class World:
    """A project and the cookies of its annotators."""

    slug: str
    project: int
    people: list[int]
    cookies: list[str]

    def headers(self, number: int) -> str:
        return f"Cookie: {self.cookies[number]}\r\nX-CSRFToken: {SECRET}\r\n"


def make_world(items: int) -> World:
    """An open project with `items` items of overlap 3 and a published guideline."""
    now = timezone.now()
    name = f"bench-{items}-{uuid.uuid4().hex[:6]}"
    people = [
        User.objects.create(email=f"{name}-{number}@example.com", name=f"Annotator {number}")
        for number in range(ANNOTATORS)
    ]
    project = Project.objects.create(
        slug=name, name=name, overlap=OVERLAP, created_by=people[0], created_at=now
    )
    for person in people:
        roles = ["annotator", "lead"] if person == people[0] else ["annotator"]
        Membership.objects.create(project=project, user=person, roles=roles, joined_at=now)
    _publish_guideline(project, people[0])
    _fill(project.pk, people[0].pk, items)
    cookies = [f"sessionid={_session(person)}; csrftoken={SECRET}" for person in people]
    return World(name, project.pk, [person.pk for person in people], cookies)


def give_history(world: World, done: int) -> None:
    """The first annotator has done the first `done` items of the queue, nobody else has."""
    _execute(
        "UPDATE annotations_assignment SET state = 'done', annotator_id = %s, done_at = now(),"
        " leased_at = now(), version_id = (SELECT v.id FROM guidelines_guidelineversion v"
        "   JOIN guidelines_guideline g ON g.id = v.guideline_id WHERE g.project_id = %s LIMIT 1)"
        " WHERE slot = 0 AND project_id = %s AND state = 'open' AND item_id IN"
        " (SELECT id FROM annotations_item WHERE project_id = %s ORDER BY id LIMIT %s)",
        [world.people[0], world.project, world.project, world.project, done],
    )
    _execute("VACUUM ANALYZE annotations_assignment")


def _publish_guideline(project: Project, by: User) -> None:
    now = timezone.now()
    choices = [
        {"key": f"c{number}", "name": {"en": f"Class {number}", "ko": f"분류 {number}"}}
        for number in range(5)
    ]
    question = {"key": "intent", "kind": "choice", "title": {"en": "Intent?"}, "choices": choices}
    content = Content("Bench", "# Bench", {"questions": [question], "rules": []})
    draft = open_draft(project=project, by=by, now=now, content=content)
    publish(version=draft, change_note="", expected_revision=draft.revision, by=by, now=now)


def _fill(project: int, person: int, items: int) -> None:
    """Items and slots, set-based, in the order of the queue."""
    batch = _execute(
        "INSERT INTO annotations_batch (project_id, name, digest, created_by_id, created_at)"
        " VALUES (%s, 'bench', '', %s, now()) RETURNING id",
        [project, person],
    )
    _execute(
        "INSERT INTO annotations_item"
        " (project_id, external_id, payload, metadata, batch_id, created_at)"
        " SELECT %s, 'i' || n, jsonb_build_object('text', %s::text), '{}', %s, now()"
        " FROM generate_series(1, %s) n",
        [project, TEXT, batch, items],
    )
    _execute(
        "INSERT INTO annotations_assignment (project_id, item_id, slot, state, priority, position)"
        " SELECT project_id, id, slot, 'open', 5, position FROM"
        " (SELECT project_id, id, nextval('annotations_position_seq') AS position"
        "  FROM annotations_item WHERE batch_id = %s ORDER BY id OFFSET 0) i,"
        " generate_series(0, %s) slot",
        [batch, OVERLAP - 1],
    )
    _execute("VACUUM ANALYZE annotations_item, annotations_assignment")


def _session(person: User) -> Any:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = "accounts.authentication.SessionBackend"
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.create()
    return session.session_key


def _execute(sql: str, parameters: list[Any] | None = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0] if "RETURNING" in sql else None
