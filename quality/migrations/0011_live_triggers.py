"""Every change of the ledger leaves a note of the items it touched, in its own transaction.

Statement by statement: a submission costs one small row, a large import one row per statement, for
the stretch of items between its first and its last. Rows are never shared (no ON CONFLICT): a
change that commits after somebody has counted the same item must bring a note of its own.
"""

from django.db import migrations

from core.append_only import append_only

TOUCH = """
CREATE FUNCTION quality_touch_annotated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known record;
BEGIN
    -- Nearly always one row; then nothing is sorted or grouped.
    FOR known IN
        SELECT project_id, min(item_id) AS first, max(item_id) AS last, count(*) AS often
          FROM touched GROUP BY project_id
    LOOP
        IF known.first = known.last OR known.often > 200 THEN
            INSERT INTO quality_toucheditems (project_id, first_item, last_item)
            VALUES (known.project_id, known.first, known.last);
        ELSE
            INSERT INTO quality_toucheditems (project_id, first_item, last_item)
            SELECT DISTINCT known.project_id, item_id, item_id
              FROM touched WHERE project_id = known.project_id;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER quality_touch_annotated AFTER INSERT ON annotations_annotation
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION quality_touch_annotated();

CREATE FUNCTION quality_touch_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO quality_toucheditems (project_id, first_item, last_item)
    SELECT after.project_id, min(after.id), max(after.id)
      FROM touched AS after JOIN touched_before AS before ON before.id = after.id
     WHERE (before.withdrawn_at IS NULL) <> (after.withdrawn_at IS NULL)
     GROUP BY after.project_id,
              CASE WHEN (SELECT count(*) FROM touched) <= 200 THEN after.id END;
    RETURN NULL;
END $$;
CREATE TRIGGER quality_touch_withdrawn AFTER UPDATE ON annotations_item
    REFERENCING NEW TABLE AS touched OLD TABLE AS touched_before
    FOR EACH STATEMENT EXECUTE FUNCTION quality_touch_withdrawn();

-- What there is already is counted once.
INSERT INTO quality_toucheditems (project_id, first_item, last_item)
SELECT project_id, min(item_id), max(item_id) FROM annotations_annotation GROUP BY project_id;
"""
TOUCH_UNDO = """
DROP TRIGGER quality_touch_annotated ON annotations_annotation;
DROP FUNCTION quality_touch_annotated();
DROP TRIGGER quality_touch_withdrawn ON annotations_item;
DROP FUNCTION quality_touch_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = (("quality", "0010_live_agreement"),)

    operations = (
        migrations.RunSQL(TOUCH, TOUCH_UNDO),
        append_only("quality_annotatoragreement"),
        append_only("quality_liveproof"),
    )
