"""Ratings and pairs are counted live, too: who met whom in rating, and what there is already."""

import django.db.models.deletion
from django.db import migrations, models

# What was answered before is counted once.
TOUCH = """
INSERT INTO quality_toucheditems (project_id, first_item, last_item)
SELECT annotation.project_id, min(annotation.item_id), max(annotation.item_id)
  FROM annotations_annotation AS annotation
 WHERE annotation.project_id IN (
           SELECT guideline.project_id
             FROM guidelines_question AS question
             JOIN guidelines_guideline AS guideline ON guideline.id = question.guideline_id
            WHERE question.kind IN ('rating', 'pairwise'))
 GROUP BY annotation.project_id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0009_reserved_in_the_first_round'),
        ('guidelines', '0004_reading_append_only'),
        ('quality', '0017_routing_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='RaterMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('met', models.BinaryField()),
                ('n_items', models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name='itemlabels',
            name='mark',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='itemlabels',
            index=models.Index(condition=models.Q(('mark__isnull', False)), fields=['question', 'mark'], name='itemlabels_sample'),
        ),
        migrations.AddField(
            model_name='ratermeeting',
            name='first',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.source'),
        ),
        migrations.AddField(
            model_name='ratermeeting',
            name='question',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guidelines.question'),
        ),
        migrations.AddField(
            model_name='ratermeeting',
            name='second',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.source'),
        ),
        migrations.AddConstraint(
            model_name='ratermeeting',
            constraint=models.UniqueConstraint(fields=('question', 'first', 'second', 'met'), name='ratermeeting_once'),
        ),
        migrations.RunSQL(TOUCH, migrations.RunSQL.noop),
    ]
