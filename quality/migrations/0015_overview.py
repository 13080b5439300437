"""Counts for the overview: filled once by their job, then kept as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_audit_append_only'),
        ('guidelines', '0004_reading_append_only'),
        ('projects', '0003_layout'),
        ("quality", "0014_review_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OverviewRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('computed_at', models.DateTimeField(null=True)),
                ('figures', models.JSONField(default=dict)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.job')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('question', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guidelines.question')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'question', '-id'], name='overviewrun_latest')],
            },
        ),
        append_only(
            "quality_overviewrun", free_while="OLD.computed_at IS NULL AND TG_OP = 'UPDATE'"
        ),
    ]
