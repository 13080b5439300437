"""`manage.py verify_resolution <run>`: was this really computed from these labels in this way?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.jobs import JobFailed, Progress
from quality.actions.resolution.verify import verify_resolution
from quality.models import CheckOutcome, ResolutionRun


class Command(BaseCommand):
    """Ends with an error unless every figure comes out as it is stored."""

    help = "Compute a resolution run anew from the ledger up to its watermark, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        runs = ResolutionRun.objects.select_related("question", "version", "as_of").computed()
        run = runs.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no resolution run {options['run']} with results.")
        try:
            with transaction.atomic():
                found = verify_resolution(progress=Progress(run.job_id, attempt=0), run=run)
        except JobFailed as failure:
            raise CommandError(str(failure)) from failure
        if found.outcome != CheckOutcome.SAME:
            different = ", ".join(found.different)
            raise CommandError(
                f"Run {run.pk}: {found.outcome.label}. Items that came out otherwise:"
                f" {found.n_different}. Figures: {different or 'none'}."
            )
        self.stdout.write(
            f"Run {run.pk}: {found.outcome.label}. {run.n_items} items from {run.n_labels} labels,"
            f" inputs sha256 {found.inputs_digest}."
        )
