"""Who has read what is kept for ever."""

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """After the tables, before the first row."""

    dependencies = (("guidelines", "0003_reading_and_changes"),)
    operations = (
        append_only("guidelines_quizattempt"),
        append_only("guidelines_acknowledgement"),
    )
