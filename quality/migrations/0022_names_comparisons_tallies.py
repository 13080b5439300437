"""Names are asked for by item: the record lives with the items. Two runs are compared by a job.
What was reviewed is counted as it happens.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only

COPY = """
INSERT INTO annotations_namesshown (project_id, item_id, by_id, created_at)
SELECT project_id, item_id, by_id, min(created_at) FROM quality_namesshown GROUP BY 1, 2, 3
ON CONFLICT DO NOTHING
"""
GUARD = append_only("quality_namesshown")
UNTIL_COMPUTED = "OLD.computed_at IS NULL AND TG_OP = 'UPDATE'"

# Deltas, statement by statement, always in the order of the sources: of two transactions that count
# for the same ones the second waits, and neither for the other.
TALLY = """
CREATE FUNCTION quality_reviewtally_drawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO quality_reviewtally AS tally
        (project_id, source_id, again, due, waiting, accepted, fixed, sent_back)
    SELECT drawn.project_id, drawn.source_id, drawn.cause = 'again', count(*),
           count(*) FILTER (WHERE drawn.done_at IS NULL),
           count(*) FILTER (WHERE review.verdict = 'accepted'),
           count(*) FILTER (WHERE review.verdict = 'fixed'),
           count(*) FILTER (WHERE review.verdict = 'sent_back')
      FROM drawn
      LEFT JOIN quality_review AS review ON review.annotation_id = drawn.annotation_id
       AND NOT EXISTS (SELECT FROM quality_review AS newer WHERE newer.supersedes_id = review.id)
     GROUP BY 1, 2, 3 ORDER BY 2, 3
    ON CONFLICT (source_id, again) DO UPDATE SET
        due = tally.due + excluded.due,
        waiting = tally.waiting + excluded.waiting,
        accepted = tally.accepted + excluded.accepted,
        fixed = tally.fixed + excluded.fixed,
        sent_back = tally.sent_back + excluded.sent_back;
    RETURN NULL;
END $$;
CREATE TRIGGER quality_reviewtally_drawn AFTER INSERT ON quality_reviewcase
    REFERENCING NEW TABLE AS drawn
    FOR EACH STATEMENT EXECUTE FUNCTION quality_reviewtally_drawn();

CREATE FUNCTION quality_reviewtally_done() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change record;
BEGIN
    FOR change IN
        SELECT after.source_id, after.cause = 'again' AS again,
               count(*) FILTER (WHERE after.done_at IS NULL)
               - count(*) FILTER (WHERE before.done_at IS NULL) AS n
          FROM cases_after AS after JOIN cases_before AS before ON before.id = after.id
         WHERE (after.done_at IS NULL) <> (before.done_at IS NULL)
         GROUP BY 1, 2 ORDER BY 1, 2
    LOOP
        UPDATE quality_reviewtally SET waiting = waiting + change.n
         WHERE source_id = change.source_id AND again = change.again;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER quality_reviewtally_done AFTER UPDATE ON quality_reviewcase
    REFERENCING NEW TABLE AS cases_after OLD TABLE AS cases_before
    FOR EACH STATEMENT EXECUTE FUNCTION quality_reviewtally_done();

CREATE FUNCTION quality_reviewtally_judged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earlier text := (SELECT verdict FROM quality_review WHERE id = NEW.supersedes_id);
BEGIN
    UPDATE quality_reviewtally AS tally SET
        accepted = accepted + (NEW.verdict = 'accepted')::int
            - coalesce((earlier = 'accepted')::int, 0),
        fixed = fixed + (NEW.verdict = 'fixed')::int - coalesce((earlier = 'fixed')::int, 0),
        sent_back = sent_back + (NEW.verdict = 'sent_back')::int
            - coalesce((earlier = 'sent_back')::int, 0)
      FROM quality_reviewcase AS drawn
     WHERE drawn.annotation_id = NEW.annotation_id AND tally.source_id = drawn.source_id
       AND tally.again = (drawn.cause = 'again');
    RETURN NULL;
END $$;
CREATE TRIGGER quality_reviewtally_judged AFTER INSERT ON quality_review
    FOR EACH ROW EXECUTE FUNCTION quality_reviewtally_judged();

INSERT INTO quality_reviewtally
    (project_id, source_id, again, due, waiting, accepted, fixed, sent_back)
SELECT drawn.project_id, drawn.source_id, drawn.cause = 'again', count(*),
       count(*) FILTER (WHERE drawn.done_at IS NULL),
       count(*) FILTER (WHERE review.verdict = 'accepted'),
       count(*) FILTER (WHERE review.verdict = 'fixed'),
       count(*) FILTER (WHERE review.verdict = 'sent_back')
  FROM quality_reviewcase AS drawn
  LEFT JOIN quality_review AS review ON review.annotation_id = drawn.annotation_id
   AND NOT EXISTS (SELECT FROM quality_review AS newer WHERE newer.supersedes_id = review.id)
 GROUP BY 1, 2, 3;
"""
TALLY_UNDO = """
DROP TRIGGER quality_reviewtally_judged ON quality_review;
DROP TRIGGER quality_reviewtally_done ON quality_reviewcase;
DROP TRIGGER quality_reviewtally_drawn ON quality_reviewcase;
DROP FUNCTION quality_reviewtally_judged();
DROP FUNCTION quality_reviewtally_done();
DROP FUNCTION quality_reviewtally_drawn();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0010_names_and_open_threads"),
        ("core", "0002_audit_append_only"),
        ("projects", "0005_review"),
        ("quality", "0021_person_similarity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD.reverse_sql, GUARD.sql),
        migrations.DeleteModel("NamesShown"),
        migrations.CreateModel(
            name='RunComparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('computed_at', models.DateTimeField(null=True)),
                ('flows', models.JSONField(default=list)),
                ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quality.resolutionrun')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.job')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quality.resolutionrun')),
            ],
        ),
        migrations.CreateModel(
            name='ComparedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=60)),
                ('after', models.CharField(blank=True, max_length=60)),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.item')),
                ('comparison', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='quality.runcomparison')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('again', models.BooleanField()),
                ('due', models.BigIntegerField(default=0)),
                ('waiting', models.BigIntegerField(default=0)),
                ('accepted', models.BigIntegerField(default=0)),
                ('fixed', models.BigIntegerField(default=0)),
                ('sent_back', models.BigIntegerField(default=0)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.source')),
            ],
            options={
                'indexes': [models.Index(fields=['project'], name='reviewtally_by_project')],
                'constraints': [models.UniqueConstraint(fields=('source', 'again'), name='reviewtally_once_per_source')],
            },
        ),
        migrations.AddIndex(
            model_name='runcomparison',
            index=models.Index(fields=['first', 'second', '-id'], name='runcomparison_latest'),
        ),
        migrations.AddIndex(
            model_name='compareditem',
            index=models.Index(fields=['comparison', 'before', 'after', 'item'], name='compareditem_by_change'),
        ),
        migrations.AddIndex(
            model_name='compareditem',
            index=models.Index(fields=['comparison', 'before', 'item'], name='compareditem_by_before'),
        ),
        migrations.AddIndex(
            model_name='compareditem',
            index=models.Index(fields=['comparison', 'after', 'item'], name='compareditem_by_after'),
        ),
        migrations.AddConstraint(
            model_name='compareditem',
            constraint=models.UniqueConstraint(fields=('comparison', 'item'), name='compareditem_once'),
        ),
        append_only("quality_runcomparison", free_while=UNTIL_COMPUTED),
        append_only("quality_compareditem"),
        migrations.RunSQL(TALLY, TALLY_UNDO),
    ]
