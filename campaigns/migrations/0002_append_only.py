"""Samples and results are written once."""

from django.db import migrations

from core.append_only import append_only

UNTIL_COMPUTED = "OLD.computed_at IS NULL AND TG_OP = 'UPDATE'"
# What the job fills in, and where the campaign stands.
MOVES = ("state", "ended_at")
FILLED = ("prepared_at", "n_touched", "n_labels", "n_items", "n_slots", "n_handed_on")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        append_only("campaigns_impact"),
        append_only("campaigns_campaign", mutable=(*MOVES, *FILLED)),
        append_only("campaigns_carryover", free_while=UNTIL_COMPUTED),
        append_only("campaigns_campaignlabel"),
        append_only("campaigns_campaignreport", free_while=UNTIL_COMPUTED),
    ]
