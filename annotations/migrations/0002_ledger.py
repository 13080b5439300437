"""What PostgreSQL itself guards: history is kept, and a row's parts belong together."""

from django.db import migrations

from core.append_only import append_only

SEQUENCE = """
CREATE SEQUENCE annotations_position_seq;
"""
SEQUENCE_UNDO = "DROP SEQUENCE annotations_position_seq;"

CHECK_ANNOTATION = """
CREATE FUNCTION annotations_annotation_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT CASE
        WHEN item.project_id IS DISTINCT FROM NEW.project_id THEN 'its item is of another project'
        WHEN source.project_id IS DISTINCT FROM NEW.project_id
            THEN 'its source is of another project'
        WHEN guideline.project_id IS DISTINCT FROM NEW.project_id
            THEN 'its guideline version is of another project'
        WHEN version.state IS DISTINCT FROM 'published'
            THEN 'its guideline version is not published'
        WHEN NEW.supersedes_id IS NOT NULL
                AND (previous.item_id, previous.source_id)
                    IS DISTINCT FROM (NEW.item_id, NEW.source_id)
            THEN 'it supersedes a row of another item or source'
        WHEN NEW.assignment_id IS NOT NULL AND slot.item_id IS DISTINCT FROM NEW.item_id
            THEN 'its assignment is of another item'
        WHEN NEW.assignment_id IS NOT NULL AND slot.annotator_id IS DISTINCT FROM source.person_id
            THEN 'its assignment is of another person'
        WHEN NEW.assignment_id IS NOT NULL AND NEW.supersedes_id IS NULL
                AND slot.version_id IS DISTINCT FROM NEW.version_id
            THEN 'it names another guideline version than the one that was served'
        END
    INTO fault
    FROM (SELECT 1) AS one
    LEFT JOIN annotations_item AS item ON item.id = NEW.item_id
    LEFT JOIN annotations_source AS source ON source.id = NEW.source_id
    LEFT JOIN guidelines_guidelineversion AS version ON version.id = NEW.version_id
    LEFT JOIN guidelines_guideline AS guideline ON guideline.id = version.guideline_id
    LEFT JOIN annotations_annotation AS previous ON previous.id = NEW.supersedes_id
    LEFT JOIN annotations_assignment AS slot ON slot.id = NEW.assignment_id;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'annotation % is refused: %', NEW.id, fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotations_annotation_check BEFORE INSERT ON annotations_annotation
    FOR EACH ROW EXECUTE FUNCTION annotations_annotation_check();
"""
CHECK_ANNOTATION_UNDO = """
DROP TRIGGER annotations_annotation_check ON annotations_annotation;
DROP FUNCTION annotations_annotation_check();
"""

CHECK_LABEL = """
CREATE FUNCTION annotations_label_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT CASE
        WHEN annotation.item_id IS DISTINCT FROM NEW.item_id
            THEN 'its item is not that of its annotation'
        WHEN annotation.kind IS DISTINCT FROM 'answer' THEN 'only answers carry labels'
        WHEN question.guideline_id IS DISTINCT FROM version.guideline_id
            THEN 'its question is of another guideline'
        WHEN NEW.value ->> 'kind' IS DISTINCT FROM question.kind
            THEN 'its value is not of the kind of its question'
        WHEN NEW.choice_id IS NOT NULL AND choice.question_id IS DISTINCT FROM NEW.question_id
            THEN 'its choice is of another question'
        WHEN NEW.value ->> 'choice' IS DISTINCT FROM choice.key
            THEN 'its choice is not the one of its value'
        END
    INTO fault
    FROM (SELECT 1) AS one
    LEFT JOIN annotations_annotation AS annotation ON annotation.id = NEW.annotation_id
    LEFT JOIN guidelines_guidelineversion AS version ON version.id = annotation.version_id
    LEFT JOIN guidelines_question AS question ON question.id = NEW.question_id
    LEFT JOIN guidelines_choice AS choice ON choice.id = NEW.choice_id;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'a label of annotation % is refused: %', NEW.annotation_id, fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotations_label_check BEFORE INSERT ON annotations_label
    FOR EACH ROW EXECUTE FUNCTION annotations_label_check();
"""
CHECK_LABEL_UNDO = """
DROP TRIGGER annotations_label_check ON annotations_label;
DROP FUNCTION annotations_label_check();
"""

CHECK_FLAG = """
CREATE FUNCTION annotations_flag_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.project_id IS DISTINCT FROM
            (SELECT project_id FROM annotations_item WHERE id = NEW.item_id) THEN
        RAISE EXCEPTION 'a flag is refused: its item is of another project'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotations_flag_check BEFORE INSERT ON annotations_flag
    FOR EACH ROW EXECUTE FUNCTION annotations_flag_check();
"""
CHECK_FLAG_UNDO = """
DROP TRIGGER annotations_flag_check ON annotations_flag;
DROP FUNCTION annotations_flag_check();
"""


class Migration(migrations.Migration):
    """After the tables, before the first row."""

    dependencies = (
        ("annotations", "0001_initial"),
        ("guidelines", "0002_append_only"),
    )
    operations = (
        migrations.RunSQL(SEQUENCE, SEQUENCE_UNDO),
        append_only("annotations_batch"),
        append_only("annotations_source"),
        append_only("annotations_item", mutable=("withdrawn_at",)),
        append_only("annotations_annotation"),
        append_only("annotations_label"),
        append_only("annotations_flag"),
        migrations.RunSQL(CHECK_ANNOTATION, CHECK_ANNOTATION_UNDO),
        migrations.RunSQL(CHECK_LABEL, CHECK_LABEL_UNDO),
        migrations.RunSQL(CHECK_FLAG, CHECK_FLAG_UNDO),
    )
