"""A file never changes; it may be withdrawn."""

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """After its table."""

    dependencies = (("media", "0001_initial"),)
    operations = (append_only("media_mediafile", mutable=("withdrawn_at",)),)
