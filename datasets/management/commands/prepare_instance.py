"""`manage.py prepare_instance`: the owner and the demo project, on the first start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.actions import create_owner
from accounts.links import set_password_link
from core.errors import Conflict
from datasets.actions.demo import make_demo
from projects.models import Project


class Command(BaseCommand):
    """Harmless to run again: what is there is left alone."""

    help = "Create the owner and the demo project; print the one-time link of the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default=settings.OWNER_EMAIL, help="of the owner")
        parser.add_argument("--base-url", default=settings.PUBLIC_URL, help="of the printed link")
        parser.add_argument("--no-demo", action="store_true", help="without the demo project")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            owner = create_owner(email=options["email"], name="Owner", now=now)
        except Conflict:
            return  # an owner has a password already: the server is in use
        if not options["no_demo"] and not Project.objects.filter(is_demo=True).exists():
            make_demo(by=owner, now=now)
        link = options["base_url"].rstrip("/") + set_password_link(owner)
        self.stdout.write(f"Sign in as {owner.email}; set the password here, once:\n  {link}")
