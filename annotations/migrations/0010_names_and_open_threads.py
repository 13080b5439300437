"""Who looked at the names behind the answers to an item; and which threads are open.

Whether a thread is open follows from what was said in it. The few that are stand in a table of
their own, which the database keeps, so that finding them costs the same however many were closed.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only

# As of `quality` and `annotations` pages: closed by an answer that counts, by somebody who resolved
# it, or by the next answer of who got it back; unless somebody opened it again after that.
OPEN = """
CREATE FUNCTION annotations_thread_is_open(thread bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH closing AS (
        SELECT answer.created_at FROM annotations_flaganswer AS answer
          LEFT JOIN guidelines_guidelineversion AS version ON version.id = answer.version_id
         WHERE answer.flag_id = thread AND version.state IS DISTINCT FROM 'discarded'
        UNION ALL
        SELECT created_at FROM annotations_comment
         WHERE thread_id = thread AND kind = 'resolve'
        UNION ALL
        SELECT again.created_at FROM annotations_flag AS flag
          JOIN annotations_annotation AS again ON again.supersedes_id = flag.annotation_id
         WHERE flag.id = thread AND flag.kind = 'back'
    )
    SELECT NOT EXISTS (
        SELECT FROM closing WHERE NOT EXISTS (
            SELECT FROM annotations_comment AS reopened
             WHERE reopened.thread_id = thread AND reopened.kind = 'reopen'
               AND reopened.created_at > closing.created_at
        )
    )
$$;

CREATE FUNCTION annotations_thread_refresh(thread bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- One after the other: the second of two at once sees what the first has said.
    PERFORM FROM annotations_flag WHERE id = thread FOR NO KEY UPDATE;
    IF annotations_thread_is_open(thread) THEN
        INSERT INTO annotations_openthread (thread_id, project_id, kind, asked_id)
        SELECT id, project_id, kind, asked_id FROM annotations_flag WHERE id = thread
        ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM annotations_openthread WHERE thread_id = thread;
    END IF;
END $$;

CREATE FUNCTION annotations_thread_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotations_thread_refresh(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER annotations_thread_begun AFTER INSERT ON annotations_flag
    FOR EACH ROW EXECUTE FUNCTION annotations_thread_begun();

CREATE FUNCTION annotations_thread_commented() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotations_thread_refresh(NEW.thread_id);
    RETURN NULL;
END $$;
CREATE TRIGGER annotations_thread_commented AFTER INSERT ON annotations_comment
    FOR EACH ROW WHEN (NEW.kind <> 'reply') EXECUTE FUNCTION annotations_thread_commented();

CREATE FUNCTION annotations_thread_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotations_thread_refresh(NEW.flag_id);
    RETURN NULL;
END $$;
CREATE TRIGGER annotations_thread_answered AFTER INSERT ON annotations_flaganswer
    FOR EACH ROW EXECUTE FUNCTION annotations_thread_answered();

CREATE FUNCTION annotations_thread_said_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotations_thread_refresh(id) FROM annotations_flag
      WHERE annotation_id = NEW.supersedes_id;
    RETURN NULL;
END $$;
CREATE TRIGGER annotations_thread_said_again AFTER INSERT ON annotations_annotation
    FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL)
    EXECUTE FUNCTION annotations_thread_said_again();

CREATE FUNCTION annotations_thread_discarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotations_thread_refresh(flag_id) FROM (
        SELECT DISTINCT flag_id FROM annotations_flaganswer WHERE version_id = NEW.id
        ORDER BY flag_id
    ) AS answered;
    RETURN NULL;
END $$;
CREATE TRIGGER annotations_thread_discarded AFTER UPDATE OF state ON guidelines_guidelineversion
    FOR EACH ROW WHEN (NEW.state = 'discarded' AND OLD.state <> 'discarded')
    EXECUTE FUNCTION annotations_thread_discarded();

INSERT INTO annotations_openthread (thread_id, project_id, kind, asked_id)
SELECT id, project_id, kind, asked_id FROM annotations_flag WHERE annotations_thread_is_open(id);
"""
OPEN_UNDO = """
DROP TRIGGER annotations_thread_discarded ON guidelines_guidelineversion;
DROP TRIGGER annotations_thread_said_again ON annotations_annotation;
DROP TRIGGER annotations_thread_answered ON annotations_flaganswer;
DROP TRIGGER annotations_thread_commented ON annotations_comment;
DROP TRIGGER annotations_thread_begun ON annotations_flag;
DROP FUNCTION annotations_thread_discarded();
DROP FUNCTION annotations_thread_said_again();
DROP FUNCTION annotations_thread_answered();
DROP FUNCTION annotations_thread_commented();
DROP FUNCTION annotations_thread_begun();
DROP FUNCTION annotations_thread_refresh(bigint);
DROP FUNCTION annotations_thread_is_open(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0009_reserved_in_the_first_round"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NamesShown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotations.item",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "by"), name="namesshown_once_per_item_and_person"
                    )
                ],
            },
        ),
        append_only("annotations_namesshown"),
        migrations.CreateModel(
            name="OpenThread",
            fields=[
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="open",
                        serialize=False,
                        to="annotations.flag",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ask", "Question"),
                            ("gap", "Guideline gap"),
                            ("note", "Comment"),
                            ("back", "Sent back"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "thread"], name="openthread_by_project"),
                    models.Index(fields=["project", "kind", "thread"], name="openthread_by_kind"),
                    models.Index(
                        condition=models.Q(("asked__isnull", False)),
                        fields=["project", "asked", "kind"],
                        name="openthread_by_asked",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["project", "kind", "id"], name="flag_by_kind"),
        ),
        migrations.RunSQL(OPEN, OPEN_UNDO),
    ]
