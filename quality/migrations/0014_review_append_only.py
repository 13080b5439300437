"""Reviews are written once, about answers of others, and their parts belong together."""

from django.db import migrations

from core.append_only import append_only

CHECK = """
CREATE FUNCTION quality_review_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT CASE
        WHEN (annotation.project_id, annotation.item_id)
                IS DISTINCT FROM (NEW.project_id, NEW.item_id)
            THEN 'its answer is of another project or item'
        WHEN annotation.kind IS DISTINCT FROM 'answer' THEN 'only answers are reviewed'
        WHEN source.person_id IS NULL THEN 'nobody gave this answer by hand'
        WHEN source.person_id = NEW.by_id THEN 'nobody reviews an answer of their own'
        WHEN guideline.project_id IS DISTINCT FROM NEW.project_id
            THEN 'its version is of another guideline'
        WHEN NEW.thread_id IS NOT NULL
                AND thread.annotation_id IS DISTINCT FROM NEW.annotation_id
            THEN 'its thread is about another answer'
        WHEN NEW.supersedes_id IS NOT NULL
                AND previous.annotation_id IS DISTINCT FROM NEW.annotation_id
            THEN 'it supersedes a review of another answer'
        END
    INTO fault
    FROM (SELECT 1) AS one
    LEFT JOIN annotations_annotation AS annotation ON annotation.id = NEW.annotation_id
    LEFT JOIN annotations_source AS source ON source.id = annotation.source_id
    LEFT JOIN guidelines_guidelineversion AS version ON version.id = NEW.version_id
    LEFT JOIN guidelines_guideline AS guideline ON guideline.id = version.guideline_id
    LEFT JOIN annotations_flag AS thread ON thread.id = NEW.thread_id
    LEFT JOIN quality_review AS previous ON previous.id = NEW.supersedes_id;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'a review is refused: %', fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_review_check BEFORE INSERT ON quality_review
    FOR EACH ROW EXECUTE FUNCTION quality_review_check();
"""
CHECK_UNDO = """
DROP TRIGGER quality_review_check ON quality_review;
DROP FUNCTION quality_review_check();
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0013_review")]

    operations = [
        append_only("quality_review"),
        append_only("quality_namesshown"),
        migrations.RunSQL(CHECK, CHECK_UNDO),
    ]
