"""A line of revisions belongs to one rater, and what is new is kept for ever, too."""

from django.db import migrations

from core.append_only import append_only

CHECK_ANNOTATION = """
CREATE OR REPLACE FUNCTION annotations_annotation_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
                AND (previous.item_id, {rater_of_previous})
                    IS DISTINCT FROM (NEW.item_id, {rater})
            THEN 'it supersedes a row of another item or source'
        WHEN {is_alone}
            THEN 'a carried-over label supersedes the label that it carries over'
        WHEN NEW.assignment_id IS NOT NULL AND slot.item_id IS DISTINCT FROM NEW.item_id
            THEN 'its assignment is of another item'
        WHEN NEW.assignment_id IS NOT NULL AND slot.annotator_id IS DISTINCT FROM source.person_id
            THEN 'its assignment is of another person'
        WHEN NEW.assignment_id IS NOT NULL
                AND NEW.assignment_id IS DISTINCT FROM previous.assignment_id
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
    LEFT JOIN annotations_source AS said ON said.id = previous.source_id
    LEFT JOIN annotations_assignment AS slot ON slot.id = NEW.assignment_id;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'annotation % is refused: %', NEW.id, fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BY_RATER = {
    "rater": "coalesce(source.on_behalf_of_id, source.id)",
    "rater_of_previous": "coalesce(said.on_behalf_of_id, said.id)",
    "is_alone": "source.kind = 'migration' AND NEW.supersedes_id IS NULL",
}
BY_SOURCE = {
    "rater": "source.id",
    "rater_of_previous": "said.id",
    "is_alone": "false",
}

CHECK_SOURCE = """
CREATE FUNCTION annotations_source_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.on_behalf_of_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM annotations_source AS rater
        WHERE rater.id = NEW.on_behalf_of_id AND rater.project_id = NEW.project_id
          AND rater.on_behalf_of_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a source is refused: it stands for no rater of its project'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotations_source_check BEFORE INSERT ON annotations_source
    FOR EACH ROW EXECUTE FUNCTION annotations_source_check();
"""
CHECK_SOURCE_UNDO = """
DROP TRIGGER annotations_source_check ON annotations_source;
DROP FUNCTION annotations_source_check();
"""


class Migration(migrations.Migration):
    """After the columns it speaks of."""

    dependencies = (("annotations", "0003_rounds_training_and_answers"),)
    operations = (
        migrations.RunSQL(
            CHECK_ANNOTATION.format(**BY_RATER), CHECK_ANNOTATION.format(**BY_SOURCE)
        ),
        migrations.RunSQL(CHECK_SOURCE, CHECK_SOURCE_UNDO),
        append_only("annotations_flaganswer"),
        append_only("annotations_golditem", mutable=("retired_at",)),
        append_only("annotations_traininganswer"),
        append_only("annotations_trainingresult"),
    )
