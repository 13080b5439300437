"""Cost matrices are written once, checks until they are done; both are about one project."""

from django.db import migrations

from core.append_only import append_only

CHECK = """
CREATE FUNCTION quality_costmatrix_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM guidelines_question question
          JOIN guidelines_guideline guideline ON guideline.id = question.guideline_id
         WHERE question.id = NEW.question_id AND guideline.project_id = NEW.project_id
           AND question.kind = 'choice')
    THEN
        RAISE EXCEPTION 'a cost matrix is refused: its question is not a choice of the project'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_costmatrix_check BEFORE INSERT ON quality_costmatrix
    FOR EACH ROW EXECUTE FUNCTION quality_costmatrix_check();
"""
CHECK_UNDO = """
DROP TRIGGER quality_costmatrix_check ON quality_costmatrix;
DROP FUNCTION quality_costmatrix_check();
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0008_resolution")]

    operations = [
        append_only("quality_costmatrix"),
        append_only(
            "quality_resolutioncheck", free_while="OLD.checked_at IS NULL AND TG_OP = 'UPDATE'"
        ),
        migrations.RunSQL(CHECK, CHECK_UNDO),
    ]
