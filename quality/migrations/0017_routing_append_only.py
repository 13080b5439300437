"""Policies, their moves and the reasons of slots are written once, and hang together."""

from django.db import migrations

from core.append_only import append_only

UNTIL_COMPUTED = "OLD.computed_at IS NULL AND TG_OP = 'UPDATE'"

CHECKS = """
CREATE FUNCTION quality_routingpolicy_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT CASE
        WHEN guideline.project_id IS DISTINCT FROM NEW.project_id
            THEN 'its question is of another project'
        WHEN question.kind <> 'choice'
            THEN 'its question is not a single choice'
        WHEN study.question_id IS DISTINCT FROM NEW.question_id OR study.computed_at IS NULL
            THEN 'its study is of another question, or not computed'
        WHEN NEW.number <> coalesce(last.number, 0) + 1
            THEN 'its number is not the next one'
        WHEN last.number IS NOT NULL AND last.state IS DISTINCT FROM 'ended'
            THEN 'the one before has not ended'
        END
    INTO fault
    FROM (SELECT 1) AS one
    LEFT JOIN guidelines_question AS question ON question.id = NEW.question_id
    LEFT JOIN guidelines_guideline AS guideline ON guideline.id = question.guideline_id
    LEFT JOIN quality_routingstudy AS study ON study.id = NEW.study_id
    LEFT JOIN LATERAL (
        SELECT policy.number, (
            SELECT move.state FROM quality_routingmove AS move
            WHERE move.policy_id = policy.id ORDER BY move.number DESC LIMIT 1
        ) AS state
        FROM quality_routingpolicy AS policy WHERE policy.question_id = NEW.question_id
        ORDER BY policy.number DESC LIMIT 1
    ) AS last ON true;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'a routing policy is refused: %', fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_routingpolicy_check BEFORE INSERT ON quality_routingpolicy
    FOR EACH ROW EXECUTE FUNCTION quality_routingpolicy_check();

CREATE FUNCTION quality_routingmove_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    fault text;
BEGIN
    SELECT number, state INTO last FROM quality_routingmove
        WHERE policy_id = NEW.policy_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1 THEN
        fault := 'its number is not the next one';
    ELSIF last.number IS NULL AND NEW.state <> 'running' THEN
        fault := 'a policy begins running';
    ELSIF last.state = 'ended' THEN
        fault := 'an ended policy stays ended';
    ELSIF last.state = NEW.state THEN
        fault := 'the policy is in this state already';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'a move of a routing policy is refused: %', fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_routingmove_check BEFORE INSERT ON quality_routingmove
    FOR EACH ROW EXECUTE FUNCTION quality_routingmove_check();

CREATE FUNCTION quality_routedslot_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM annotations_assignment AS slot
        JOIN quality_routingstep AS step ON step.project_id = slot.project_id
        WHERE slot.id = NEW.assignment_id AND slot.item_id = NEW.item_id AND slot.round = 0
          AND step.id = NEW.step_id AND step.policy_id = NEW.policy_id
    ) THEN
        RAISE EXCEPTION 'the reason of slot % is refused: slot, item, step and policy differ',
            NEW.assignment_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_routedslot_check BEFORE INSERT ON quality_routedslot
    FOR EACH ROW EXECUTE FUNCTION quality_routedslot_check();
"""
CHECKS_UNDO = "\n".join(
    f"DROP TRIGGER {table}_check ON {table}; DROP FUNCTION {table}_check();"
    for table in ("quality_routingpolicy", "quality_routingmove", "quality_routedslot")
)


class Migration(migrations.Migration):
    dependencies = [("quality", "0016_routing")]

    operations = [
        append_only("quality_routingstudy", free_while=UNTIL_COMPUTED),
        append_only("quality_routingstep", free_while=UNTIL_COMPUTED),
        append_only("quality_routingpolicy"),
        append_only("quality_routingmove"),
        append_only("quality_routedslot"),
        migrations.RunSQL(CHECKS, CHECKS_UNDO),
    ]
