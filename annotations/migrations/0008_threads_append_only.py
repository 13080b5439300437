"""What is said in a thread is kept, and its parts belong together."""

from django.db import migrations

from core.append_only import append_only

CHECK = """
CREATE OR REPLACE FUNCTION annotations_flag_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.project_id IS DISTINCT FROM
            (SELECT project_id FROM annotations_item WHERE id = NEW.item_id) THEN
        RAISE EXCEPTION 'a flag is refused: its item is of another project'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.annotation_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM annotations_annotation AS annotation
        JOIN annotations_source AS source ON source.id = annotation.source_id
        WHERE annotation.id = NEW.annotation_id AND annotation.item_id = NEW.item_id
          AND source.person_id = NEW.asked_id AND source.person_id <> NEW.by_id
    ) THEN
        RAISE EXCEPTION 'a flag is refused: an answer is sent back to who gave it, by another'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION annotations_comment_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.project_id IS DISTINCT FROM
            (SELECT project_id FROM annotations_flag WHERE id = NEW.thread_id) THEN
        RAISE EXCEPTION 'a comment is refused: its thread is of another project'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotations_comment_check BEFORE INSERT ON annotations_comment
    FOR EACH ROW EXECUTE FUNCTION annotations_comment_check();
"""
CHECK_UNDO = """
DROP TRIGGER annotations_comment_check ON annotations_comment;
DROP FUNCTION annotations_comment_check();
CREATE OR REPLACE FUNCTION annotations_flag_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.project_id IS DISTINCT FROM
            (SELECT project_id FROM annotations_item WHERE id = NEW.item_id) THEN
        RAISE EXCEPTION 'a flag is refused: its item is of another project'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotations", "0007_threads")]

    operations = [
        append_only("annotations_comment"),
        migrations.RunSQL(CHECK, CHECK_UNDO),
    ]
