"""Decisions are written once, and a second thought is about the same item and question."""

from django.db import migrations

from core.append_only import append_only

CHECK = """
CREATE FUNCTION quality_adjudication_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT CASE
        WHEN item.project_id IS DISTINCT FROM NEW.project_id
            THEN 'its item is of another project'
        WHEN guideline.project_id IS DISTINCT FROM NEW.project_id
            THEN 'its question is of another project'
        WHEN version.guideline_id IS DISTINCT FROM question.guideline_id
            THEN 'its version is of another guideline'
        WHEN NEW.value IS NOT NULL AND NEW.value ->> 'kind' IS DISTINCT FROM question.kind
            THEN 'its value is not of the kind of its question'
        WHEN NEW.value ->> 'choice' IS DISTINCT FROM choice.key
            THEN 'its choice is not the one of its value'
        WHEN NEW.supersedes_id IS NOT NULL
            AND (previous.item_id, previous.question_id)
                IS DISTINCT FROM (NEW.item_id, NEW.question_id)
            THEN 'it supersedes a decision about something else'
        END
    INTO fault
    FROM (SELECT 1) AS one
    LEFT JOIN annotations_item AS item ON item.id = NEW.item_id
    LEFT JOIN guidelines_question AS question ON question.id = NEW.question_id
    LEFT JOIN guidelines_guideline AS guideline ON guideline.id = question.guideline_id
    LEFT JOIN guidelines_guidelineversion AS version ON version.id = NEW.version_id
    LEFT JOIN guidelines_choice AS choice ON choice.id = NEW.choice_id
    LEFT JOIN quality_adjudication AS previous ON previous.id = NEW.supersedes_id;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'an adjudication is refused: %', fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_adjudication_check BEFORE INSERT ON quality_adjudication
    FOR EACH ROW EXECUTE FUNCTION quality_adjudication_check();
"""
CHECK_UNDO = """
DROP TRIGGER quality_adjudication_check ON quality_adjudication;
DROP FUNCTION quality_adjudication_check();
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0005_adjudication")]

    operations = [
        append_only("quality_adjudication"),
        migrations.RunSQL(CHECK, CHECK_UNDO),
    ]
