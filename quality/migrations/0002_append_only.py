"""Results are written once. A run may be filled until it is computed, never deleted."""

from django.db import migrations

from core.append_only import append_only

UNTIL_COMPUTED = "OLD.computed_at IS NULL AND TG_OP = 'UPDATE'"


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial"), ("core", "0002_audit_append_only")]

    operations = [
        append_only("quality_agreementrun", free_while=UNTIL_COMPUTED),
        append_only("quality_agreementresult"),
        append_only("quality_classcount"),
        append_only("quality_pairagreement"),
        append_only("quality_confusioncell"),
        append_only("quality_disputeditem"),
        append_only("quality_resolutionrun", free_while=UNTIL_COMPUTED),
        append_only("quality_resolution"),
        append_only("quality_sourcereliability"),
    ]
