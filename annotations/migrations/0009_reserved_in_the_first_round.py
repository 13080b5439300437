"""A slot of the first labeling may wait for the person whose label helps most."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0008_threads_append_only")]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignment", name="assignment_state_matches_its_fields"
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("annotator__isnull", True),
                        ("lease_until__isnull", True),
                        ("state__in", ["open", "closed"]),
                    ),
                    models.Q(
                        ("annotator__isnull", False),
                        ("lease_until__isnull", False),
                        ("state", "leased"),
                        ("version__isnull", False),
                    ),
                    models.Q(
                        ("annotator__isnull", False), ("done_at__isnull", False), ("state", "done")
                    ),
                    models.Q(
                        ("annotator__isnull", True),
                        ("lease_until__isnull", True),
                        ("reserved_for__isnull", False),
                        ("state", "reserved"),
                    ),
                    _connector="OR",
                ),
                name="assignment_state_matches_its_fields",
            ),
        ),
    ]
