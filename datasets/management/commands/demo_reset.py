"""`manage.py demo_reset`: the demo project as it came."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from datasets.actions.demo import reset_demo


class Command(BaseCommand):
    """The old one is retired: its labels stay in the ledger, nobody sees them any more."""

    help = "Retire the demo project and make a fresh one."

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(is_owner=True, is_active=True).order_by("pk").first()
        if owner is None:
            raise CommandError("There is no owner yet. Start labelhub once, then try again.")
        project = reset_demo(by=owner, now=timezone.now())
        self.stdout.write(f"The demo project is fresh again: /p/{project.slug}/")
