"""PostgreSQL keeps published versions, and the identities of questions and choices, for ever."""

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """After the tables, before the first version is published."""

    dependencies = (("guidelines", "0001_initial"),)
    operations = (
        append_only("guidelines_guideline"),
        append_only("guidelines_guidelineversion", free_while="OLD.state = 'draft'"),
        append_only("guidelines_question"),
        append_only("guidelines_choice"),
    )
